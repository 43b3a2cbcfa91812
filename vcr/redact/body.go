package redact

import (
	"bytes"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// body returns the edits of a body that is not compressed.
func (p *pass) body(contentType string, body []byte) []media.Edit {
	switch kind := media.KindOf(contentType); kind {
	case media.Form:
		edits := p.fields(body, secretFields, (*knowledge).learnField, 0)
		if p.names {
			return edits
		}
		return merge(p.found(body), edits)
	case media.Multipart:
		return p.multipart(contentType, body)
	default:
		// JSON hides in text/plain and in bodies without a type as well.
		return p.document(kind, body, 0)
	}
}

// document returns the edits of a text that may be JSON, or a stream of it.
func (p *pass) document(kind media.Kind, text []byte, depth int) []media.Edit {
	edits := merge(p.inside(text, depth), p.split(kind, text))
	if p.names && len(p.r.paths) > 0 {
		edits = merge(edits, p.located(kind, text))
	}
	return edits
}

// multipart returns the edits of parts whose field has a secret name, and of the
// text and JSON in all others.
func (p *pass) multipart(contentType string, body []byte) []media.Edit {
	var edits []media.Edit
	if !p.names {
		edits = p.found(body) // in files of any type and in the headers of parts as well
	}
	parts, _ := media.Parts(contentType, body)
	for _, part := range parts {
		content := body[part.Start:part.End]
		kind := media.KindOf(part.ContentType)
		if p.names && !part.File && secretFields.has([]byte(part.Name)) && (kind == media.Text || part.ContentType == "") {
			if replacement, ok := p.named(part.Name, content, (*knowledge).learnField); ok {
				edits = append(edits, media.Edit{Start: part.Start, End: part.End, Text: replacement, Note: p.note(part.Name)})
			}
			continue
		}
		if kind == media.Other && bytes.IndexByte(content, 0) >= 0 {
			continue // an image or a recording, which holds no fields
		}
		edits = append(edits, moved(p.document(kind, content, 0), part.Start)...)
	}
	return sorted(edits)
}

// records calls visit for the records of a stream, and once for the whole of any
// other text.
func records(kind media.Kind, text []byte, visit func(record []byte, start int)) {
	start := 0
	for _, end := range media.Records(kind, text) {
		visit(text[start:end], start)
		start = end
	}
	if start < len(text) {
		visit(text[start:], start)
	}
}

// located returns the edits of values to which a JSONPath of the user leads.
func (p *pass) located(kind media.Kind, text []byte) []media.Edit {
	var edits []media.Edit
	records(kind, text, func(record []byte, start int) {
		selected := p.r.paths.in(record)
		if len(selected) == 0 {
			return
		}
		media.Walk(record, func(path []media.Step, from, to int) {
			name, ok := selected.above(path)
			if !ok {
				return
			}
			edits = append(edits, moved(p.scalar(name, record[from:to]), start+from)...)
		})
	})
	return edits
}

// scalar returns the edits that make a value say nothing and keep its type.
func (p *pass) scalar(name string, value []byte) []media.Edit {
	switch c := value[0]; {
	case c == '"' && len(value) > 2:
		content := value[1 : len(value)-1]
		text := media.Unquote(nil, content)
		if replacement, ok := p.named(name, text, (*knowledge).learnField); ok {
			return moved(media.Requote(content, []media.Edit{{Start: 0, End: len(text), Text: replacement, Note: p.note(name)}}), 1)
		}
	case (c == '-' || isDigit(c)) && string(value) != "0":
		return []media.Edit{{Start: 0, End: len(value), Text: "0", Note: p.note(name)}}
	}
	return nil
}
