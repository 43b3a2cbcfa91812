// Package media reads and writes the media types of HTTP APIs: JSON, newline-delimited
// JSON, server-sent events and those of AWS, forms and multipart. It lays out a JSON body
// for people and restores its exact bytes, gives JSON texts of equal value the same bytes,
// and edits values in a body without changing any other byte.
//
// All functions are safe for concurrent use and do not change their arguments. They
// accept hostile input: time and memory grow linearly with it (except for sorting), and
// nesting is bounded.
package media

import (
	"bytes"
	"strings"
)

// Kind is a family of media types that are read in the same way. The zero value is Other.
type Kind int

const (
	Other     Kind = iota // bytes of an unknown form
	Text                  // text/*, XML, YAML, JavaScript
	JSON                  // application/json and every type with the suffix +json
	NDJSON                // one JSON text per line
	SSE                   // text/event-stream
	Form                  // application/x-www-form-urlencoded
	Multipart             // multipart/*
	Frames                // application/vnd.amazon.eventstream, the binary event stream of AWS
)

// KindOf returns the kind that a Content-Type header names. It ignores parameters and
// letter case. An empty or unknown value is Other.
func KindOf(contentType string) Kind {
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	switch mediaType {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl",
		"application/jsonlines", "application/x-jsonlines", "application/stream+json":
		return NDJSON
	case "text/event-stream":
		return SSE
	case "application/x-www-form-urlencoded":
		return Form
	case "application/json", "text/json":
		return JSON
	case "application/vnd.amazon.eventstream":
		return Frames
	case "application/xml", "application/yaml", "application/x-yaml", "application/javascript":
		return Text
	}
	switch {
	case strings.HasSuffix(mediaType, "+json"):
		return JSON
	case strings.HasPrefix(mediaType, "multipart/"):
		return Multipart
	case strings.HasPrefix(mediaType, "text/"),
		strings.HasSuffix(mediaType, "+xml"),
		strings.HasSuffix(mediaType, "+yaml"):
		return Text
	}
	return Other
}

// Records returns where each record of a stream ends, as offsets in body. A record is
// an event of server-sent events, with the empty line that ends it, a line of NDJSON,
// or a frame. Other kinds have none. An incomplete last record is not counted.
func Records(kind Kind, body []byte) []int {
	switch kind {
	case SSE:
		return eventEnds(body)
	case NDJSON:
		return lineEnds(body)
	case Frames:
		return frameEnds(body)
	default:
		return nil
	}
}

// eventEnds accepts the three line ends of server-sent events: LF, CR LF and CR.
func eventEnds(body []byte) []int {
	var ends []int
	hasLine := false // the current event has a line that is not empty
	for at := 0; ; {
		n := bytes.IndexAny(body[at:], "\r\n")
		if n < 0 {
			return ends
		}
		end := at + n + 1
		if body[end-1] == '\r' && end < len(body) && body[end] == '\n' {
			end++
		}
		if n > 0 {
			hasLine = true
		} else if hasLine {
			ends, hasLine = append(ends, end), false
		}
		at = end
	}
}

func lineEnds(body []byte) []int {
	var ends []int
	for at := 0; ; {
		n := bytes.IndexByte(body[at:], '\n')
		if n < 0 {
			return ends
		}
		at += n + 1
		ends = append(ends, at)
	}
}
