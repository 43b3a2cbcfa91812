package media

import (
	"bytes"
	"strings"
)

// EachString calls visit for each string in body that is a JSON value: with the content of the key under which it stands, nil where
// it has none, and with its own content, which begins at body[start]. Both are without quotes, and as they are written: [Unquote]
// tells what they stand for.
//
// Body may be any text that holds JSON, pretty or compact: one value, newline-delimited values, server-sent events, a page with a
// script, frames between zero bytes. It need not be valid. A string that the end of body cuts off is visited too.
func EachString(body []byte, visit func(name, content []byte, start int)) {
	zeroFree(body, func(run []byte, offset int) {
		for next := 0; next < len(run); {
			quote := bytes.IndexByte(run[next:], '"')
			if quote < 0 {
				return
			}
			next = eachString(run, next+quote, offset, visit)
		}
	})
}

// eachString looks at the quote at text[open] and returns where the next one may be.
func eachString(text []byte, open, offset int, visit func(name, content []byte, start int)) int {
	end, closed := stringEnd(text, open)
	if !closed {
		return end
	}
	colon := skipSpace(text, end)
	if colon == len(text) || text[colon] != ':' {
		if colon < len(text) && strings.IndexByte(",]}", text[colon]) < 0 {
			// In JSON nothing else follows a string: this was the gap between two strings, so the quote opens the second one.
			return end - 1
		}
		visit(nil, text[open+1:end-1], offset+open+1)
		return end
	}
	value := skipSpace(text, colon+1)
	if value == len(text) || text[value] != '"' {
		return value
	}
	valueEnd, closed := stringEnd(text, value)
	if !closed && valueEnd < len(text) {
		return value
	}
	content := text[value+1 : valueEnd]
	if closed {
		content = content[:len(content)-1]
	}
	visit(text[open+1:end-1], content, offset+value+1)
	return valueEnd
}

// skipSpace returns where the next token starts. In server-sent events, JSON goes
// on behind the field name of the next line.
func skipSpace(text []byte, start int) int {
	for start < len(text) {
		switch {
		case isSpace(text[start]):
			start++
		case start > 0 && (text[start-1] == '\n' || text[start-1] == '\r') && bytes.HasPrefix(text[start:], []byte("data:")):
			start += len("data:")
		default:
			return start
		}
	}
	return start
}

// Unquote appends what the content of a JSON string stands for.
func Unquote(decoded, content []byte) []byte {
	for {
		escape := bytes.IndexByte(content, '\\')
		if escape < 0 {
			return append(decoded, content...)
		}
		decoded = append(decoded, content[:escape]...)
		var length int
		decoded, length = quoted.unit(decoded, content[escape:])
		content = content[escape+length:]
	}
}

// Requote returns, for edits of what the content of a JSON string stands for, the edits of that content.
func Requote(content []byte, edits []Edit) []Edit { return quoted.rewrite(content, edits) }

var quoted = notation{
	unit: func(decoded, text []byte) ([]byte, int) {
		if text[0] != '\\' {
			return append(decoded, text[0]), 1
		}
		const longestEscape = len(`\ud83d\ude00`)
		return appendEscape(decoded, string(text[:min(len(text), longestEscape)]))
	},
	encode: func(text string) string {
		escaped := appendQuoted(nil, text)
		return string(escaped[1 : len(escaped)-1])
	},
}
