package peer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// ReadFile is the limit of loading: it reads the cassette, and the bodies beside
// it, and understands nothing.
type ReadFile struct{}

// Name returns the name in the results.
func (ReadFile) Name() string { return "readfile" }

// Prepare reads files.
func (ReadFile) Prepare(t *Tape) (*File, error) {
	return reading(t, func([]byte) error { return nil })
}

// UTF8 is the limit of a reader that looks at every byte: it reads the same, and
// asks utf8.Valid.
type UTF8 struct{}

// Name returns the name in the results.
func (UTF8) Name() string { return "readfile-utf8" }

// Prepare reads files.
func (UTF8) Prepare(t *Tape) (*File, error) {
	return reading(t, func(data []byte) error {
		if !utf8.Valid(data) {
			return errors.New("no UTF-8")
		}
		return nil
	})
}

func reading(t *Tape, look func(data []byte) error) (*File, error) {
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
				err = look(data)
			}
			if err != nil {
				return nil, err
			}
		}
		return nil, nil
	}}, err
}

// YAML decodes the documents of our cassette with yaml.v3 into structs, and
// checks nothing.
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

// JSON decodes the same exchanges with encoding/json, from a file that has them
// as an array of objects.
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
