package redaction

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// mayHoldSecret is a cheap test that most texts fail. It reports whether the walk may
// change a text, the strings of its JSON, the JSON in those, and so on. A text that
// fails holds nothing to replace.
//
// The test decodes no strings. Names, formats and plain values consist of characters
// that JSON writes as they are at any depth, unless an escape hides them.
func (w *walk) mayHoldSecret(text []byte) bool {
	if w.layer == byName {
		return bytes.IndexByte(text, '?') >= 0 && bytes.IndexByte(text, '=') >= 0 || escapesPlain(text) || quotesSecretField(text, &w.r.names)
	}
	if len(text) < shortestSecret {
		return false
	}
	occurs, plain := w.r.known.mayChange(text)
	return occurs || !plain && bytes.IndexByte(text, '\\') >= 0 || escapesPlain(text) || !w.knownOnly && mayHoldFormat(text)
}

// stringMayHoldSecret is mayHoldSecret for a string.
func (w *walk) stringMayHoldSecret(text string) bool {
	w.bytes = append(w.bytes[:0], text...)
	return w.mayHoldSecret(w.bytes)
}

// mayHoldFormat reports whether a text may hold a key of a known format, or a URL
// with a password.
func mayHoldFormat(text []byte) bool {
	return formatPrefixes.mayOccurIn(text) || bytes.IndexByte(text, '@') >= 0 && bytes.Contains(text, []byte(urlPrefix))
}

// formatPrefixes has the prefixes of all formats but urlPrefix: most URLs hold no
// password.
var formatPrefixes = func() *prefixFilter {
	var all []string
	for _, f := range formats {
		if f.prefix != urlPrefix {
			all = append(all, f.prefix)
		}
	}
	return newPrefixFilter(all)
}()

// isPlain reports whether JSON encoders write a value as it is, apart from the
// escapes that escapesPlain detects.
func isPlain(value string) bool {
	for n := range len(value) {
		if c := value[n]; c < ' ' || c > '~' || c == '"' || c == '\\' || isHTML(c) {
			return false
		}
	}
	return true
}

func isHTML(c byte) bool { return c == '<' || c == '>' || c == '&' }

// escapesPlain reports whether a text holds a JSON escape of a character that may be
// part of a plain value: of a slash, or of an ASCII character by its number. Other
// escapes are for quotes, backslashes, control characters and non-ASCII. Go escapes
// <, > and & by number too, but no plain value has them.
func escapesPlain(text []byte) bool {
	for {
		at := bytes.IndexByte(text, '\\')
		if at < 0 || at+1 == len(text) {
			return false
		}
		switch text = text[at+1:]; text[0] {
		case '/':
			return true
		case 'u':
			if len(text) >= len("u00XX") && text[1] == '0' && text[2] == '0' && '0' <= text[3] && text[3] < '8' && !isHTMLEscape(text[3:5]) {
				return true
			}
		}
	}
}

func isHTMLEscape(digits []byte) bool {
	return digits[0] == '3' && (digits[1]|0x20 == 'c' || digits[1]|0x20 == 'e') || digits[0] == '2' && digits[1] == '6'
}

// quotesSecretField reports whether a text has the name of a secret field between
// quotes. In JSON inside a string, backslashes precede the quotes.
func quotesSecretField(text []byte, names *secretNames) bool {
	for {
		quote := bytes.IndexByte(text, '"')
		if quote < 0 {
			return false
		}
		text = text[quote+1:]
		end := 0
		for end < len(text) && (isAlphanumeric(text[end]) || text[end] == '_') {
			end++
		}
		if end < len(text) && (text[end] == '"' || text[end] == '\\') && names.isSecret(inField, text[:end]) {
			return true
		}
	}
}

// A prefixFilter dismisses most texts without a prefix in a fraction of the time of
// a search. It knows the rarest three bytes of each prefix, and looks at every second
// pair of bytes for a part of them.
type prefixFilter [1 << 16 / 64]uint64 // one bit for each pair of bytes in the rarest three

// newPrefixFilter returns a filter for prefixes of at least three bytes.
func newPrefixFilter(prefixes []string) *prefixFilter {
	f := new(prefixFilter)
	for _, prefix := range prefixes {
		rarest := prefix[:3]
		for n := range prefix[2:] {
			if three := prefix[n : n+3]; rareness(three) >= rareness(rarest) {
				rarest = three
			}
		}
		for _, pair := range []string{rarest[:2], rarest[1:]} {
			bits := binary.LittleEndian.Uint16([]byte(pair))
			f[bits/64] |= 1 << (bits % 64)
		}
	}
	return f
}

// rareness is higher the rarer the pairs of three bytes are in prose and numbers.
func rareness(three string) int {
	return pairRareness(three[:2]) * pairRareness(three[1:])
}

func pairRareness(pair string) int {
	rareness := 1
	for n := range len(pair) {
		switch c := pair[n]; {
		case strings.IndexByte(" etaoinshrdlu", c) >= 0 || isDigit(c):
		case 'a' <= c && c <= 'z':
			rareness++
		default:
			rareness += 2
		}
	}
	return rareness
}

// mayOccurIn reports whether a text may hold a prefix. It is rarely wrong.
func (f *prefixFilter) mayOccurIn(text []byte) bool {
	at := 0
	for ; at+8 <= len(text); at += 8 {
		eight := binary.LittleEndian.Uint64(text[at:])
		if f.hasPair(uint16(eight))|f.hasPair(uint16(eight>>16))|f.hasPair(uint16(eight>>32))|f.hasPair(uint16(eight>>48)) != 0 &&
			f.hasThree(text[max(at-1, 0):min(at+9, len(text))]) {
			return true
		}
	}
	return f.hasThree(text[max(at-1, 0):])
}

// hasPair is 1 for a pair of bytes of a prefix, else 0.
func (f *prefixFilter) hasPair(bits uint16) uint64 { return f[bits/64] >> (bits % 64) & 1 }

// hasThree reports whether three bytes in a row consist of pairs of prefixes.
func (f *prefixFilter) hasThree(text []byte) bool {
	for n := 2; n < len(text); n++ {
		a, b, c := uint16(text[n-2]), uint16(text[n-1]), uint16(text[n])
		if f.hasPair(a|b<<8)&f.hasPair(b|c<<8) != 0 {
			return true
		}
	}
	return false
}
