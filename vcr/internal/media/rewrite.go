package media

import (
	"bytes"
	"mime"
	"net/url"
	"strings"
)

// Rewrite is asked about each named value of a body, both decoded, and returns what shall stand in its place if replace is true.
// It must not call back into the rewriting of the same body.
type Rewrite func(name, value string) (replacement string, replace bool)

// RewriteJSON asks rewrite about each string in body that is the value of a key, and replaces those that it wants replaced by the
// replacement as a JSON string. Every other byte stays. Numbers, true, false, null, objects and arrays are neither asked about nor
// touched, nor is JSON inside a string.
//
// Body may be any text that holds JSON, pretty or compact: one value, newline-delimited values, server-sent events, a page with a
// script. It need not be valid. A value that the end of body cuts off is replaced too, and stays cut off. If nothing is replaced, the
// result is body itself; a body without strings as values of keys is not copied.
func RewriteJSON(body []byte, rewrite Rewrite) []byte {
	edited := edit{original: body}
	for next := 0; ; {
		quote := bytes.IndexByte(body[next:], '"')
		if quote < 0 {
			return edited.result()
		}
		name := next + quote
		nameEnd, closed := stringEnd(body, name)
		if !closed {
			next = nameEnd
			continue
		}
		colon := skipSpace(body, nameEnd)
		next = nameEnd
		if colon == len(body) || body[colon] != ':' {
			if colon < len(body) && strings.IndexByte(",]}", body[colon]) < 0 {
				// In JSON nothing else follows a string: this was the gap between two strings, so the quote opens the second one.
				next = nameEnd - 1
			}
			continue
		}
		value := skipSpace(body, colon+1)
		if value == len(body) || body[value] != '"' {
			next = value
			continue
		}
		valueEnd, closed := stringEnd(body, value)
		next = value
		if !closed && valueEnd < len(body) {
			continue
		}
		content := body[value+1 : valueEnd]
		if closed {
			content = content[:len(content)-1]
		}
		replacement, replace := rewrite(decodeString(string(body[name+1:nameEnd-1])), decodeString(string(content)))
		if !replace {
			continue
		}
		quoted := appendQuoted(nil, replacement)
		if !closed {
			quoted = quoted[:len(quoted)-1]
		}
		edited.replace(value, valueEnd, quoted)
		next = valueEnd
	}
}

// skipSpace returns where the next token starts. In server-sent events, JSON goes
// on behind the field name of the next line.
func skipSpace(text []byte, start int) int {
	for start < len(text) {
		switch {
		case isSpace(text[start]):
			start++
		case start > 0 && (text[start-1] == '\n' || text[start-1] == '\r') && bytes.HasPrefix(text[start:], []byte("data:")):
			start += len("data:")
		default:
			return start
		}
	}
	return start
}

// RewriteForm asks rewrite about each field of a form, or each parameter of a URL's query, that has a value, and replaces the values
// that it wants replaced. A replacement is written as it is, but for & = % + # blanks and control characters, which are escaped.
// Every other byte stays; names and values that do not parse are asked about as they are written. If nothing is replaced, the result
// is body itself.
func RewriteForm(body []byte, rewrite Rewrite) []byte {
	edited := edit{original: body}
	start := 0
	for field := range strings.SplitSeq(string(body), "&") {
		name, value, found := strings.Cut(field, "=")
		end := start + len(field)
		if found {
			if replacement, replace := rewrite(unescape(name), unescape(value)); replace {
				edited.replace(end-len(value), end, escape(replacement))
			}
		}
		start = end + 1
	}
	return edited.result()
}

func unescape(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}

func escape(text string) []byte {
	var escaped []byte
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c == 0x7F || strings.IndexByte("&=%+#", c) >= 0 {
			escaped = append(escaped, url.QueryEscape(text[i:i+1])...)
		} else {
			escaped = append(escaped, c)
		}
	}
	return escaped
}

// RewriteMultipart asks rewrite about each part of a multipart body that holds a form field of text, and replaces the contents that
// it wants replaced by the replacement as it is. Parts of JSON are rewritten by RewriteJSON. Parts with a file name, other types and
// headers stay, and so does every other byte. If nothing is replaced, or contentType names no boundary, the result is body itself.
// A part that the end of body cuts off is rewritten too.
func RewriteMultipart(contentType string, body []byte, rewrite Rewrite) []byte {
	edited := edit{original: body}
	parts, _ := splitParts(contentType, body)
	for _, part := range parts {
		content := body[part.start:part.end]
		_, params, _ := mime.ParseMediaType(part.header.Get("Content-Disposition"))
		if _, file := params["filename"]; file {
			continue
		}
		partType := part.header.Get("Content-Type")
		switch kind := KindOf(partType); {
		case kind == JSON, kind == NDJSON, kind == SSE:
			if rewritten := RewriteJSON(content, rewrite); !bytes.Equal(rewritten, content) {
				edited.replace(part.start, part.end, rewritten)
			}
		case params["name"] != "" && (kind == Text || partType == ""):
			if replacement, replace := rewrite(params["name"], string(content)); replace {
				edited.replace(part.start, part.end, []byte(replacement))
			}
		}
	}
	return edited.result()
}

// edit is a text with replaced ranges, which must be given from left to right.
type edit struct {
	original []byte
	replaced []byte // nil as long as nothing is
	copied   int    // how much of original is in replaced
}

func (e *edit) replace(start, end int, replacement []byte) {
	if e.replaced == nil {
		e.replaced = make([]byte, 0, len(e.original)+len(replacement))
	}
	e.replaced = append(e.replaced, e.original[e.copied:start]...)
	e.replaced = append(e.replaced, replacement...)
	e.copied = end
}

func (e *edit) result() []byte {
	if e.replaced == nil {
		return e.original
	}
	return append(e.replaced, e.original[e.copied:]...)
}
