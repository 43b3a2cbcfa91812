package media

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

const (
	maxColumns = 80 // of a container on one line, without its indentation
	maxDepth   = 32 // of containers that are broken into lines
)

// AppendLayoutJSON appends a compact JSON object or array to layout, in lines that
// people can read. RestoreJSON returns exactly the bytes of body from them:
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
// A container of scalars stays on one line of at most 80 columns unless one of its
// strings is broken. An array of numbers stays on one line, however long. A string is
// broken after an escape \n, or a run of them, if text follows. Containers more than 32
// deep are not changed. The layout keeps all escapes, the spelling of numbers, the
// order of keys and duplicate keys.
//
// The result begins with { or [. It has no tab, no blank at the end of a line and no
// final newline. It is valid UTF-8 only if body is.
//
// Ok is false, and nothing is appended, if body is not JSON, is a scalar, or has white
// space around tokens.
func AppendLayoutJSON(layout, body []byte) (_ []byte, ok bool) {
	if len(body) == 0 || body[0] != '{' && body[0] != '[' {
		return layout, false
	}
	if valid, compact := isJSON(body); !valid || !compact {
		return layout, false
	}
	return appendLayout(layout, body), true
}

func appendLayout(layout, body []byte) []byte {
	layout = slices.Grow(layout, len(body)+len(body)/4+256)
	depth := 0
	for i := 0; i < len(body); {
		end := i + 1
		switch c := body[i]; c {
		case '{', '[':
			if depth == maxDepth {
				end = containerEnd(body, i)
				layout = append(layout, body[i:end]...)
			} else if after := oneLineEnd(body, i); after > 0 {
				end = after
				layout = appendOneLine(layout, body[i:end])
			} else {
				depth++
				layout = appendBreak(append(layout, c), depth)
			}
		case '}', ']':
			depth--
			layout = append(appendBreak(layout, depth), c)
		case ',':
			layout = appendBreak(append(layout, c), depth)
		case ':':
			layout = append(layout, ": "...)
		case '"':
			end, _ = stringEnd(body, i)
			layout = appendString(layout, body[i:end], depth+1)
		default:
			layout = append(layout, c)
		}
		i = end
	}
	return layout
}

// oneLineEnd returns the index after the container that opens at body[start] if it
// stays on one line, else 0. It reads at most one line and never enters an inner
// container, so all calls together read a body once.
func oneLineEnd(body []byte, start int) int {
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
			columns++ // the blank that appendOneLine adds
		case c == '{' || c == '[':
			return 0
		case c == '}' || c == ']':
			return i + 1
		}
	}
	return 0
}

// numbersEnd returns the index after the array that opens at body[start] if it holds
// only numbers, else 0.
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

// breaksBefore tells whether a string is broken between an escape \n and rest. It is
// not broken at its end or inside a run of \n.
func breaksBefore(rest []byte) bool {
	return rest[0] != '"' && !bytes.HasPrefix(rest, []byte(`\n`))
}

// appendBreak appends a line break and the indentation of the next line.
func appendBreak(layout []byte, depth int) []byte {
	layout = append(layout, '\n')
	for range depth {
		layout = append(layout, "  "...)
	}
	return layout
}

// appendOneLine appends a container of scalars on one line.
func appendOneLine(layout, container []byte) []byte {
	quoted := false
	start := 0
	for i := 0; i < len(container); i++ {
		switch c := container[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && (c == ',' || c == ':'):
			layout = append(append(layout, container[start:i+1]...), ' ')
			start = i + 1
		}
	}
	return append(layout, container[start:]...)
}

// appendString appends a string with its quotes, broken into lines. Lines after the
// first are indented by depth.
func appendString(layout, quoted []byte, depth int) []byte {
	for {
		escape := bytes.IndexByte(quoted, '\\')
		if escape < 0 {
			return append(layout, quoted...)
		}
		layout = append(layout, quoted[:escape+2]...)
		newline := quoted[escape+1] == 'n'
		quoted = quoted[escape+2:]
		if newline && breaksBefore(quoted) {
			layout = append(appendBreak(layout, depth), '|')
		}
	}
}

