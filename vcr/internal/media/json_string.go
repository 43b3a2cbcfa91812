package media

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// stringEnd returns the index after the JSON string that opens at text[start]. A string ends with its line at the latest: where the
// closing quote is missing, closed is false and end is the index of the line break, or the length of text.
func stringEnd[T string | []byte](text T, start int) (end int, closed bool) {
	for i := verbatim(text, start+1); i < len(text); i = verbatim(text, i+1) {
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

// decodeString returns what the content of a JSON string, without its quotes, stands for. A surrogate without its partner becomes
// the three bytes that UTF-8 has no use for (WTF-8), so that it stays apart from U+FFFD and sorts by its number. What is no escape
// in JSON stands for itself.
func decodeString(content string) string {
	escape := strings.IndexByte(content, '\\')
	if escape < 0 {
		return content
	}
	decoded := make([]byte, 0, len(content))
	for escape >= 0 {
		decoded = append(decoded, content[:escape]...)
		content = content[escape:]
		var length int
		decoded, length = appendEscape(decoded, content)
		content = content[length:]
		escape = strings.IndexByte(content, '\\')
	}
	return string(append(decoded, content...))
}

// appendEscape appends what the escape at the start of text stands for, and returns the escape's length.
func appendEscape(decoded []byte, text string) ([]byte, int) {
	if len(text) == 1 {
		return append(decoded, text...), 1
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return append(decoded, "\"\\/\b\f\n\r\t"[i]), 2
	}
	unit, ok := unicodeEscape(text)
	switch {
	case !ok:
		return append(decoded, text[0]), 1
	case !utf16.IsSurrogate(unit):
		return utf8.AppendRune(decoded, unit), 6
	}
	partner, _ := unicodeEscape(text[6:])
	if pair := utf16.DecodeRune(unit, partner); pair != utf8.RuneError {
		return utf8.AppendRune(decoded, pair), 12
	}
	return append(decoded, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F), 6
}

// unicodeEscape returns the code unit of the \uXXXX at the start of text.
func unicodeEscape(text string) (unit rune, ok bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	number, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(number), err == nil
}

// appendQuoted appends decoded as a JSON string in the one spelling that canonical texts use: only the quote, the backslash, control
// characters and surrogates without a partner are escaped.
func appendQuoted(out []byte, decoded string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(decoded); i++ {
		switch c := decoded[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c == 0xED && i+2 < len(decoded) && decoded[i+1] >= 0xA0:
			out = append(out, '\\', 'u', 'd', hex[decoded[i+1]>>2&15], hex[decoded[i+1]&3<<2|decoded[i+2]>>4&3], hex[decoded[i+2]&15])
			i += 2
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
