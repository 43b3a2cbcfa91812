package cassette

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// body writes a body in the first form that gives back the same bytes: file,
// json, text, base64. A compressed body is shown decompressed, if that can be
// compressed to the same bytes again.
func (e *encoder) body(dst []byte, header http.Header, body Body) []byte {
	b := body.Bytes()
	if len(b) == 0 {
		return dst
	}
	dst = append(dst, "  body:\n"...)
	if file, ok := e.put(header.Get("Content-Type"), b); ok {
		return appendField(dst, "file", file, 4)
	}
	if c, plain, ok := media.FindCoding(header.Get("Content-Encoding"), b); ok {
		dst = e.plain(dst, plain)
		return appendField(dst, "encoding", c.String(), 4)
	}
	return e.plain(dst, b)
}

func (e *encoder) plain(dst, b []byte) []byte {
	dst = append(dst, "    "...)
	if shown, ok := e.showJSON(b); ok {
		return appendLiteral(append(dst, "json: "...), shown, 6)
	}
	if !utf8.Valid(b) {
		return appendBase64(append(dst, "base64: "...), b)
	}
	dst = append(dst, "text: "...)
	if fitsLiteral(b) {
		return appendLiteral(dst, b, 6)
	}
	if lf, ok := fromCRLF(b); ok && fitsLiteral(lf) {
		dst = appendLiteral(dst, lf, 6)
		return append(dst, "    eol: crlf\n"...)
	}
	return appendQuoted(dst, b, 6)
}

// showJSON lays out a JSON body, which may end with one line feed, as encoders
// write it. The next call overwrites the result.
func (e *encoder) showJSON(b []byte) (shown []byte, ok bool) {
	compact, newline := bytes.CutSuffix(b, []byte{'\n'})
	if e.layout, ok = media.AppendLayoutJSON(e.layout[:0], compact); !ok || !fitsLiteral(e.layout) {
		return nil, false
	}
	if newline {
		e.layout = append(e.layout, '\n')
	}
	return e.layout, true
}

// fromCRLF returns b with LF for CRLF, and whether every break in b is a CRLF.
func fromCRLF(b []byte) ([]byte, bool) {
	breaks := bytes.Count(b, []byte("\r\n"))
	if breaks == 0 || breaks != bytes.Count(b, []byte{'\n'}) || breaks != bytes.Count(b, []byte{'\r'}) {
		return nil, false
	}
	return bytes.ReplaceAll(b, []byte("\r\n"), []byte{'\n'}), true
}

func toCRLF(b []byte) []byte { return bytes.ReplaceAll(b, []byte{'\n'}, []byte("\r\n")) }

func appendBase64(dst, b []byte) []byte {
	const column = 76 / 4 * 3 // bytes that make a line of 76
	dst = append(dst, "|-\n"...)
	for line := range slices.Chunk(b, column) {
		dst = append(base64.StdEncoding.AppendEncode(appendIndent(dst, 6), line), '\n')
	}
	return dst
}

// margin is the indentation of the lines of a body.
const margin = "      "

// body reads a body as the encoder writes it.
func (s *scanner) body(b *Body) {
	if !s.skip("  body:\n") {
		return
	}
	var err error
	switch {
	case s.skip("    json: "):
		b.bytes, err = restoreJSON(&s.scratch, s.literal().lines)
	case s.skip("    text: \""):
		b.bytes = []byte(s.quoted(margin))
		s.expect("\n")
	case s.skip("    text: "):
		b.bytes = s.literal().text()
		if s.skip("    eol: crlf\n") {
			b.bytes = toCRLF(b.bytes)
		}
	case s.skip("    base64: "):
		b.bytes, err = base64.StdEncoding.AppendDecode([]byte{}, s.literal().text())
	case s.key("file", 4):
		b.bytes = s.file(s.line())
		return
	default:
		s.lose()
	}
	if err == nil && s.key("encoding", 4) {
		var c media.Coding
		if c, err = media.ParseCoding(s.line()); err == nil {
			b.bytes, err = c.Compress(b.bytes)
		}
	}
	if err != nil {
		s.lose()
	}
}

// A block is the lines of a literal block.
type block struct {
	lines    []byte // with their margin, up to the end of the text
	indented int    // how many lines have a margin: all except empty ones
}

// literal reads a block from its header to the line feeds after it.
func (s *scanner) literal() block {
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
	if s.lost || lines == 0 || !keep && s.at > end || !explicit && !startsText(s.text[start:]) {
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
func startsText(lines string) bool {
	text, ok := strings.CutPrefix(lines, margin)
	return ok && text[0] != ' ' && text[0] != '\t'
}

// text returns the lines without their margin. A single line shares the bytes of
// the file.
func (b block) text() []byte {
	if line, ok := bytes.CutPrefix(b.lines, []byte(margin)); ok && b.indented == 1 {
		return line
	}
	text := make([]byte, 0, len(b.lines)-b.indented*len(margin))
	for line := range bytes.Lines(b.lines) {
		text = append(text, bytes.TrimPrefix(line, []byte(margin))...)
	}
	return text
}

// body reads one of the four forms of a body.
func (v value) body(b *Body) error {
	var form, eol string
	var encoding media.Coding
	as := func(name string, decode func(value, string) ([]byte, error)) func(value) error {
		return func(v value) error {
			text, err := v.scalar()
			if err != nil {
				return err
			}
			if form != "" {
				return v.fail("is beside "+form+"; a body has one form: json, text, base64 or file", remedySyntax)
			}
			form = name
			b.bytes, err = decode(v, text)
			return err
		}
	}
	err := v.fields(map[string]func(value) error{
		"json":     as("json", value.restoreJSON),
		"text":     as("text", func(_ value, text string) ([]byte, error) { return []byte(text), nil }),
		"base64":   as("base64", value.decodeBase64),
		"file":     as("file", value.besideFile),
		"eol":      intoWord(&eol, "crlf"),
		"encoding": intoParsed(&encoding, `a content coding and its level, such as "gzip -1"`, media.ParseCoding),
	})
	switch {
	case err != nil:
		return err
	case form == "":
		return v.fail("has none of json, text, base64 and file", remedySyntax)
	case eol != "" && form != "text":
		return v.fail("has eol beside "+form+"; it belongs to text", remedySyntax)
	case encoding != (media.Coding{}) && form == "file":
		return v.fail("has encoding beside file; the file holds the body as it is", remedySyntax)
	case eol != "":
		b.bytes = toCRLF(b.bytes)
	}
	if encoding != (media.Coding{}) {
		b.bytes, err = encoding.Compress(b.bytes)
	}
	return err
}

func (v value) restoreJSON(text string) ([]byte, error) {
	body, err := restoreJSON(new([]byte), []byte(text))
	if err != nil {
		line, reason := cutLine(err.Error())
		if v.node.Style&yaml.LiteralStyle == 0 {
			line = 0 // the lines of other scalars are not those of the file
		}
		return nil, v.d.fail(v.line()+line, v.path, reason, remedySyntax)
	}
	return body, nil
}

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
