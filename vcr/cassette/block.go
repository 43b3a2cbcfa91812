package cassette

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// margin is the indentation of the lines of a body.
const margin = "      "

// body reads a body in the form that the encoder gave it.
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
		var c coding
		if c, err = parseCoding(s.line()); err == nil {
			b.bytes, err = c.encode(b.bytes)
		}
	}
	if err != nil {
		s.lose()
	}
}

// file reads a body from its file, or notes only its name.
func (s *scanner) file(name string) (content []byte) {
	if s.lost {
		return nil
	}
	if s.folder != nil {
		var flaw *ParseError
		if content, flaw = s.folder.body(name); flaw != nil {
			s.lose()
			return nil
		}
	}
	if s.beside == nil {
		s.beside = map[string][]byte{}
	}
	s.beside[name] = content
	return content
}

// A block is a literal block as it stands in the file.
type block struct {
	lines    []byte // up to where the text ends, with their margin
	indented int    // how many lines have a margin: all but empty ones
}

// literal reads a block from its header to the line feeds behind it.
func (s *scanner) literal() block {
	s.expect("|")
	explicit := s.skip("2") // else the first line tells the margin
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
			s.lose() // nothing but the margin is an empty line to YAML, and CR LF is LF
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

// text returns the lines without their margin. A single one is a part of the
// file, and needs no memory of its own.
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
