package cassette

import (
	"bytes"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Version is the version of the format that this package writes, and the
// newest that it reads.
const Version = 1

const separator = "---\n"

// Encode returns the cassette as it stands on disk. Documents that were read
// and not changed keep their bytes; the others are in canonical form.
func (c *Cassette) Encode() []byte {
	var dst []byte
	if now := (header{c.Suite, c.Spec, c.Partial, nil}); c.read.source != nil && now.sameAs(c.read) {
		dst = append(dst, c.read.source...)
	} else {
		dst = now.append(dst)
	}
	for _, i := range c.Interactions {
		if len(dst) > 0 && dst[len(dst)-1] != '\n' {
			dst = append(dst, '\n')
		}
		if i.source != nil {
			dst = append(dst, i.source...)
		} else {
			dst = appendInteraction(append(dst, separator...), i)
		}
	}
	return dst
}

func (h header) sameAs(other header) bool {
	return h.suite == other.suite && h.spec == other.spec && h.partial == other.partial
}

func (h header) append(dst []byte) []byte {
	dst = append(dst, "ginkgo-vcr: "...)
	dst = strconv.AppendInt(dst, Version, 10)
	dst = append(dst, '\n')
	dst = appendField(dst, "suite", h.suite, 0)
	dst = appendField(dst, "spec", h.spec, 0)
	if h.partial {
		dst = append(dst, "partial: true\n"...)
	}
	return dst
}

// appendInteraction writes one document. What is short and for machines comes
// after the bodies, so that no literal block ends a document.
func appendInteraction(dst []byte, i *Interaction) []byte {
	dst = append(dst, "request:\n"...)
	dst = appendField(dst, "method", i.Request.Method, 2)
	dst = appendField(dst, "url", i.Request.URL, 2)
	dst = appendHeaders(dst, "headers", i.Request.Header)
	dst = appendBody(dst, i.Request.Body)
	if e := i.Error; e != nil && i.Response.Status == 0 {
		dst = appendError(dst, e, 0)
	} else {
		dst = appendResponse(dst, i)
	}
	if !i.Recorded.IsZero() {
		dst = appendField(dst, "recorded", i.Recorded.UTC().Format(time.RFC3339), 0)
	}
	if i.Took > 0 {
		dst = appendField(dst, "took", max(i.Took.Round(time.Millisecond), time.Millisecond).String(), 0)
	}
	return dst
}

func appendResponse(dst []byte, i *Interaction) []byte {
	r := i.Response
	dst = append(dst, "response:\n  status: "...)
	dst = strconv.AppendInt(dst, int64(r.Status), 10)
	dst = append(dst, '\n')
	dst = appendField(dst, "reason", r.Reason, 2)
	dst = appendField(dst, "proto", r.Proto, 2)
	dst = appendHeaders(dst, "headers", r.Header)
	dst = appendBody(dst, r.Body)
	dst = appendHeaders(dst, "trailers", r.Trailer)
	if r.Uncompressed {
		dst = append(dst, "  uncompressed: true\n"...)
	}
	dst = appendField(dst, "end", r.End, 2)
	if i.Error != nil {
		dst = appendError(dst, i.Error, 2)
	}
	return dst
}

func appendError(dst []byte, e *TransportError, indent int) []byte {
	dst = append(appendIndent(dst, indent), "error:\n"...)
	dst = appendIndent(dst, indent+2)
	dst = append(dst, "message: "...)
	dst = append(appendScalar(dst, e.Message, false), '\n')
	if e.Timeout {
		dst = append(appendIndent(dst, indent+2), "timeout: true\n"...)
	}
	return dst
}

// appendField writes a key with a value on one line, and nothing for "".
func appendField(dst []byte, key, value string, indent int) []byte {
	if value == "" {
		return dst
	}
	dst = append(appendIndent(dst, indent), key...)
	dst = append(dst, ": "...)
	return append(appendScalar(dst, value, false), '\n')
}

func appendHeaders(dst []byte, key string, h http.Header) []byte {
	if len(h) == 0 {
		return dst
	}
	dst = append(dst, "  "...)
	dst = append(dst, key...)
	dst = append(dst, ":\n"...)
	for _, name := range slices.Sorted(maps.Keys(h)) {
		dst = append(dst, "    "...)
		dst = append(appendScalar(dst, name, true), ": ["...)
		for n, value := range h[name] {
			if n > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendScalar(dst, value, true)
		}
		dst = append(dst, "]\n"...)
	}
	return dst
}

// appendBody writes a body in the first form that gives back the same bytes:
// json, text, base64.
func appendBody(dst []byte, body Body) []byte {
	b := body.Bytes()
	if len(b) == 0 {
		return dst
	}
	dst = append(dst, "  body:\n    "...)
	if shown, ok := showJSON(b); ok {
		return appendLiteral(append(dst, "json: "...), shown, 6)
	}
	if !utf8.Valid(b) {
		return appendBase64(append(dst, "base64: "...), b)
	}
	dst = append(dst, "text: "...)
	if fitsLiteral(b) {
		return appendLiteral(dst, b, 6)
	}
	if lf, ok := fromCRLF(b); ok && fitsLiteral(lf) {
		dst = appendLiteral(dst, lf, 6)
		return append(dst, "    eol: crlf\n"...)
	}
	return appendQuoted(dst, b, 6)
}

// showJSON lays out a JSON body that may have one final newline, as encoders
// write it.
func showJSON(b []byte) ([]byte, bool) {
	compact, newline := bytes.CutSuffix(b, []byte{'\n'})
	shown, ok := media.LayoutJSON(compact)
	if !ok || !fitsLiteral(shown) {
		return nil, false
	}
	if newline {
		shown = append(shown, '\n')
	}
	return shown, true
}

// fromCRLF returns b with LF for CRLF, and whether every break in b is a CRLF.
func fromCRLF(b []byte) ([]byte, bool) {
	breaks := bytes.Count(b, []byte("\r\n"))
	if breaks == 0 || breaks != bytes.Count(b, []byte{'\n'}) || breaks != bytes.Count(b, []byte{'\r'}) {
		return nil, false
	}
	return bytes.ReplaceAll(b, []byte("\r\n"), []byte{'\n'}), true
}

func appendBase64(dst, b []byte) []byte {
	const column = 76 / 4 * 3 // bytes that make a line of 76
	dst = append(dst, "|-\n"...)
	for line := range slices.Chunk(b, column) {
		dst = append(base64.StdEncoding.AppendEncode(appendIndent(dst, 6), line), '\n')
	}
	return dst
}
