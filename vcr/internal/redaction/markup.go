package redaction

import (
	"bytes"
	"html"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// isMarkup reports whether a text is XML or HTML, or the start of it.
func isMarkup(text []byte) bool {
	text = trimStart(text)
	return len(text) > 1 && text[0] == '<' && (isLetter(text[1]) || text[1] == '!' || text[1] == '?')
}

// markupEdits returns the edits of elements and attributes with secret names, of elements
// in such, of pairs, and of the inputs of HTML forms. A document may end anywhere.
func (w *walk) markupEdits(text []byte) []media.Edit {
	var edits []media.Edit
	var around container // the element with a secret name that is open
	var pairName []byte
	for at := 0; ; {
		offset := bytes.IndexByte(text[at:], '<')
		if offset < 0 {
			return edits
		}
		at += offset + 1
		isEnd := at < len(text) && text[at] == '/'
		if isEnd {
			at++
		}
		start := at
		for at < len(text) && at-start <= longestName && (isNameByte(text[at]) || text[at] == ':') {
			at++
		}
		if at == start || at-start > longestName {
			continue
		}
		name := text[start:at]
		name = name[bytes.LastIndexByte(name, ':')+1:]
		if isEnd {
			if bytes.Equal(name, around.name) {
				around = container{}
			}
			continue
		}
		var replaced []media.Edit
		replaced, at = w.attributeEdits(text, at)
		edits = append(edits, replaced...)
		if at >= len(text) || text[at] != '>' || text[at-1] == '/' {
			continue
		}
		at++
		label, v := name, w.r.names.verdict(inBody, name)
		if v == kept && bytes.HasPrefix(text[at:], []byte(dataStart)) {
			at += len(dataStart) // there may be elements in it
			continue
		}
		from, to := elementText(text, at)
		at = to
		value := bytes.TrimSpace(text[from:to])
		switch {
		case len(value) > longestAssigned:
			continue
		case len(value) == 0:
			if v := w.r.names.containerVerdict(inBody, name); v != kept && to < len(text) {
				around = container{name: name, verdict: v}
			}
			continue
		case v != kept:
		case isPairName(name):
			pairName = value
			continue
		case pairName != nil && isPairValue(name):
			label, v = pairName, w.r.names.verdict(inBody, pairName)
		case around.verdict != kept && !w.r.names.keeps(inBody, name):
			label, v = leafVerdict(&around, name)
		}
		pairName = nil
		if v != kept {
			from += bytes.Index(text[from:to], value)
			edits = append(edits, w.markupEdit(text, from, from+len(value), inBody, string(label), v)...)
		}
	}
}

const dataStart, dataEnd = "<![CDATA[", "]]>"

// elementText returns where the text of an element is that starts at a place.
func elementText(text []byte, at int) (from, to int) {
	end := "<"
	if bytes.HasPrefix(text[at:], []byte(dataStart)) {
		at += len(dataStart)
		end = dataEnd
	}
	length := bytes.Index(text[at:], []byte(end))
	if length < 0 {
		length = len(text) - at
	}
	return at, at + length
}

// In pairs of elements or attributes, one names the value of the other:
// <entry><key>password</key><value>…</value></entry> and <add key="password" value="…"/>.
func isPairName(name []byte) bool {
	return bytes.EqualFold(name, []byte("name")) || bytes.EqualFold(name, []byte("key"))
}

func isPairValue(name []byte) bool {
	return bytes.EqualFold(name, []byte("value")) || bytes.EqualFold(name, []byte("string"))
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
		if at+1 >= len(text) || text[at] != '=' {
			continue
		}
		from, length := attributeValue(text, at+1)
		at = min(from+length+1, len(text))
		if text[from-1] == '=' {
			at = from + length
		}
		value := text[from : from+length]
		switch {
		case isPairName(name):
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

// attributeValue returns where the value is that starts at a place of a tag, and its length.
// HTML needs no quotes.
func attributeValue(text []byte, at int) (from, length int) {
	rest := text[at+1:]
	if quote := text[at]; quote == '"' || quote == '\'' {
		if length = bytes.IndexByte(rest, quote); length < 0 {
			length = len(rest)
		}
		return at + 1, length
	}
	return at, runEnd(text, at, func(c byte) bool { return c > ' ' && strings.IndexByte("\"'<>", c) < 0 }) - at
}

// markupEdit replaces a value of XML or HTML. What is learned has no entities.
func (w *walk) markupEdit(text []byte, start, end int, in place, name string, v verdict) []media.Edit {
	replacement, ok := w.replacementFor(in, name, []byte(html.UnescapeString(string(text[start:end]))), v)
	if !ok {
		return nil
	}
	return []media.Edit{{Start: start, End: end, Text: replacement, Note: w.note(name)}}
}
