package matchers

import (
	"fmt"
	"strings"
)

const (
	maxListed = 20  // items of a list that a message shows
	maxShown  = 200 // bytes that a message shows of a long text, of its start and of its end
)

// list puts up to maxListed of n items below each other.
func list(n int, item func(n int) string) string {
	var items []string
	for i := range min(n, maxListed) {
		items = append(items, item(i))
	}
	if n > maxListed {
		items = append(items, fmt.Sprintf("... and %d more", n-maxListed))
	}
	return strings.Join(items, "\n")
}

// cut leaves out the middle of a long text: Gomega's messages begin with the
// actual value and end with the expected one.
func cut(text string) string {
	left := len(text) - 2*maxShown
	if left <= 0 {
		return text
	}
	// A character that the cut goes through is dropped.
	start, end := strings.ToValidUTF8(text[:maxShown], ""), strings.ToValidUTF8(text[len(text)-maxShown:], "")
	return fmt.Sprintf("%s ... %d bytes ... %s", start, left, end)
}
