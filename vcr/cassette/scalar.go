package cassette

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// binaryTag marks a value that is not UTF-8, and is shown in base64.
const binaryTag = "!!binary"

// appendScalar writes a value on one line: plain where YAML reads that back as
// the same text, else double-quoted. Inside [ ] and { } fewer values are plain.
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

// plainEnd returns the index of the first byte that a plain value cannot hold;
// the length of s if there is none.
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

// Where a byte may be in a plain value.
const (
	never = iota
	anywhere
	inBlock // not between [ ] and { }
	inWord  // not beside a blank, where it means something in YAML
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

// inLiteral reports whether a literal block can hold r. It cannot hold the control
// characters that YAML forbids, nor the line breaks and marks that readers of YAML
// treat differently.
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

// forbidden returns the index of the first character that a literal block cannot
// hold, or that is not UTF-8; the length of text if there is none.
func forbidden(text []byte) int {
	at := 0
	for {
		at += printable(text[at:])
		if at == len(text) {
			return at
		}
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 || !inLiteral(r) {
			return at
		}
		at += size
	}
}

// printable returns the length of the run of printable ASCII that b begins with.
// Most of a cassette is such runs, so eight bytes are compared at once.
func printable(b []byte) int {
	at := 0
	for ; len(b)-at >= 32; at += 32 {
		run := (*[32]byte)(b[at:])
		if (marks(binary.LittleEndian.Uint64(run[:]))|marks(binary.LittleEndian.Uint64(run[8:]))|
			marks(binary.LittleEndian.Uint64(run[16:]))|marks(binary.LittleEndian.Uint64(run[24:])))&highBits != 0 {
			break
		}
	}
	for ; len(b)-at >= 8; at += 8 {
		if marked := marks(binary.LittleEndian.Uint64(b[at:])) & highBits; marked != 0 {
			return at + bits.TrailingZeros64(marked)/8
		}
	}
	for at < len(b) && ' ' <= b[at] && b[at] <= '~' {
		at++
	}
	return at
}

// One in each of eight bytes, and the high bit of each.
const (
	eachByte = 0x0101010101010101
	highBits = 0x8080808080808080
)

// marks sets the high bit of the first of eight bytes that is not printable ASCII,
// and of no byte before it. Subtracting ' ' sets it for control characters, and
// adding 1 for DEL; one of the two keeps it for bytes that are not ASCII. A borrow or
// a carry may mark bytes after the first.
func marks(eight uint64) uint64 {
	return (eight - ' '*eachByte) | (eight + eachByte)
}

// fitsLiteral reports whether a literal block can show text and is read back to
// the byte: text has no forbidden character, no blank at the end of a line, which
// editors strip, and is not only line breaks.
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
		dst = append(dst, '2') // the indentation, which the first line does not tell
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
