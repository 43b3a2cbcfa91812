// Package standin serves the sample exchanges that providers publish, from this
// machine, and checks the suites that are recorded from them.
//
// The exchanges of a suite are the *.txtar files of its testdata. The comment of
// an archive says which published page it follows. Its files are pairs:
//
//	-- request --
//	POST /v1/messages
//	"stream":true
//	-- response --
//	HTTP/1.1 200 OK
//	Content-Type: text/event-stream
//
//	data: ...
//
// The first line of a request is its method and its path with the query as it is
// sent; each line after it has to occur in the body. Of several exchanges that
// know a request the first one answers it, in the order of the files' names.
//
// A response is written as on the wire, and its body is sent as it stands. That
// of an application/vnd.amazon.eventstream has a line for each message, which is
// sent in the binary form:
//
//	event messageStart {"role":"assistant"}
//	exception throttlingException {"message":"..."}
//
// A response that is called "response, cut" ends with a broken connection in
// place of its last newline. The parts of a stream are sent one by one, but for a
// "response, at once".
package standin

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// An Exchange is a request that a stand-in knows, and the answer to it.
type Exchange struct {
	Method string
	URI    string   // path and query, as they are sent
	Texts  []string // what the body of the request holds
	Status int
	Header http.Header
	Parts  [][]byte // of the response's body; each is flushed
	Cut    bool     // the connection breaks after the last part
}

// Load reads the exchanges of all *.txtar files of a folder. An error names the
// file.
func Load(folder fs.FS) ([]Exchange, error) {
	names, err := fs.Glob(folder, "*.txtar")
	if err != nil {
		return nil, err
	}
	var exchanges []Exchange
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		for pair := range slices.Chunk(txtar.Parse(text).Files, 2) {
			exchange, err := parse(pair)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			exchanges = append(exchanges, exchange)
		}
	}
	return exchanges, nil
}

const (
	cut    = "response, cut"
	atOnce = "response, at once"
)

func parse(pair []txtar.File) (Exchange, error) {
	if len(pair) < 2 || pair[0].Name != "request" || !slices.Contains([]string{"response", cut, atOnce}, pair[1].Name) {
		return Exchange{}, fmt.Errorf("not a request and its response: %s", pair[0].Name)
	}
	first, texts, _ := strings.Cut(strings.TrimSpace(string(pair[0].Data)), "\n")
	method, uri, found := strings.Cut(first, " ")
	if !found {
		return Exchange{}, fmt.Errorf("request %q: not a method and a path", first)
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(pair[1].Data)), nil)
	if err != nil {
		return Exchange{}, fmt.Errorf("response to %s: %w", first, err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Exchange{}, fmt.Errorf("response to %s: %w", first, err)
	}
	if pair[1].Name == cut {
		body = bytes.TrimSuffix(body, []byte("\n"))
	}
	parts, err := split(response.Header.Get("Content-Type"), body)
	if err != nil {
		return Exchange{}, fmt.Errorf("response to %s: %w", first, err)
	}
	if pair[1].Name == atOnce {
		parts = [][]byte{bytes.Join(parts, nil)}
	}
	return Exchange{
		Method: method,
		URI:    uri,
		Texts:  strings.FieldsFunc(texts, func(r rune) bool { return r == '\n' }),
		Status: response.StatusCode,
		Header: response.Header,
		Parts:  parts,
		Cut:    pair[1].Name == cut,
	}, nil
}

// split cuts the body of a stream into what a service sends at once.
func split(contentType string, body []byte) ([][]byte, error) {
	switch contentType, _, _ = strings.Cut(contentType, ";"); contentType {
	case "text/event-stream":
		return bytes.SplitAfter(body, []byte("\n\n")), nil
	case "application/x-ndjson":
		return bytes.SplitAfter(body, []byte("\n")), nil
	case "application/vnd.amazon.eventstream":
		return messages(body)
	}
	return [][]byte{body}, nil
}
