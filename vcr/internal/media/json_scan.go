package media

import (
	"bytes"
	"math/bits"
	"strings"
)

// maxNesting is how deep encoding/json allows containers to be nested.
const maxNesting = 10_000

// isJSON tells whether text is valid JSON. It gives the same result as json.Valid,
// which is several times slower. Compact tells that there is no white space around
// tokens.
func isJSON(text []byte) (valid, compact bool) {
	var few [32]byte
	s := scanner{text: text, open: few[:0]}
	return s.value() && s.at == len(text), !s.spaced
}

// scanner passes over a JSON text and keeps nothing of it. Its methods return false
// where the text is not JSON.
type scanner struct {
	text   []byte
	at     int
	spaced bool
	open   []byte // the closing byte of each container around at
}

// value passes over a value and the white space around it. It is a loop instead of a
// recursion since a text may be deep.
func (s *scanner) value() bool {
	for {
		switch s.next() {
		case '{':
			if !s.enter('}') {
				return false
			}
			if s.next() != '}' {
				if !s.key() {
					return false
				}
				continue
			}
		case '[':
			if !s.enter(']') {
				return false
			}
			if s.next() != ']' {
				continue
			}
		default:
			if !s.scalar() {
				return false
			}
		}
		if more, ok := s.leave(); !more {
			return ok
		}
	}
}

// next returns the next byte that is not white space, or 0 at the end.
func (s *scanner) next() byte {
	for s.at < len(s.text) {
		if c := s.text[s.at]; !isSpace(c) {
			return c
		}
		s.spaced = true
		s.at++
	}
	return 0
}

func (s *scanner) enter(closing byte) bool {
	s.at++
	s.open = append(s.open, closing)
	return len(s.open) <= maxNesting
}

// leave passes over the ends of containers after a value. If another value follows, it
// passes over the comma and the key before that value.
func (s *scanner) leave() (more, ok bool) {
	for len(s.open) > 0 {
		closing := s.open[len(s.open)-1]
		switch s.next() {
		case closing:
			s.at++
			s.open = s.open[:len(s.open)-1]
		case ',':
			s.at++
			if closing == ']' {
				return true, true
			}
			s.next()
			return s.key(), false
		default:
			return false, false
		}
	}
	s.next()
	return false, true
}

// key passes over the name of a member and the colon.
func (s *scanner) key() bool {
	if s.at == len(s.text) || s.text[s.at] != '"' || !s.quoted() || s.next() != ':' {
		return false
	}
	s.at++
	return true
}

func (s *scanner) scalar() bool {
	if s.at == len(s.text) {
		return false
	}
	switch s.text[s.at] {
	case '"':
		return s.quoted()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *scanner) word(word string) bool {
	if !bytes.HasPrefix(s.text[s.at:], []byte(word)) {
		return false
	}
	s.at += len(word)
	return true
}

func (s *scanner) quoted() bool {
	for i := plainEnd(s.text, s.at+1); i < len(s.text); i = plainEnd(s.text, i) {
		if s.text[i] == '"' {
			s.at = i + 1
			return true
		}
		length := 0
		if s.text[i] == '\\' {
			length = escapeLength(s.text[i+1:])
		}
		if length == 0 {
			return false // a control character or an invalid escape
		}
		i += 1 + length
	}
	return false
}

// escapeLength returns the length of the escape after its backslash, or 0 if the escape
// is invalid.
func escapeLength(text []byte) int {
	switch {
	case len(text) == 0:
		return 0
	case bytes.IndexByte([]byte(`"\/bfnrt`), text[0]) >= 0:
		return 1
	case text[0] != 'u' || len(text) < 5:
		return 0
	}
	for _, c := range text[1:5] {
		if !isDigit(c) && (c|0x20 < 'a' || 'f' < c|0x20) {
			return 0
		}
	}
	return 5
}

func (s *scanner) number() bool {
	if s.text[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.text) && s.text[s.at] == '0' {
		s.at++
	} else if !s.digits() {
		return false
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		if !s.digits() {
			return false
		}
	}
	if s.at < len(s.text) && s.text[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
		return s.digits()
	}
	return true
}

// digits passes over at least one digit.
func (s *scanner) digits() bool {
	end := s.at
	for end < len(s.text) && isDigit(s.text[end]) {
		end++
	}
	some := end > s.at
	s.at = end
	return some
}

// stringEnd returns the index after the JSON string that opens at text[start]. A string
// without a closing quote ends with its line: closed is then false, and end is the
// index of the line break or the length of text.
func stringEnd[T string | []byte](text T, start int) (end int, closed bool) {
	for i := plainEnd(text, start+1); i < len(text); i = plainEnd(text, i+1) {
		switch text[i] {
		case '"':
			return i + 1, true
		case '\n', '\r':
			return i, false
		case '\\':
			if i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\') {
				i++
			}
		}
	}
	return len(text), false
}

// plainEnd returns the index of the first quote, backslash or control character of
// text, from an index on, or the length of text. Every byte before that is a plain byte
// of a JSON string. Most of JSON is plain, so plainEnd compares eight bytes at once.
func plainEnd[T string | []byte](text T, from int) int {
	const each, high = 0x0101010101010101, 0x8080808080808080
	at := from
	for ; at+8 <= len(text); at += 8 {
		run := text[at : at+8]
		eight := uint64(run[0]) | uint64(run[1])<<8 | uint64(run[2])<<16 | uint64(run[3])<<24 |
			uint64(run[4])<<32 | uint64(run[5])<<40 | uint64(run[6])<<48 | uint64(run[7])<<56
		quote, backslash := eight^'"'*each, eight^'\\'*each
		// A subtraction sets the high bit of a byte that is 0 (or, in the last term, below
		// a blank). The lowest bit set is right; those above it may come from a borrow.
		if ends := ((quote-each)&^quote | (backslash-each)&^backslash | (eight-' '*each)&^eight) & high; ends != 0 {
			return at + bits.TrailingZeros64(ends)/8
		}
	}
	for at < len(text) && text[at] != '"' && text[at] != '\\' && text[at] >= ' ' {
		at++
	}
	return at
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isLiteral tells whether c may be part of a number, true, false or null.
func isLiteral(c byte) bool {
	return strings.IndexByte(`{}[]:,"`, c) < 0
}