// RestoreJSON returns the compact JSON text that AppendLayoutJSON laid out. It accepts
// any other layout of that text too, such as one that a person edited. It removes white
// space beside { } [ ] : and ,. Inside a string it removes each line break, the blanks
// after it and the | after those. A line break is LF or CR LF.
//
// The error begins with the line, counted from 1 in layout. The result is valid JSON.
//
// RestoreJSON overwrites buffer and returns a part of it if buffer is large enough.
func RestoreJSON(buffer, layout []byte) ([]byte, error) {
	body, line, err := restore(buffer, layout, len(layout))
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	if valid, _ := isJSON(body); valid {
		return body, nil
	}
	var syntax *json.SyntaxError
	if err = json.Unmarshal(body, new(json.RawMessage)); errors.As(err, &syntax) {
		_, line, _ = restore(nil, layout, int(syntax.Offset))
	}
	return nil, fmt.Errorf("line %d: invalid JSON: %w", line, err)
}

var (
	errStringBreak = errors.New(`line break inside a string: write \n, and begin the next line with blanks and "|"`)
	errEscapeBreak = errors.New("line break inside an escape: move it after the escape")
	errSplitValue  = errors.New("white space inside a value: remove it, or replace it with a comma")
)

// restore reads layout until body has limit bytes. It returns the line it has reached.
func restore(buffer, layout []byte, limit int) (body []byte, line int, err error) {
	body = slices.Grow(buffer[:0], len(layout))
	line = 1
	for i := 0; i < len(layout) && len(body) < limit; {
		start := i
		for i < len(layout) && isSpace(layout[i]) {
			if layout[i] == '\n' {
				line++
			}
			i++
		}
		spaced := i > start
		start = i
		for i < len(layout) && layout[i] != '"' && !isSpace(layout[i]) {
			i++
		}
		if i > start {
			if spaced && len(body) > 0 && isLiteral(layout[start]) && isLiteral(body[len(body)-1]) {
				return nil, line, errSplitValue
			}
			body = append(body, layout[start:i]...)
		} else if i < len(layout) {
			var breaks int
			body, i, breaks, err = restoreString(body, layout, i, limit)
			line += breaks
			if err != nil {
				return nil, line, err
			}
		}
	}
	return body, line, nil
}

// restoreString appends the string that opens at layout[i], without its line breaks,
// until body has limit bytes. It returns the index after the string and the number of
// line breaks.
func restoreString(body, layout []byte, i, limit int) (_ []byte, end, breaks int, err error) {
	start := i
	for i = plainEnd(layout, i+1); i < len(layout) && len(body)+i-start < limit; i = plainEnd(layout, i+1) {
		switch c := layout[i]; {
		case c == '"':
			return append(body, layout[start:i+1]...), i + 1, breaks, nil
		case isBreak(layout, i):
			body = append(body, layout[start:i]...)
			i = continuation(layout, i)
			if i < 0 {
				return nil, 0, breaks, errStringBreak
			}
			start = i + 1
			breaks++
		case c == '\\':
			i++
			if isBreak(layout, i) {
				return nil, 0, breaks, errEscapeBreak
			}
		}
	}
	i = min(i, len(layout))
	return append(body, layout[start:i]...), i, breaks, nil
}

// isBreak tells whether the line ends at layout[i], with LF or CR LF.
func isBreak(layout []byte, i int) bool {
	return i < len(layout) && (layout[i] == '\n' || layout[i] == '\r' && i+1 < len(layout) && layout[i+1] == '\n')
}

// continuation returns the index of the | that begins the line after the line break at
// layout[start], or -1 if there is none.
func continuation(layout []byte, start int) int {
	i := start
	if layout[i] == '\r' {
		i++
	}
	i++
	for i < len(layout) && (layout[i] == ' ' || layout[i] == '\t') {
		i++
	}
	if i == len(layout) || layout[i] != '|' {
		return -1
	}
	return i
}
