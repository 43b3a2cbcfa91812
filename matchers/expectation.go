package matchers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"
)

// An expectation is a value to compare with, or a matcher.
type expectation struct {
	value   any                 // an int or a string
	matcher types.GomegaMatcher // nil when value is compared
	err     error               // says why it is neither
}

// expect returns the expectation that the user gave to a constructor.
func expect[T int | string](constructor string, expected any) expectation {
	switch expected := expected.(type) {
	case T:
		return expectation{value: expected}
	case types.GomegaMatcher:
		return expectation{matcher: expected}
	}
	return expectation{err: fmt.Errorf("%s: takes a value of type %T or a Gomega matcher, not\n%s", constructor, *new(T), format.Object(expected, 1))}
}

func (e expectation) holds(actual any) (bool, error) {
	switch {
	case e.err != nil:
		return false, e.err
	case e.matcher != nil:
		return e.matcher.Match(actual)
	}
	return actual == e.value, nil
}

// difference says why actual is not as expected, and is empty when it is. Both are
// redacted with shown before anything is quoted or cut, because half a secret
// cannot be told from other text.
func (e expectation) difference(actual any, shown func(string) string) string {
	// A matcher keeps what it saw last for its message, so it is asked again.
	held, err := e.holds(actual)
	switch {
	case held:
		return ""
	case err != nil:
		return cut(shown(err.Error()))
	}
	text, isText := actual.(string)
	switch {
	case e.matcher != nil && isText:
		return cut(shown(e.matcher.FailureMessage(shown(text))))
	case e.matcher != nil:
		return cut(e.matcher.FailureMessage(actual))
	case isText:
		return textDifference(shown(text), shown(e.value.(string)))
	}
	return fmt.Sprintf("%v, not %v", actual, e.value)
}

// textDifference leaves out the common start of two texts if one of them is long.
func textDifference(actual, expected string) string {
	same := 0
	if max(len(actual), len(expected)) > maxShown {
		for same < min(len(actual), len(expected)) && actual[same] == expected[same] {
			same++
		}
	}
	where := ""
	if same > 0 {
		where = fmt.Sprintf("after %d equal bytes ", same)
	}
	return where + quote(actual[same:]) + ", not " + quote(expected[same:])
}

// quote puts the start of a text on one line.
func quote(text string) string {
	more := ""
	if left := len(text) - maxShown; left > 0 {
		text, more = strings.ToValidUTF8(text[:maxShown], ""), fmt.Sprintf(" and %d bytes more", left)
	}
	if strconv.CanBackquote(text) {
		return "`" + text + "`" + more
	}
	return strconv.Quote(text) + more
}
