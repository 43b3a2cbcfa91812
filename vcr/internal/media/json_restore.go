package media

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// RestoreJSON returns the compact JSON text that AppendLayoutJSON shows as shown. It accepts every other layout of that text as well,
// such as a person's edit: white space beside { } [ ] : , goes, and so do, inside a string, a line break, the blanks that follow it
// and the | after them. A line break may be CR LF.
//
// The error for anything else begins with the line, counted from 1 in shown. The result is valid JSON.
//
// The text is made in the memory of buffer, which is written over, as far as that is large enough.
func RestoreJSON(buffer, shown []byte) ([]byte, error) {
	body, line, err := restore(buffer, shown, len(shown))
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	if valid, _ := isJSON(body); valid {
		return body, nil
	}
	var syntax *json.SyntaxError
	if err = json.Unmarshal(body, new(json.RawMessage)); errors.As(err, &syntax) {
		_, line, _ = restore(nil, shown, int(syntax.Offset))
	}
	return nil, fmt.Errorf("line %d: invalid JSON: %w", line, err)
}

var (
	errStringBreak = errors.New(`line break inside a string: write \n, and go on after blanks and "|"`)
	errEscapeBreak = errors.New("line break inside an escape: move it behind the escape")
	errSplitValue  = errors.New("white space inside a value: remove it, or put a comma in its place")
)

// restore undoes the layout of shown until body has limit bytes. The line is the one it has come to.
func restore(buffer, shown []byte, limit int) (body []byte, line int, err error) {
	body = slices.Grow(buffer[:0], len(shown))
	line = 1
	for i := 0; i < len(shown) && len(body) < limit; {
		start := i
		for i < len(shown) && isSpace(shown[i]) {
			if shown[i] == '\n' {
				line++
			}
			i++
		}
		spaced := i > start
		start = i
		for i < len(shown) && shown[i] != '"' && !isSpace(shown[i]) {
			i++
		}
		if i > start {
			if spaced && len(body) > 0 && isLiteral(shown[start]) && isLiteral(body[len(body)-1]) {
				return nil, line, errSplitValue
			}
			body = append(body, shown[start:i]...)
		} else if i < len(shown) {
			var breaks int
			body, i, breaks, err = restoreString(body, shown, i, limit)
			line += breaks
			if err != nil {
				return nil, line, err
			}
		}
	}
	return body, line, nil
}

// restoreString appends the string that opens at shown[i], without the line breaks in it, until body has limit bytes. It returns the
// index after the string and how many line breaks there were.
func restoreString(body, shown []byte, i, limit int) (_ []byte, end, breaks int, err error) {
	start := i
	for i = verbatim(shown, i+1); i < len(shown) && len(body)+i-start < limit; i = verbatim(shown, i+1) {
		switch c := shown[i]; {
		case c == '"':
			return append(body, shown[start:i+1]...), i + 1, breaks, nil
		case isBreak(shown, i):
			body = append(body, shown[start:i]...)
			i = continuation(shown, i)
			if i < 0 {
				return nil, 0, breaks, errStringBreak
			}
			start = i + 1
			breaks++
		case c == '\\':
			i++
			if isBreak(shown, i) {
				return nil, 0, breaks, errEscapeBreak
			}
		}
	}
	i = min(i, len(shown))
	return append(body, shown[start:i]...), i, breaks, nil
}

// isBreak tells whether the line ends at shown[i], with LF or CR LF.
func isBreak(shown []byte, i int) bool {
	return i < len(shown) && (shown[i] == '\n' || shown[i] == '\r' && i+1 < len(shown) && shown[i+1] == '\n')
}

// continuation returns the index of the | that begins the line after the line break at shown[start], or -1 if there is none.
func continuation(shown []byte, start int) int {
	i := start
	if shown[i] == '\r' {
		i++
	}
	i++
	for i < len(shown) && (shown[i] == ' ' || shown[i] == '\t') {
		i++
	}
	if i == len(shown) || shown[i] != '|' {
		return -1
	}
	return i
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r'
}

// isLiteral tells whether c belongs to a number, true, false or null, where white space would join two values or hide in one.
func isLiteral(c byte) bool {
	return strings.IndexByte(`{}[]:,"`, c) < 0
}
