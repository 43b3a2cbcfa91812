package media

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

const (
	maxColumns = 80 // of a container that stays on one line, its indentation not counted
	maxDepth   = 32 // of containers that are broken into lines
)

// AppendLayoutJSON appends to shown how a compact JSON object or array is shown to people, in lines that RestoreJSON brings back to
// exactly the bytes of body:
//
//	{
//	  "model": "gpt-4o-mini",
//	  "messages": [
//	    {
//	      "role": "system",
//	      "content": "Rules:\n
//	        |- Answer briefly.\n
//	        |- Be kind."
//	    },
//	    {"role": "user", "content": "What is the capital of France?"}
//	  ]
//	}
//
// A container of scalars stays on one line of at most 80 columns unless one of its strings is broken; arrays of numbers stay on one
// line however long. A string is broken after an escape \n, or a run of them, that has text after it. Containers more than 32 deep
// are written as they are. Escapes, the spelling of numbers, the order of keys and duplicates all stay.
//
// The result begins with { or [, has no final newline, no tab and no blank at the end of a line. It is valid UTF-8 only if body is.
// Ok is false, and nothing is appended, for everything that this form cannot hold: JSON with white space around tokens, scalars, what
// is not JSON.
func AppendLayoutJSON(shown, body []byte) (_ []byte, ok bool) {
	if len(body) == 0 || body[0] != '{' && body[0] != '[' {
		return shown, false
	}
	if valid, compact := isJSON(body); !valid || !compact {
		return shown, false
	}
	return layout(shown, body), true
}

func layout(shown, body []byte) []byte {
	shown = slices.Grow(shown, len(body)+len(body)/4+256)
	depth := 0
	for i := 0; i < len(body); {
		end := i + 1
		switch c := body[i]; c {
		case '{', '[':
			if depth == maxDepth {
				end = containerEnd(body, i)
				shown = append(shown, body[i:end]...)
			} else if after := lineEnd(body, i); after > 0 {
				end = after
				shown = appendLine(shown, body[i:end])
			} else {
				depth++
				shown = appendBreak(append(shown, c), depth)
			}
		case '}', ']':
			depth--
			shown = append(appendBreak(shown, depth), c)
		case ',':
			shown = appendBreak(append(shown, c), depth)
		case ':':
			shown = append(shown, ": "...)
		case '"':
			end, _ = stringEnd(body, i)
			shown = appendLines(shown, body[i:end], depth+1)
		default:
			shown = append(shown, c)
		}
		i = end
	}
	return shown
}

// lineEnd returns the index after the container that opens at body[start] if it is to stay on one line, else 0. It looks no further
// than that line, and never into a container inside, so all calls together read a body once.
func lineEnd(body []byte, start int) int {
	if end := numbersEnd(body, start); end > 0 {
		return end
	}
	columns := 1
	quoted := false
	for i := start + 1; columns < maxColumns; i++ {
		c := body[i]
		if utf8.RuneStart(c) {
			columns++
		}
		switch {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
			columns++
			if body[i] == 'n' && breaksBefore(body[i+1:]) {
				return 0
			}
		case quoted:
		case c == ',' || c == ':':
			columns++ // the blank that appendLine adds
		case c == '{' || c == '[':
			return 0
		case c == '}' || c == ']':
			return i + 1
		}
	}
	return 0
}

// numbersEnd returns the index after the array that opens at body[start] if it holds numbers only, else 0.
func numbersEnd(body []byte, start int) int {
	if body[start] != '[' {
		return 0
	}
	i := start + 1
	for inNumbers[body[i]] {
		i++
	}
	if body[i] != ']' {
		return 0
	}
	return i + 1
}

var inNumbers = func() (in [256]bool) {
	for _, c := range "0123456789.,-+eE" {
		in[c] = true
	}
	return in
}()

// containerEnd returns the index after the container that opens at body[start].
func containerEnd(body []byte, start int) int {
	open := 0
	for i := start; ; i++ {
		switch body[i] {
		case '"':
			end, _ := stringEnd(body, i)
			i = end - 1
		case '{', '[':
			open++
		case '}', ']':
			open--
			if open == 0 {
				return i + 1
			}
		}
	}
}

// breaksBefore tells whether a string is broken between an escape \n and the rest of the string: not at its end, nor inside a run.
func breaksBefore(rest []byte) bool {
	return rest[0] != '"' && !bytes.HasPrefix(rest, []byte(`\n`))
}

// appendBreak appends a line break and the indentation of the next line.
func appendBreak(shown []byte, depth int) []byte {
	shown = append(shown, '\n')
	for range depth {
		shown = append(shown, "  "...)
	}
	return shown
}

// appendLine appends a container without containers inside on one line.
func appendLine(shown, container []byte) []byte {
	quoted := false
	start := 0
	for i := 0; i < len(container); i++ {
		switch c := container[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && (c == ',' || c == ':'):
			shown = append(append(shown, container[start:i+1]...), ' ')
			start = i + 1
		}
	}
	return append(shown, container[start:]...)
}

// appendLines appends a string, broken into its lines; those after the first are indented by depth.
func appendLines(shown, quoted []byte, depth int) []byte {
	for {
		escape := bytes.IndexByte(quoted, '\\')
		if escape < 0 {
			return append(shown, quoted...)
		}
		shown = append(shown, quoted[:escape+2]...)
		newline := quoted[escape+1] == 'n'
		quoted = quoted[escape+2:]
		if newline && breaksBefore(quoted) {
			shown = append(appendBreak(shown, depth), '|')
		}
	}
}
