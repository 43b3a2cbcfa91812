package cassette

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// appendItem begins an item of a list whose key stands in a column.
func appendItem(dst []byte, column int) []byte {
	return append(appendIndent(dst, column), "- "...)
}

// aroundJSON holds apart the white space around a JSON object or array, and a byte order
// mark. One line feed
// after the value stays with it. Value is empty if b is something else.
func aroundJSON(b []byte) (before, value, after []byte) {
	const space = " \t\r\n"
	value = bytes.TrimLeft(b, space+"\ufeff") // a byte order mark
	if len(value) == 0 || value[0] != '{' && value[0] != '[' {
		return nil, nil, nil
	}
	before = b[:len(b)-len(value)]
	end := len(bytes.TrimRight(value, space))
	if end < len(value) && value[end] == '\n' {
		end++
	}
	return before, value[:end], value[end:]
}

// spacedJSON writes JSON between white space.
func (e *encoder) spacedJSON(dst, before, shown, after []byte, column int) []byte {
	dst = append(dst, "parts:\n"...)
	if len(before) > 0 {
		dst = appendField(appendItem(dst, column), "text", string(before), 0)
	}
	dst = append(appendItem(dst, column), "json: "...)
	dst = appendLiteral(dst, shown, column+4)
	if len(after) > 0 {
		dst = appendField(appendItem(dst, column), "text", string(after), 0)
	}
	return dst
}

// parts reads a list of parts, whose bytes make the body together.
func (s *scanner) parts(column int) (content []byte) {
	empty := true
	for s.skip(item(column)) {
		content = append(content, s.form(column+2, false)...)
		empty = false
	}
	if empty {
		s.lose()
	}
	return content
}

// item is what begins an item of a list whose key stands in a column.
func item(column int) string {
	const begin = blanks + "- "
	return begin[len(blanks)-column:]
}

// A multipart is a body that is shown part by part.
type multipart struct {
	boundary string
	sections []media.Section
}

// cutMultipart cuts a body into its parts, if it is multipart, if a block can show the
// headers of each, and if it fits into the cassette without the parts that belong
// beside it.
func (e *encoder) cutMultipart(contentType string, b []byte) (m multipart, ok bool) {
	if m.boundary, m.sections, ok = media.CutMultipart(contentType, b); !ok {
		return m, false
	}
	inside := len(b)
	for _, s := range m.sections {
		if head := fromCRLF(s.Head); len(head) > 0 && (!fitsLiteral(head) || !bytes.Equal(toCRLF(head), s.Head)) {
			return m, false
		}
		if e.isLarge(len(s.Content)) {
			inside -= len(s.Content)
		}
	}
	return m, !e.isLarge(inside)
}

// multipart writes the boundary, and for each part its headers and content.
func (e *encoder) multipart(dst []byte, m multipart, column int) []byte {
	dst = appendField(dst, "boundary", m.boundary, 0)
	dst = append(appendIndent(dst, column), "parts:\n"...)
	for _, s := range m.sections {
		dst = appendItem(dst, column)
		switch {
		case len(s.Head) > 0:
			dst = appendLiteral(append(dst, "head: "...), fromCRLF(s.Head), column+4)
		case len(s.Content) == 0:
			dst = append(dst, "head: \"\"\n"...) // an item has a key
		}
		if len(s.Content) == 0 {
			continue
		}
		if len(s.Head) > 0 {
			dst = appendIndent(dst, column+2)
		}
		if file, ok := e.put(typeOf(s.Head), s.Content); ok {
			dst = appendField(dst, "file", file, 0)
		} else {
			dst = e.form(dst, s.Content, column+2)
		}
	}
	return dst
}

// typeOf returns the Content-Type of a part.
func typeOf(head []byte) string {
	for line := range strings.Lines(string(head)) {
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Type") {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// multipart reads a body that is shown part by part, after the key of its boundary.
func (s *scanner) multipart(column int) []byte {
	boundary := s.scalar(false)
	s.expect("\n")
	s.expect(blanks[:column])
	s.expect("parts:\n")
	margin := blanks[:column+4]
	var sections []media.Section
	for s.skip(item(column)) {
		var part media.Section
		hasContent := true
		switch {
		case s.skip("head: \"\"\n"):
			hasContent = false
		case s.skip("head: "):
			part.Head = toCRLF(s.literal(margin).text(margin))
			hasContent = s.skip(blanks[:column+2])
		}
		switch {
		case hasContent && s.skip("file:"):
			part.Content = s.file(s.line())
		case hasContent:
			part.Content = s.form(column+2, true)
		}
		sections = append(sections, part)
	}
	if s.lost || len(sections) == 0 || !media.IsBoundary(boundary) {
		s.lose()
		return nil
	}
	for _, part := range sections {
		if !isHead(part.Head) {
			s.lose()
			return nil
		}
	}
	return media.JoinMultipart(boundary, sections)
}

// isHead reports whether the headers of a part have an end.
func isHead(head []byte) bool { return len(head) == 0 || bytes.HasSuffix(head, []byte("\r\n")) }

// parts reads a list of parts: with the bytes between them, if the body has a boundary.
func (v value) parts(body value) ([]byte, error) {
	if v.node.Kind != yaml.SequenceNode || len(v.node.Content) == 0 {
		return nil, v.fail("should be a list of parts, each with one form", remedySyntax)
	}
	boundary, err := body.boundary()
	if err != nil {
		return nil, err
	}
	var whole []byte
	var sections []media.Section
	for n, node := range v.node.Content {
		item := v.at(fmt.Sprint(n), node)
		if boundary != "" {
			part, err := item.section()
			if err != nil {
				return nil, err
			}
			sections = append(sections, part)
			continue
		}
		form, content, err := item.form(nil, false)
		switch {
		case err != nil:
			return nil, err
		case form == "":
			return nil, item.fail("has none of json, text, base64 and file", remedySyntax)
		}
		whole = append(whole, content...)
	}
	if boundary != "" {
		whole = media.JoinMultipart(boundary, sections)
	}
	return whole, nil
}

// boundary reads what stands between the parts of a multipart body; "" if nothing does.
func (v value) boundary() (text string, err error) {
	field, ok := v.child("boundary")
	if !ok {
		return "", nil
	}
	if text, err = field.scalar(); err == nil && !media.IsBoundary(text) {
		err = field.fail(fmt.Sprintf("is %.80q, not 1 to 70 characters of ASCII without a blank at the end", text), remedySyntax)
	}
	return text, err
}

// section reads a part of a multipart body.
func (v value) section() (part media.Section, err error) {
	var head string
	_, part.Content, err = v.form(map[string]func(value) error{
		"head": func(field value) error {
			head, err = field.scalar()
			part.Head = toCRLF([]byte(head))
			if err == nil && !isHead(part.Head) {
				err = field.fail("has no line feed at its end", remedySyntax)
			}
			return err
		},
	}, true)
	return part, err
}
