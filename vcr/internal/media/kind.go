package media

import "strings"

// Kind is a family of media types that are read in the same way. The zero value is Other.
type Kind int

const (
	Other     Kind = iota // bytes without a form that is known here
	Text                  // text/*, XML, YAML, JavaScript
	JSON                  // application/json and every type with the suffix +json
	NDJSON                // one JSON text a line
	SSE                   // text/event-stream
	Form                  // application/x-www-form-urlencoded
	Multipart             // multipart/*
)

// KindOf returns the kind of a Content-Type header's value. Parameters and letter case do not matter; an empty or unknown value is
// Other.
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
