package cassette

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// formatVersion is the version of the format that this package writes, and the
// newest that it reads.
const formatVersion = 1

// defaultBodyLimit is the size in bytes above which a body is kept beside the
// cassette.
const defaultBodyLimit = 256 << 10

const (
	separator  = "---\n"
	utcSeconds = "2006-01-02T15:04:05Z"
)

// An encoder writes a cassette and collects the bodies that belong beside it.
type encoder struct {
	limit  int               // in bytes
	bodies fs.FS             // those that are there already
	beside map[string][]byte // the files beside the cassette; a nil map keeps all bodies in it, a nil content the file
	err    error             // of the first document that cannot be read
	layout []byte            // of the last JSON body
}

// Encode returns the cassette as one file, with all bodies in it. Documents that
// were read and not changed keep their bytes, unless one of their bodies was in a
// file beside the cassette; the others are in canonical form. A document that
// [Interaction.Decode] cannot read keeps its bytes too.
func (c *Cassette) Encode() []byte {
	var file bytes.Buffer
	_ = new(encoder).cassette(&file, c) // memory takes everything
	return file.Bytes()
}

// bufferSize is the number of bytes from which the buffer is written. A longer
// document is written at once.
const bufferSize = 64 << 10

// cassette writes a cassette. The error is that of the writer.
func (e *encoder) cassette(w io.Writer, c *Cassette) error {
	var dst []byte
	if now := c.header(); c.read.source != nil && now.sameAs(c.read) {
		dst = append(dst, c.read.source...)
	} else {
		dst = now.append(dst)
	}
	for _, i := range c.Interactions {
		if len(dst) >= bufferSize {
			if _, err := w.Write(dst); err != nil {
				return err
			}
			dst = dst[:0]
		}
		switch {
		case e.keeps(i):
			dst = append(dst, i.source...)
		case e.keepsFrame(i):
			dst = append(dst, i.frame.before...)
			dst = e.request(slices.Grow(dst, e.size(i)), i)
			dst = append(dst, i.frame.after...)
		default:
			dst = e.interaction(append(slices.Grow(dst, e.size(i)), separator...), i)
		}
	}
	_, err := w.Write(dst)
	return err
}

// size estimates how long a document will be, so that it seldom has to be moved.
func (e *encoder) size(i *Interaction) int {
	size := 3 << 9 // without the bodies
	for _, body := range []Body{i.Request.Body, i.Response.Body} {
		if !e.isLarge(body.Len()) {
			size += body.Len() + body.Len()/4
		}
	}
	return size
}

func (h header) sameAs(other header) bool {
	return h.suite == other.suite && h.spec == other.spec && h.partial == other.partial && h.quotes == other.quotes && slices.Equal(h.replaced, other.replaced)
}

func (h header) append(dst []byte) []byte {
	dst = append(dst, "ginkgo-vcr: "...)
	dst = strconv.AppendInt(dst, formatVersion, 10)
	dst = append(dst, '\n')
	dst = appendOptional(dst, "suite", h.suite, 0)
	dst = appendOptional(dst, "spec", h.spec, 0)
	if h.partial {
		dst = append(dst, "partial: true\n"...)
	}
	if h.quotes {
		dst = append(dst, "quotes: true\n"...)
	}
	if len(h.replaced) > 0 {
		dst = appendList(dst, "replacements", h.replaced, 0)
	}
	return dst
}

// interaction writes one document. Metadata follows the bodies, so that no
// literal block ends a document.
func (e *encoder) interaction(dst []byte, i *Interaction) []byte {
	dst = e.request(dst, i)
	if i.Error != nil && i.Response.isEmpty() {
		dst = appendError(dst, i.Error, 0)
	} else {
		dst = e.response(dst, i)
	}
	if !i.Recorded.IsZero() {
		dst = appendField(dst, "recorded", i.Recorded.UTC().Format(utcSeconds), 0)
	}
	if i.Took > 0 {
		dst = appendField(dst, "took", max(i.Took.Round(time.Millisecond), time.Millisecond).String(), 0)
	}
	if i.Number > 0 {
		dst = append(strconv.AppendInt(append(dst, "number: "...), int64(min(i.Number, largestNumber)), 10), '\n')
	}
	return appendAmended(dst, i.Amended)
}

