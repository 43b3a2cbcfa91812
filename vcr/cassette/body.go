package cassette

import (
	"bytes"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// body writes a body in the first form that gives back the same bytes: multipart,
// file, events or lines, json, text, parts, base64. A compressed body is shown
// decompressed, if that can be compressed to the same bytes again, and so is a binary
// event stream.
func (e *encoder) body(dst []byte, header http.Header, body Body) []byte {
	b := body.Bytes()
	if len(b) == 0 {
		return dst
	}
	const column = 4
	dst = appendIndent(append(dst, "  body:\n"...), column)
	contentType := header.Get("Content-Type")
	if m, ok := e.cutMultipart(contentType, b); ok {
		return e.multipart(dst, m, column)
	}
	if file, ok := e.put(contentType, b); ok {
		return appendField(dst, "file", file, 0)
	}
	c, plain, isCoded := media.FindCoding(contentType, header.Get("Content-Encoding"), b)
	if isCoded {
		b = plain
	}
	var ok bool
	if dst, ok = appendStream(dst, contentType, b, column); !ok {
		dst = e.form(dst, b, column)
	}
	if isCoded {
		dst = appendField(dst, "encoding", c.String(), column)
	}
	return dst
}

// form writes the keys that show a body, or a part of one. The first key stands at the
// end of dst, the others in a column.
func (e *encoder) form(dst, b []byte, column int) []byte {
	if before, value, after := aroundJSON(b); len(value) > 0 {
		if shown, ok := e.showJSON(value); ok && len(before)+len(after) == 0 {
			return appendLiteral(append(dst, "json: "...), shown, column+2)
		} else if ok {
			return e.spacedJSON(dst, before, shown, after, column)
		}
	}
	return appendText(dst, b, column)
}

// showJSON lays out a JSON body, which may end with one line feed, as encoders
// write it. The next call overwrites the result.
func (e *encoder) showJSON(b []byte) (shown []byte, ok bool) {
	compact, newline := bytes.CutSuffix(b, []byte{'\n'})
	if e.layout, ok = media.AppendLayoutJSON(e.layout[:0], compact); !ok || !fitsLiteral(e.layout) {
		return nil, false
	}
	if e.layout = e.setArraysApart(e.layout); newline {
		e.layout = append(e.layout, '\n')
	}
	return e.layout, true
}

func appendBase64(dst, b []byte, indent int) []byte {
	const column = 76 / 4 * 3 // bytes that make a line of 76
	dst = append(dst, "|-\n"...)
	for line := range slices.Chunk(b, column) {
		dst = append(base64.StdEncoding.AppendEncode(appendIndent(dst, indent), line), '\n')
	}
	return dst
}

// body reads a body as the encoder writes it.
func (s *scanner) body(b *Body) {
	if !s.skip("  body:\n    ") {
		return
	}
	if s.skip("file:") {
		b.bytes = s.file(s.line())
		return
	}
	var ok bool
	if b.bytes, ok = s.stream(4); !ok {
		b.bytes = s.form(4, true)
	}
	if s.key("encoding", 4) {
		c, err := media.ParseCoding(s.line())
		if err == nil {
			b.bytes, err = c.Compress(b.bytes)
		}
		if err != nil {
			s.lose()
		}
	}
}

// form reads the keys that show a body, or a part of one. The first key comes next, the
// others stand in a column.
func (s *scanner) form(column int, mayHaveParts bool) (content []byte) {
	var err error
	margin := blanks[:column+2]
	switch {
	case s.skip("json: "):
		content, err = s.json(s.literal(margin).lines)
	case s.skip("text: \""):
		content = []byte(s.quoted(margin))
		s.expect("\n")
	case s.skip("text: "):
		content = s.literal(margin).text(margin)
	case s.skip("eol: crlf\n"):
		s.expect(blanks[:column])
		s.expect("text: ")
		content = toCRLF(s.literal(margin).text(margin))
	case s.skip("base64: "):
		content, err = base64.StdEncoding.AppendDecode([]byte{}, s.literal(margin).text(margin))
	case mayHaveParts && s.skip("parts:\n"):
		content = s.parts(column)
	case column == 4 && s.skip("boundary: "):
		content = s.multipart(column)
	default:
		s.lose()
	}
	if err != nil {
		s.lose()
	}
	return content
}

// A block is the lines of a literal block.
type block struct {
	lines    []byte // with their margin, up to the end of the text
	indented int    // how many lines have a margin: all except empty ones
}

// literal reads a block from its header to the line feeds after it.
func (s *scanner) literal(margin string) block {
	s.expect("|")
	explicit := s.skip("2") // otherwise the first line tells the margin
	strip := s.skip("-")
	keep := !strip && s.skip("+")
	s.expect("\n")
	start, end, lines := s.at, s.at, 0
	for s.at < len(s.text) {
		if s.text[s.at] == '\n' {
			s.at++
			continue
		}
		if !strings.HasPrefix(s.text[s.at:], margin) {
			break
		}
		length := strings.IndexByte(s.text[s.at:], '\n')
		if length <= len(margin) || s.text[s.at+length-1] == '\r' {
			s.lose() // YAML reads a margin alone as an empty line, and CR LF as LF
			break
		}
		s.at += length + 1
		end = s.at
		lines++
	}
	if s.lost || lines == 0 || !keep && s.at > end || !explicit && !startsText(s.text[start:], margin) {
		s.lose()
		return block{}
	}
	end = s.at
	if strip {
		end--
	}
	return block{s.data[start:end:end], lines}
}

// startsText reports whether the first line of a block tells its margin.
func startsText(lines, margin string) bool {
	text, ok := strings.CutPrefix(lines, margin)
	return ok && text[0] != ' ' && text[0] != '\t'
}

// text returns the lines without their margin. A single line shares the bytes of
// the file.
func (b block) text(margin string) []byte {
	if line, ok := bytes.CutPrefix(b.lines, []byte(margin)); ok && b.indented == 1 {
		return line
	}
	return b.appendText(make([]byte, 0, len(b.lines)-b.indented*len(margin)), margin)
}

func (b block) appendText(text []byte, margin string) []byte {
	for line := range bytes.Lines(b.lines) {
		text = append(text, bytes.TrimPrefix(line, []byte(margin))...)
	}
	return text
}

// body reads a body, and compresses it if it was.
func (v value) body(b *Body) error {
	var encoding media.Coding
	name, content, err := v.form(map[string]func(value) error{
		"encoding": intoParsed(&encoding, `a content coding and its level, such as "gzip -1", or eventstream`, media.ParseCoding),
		"boundary": func(value) error { return nil }, // the parts are read with it
	}, true)
	switch {
	case err != nil:
		return err
	case name == "":
		return v.fail("has none of json, events, lines, text, base64, parts and file", remedySyntax)
	case encoding != (media.Coding{}) && name == "file":
		return v.fail("has encoding beside file; the file holds the body as it is", remedySyntax)
	}
	if _, ok := v.child("boundary"); ok && name != "parts" {
		return v.fail("has boundary beside "+name+"; it belongs to parts", remedySyntax)
	}
	if encoding != (media.Coding{}) {
		if content, err = encoding.Compress(content); err != nil {
			return v.fail("cannot be encoded: "+err.Error(), remedySyntax)
		}
	}
	b.bytes = content
	return nil
}

// form reads the keys that show a body, or a part of one, and the other keys that may
// stand beside them. Name is that of the form, "" if there is none.
func (v value) form(others map[string]func(value) error, mayHaveParts bool) (name string, content []byte, err error) {
	var eol string
	as := func(own string, decode func(value, string) ([]byte, error)) func(value) error {
		return func(field value) error {
			if name != "" {
				return field.fail("is beside "+name+"; a body has one form: json, events, lines, text, base64, parts or file", remedySyntax)
			}
			name = own
			if own == "parts" {
				content, err = field.parts(v)
				return err
			}
			text, err := field.scalar()
			if err == nil {
				content, err = decode(field, text)
			}
			return err
		}
	}
	readers := map[string]func(value) error{
		"json":   as("json", value.restoreJSON),
		"text":   as("text", func(_ value, text string) ([]byte, error) { return []byte(text), nil }),
		"base64": as("base64", value.decodeBase64),
		"file":   as("file", value.besideFile),
		"eol":    intoWord(&eol, "crlf"),
	}
	if mayHaveParts {
		readers["parts"] = as("parts", nil)
	}
	if _, isWhole := others["encoding"]; isWhole {
		readers["events"], readers["lines"] = as("events", value.restoreEvents), as("lines", value.restoreLines)
	}
	maps.Copy(readers, others)
	err = v.fields(readers)
	switch {
	case err != nil:
		return "", nil, err
	case eol != "" && name == "":
		return "", nil, v.fail("has eol and no text", remedySyntax)
	case eol != "" && name != "text" && name != "events" && name != "lines":
		return "", nil, v.fail("has eol beside "+name+"; it belongs to text, events and lines", remedySyntax)
	case eol != "":
		content = toCRLF(content)
	}
	return name, content, nil
}

func (v value) restoreJSON(text string) ([]byte, error) {
	text, err := v.insertArrays(text)
	if err != nil {
		return nil, err
	}
	body, err := restoreJSON(new([]byte), []byte(text))
	if err != nil {
		line, reason := cutLine(err.Error())
		if !v.isBlock() {
			line = 0 // the lines of other scalars are not those of the file
		}
		return nil, v.d.fail(v.line()+line, v.path, reason, remedySyntax)
	}
	return body, nil
}

// isBlock reports whether each line of a value is one of the file.
func (v value) isBlock() bool { return v.node.Style&yaml.LiteralStyle != 0 }

// largestScratch is the size in bytes of the memory that is kept for the next body.
const largestScratch = 64 << 10

// restoreJSON returns the body that showJSON shows. A margin of the lines is layout
// too. Scratch is memory that one body after another uses; it may be empty.
func restoreJSON(scratch *[]byte, shown []byte) ([]byte, error) {
	shown, newline := bytes.CutSuffix(shown, []byte{'\n'})
	compact, err := media.RestoreJSON(*scratch, shown)
	if err != nil {
		return nil, err
	}
	if newline {
		compact = append(compact, '\n')
	}
	switch {
	case cap(compact) <= largestScratch:
		*scratch = compact
		return bytes.Clone(compact), nil
	case len(compact) < cap(compact)/8*7:
		return bytes.Clone(compact), nil // the layout would keep memory
	}
	return compact, nil
}

func (v value) decodeBase64(text string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, v.fail("not valid base64: "+err.Error(), remedySyntax)
	}
	return b, nil
}
