// Package instants moves the instants in a recorded answer, such as the end of a token's
// life, so that the answer is as fresh in replay as it was when it was recorded. A moved
// instant keeps its form: its length, its fraction and its time zone stay.
package instants

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Finder finds the instants in responses. Those of headers and of fields whose names
// say so are always found; the paths add others. The zero value has no paths. A Finder
// is safe for concurrent use.
type Finder struct{ paths []*jsonpath.Path }

// NewFinder returns a Finder with JSONPaths (RFC 9535) of further instants.
func NewFinder(paths []string) (*Finder, error) {
	f := new(Finder)
	for _, text := range paths {
		path, err := jsonpath.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not a JSONPath: %s; write one such as $.session.valid_until", text, strings.TrimPrefix(err.Error(), "jsonpath: "))
		}
		f.paths = append(f.paths, path)
	}
	return f, nil
}

// A Moved is an instant as it stood in an answer, and as it is now.
type Moved struct{ Old, New string }

// Shift returns a response with its instants moved by a time, of which whole seconds
// count, and what it moved. It changes nothing of the response that it is given.
func (f *Finder) Shift(r cassette.Response, by time.Duration) (cassette.Response, []Moved) {
	m := &mover{by: by.Truncate(time.Second), paths: f.paths}
	if m.by == 0 {
		return r, nil
	}
	r.Header = m.header(r.Header)
	body, coding := r.Body.Bytes(), r.Header.Get("Content-Encoding")
	plain, isCoded := media.Decompress(coding, body)
	if isCoded {
		body = plain
	}
	edits := m.edits(media.KindOf(r.Header.Get("Content-Type")), body)
	if len(edits) == 0 {
		return r, m.moved
	}
	body = media.Apply(body, edits)
	if isCoded { // whose length may change, unlike that of a moved text
		body, r.Chunks = media.Compress(coding, body), nil
		if r.Length != nil {
			length := int64(len(body))
			r.Length = &length
		}
	}
	r.Body = cassette.NewBody(body)
	return r, m.moved
}

// A mover moves the instants of one response.
type mover struct {
	by    time.Duration
	paths []*jsonpath.Path
	moved []Moved
}

// move returns an instant as it is now; ok is false for a text that is none.
func (m *mover) move(text string) (now string, ok bool) {
	if now, ok = move(text, m.by); ok {
		m.moved = append(m.moved, Moved{text, now})
	}
	return now, ok
}

// header returns a header with its instants moved: the header itself if it has none.
func (m *mover) header(header http.Header) http.Header {
	isCopy := false
	for name, values := range header {
		if !isInstantHeader(name) {
			continue
		}
		for n, value := range values {
			now, ok := m.headerValue(name, value)
			if !ok {
				continue
			}
			if !isCopy {
				header, isCopy = header.Clone(), true
			}
			header[name][n] = now
		}
	}
	return header
}

// isInstantHeader reports whether the values of a header are instants. Limits of a rate
// end with Reset: a number since 1970 at GitHub, a date at Anthropic.
func isInstantHeader(name string) bool {
	switch name = http.CanonicalHeaderKey(name); name {
	case "Date", "Expires", "Retry-After", "Set-Cookie":
		return true
	}
	return strings.HasSuffix(name, "-Reset")
}

func (m *mover) headerValue(name, value string) (now string, ok bool) {
	if http.CanonicalHeaderKey(name) != "Set-Cookie" {
		return m.move(value)
	}
	attributes := strings.Split(value, ";")
	for n, attribute := range attributes[1:] {
		key, date, _ := strings.Cut(attribute, "=")
		if strings.EqualFold(strings.TrimSpace(key), "expires") {
			if date, isDate := m.move(date); isDate {
				attributes[n+1], ok = key+"="+date, true
			}
		}
	}
	return strings.Join(attributes, ";"), ok
}

// edits returns the edits that move the instants of a body. Each event and line of a
// stream is a document of its own.
func (m *mover) edits(kind media.Kind, body []byte) (edits []media.Edit) {
	switch kind {
	case media.JSON:
		return m.documentEdits(body, 0)
	case media.SSE, media.NDJSON:
		start := 0
		for _, end := range append(media.Records(kind, body), len(body)) {
			edits = append(edits, m.documentEdits(body[start:end], start)...)
			start = end
		}
	}
	return edits
}

// documentEdits moves the instants of one JSON document, which begins at an offset of
// the body.
func (m *mover) documentEdits(text []byte, offset int) (edits []media.Edit) {
	selected := m.selected(text)
	media.Walk(text, func(path []media.Step, start, end int) {
		if !slices.Contains(selected, path[len(path)-1].Hash) && !isInstantName(nameOf(path)) {
			return
		}
		if text[start] == '"' {
			if start, end = start+1, end-1; start > end || text[end] != '"' {
				return // cut off
			}
		}
		if now, ok := m.move(string(text[start:end])); ok {
			edits = append(edits, media.Edit{Start: offset + start, End: offset + end, Text: now})
		}
	})
	return edits
}

// nameOf returns the name of the field in which a scalar is; that of an array holds for
// its elements.
func nameOf(path []media.Step) string {
	for _, step := range slices.Backward(path) {
		if step.Key != nil {
			return string(step.Key)
		}
	}
	return ""
}

// selected returns the hashes of what the paths select in a document.
func (m *mover) selected(text []byte) (hashes []uint64) {
	if len(m.paths) == 0 {
		return nil
	}
	start := slices.IndexFunc(text, func(b byte) bool { return b == '{' || b == '[' })
	if start < 0 {
		return nil
	}
	var document any
	decoder := json.NewDecoder(strings.NewReader(string(text[start:])))
	decoder.UseNumber()
	if decoder.Decode(&document) != nil {
		return nil
	}
	for _, path := range m.paths {
		for located := range path.SelectLocated(document).Paths() {
			members := make([]any, 0, len(located))
			for _, member := range located {
				switch member := member.(type) {
				case spec.Name:
					members = append(members, string(member))
				case spec.Index:
					members = append(members, int(member))
				}
			}
			hashes = append(hashes, media.HashPath(members...))
		}
	}
	return hashes
}