func (e *encoder) request(dst []byte, i *Interaction) []byte {
	dst = append(dst, "request:\n"...)
	dst = appendField(dst, "method", i.Request.Method, 2)
	dst = appendField(dst, "url", i.Request.URL, 2)
	dst = appendHeaders(dst, "headers", i.Request.Header)
	return e.body(dst, i.Request.Header, i.Request.Body)
}

// isEmpty reports whether nothing of a response would be written.
func (r Response) isEmpty() bool {
	if len(r.Header) == 0 {
		r.Header = nil
	}
	if len(r.Trailer) == 0 {
		r.Trailer = nil
	}
	if r.Body.Len() == 0 {
		r.Body, r.Chunks = Body{}, nil
	}
	return reflect.ValueOf(r).IsZero()
}

func (e *encoder) response(dst []byte, i *Interaction) []byte {
	r := i.Response
	dst = append(dst, "response:\n  status: "...)
	dst = strconv.AppendInt(dst, int64(r.Status), 10)
	dst = append(dst, '\n')
	dst = appendOptional(dst, "reason", r.Reason, 2)
	dst = appendOptional(dst, "proto", r.Proto, 2)
	dst = appendHeaders(dst, "headers", r.Header)
	dst = e.body(dst, r.Header, r.Body)
	dst = appendChunks(dst, &r)
	dst = appendHeaders(dst, "trailers", r.Trailer)
	dst = appendList(dst, "announced", r.Announced, 2)
	dst = appendList(dst, "transfer", r.Transfer, 2)
	dst = appendTrue(dst, "close", r.Close, 2)
	if r.Length != nil {
		dst = strconv.AppendInt(append(dst, "  length: "...), *r.Length, 10)
		dst = append(dst, '\n')
	}
	dst = appendTrue(dst, "uncompressed", r.Uncompressed, 2)
	dst = appendOptional(dst, "end", r.End, 2)
	if i.Error != nil {
		dst = appendError(dst, i.Error, 2)
	}
	return dst
}

// appendOptional writes a key with a value on one line, and nothing for "".
func appendOptional(dst []byte, key, value string, indent int) []byte {
	if value == "" {
		return dst
	}
	return appendField(dst, key, value, indent)
}

func appendField(dst []byte, key, value string, indent int) []byte {
	dst = append(appendIndent(dst, indent), key...)
	dst = append(dst, ": "...)
	return append(appendScalar(dst, value, false), '\n')
}

func appendTrue(dst []byte, key string, set bool, indent int) []byte {
	if !set {
		return dst
	}
	return append(append(appendIndent(dst, indent), key...), ": true\n"...)
}

// appendList writes a key with a list on one line; nothing for nil.
func appendList(dst []byte, key string, list []string, indent int) []byte {
	if list == nil {
		return dst
	}
	dst = append(appendIndent(dst, indent), key...)
	return append(appendFlow(append(dst, ": "...), list), '\n')
}

func appendFlow(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for n, item := range list {
		if n > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendScalar(dst, item, true)
	}
	return append(dst, ']')
}

func appendHeaders(dst []byte, key string, h http.Header) []byte {
	if len(h) == 0 {
		return dst
	}
	dst = append(dst, "  "...)
	dst = append(dst, key...)
	dst = append(dst, ":\n"...)
	names := slices.AppendSeq(make([]string, 0, len(h)), maps.Keys(h))
	slices.Sort(names)
	for _, name := range names {
		dst = appendHeaderName(append(dst, "    "...), name)
		dst = append(appendFlow(append(dst, ": "...), h[name]), '\n')
	}
	return dst
}

// longestKey is the length up to which YAML calls a key simple.
const longestKey = 1024

// appendHeaderName writes the key of a header.
func appendHeaderName(dst []byte, name string) []byte {
	start := len(dst)
	if dst = appendScalar(dst, name, true); len(dst)-start <= longestKey {
		return dst
	}
	return append(slices.Insert(dst, start, '?', ' '), "\n    "...)
}
