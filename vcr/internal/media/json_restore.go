package media

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// RestoreJSON returns the compact JSON text that LayoutJSON shows as shown. It accepts every other layout of that text as well, such
// as a person's edit: white space beside { } [ ] : , goes, and so do, inside a string, a line break, the blanks that follow it and
// the | after them. A line break may be CR LF.
//
// The error for anything else begins with the line, counted from 1 in shown. The result is valid JSON.
func RestoreJSON(shown []byte) ([]byte, error) {
	body, line, err := restore(shown, len(shown))
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	if json.Valid(body) {
		return body, nil
	}
	var syntax *json.SyntaxError
	if err = json.Unmarshal(body, new(json.RawMessage)); errors.As(err, &syntax) {
		_, line, _ = restore(shown, int(syntax.Offset))
	}
	return nil, fmt.Errorf("line %d: invalid JSON: %w", line, err)
}

var (
	errStringBreak = errors.New(`line break inside a string: write \n, and go on after blanks and "|"`)
	errEscapeBreak = errors.New("line break inside an escape: move it behind the escape")
	errSplitValue  = errors.New("white space inside a value: remove it, or put a comma in its place")
)

// restore undoes the layout of shown until body has limit bytes. The line is the one it has come to.
func restore(shown []byte, limit int) (body []byte, line int, err error) {
	body = make([]byte, 0, limit)
	line = 1
	var quoted, escaped, spaced bool
	for i := 0; i < len(shown) && len(body) < limit; i++ {
		c := shown[i]
		switch {
		case quoted && (c == '\n' || c == '\r' && i+1 < len(shown) && shown[i+1] == '\n'):
			if escaped {
				return nil, line, errEscapeBreak
			}
			i = continuation(shown, i)
			if i < 0 {
				return nil, line, errStringBreak
			}
			line++
		case quoted:
			quoted = escaped || c != '"'
			escaped = !escaped && c == '\\'
			body = append(body, c)
		case isSpace(c):
			spaced = true
			if c == '\n' {
				line++
			}
		default:
			if spaced && len(body) > 0 && isLiteral(c) && isLiteral(body[len(body)-1]) {
				return nil, line, errSplitValue
			}
			spaced = false
			quoted = c == '"'
			body = append(body, c)
		}
	}
	return body, line, nil
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
