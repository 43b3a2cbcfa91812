package media

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
)

// An Edit replaces the bytes of a text from Start up to End by Text. Note is for the
// caller: functions that translate an edit copy it.
type Edit struct {
	Start, End int
	Text, Note string
}

// Apply returns text with the edits made. The edits must go from left to right and must
// not overlap. Without edits, Apply returns text itself.
func Apply(text []byte, edits []Edit) []byte {
	if len(edits) == 0 {
		return text
	}
	size := len(text)
	for _, e := range edits {
		size += len(e.Text) - (e.End - e.Start)
	}
	edited := make([]byte, 0, size)
	copied := 0
	for _, e := range edits {
		edited = append(append(edited, text[copied:e.Start]...), e.Text...)
		copied = e.End
	}
	return append(edited, text[copied:]...)
}

// Unquote decodes the content of a JSON string, without its quotes, and appends the
// result to decoded.
func Unquote(decoded, content []byte) []byte {
	for {
		escape := bytes.IndexByte(content, '\\')
		if escape < 0 {
			return append(decoded, content...)
		}
		decoded = append(decoded, content[:escape]...)
		var length int
		decoded, length = jsonEscapes.decode(decoded, content[escape:])
		content = content[escape+length:]
	}
}

// Requote translates edits of what [Unquote] returns for content into edits of content.
func Requote(content []byte, edits []Edit) []Edit { return jsonEscapes.translate(content, edits) }

// Unescape decodes a percent-encoded name or value and appends the result to decoded.
// A plus is a blank. An invalid escape is kept as it is.
func Unescape(decoded, text []byte) []byte {
	for len(text) > 0 {
		length := bytes.IndexAny(text, "%+")
		if length != 0 {
			if length < 0 {
				length = len(text)
			}
			decoded = append(decoded, text[:length]...)
		} else {
			decoded, length = formEscapes.decode(decoded, text)
		}
		text = text[length:]
	}
	return decoded
}

// Reescape translates edits of what [Unescape] returns for text into edits of text. It
// escapes the new text as [Escape] does.
func Reescape(text []byte, edits []Edit) []Edit { return formEscapes.translate(text, edits) }

// Escape returns a text as the value of a form field. It escapes only & = % + #, blanks
// and control characters, so that people can read the rest.
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

// escapes is a way to write any text with escape sequences.
type escapes struct {
	// decode decodes the escape or the single byte at the start of text, appends the
	// result and returns how many bytes of text it has read.
	decode func(decoded, text []byte) (_ []byte, length int)
	encode func(text string) string
}

// translate returns edits of raw for edits of the decoded raw. Everything outside the
// edits keeps its spelling.
func (s escapes) translate(raw []byte, edits []Edit) []Edit {
	translated := make([]Edit, len(edits))
	at, decoded := 0, 0
	var scratch [16]byte
	for i, e := range edits {
		start := at
		for at < len(raw) && decoded < e.End {
			unit, length := s.decode(scratch[:0], raw[at:])
			if decoded+len(unit) <= e.Start {
				start = at + length
			}
			at += length
			decoded += len(unit)
		}
		translated[i] = Edit{start, at, s.encode(e.Text), e.Note}
	}
	return translated
}

var jsonEscapes = escapes{
	decode: func(decoded, text []byte) ([]byte, int) {
		if text[0] != '\\' {
			return append(decoded, text[0]), 1
		}
		const longestEscape = len(`\ud83d\ude00`)
		return appendEscape(decoded, string(text[:min(len(text), longestEscape)]))
	},
	encode: func(text string) string {
		quoted := appendQuoted(nil, text)
		return string(quoted[1 : len(quoted)-1])
	},
}

var formEscapes = escapes{
	decode: func(decoded, text []byte) ([]byte, int) {
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
