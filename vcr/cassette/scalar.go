package cassette

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"
)

// binaryTag marks a value that is not UTF-8, and is shown in base64.
const binaryTag = "!!binary"

// appendScalar writes a value on one line: plain where YAML reads it back as
// it is, else double-quoted. Inside [ ] and { } fewer values are plain.
func appendScalar(dst []byte, s string, inFlow bool) []byte {
	if isPlain(s, inFlow) {
		return append(dst, s...)
	}
	if !utf8.ValidString(s) {
		dst = append(dst, binaryTag+" "...)
		return appendScalar(dst, base64.StdEncoding.EncodeToString([]byte(s)), inFlow)
	}
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

func isPlain(s string, inFlow bool) bool {
	if s == "" || !isAlphanumeric(s[0]) && s[0] != '/' && s[0] != '_' && s[0] != '.' {
		return false
	}
	last := s[len(s)-1]
	return last != ' ' && last != ':' && plainEnd(s, inFlow) == len(s)
}

// plainEnd returns how much of s a plain value can hold, if it can begin and end
// like that.
func plainEnd(s string, inFlow bool) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; plain[c] {
		case never:
			return i
		case inBlock:
			if inFlow {
				return i
			}
		case inWord:
			if c == ':' && i+1 < len(s) && s[i+1] == ' ' || c == '#' && i > 0 && s[i-1] == ' ' {
				return i
			}
		}
	}
	return len(s)
}

// Where the bytes of plain values may stand.
const (
	never = iota
	anywhere
	inBlock // not between [ ] and { }
	inWord  // not beside the blank that makes them a mark
)

var plain = func() (where [256]byte) {
	for c := ' '; c <= '~'; c++ {
		where[c] = anywhere
	}
	for _, c := range ",?[]{}" {
		where[c] = inBlock
	}
	where[':'], where['#'] = inWord, inWord
	return where
}()

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// appendEscaped writes the inside of a double-quoted scalar.
func appendEscaped(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r <= 0xFF && !inLiteral(r):
			dst = fmt.Appendf(dst, `\x%02X`, r)
		case r <= 0xFFFF && !inLiteral(r):
			dst = fmt.Appendf(dst, `\u%04X`, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// inLiteral reports whether r can stand in a literal block: neither one of the
// control characters that YAML forbids, nor one of the breaks and marks that
// its readers treat each in their own way.
func inLiteral(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return true
	case r < 0x20 || 0x7F <= r && r <= 0x9F:
		return false
	case r == 0x2028 || r == 0x2029 || r == 0xFEFF || r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return true
}

// fitsLiteral reports whether text can be shown as a literal block and read
// back to the byte: no forbidden character, no blank at the end of a line that
// an editor would strip, and something besides line breaks.
func fitsLiteral(text []byte) bool {
	if forbidden(text) < len(text) || endsBlank(text) {
		return false
	}
	seen := false
	for len(text) > 0 {
		n := bytes.IndexByte(text, '\n')
		if n < 0 {
			return true
		}
		if endsBlank(text[:n]) {
			return false
		}
		seen = seen || n > 0
		text = text[n+1:]
	}
	return seen
}

func endsBlank(text []byte) bool {
	return len(text) > 0 && (text[len(text)-1] == ' ' || text[len(text)-1] == '\t')
}

// appendLiteral writes text as a literal block whose lines are indented by
// indent columns, beginning with the block's header. text fits a literal.
func appendLiteral(dst, text []byte, indent int) []byte {
	dst = append(dst, '|')
	if strings.IndexByte(" \t\n", text[0]) >= 0 {
		dst = append(dst, '2') // what would else be taken for the indentation
	}
	switch body := bytes.TrimRight(text, "\n"); len(text) - len(body) {
	case 0:
		dst = append(dst, '-')
	case 1:
	default:
		dst = append(dst, '+')
	}
	dst = append(dst, '\n')
	for line := range bytes.Lines(text) {
		if line[0] != '\n' {
			dst = appendIndent(dst, indent)
		}
		dst = append(dst, line...)
	}
	if text[len(text)-1] != '\n' {
		dst = append(dst, '\n')
	}
	return dst
}

// appendQuoted writes text as a double-quoted scalar with one source line per
// line of text.
func appendQuoted(dst, text []byte, indent int) []byte {
	dst = append(dst, '"')
	first := true
	for line := range bytes.Lines(text) {
		if !first {
			dst = append(dst, '\\', '\n')
			dst = appendIndent(dst, indent)
			if line[0] == ' ' {
				dst = append(dst, '\\') // a blank here is layout unless it is escaped
			}
		}
		dst = appendEscaped(dst, string(line))
		first = false
	}
	return append(dst, '"', '\n')
}

func appendIndent(dst []byte, columns int) []byte {
	for range columns {
		dst = append(dst, ' ')
	}
	return dst
}
