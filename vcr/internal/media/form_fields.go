package media

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
)

// EachField calls visit for each field of a form, or each parameter of a URL's query, that has a value: with its name and its value,
// which begins at body[start]. Both are as they are written: [Unescape] tells what they stand for.
func EachField(body []byte, visit func(name, value []byte, start int)) {
	for start := 0; start <= len(body); {
		field, _, _ := bytes.Cut(body[start:], []byte("&"))
		if name, value, found := bytes.Cut(field, []byte("=")); found {
			visit(name, value, start+len(name)+1)
		}
		start += len(field) + 1
	}
}

// Unescape appends what a percent-encoded name or value stands for, a plus being a blank. What is no escape stands for itself.
func Unescape(decoded, text []byte) []byte {
	for len(text) > 0 {
		length := bytes.IndexAny(text, "%+")
		if length != 0 {
			if length < 0 {
				length = len(text)
			}
			decoded = append(decoded, text[:length]...)
		} else {
			decoded, length = escapedField.unit(decoded, text)
		}
		text = text[length:]
	}
	return decoded
}

// Reescape returns, for edits of what a percent-encoded text stands for, the edits of that text. Of what is put in, & = % + # blanks
// and control characters are escaped.
func Reescape(text []byte, edits []Edit) []Edit { return escapedField.rewrite(text, edits) }

var escapedField = notation{
	unit: func(decoded, text []byte) ([]byte, int) {
		if text[0] == '+' {
			return append(decoded, ' '), 1
		}
		if text[0] == '%' && len(text) > 2 {
			if b, err := strconv.ParseUint(string(text[1:3]), 16, 8); err == nil {
				return append(decoded, byte(b)), 3
			}
		}
		return append(decoded, text[0]), 1
	},
	encode: Escape,
}

// Escape returns a text as the value of a field: with escapes for & = % + # blanks and control characters only, so that people can
// read it.
func Escape(text string) string {
	var escaped strings.Builder
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c == 0x7F || strings.IndexByte("&=%+#", c) >= 0 {
			escaped.WriteString(url.QueryEscape(text[i : i+1]))
		} else {
			escaped.WriteByte(c)
		}
	}
	return escaped.String()
}
