package cassette

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// key steps over a key and its colon, if they come next.
func (s *scanner) key(key string, indent int) bool {
	const blanks = "        "
	rest, ok := strings.CutPrefix(s.text[s.at:], blanks[:indent])
	if !ok || !strings.HasPrefix(rest, key) || !strings.HasPrefix(rest[len(key):], ":") {
		return false
	}
	s.at += indent + len(key) + 1
	return true
}

// field reads a key that is always there, and its value.
func (s *scanner) field(key string, indent int) string {
	if !s.key(key, indent) {
		s.lose()
	}
	return s.line()
}

// optional reads a key that may be left out; its value is "" then.
func (s *scanner) optional(key string, indent int) string {
	if !s.key(key, indent) {
		return ""
	}
	return s.line()
}

// line reads the value that is the rest of a line.
func (s *scanner) line() string {
	s.expect(" ")
	value := s.scalar(false)
	s.expect("\n")
	return value
}

func (s *scanner) isTrue(key string, indent int) bool {
	if !s.key(key, indent) {
		return false
	}
	s.expect(" true\n")
	return true
}

// parsed hands the value of a key to its parser, and reports whether there is one.
func (s *scanner) parsed(key string, indent int, parse func(text string) error) bool {
	if !s.key(key, indent) {
		return false
	}
	if parse(s.line()) != nil {
		s.lose()
	}
	return true
}

// counts reads a list of numbers, which may have a unit.
func (s *scanner) counts(key, unit string, least int) []string {
	list := s.list(key, 2)
	for _, text := range list {
		if !isCount(text, unit, least) {
			s.lose()
			return nil
		}
	}
	return list
}

// list reads a key with a list on its line; nil if it is left out.
func (s *scanner) list(key string, indent int) []string {
	if !s.key(key, indent) {
		return nil
	}
	s.values = s.values[:0]
	s.flow()
	return append(make([]string, 0, len(s.values)), s.values...)
}

// flow reads the list that is the rest of a line.
func (s *scanner) flow() {
	s.expect(" [")
	for more := !s.skip("]\n"); more && !s.lost; {
		s.values = append(s.values, s.scalar(true))
		if more = !s.skip("]\n"); more {
			s.expect(", ")
		}
	}
}

// headers reads names, each with a list of values. All values stand in one array.
func (s *scanner) headers(key string) http.Header {
	if !s.key(key, 2) {
		return nil
	}
	s.expect("\n")
	s.names, s.values, s.ends = s.names[:0], s.values[:0], s.ends[:0]
	for s.skip("    ") {
		name := s.headerName()
		if n := len(s.names); n > 0 && name <= s.names[n-1] {
			s.lose() // out of order, or twice
		}
		s.flow()
		s.names, s.ends = append(s.names, name), append(s.ends, len(s.values))
	}
	if s.lost || len(s.names) == 0 {
		s.lose()
		return nil
	}
	header := make(http.Header, len(s.names))
	values, start := append(make([]string, 0, len(s.values)), s.values...), 0
	for n, end := range s.ends {
		header[s.names[n]] = values[start:end:end]
		start = end
	}
	return header
}

func (s *scanner) headerName() string {
	start := s.at
	name := s.scalar(true)
	if s.at-start > longestKey {
		s.lose()
	}
	s.expect(":")
	return name
}

// scalar reads a value on one line.
func (s *scanner) scalar(inFlow bool) string {
	if s.skip(`"`) {
		return s.quoted("")
	}
	value := s.text[s.at:]
	value = value[:plainEnd(value, inFlow)]
	if !isPlain(value, inFlow) {
		s.lose()
		return ""
	}
	s.at += len(value)
	return value
}

// quoted reads a double-quoted scalar behind its first quote. If it goes on in
// the next line, that is indented by margin.
func (s *scanner) quoted(margin string) string {
	var value []byte
	start := s.at
	for s.at < len(s.text) && s.text[s.at] != '\n' {
		switch s.text[s.at] {
		case '"':
			rest := s.text[start:s.at]
			s.at++
			if value == nil {
				return rest
			}
			return string(append(value, rest...))
		case '\\':
			value = append(value, s.text[start:s.at]...)
			s.at++
			value = s.escape(value, margin)
			start = s.at
		default:
			s.at++
		}
	}
	s.lose()
	return ""
}

// escape appends what stands behind a backslash.
func (s *scanner) escape(value []byte, margin string) []byte {
	switch {
	case s.skip(`"`):
		return append(value, '"')
	case s.skip(`\`):
		return append(value, '\\')
	case s.skip("n"):
		return append(value, '\n')
	case s.skip("r"):
		return append(value, '\r')
	case s.skip("t"):
		return append(value, '\t')
	case s.skip("x"):
		return s.code(value, 2)
	case s.skip("u"):
		return s.code(value, 4)
	case margin != "" && s.skip("\n"+margin):
		// More blanks would be layout, unless the first of them is escaped.
		if !s.skip(`\ `) {
			if s.at < len(s.text) && strings.IndexByte(" \t\n", s.text[s.at]) < 0 {
				return value
			}
			s.lose()
		}
		return append(value, ' ')
	}
	s.lose()
	return value
}

// code appends the character with the number that comes next.
func (s *scanner) code(value []byte, digits int) []byte {
	if len(s.text)-s.at < digits {
		s.lose()
		return value
	}
	number, err := strconv.ParseUint(s.text[s.at:s.at+digits], 16, 16)
	if err != nil || utf16.IsSurrogate(rune(number)) {
		s.lose()
		return value
	}
	s.at += digits
	return utf8.AppendRune(value, rune(number))
}
