package redaction

import (
	"bytes"
	"html"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// isMarkup reports whether a text is XML or HTML, or the start of it.
func isMarkup(text []byte) bool {
	text = trimStart(text)
	return len(text) > 1 && text[0] == '<' && (isLetter(text[1]) || text[1] == '!' || text[1] == '?')
}

// markupEdits returns the edits of elements and attributes with secret names, and of the
// inputs of HTML forms. A document may end anywhere.
func (w *walk) markupEdits(text []byte) []media.Edit {
	var edits []media.Edit
	for at := 0; ; {
		offset := bytes.IndexByte(text[at:], '<')
		if offset < 0 {
			return edits
		}
		at += offset + 1
		start := at
		for at < len(text) && at-start <= longestName && (isNameByte(text[at]) || text[at] == ':') {
			at++
		}
		if at == start || at-start > longestName {
			continue
		}
		name := text[start:at]
		name = name[bytes.LastIndexByte(name, ':')+1:]
		var replaced []media.Edit
		replaced, at = w.attributeEdits(text, at)
		edits = append(edits, replaced...)
		if at >= len(text) || text[at] != '>' || text[at-1] == '/' {
			continue
		}
		at++
		v := w.r.names.verdict(inBody, name)
		if v == kept {
			continue
		}
		from, to := at, at+bytes.IndexByte(text[at:], '<')
		if opening := []byte("<![CDATA["); bytes.HasPrefix(text[at:], opening) {
			from += len(opening)
			to = from + bytes.Index(text[from:], []byte("]]>"))
			if to < from {
				to = len(text)
			}
		} else if to < from {
			to = len(text)
		}
		at = to
		value := bytes.TrimSpace(text[from:to])
		if len(value) == 0 || len(value) > longestAssigned {
			continue
		}
		from += bytes.Index(text[from:to], value)
		edits = append(edits, w.markupEdit(text, from, from+len(value), inBody, string(name), v)...)
	}
}

// attributeEdits reads the attributes of a tag, and returns where it ends.
func (w *walk) attributeEdits(text []byte, at int) (edits []media.Edit, end int) {
	var inputName []byte
	valueStart, valueEnd := 0, 0
	for at < len(text) && text[at] != '>' && text[at] != '<' {
		start := at
		for at < len(text) && (isNameByte(text[at]) || text[at] == ':') {
			at++
		}
		if at == start {
			at++
			continue
		}
		name := text[start:at]
		if at+1 >= len(text) || text[at] != '=' || text[at+1] != '"' && text[at+1] != '\'' {
			continue
		}
		from := at + 2
		length := bytes.IndexByte(text[from:], text[at+1])
		if length < 0 {
			length = len(text) - from
		}
		at = min(from+length+1, len(text))
		value := text[from : from+length]
		switch {
		case bytes.EqualFold(name, []byte("name")):
			inputName = value
		case bytes.EqualFold(name, []byte("value")), bytes.EqualFold(name, []byte("content")):
			valueStart, valueEnd = from, from+length
		default:
			name = name[bytes.LastIndexByte(name, ':')+1:]
			if v := w.r.names.verdict(inBody, name); v != kept && length > 0 && length < longestAssigned {
				edits = append(edits, w.markupEdit(text, from, from+length, inBody, string(name), v)...)
			}
		}
	}
	if inputName != nil && valueEnd > valueStart && valueEnd-valueStart < longestAssigned {
		if v := w.r.names.verdict(inForm, inputName); v != kept {
			edits = append(edits, w.markupEdit(text, valueStart, valueEnd, inForm, string(inputName), v)...)
		}
	}
	return sorted(edits), at
}

// markupEdit replaces a value of XML or HTML. What is learned has no entities.
func (w *walk) markupEdit(text []byte, start, end int, in place, name string, v verdict) []media.Edit {
	replacement, ok := w.replacementFor(in, name, []byte(html.UnescapeString(string(text[start:end]))), v)
	if !ok {
		return nil
	}
	return []media.Edit{{Start: start, End: end, Text: replacement, Note: w.note(name)}}
}
