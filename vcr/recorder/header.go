package recorder

import (
	"net/http"
	"slices"
)

// A flatHeader is a header as a list, from which a map is built faster than it is
// copied from another map.
type flatHeader struct {
	fields []headerField
	values []string // of all fields
}

// A headerField is a name and the range of its values.
type headerField struct {
	name     string
	from, to int
}

func flatten(header http.Header) *flatHeader {
	flat := &flatHeader{fields: make([]headerField, 0, len(header))}
	for name, values := range header {
		from := len(flat.values)
		flat.values = append(flat.values, values...)
		flat.fields = append(flat.fields, headerField{name, from, len(flat.values)})
	}
	return flat
}

// header returns a header that is the caller's own.
func (f *flatHeader) header() http.Header {
	header := make(http.Header, len(f.fields))
	values := slices.Clone(f.values)
	for n := range f.fields {
		field := &f.fields[n]
		header[field.name] = values[field.from:field.to:field.to]
	}
	return header
}
