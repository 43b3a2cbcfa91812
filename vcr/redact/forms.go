package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A form is one way in which a value stands in a message.
type form struct {
	text string
	// In base64, a character at an edge may hold bits of the value and of what
	// stands beside it.
	base64        bool
	before, after int // how many such characters there are
}

// longestEncoded is the length of values up to which they are looked for in
// base64 and hex as well.
const longestEncoded = 16 << 10

// forms returns the ways in which a value stands in a message: as it is, as a
// part of a URL or form, inside a JSON string, in hex, and in base64 with any
// number of bytes before it. Of equal texts there is one.
func forms(value string) []form {
	query, path := url.QueryEscape(value), url.PathEscape(value)
	component := strings.ReplaceAll(query, "+", "%20") // as browsers and Python write it
	all := []form{
		{text: value},
		{text: query}, {text: path}, {text: component},
		{text: lowerEscapes(query)}, {text: lowerEscapes(path)}, {text: lowerEscapes(component)},
		{text: inJSON(value, false)}, {text: inJSON(value, true)}, {text: strings.ReplaceAll(inJSON(value, false), "/", `\/`)},
	}
	if len(value) <= longestEncoded {
		lower := hex.EncodeToString([]byte(value))
		all = append(all, form{text: lower}, form{text: strings.ToUpper(lower)})
		for before := range 3 {
			all = append(all, inBase64(value, before, base64.RawStdEncoding), inBase64(value, before, base64.RawURLEncoding))
		}
	}
	slices.SortStableFunc(all, func(a, b form) int { return strings.Compare(a.text, b.text) })
	return slices.CompactFunc(all, func(a, b form) bool { return a.text == b.text })
}

// inJSON returns a value as it stands in a JSON string, with or without the
// escapes that Go's encoder adds for HTML. Other escapes are found where strings
// are decoded.
func inJSON(value string, html bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(html)
	_ = encoder.Encode(value) // a string always has a JSON form
	return b.String()[1 : b.Len()-len("\"\n")]
}

// inBase64 returns the characters that depend on nothing but the value when
// some bytes, modulo three, stand before it.
func inBase64(value string, before int, encoding *base64.Encoding) form {
	encoded := encoding.EncodeToString(append(make([]byte, before), value...))
	f := form{base64: true, before: min(before, 1)}
	bits := 8 * (before + len(value))
	if bits%6 != 0 {
		f.after = 1
	}
	f.text = encoded[(8*before+5)/6 : bits/6]
	return f
}

// grow returns where a find ends in both directions when the characters that
// hold bits of the value are taken with it, and the padding.
func (f form) grow(text []byte, start, end int) (int, int) {
	if !f.base64 {
		return start, end
	}
	if f.before > 0 && start > 0 && isBase64(text[start-1]) {
		start--
	}
	if f.after > 0 && end < len(text) && isBase64(text[end]) {
		end++
	}
	for n := 0; n < 2 && end < len(text) && text[end] == '='; n++ {
		end++
	}
	return start, end
}

func isBase64(c byte) bool {
	return isAlphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_'
}

func isAlphanumeric(c byte) bool { return isLetter(c) || isDigit(c) }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

var escapes = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerEscapes(text string) string { return escapes.ReplaceAllStringFunc(text, strings.ToLower) }
