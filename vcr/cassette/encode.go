package cassette

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// Version is the version of the format that this package writes, and the
// newest that it reads.
const Version = 1

const (
	separator  = "---\n"
	utcSeconds = "2006-01-02T15:04:05Z"
)

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
	dst = appendOptional(dst, "suite", h.suite, 0)
	dst = appendOptional(dst, "spec", h.spec, 0)
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
	if i.Error != nil && reflect.ValueOf(i.Response).IsZero() {
		dst = appendError(dst, i.Error, 0)
	} else {
		dst = appendResponse(dst, i)
	}
	if !i.Recorded.IsZero() {
		dst = appendField(dst, "recorded", i.Recorded.UTC().Format(utcSeconds), 0)
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
	dst = appendOptional(dst, "reason", r.Reason, 2)
	dst = appendOptional(dst, "proto", r.Proto, 2)
	dst = appendHeaders(dst, "headers", r.Header)
	dst = appendBody(dst, r.Body)
	dst = appendHeaders(dst, "trailers", r.Trailer)
	if r.Uncompressed {
		dst = append(dst, "  uncompressed: true\n"...)
	}
	dst = appendOptional(dst, "end", r.End, 2)
	if i.Error != nil {
		dst = appendError(dst, i.Error, 2)
	}
	return dst
}

func appendError(dst []byte, e *TransportError, indent int) []byte {
	dst = append(appendIndent(dst, indent), "error:\n"...)
	dst = appendField(dst, "message", e.Message, indent+2)
	if e.Timeout {
		dst = append(appendIndent(dst, indent+2), "timeout: true\n"...)
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

func appendHeaders(dst []byte, key string, h http.Header) []byte {
	if len(h) == 0 {
		return dst
	}
	dst = append(dst, "  "...)
	dst = append(dst, key...)
	dst = append(dst, ":\n"...)
	for _, name := range slices.Sorted(maps.Keys(h)) {
		dst = appendHeaderName(append(dst, "    "...), name)
		dst = append(dst, ": ["...)
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

// appendHeaderName writes the key of a header, which YAML calls simple only up
// to 1024 characters.
func appendHeaderName(dst []byte, name string) []byte {
	key := appendScalar(nil, name, true)
	if len(key) <= 1024 {
		return append(dst, key...)
	}
	dst = append(append(dst, "? "...), key...)
	return append(dst, "\n    "...)
}
