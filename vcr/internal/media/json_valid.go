package media

import "bytes"

// maxNesting is how deep encoding/json lets containers stand in each other.
const maxNesting = 10_000

// isJSON tells whether text is valid JSON, as json.Valid does, which takes several times as long. Compact says that no white space
// stands around its tokens.
func isJSON(text []byte) (valid, compact bool) {
	var few [32]byte
	s := skim{text: text, open: few[:0]}
	return s.value() && s.at == len(text), !s.spaced
}

// skim passes over a JSON text without keeping anything of it. What it passes over is reported as false where it is no JSON.
type skim struct {
	text   []byte
	at     int
	spaced bool
	open   []byte // the containers around the place, by the byte that closes each
}

// value passes over a value and the white space around it. It takes containers one by one, since a text may be deep.
func (s *skim) value() bool {
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

// next returns the byte after white space, 0 at the end.
func (s *skim) next() byte {
	for s.at < len(s.text) {
		if c := s.text[s.at]; !isSpace(c) {
			return c
		}
		s.spaced = true
		s.at++
	}
	return 0
}

func (s *skim) enter(closing byte) bool {
	s.at++
	s.open = append(s.open, closing)
	return len(s.open) <= maxNesting
}

// leave passes over the ends of containers after a value and, if there is more, the comma and the key before the next value.
func (s *skim) leave() (more, ok bool) {
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
func (s *skim) key() bool {
	if s.at == len(s.text) || s.text[s.at] != '"' || !s.quoted() || s.next() != ':' {
		return false
	}
	s.at++
	return true
}

func (s *skim) scalar() bool {
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

func (s *skim) word(word string) bool {
	if !bytes.HasPrefix(s.text[s.at:], []byte(word)) {
		return false
	}
	s.at += len(word)
	return true
}

func (s *skim) quoted() bool {
	for i := verbatim(s.text, s.at+1); i < len(s.text); i = verbatim(s.text, i) {
		if s.text[i] == '"' {
			s.at = i + 1
			return true
		}
		length := 0
		if s.text[i] == '\\' {
			length = escapeLength(s.text[i+1:])
		}
		if length == 0 {
			return false // a control character, or no escape
		}
		i += 1 + length
	}
	return false
}

// escapeLength returns the length of an escape after its backslash, 0 for what is none.
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

func (s *skim) number() bool {
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

// digits passes over one digit or more.
func (s *skim) digits() bool {
	end := s.at
	for end < len(s.text) && isDigit(s.text[end]) {
		end++
	}
	found := end > s.at
	s.at = end
	return found
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
