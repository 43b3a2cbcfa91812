package peer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// ReadFile is the limit of loading: it reads the cassette and the bodies beside it,
// and decodes nothing.
type ReadFile struct{}

// Name returns the name in the results.
func (ReadFile) Name() string { return "readfile" }

// Prepare reads files.
func (ReadFile) Prepare(t *Tape) (*File, error) {
	return reading(t, func([]byte) error { return nil })
}

// UTF8 is the limit of a reader that checks every byte: it reads the same files and
// calls utf8.Valid.
type UTF8 struct{}

// Name returns the name in the results.
func (UTF8) Name() string { return "readfile-utf8" }

// Prepare reads files.
func (UTF8) Prepare(t *Tape) (*File, error) {
	return reading(t, func(data []byte) error {
		if !utf8.Valid(data) {
			return errors.New("not UTF-8")
		}
		return nil
	})
}

func reading(t *Tape, check func(data []byte) error) (*File, error) {
	path, err := t.cassette()
	if err != nil {
		return nil, err
	}
	files, err := filesOfCassette(path)
	if err != nil {
		return nil, err
	}
	size, err := sizeOf(files...)
	return &File{size, func() (func() error, error) {
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err == nil {
				err = check(data)
			}
			if err != nil {
				return nil, err
			}
		}
		return nil, nil
	}}, err
}

// YAML decodes the documents of our cassette into structs with yaml.v3, without any
// check.
type YAML struct{}

// Name returns the name in the results.
func (YAML) Name() string { return "yaml.v3" }

// Prepare decodes the cassette, without the bodies beside it.
func (YAML) Prepare(t *Tape) (*File, error) {
	path, err := t.cassette()
	if err != nil {
		return nil, err
	}
	size, err := sizeOf(path)
	return &File{size, func() (func() error, error) { return nil, decodeYAML(path) }}, err
}

func decodeYAML(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var documents []document
	for {
		var d document
		switch err := decoder.Decode(&d); {
		case errors.Is(err, io.EOF):
			if len(documents) == 0 {
				return errors.New("no documents")
			}
			return nil
		case err != nil:
			return err
		}
		documents = append(documents, d)
	}
}

// JSON decodes the same exchanges with encoding/json, from an array of objects.
type JSON struct{}

// Name returns the name in the results.
func (JSON) Name() string { return "encoding-json" }

// Prepare decodes that file.
func (JSON) Prepare(t *Tape) (*File, error) {
	path, err := t.file(".json", func(path string) error {
		data, err := json.Marshal(documentsOf(t.Exchanges))
		if err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	})
	if err != nil {
		return nil, err
	}
	size, err := sizeOf(path)
	return &File{size, func() (func() error, error) {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var documents []document
		return nil, json.Unmarshal(data, &documents)
	}}, err
}

// A document is an interaction of a cassette as a generic decoder reads it.
type document struct {
	Request struct {
		Method  string      `json:"method" yaml:"method"`
		URL     string      `json:"url" yaml:"url"`
		Headers http.Header `json:"headers" yaml:"headers"`
		Body    body        `json:"body" yaml:"body"`
	} `json:"request" yaml:"request"`
	Response struct {
		Status  int         `json:"status" yaml:"status"`
		Headers http.Header `json:"headers" yaml:"headers"`
		Body    body        `json:"body" yaml:"body"`
		Chunks  []string    `json:"chunks,omitempty" yaml:"chunks"`
		Delays  []int       `json:"delays,omitempty" yaml:"delays"`
	} `json:"response" yaml:"response"`
	Recorded string `json:"recorded" yaml:"recorded"`
	Took     string `json:"took" yaml:"took"`
}

type body struct {
	JSON   string `json:"json,omitempty" yaml:"json"`
	Text   string `json:"text,omitempty" yaml:"text"`
	Base64 string `json:"base64,omitempty" yaml:"base64"`
	File   string `json:"file,omitempty" yaml:"file"`
}

func documentsOf(exchanges []exchange.Exchange) []document {
	documents := make([]document, len(exchanges))
	for n, e := range exchanges {
		d := &documents[n]
		d.Request.Method, d.Request.URL, d.Request.Headers = http.MethodPost, e.URL, e.Header
		d.Request.Body.JSON = e.Body
		d.Response.Status, d.Response.Headers = http.StatusOK, e.Response.Header
		d.Response.Body.JSON = e.Response.Body
		d.Recorded, d.Took = "2026-11-22T12:00:00Z", "812ms"
	}
	return documents
}
