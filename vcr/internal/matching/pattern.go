package matching

import (
	"bytes"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A Pattern is a recorded request with placeholders for secrets. A placeholder
// matches any text in its place: in replay that is a dummy, or a value that
// redaction does not know.
type Pattern struct{ view view }

// Pattern returns the pattern of a recorded request, and false if it holds no
// placeholder that counts. It fails like [Matcher.Key].
func (m *Matcher) Pattern(recorded cassette.Request) (Pattern, bool, error) {
	if !strings.Contains(recorded.URL, redaction.PlaceholderPrefix) && !bytes.Contains(recorded.Body.Bytes(), []byte(redaction.PlaceholderPrefix)) && !m.NeedsHeaders() {
		return Pattern{}, false, nil
	}
	v, err := m.of(recorded).view(recorded, everything)
	return Pattern{v}, err == nil && v.hasPlaceholder(), err
}

// Fits returns the indexes of the patterns that a request matches. It fails like
// [Matcher.Key].
func (m *Matcher) Fits(request cassette.Request, patterns []Pattern) ([]int, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	requested, err := m.of(request).view(request, everything)
	if err != nil {
		return nil, err
	}
	var fits []int
	for n, pattern := range patterns {
		if pattern.matches(requested) {
			fits = append(fits, n)
		}
	}
	return fits, nil
}

func (v view) hasPlaceholder() bool {
	return slices.ContainsFunc(v.components, func(c component) bool { return redaction.HoldsPlaceholder(c.value) }) ||
		slices.ContainsFunc(v.bodies, func(p payload) bool { return redaction.HoldsPlaceholder(string(p.canonical())) })
}

func (p Pattern) matches(request view) bool {
	return slices.EqualFunc(p.view.components, request.components, func(a, b component) bool {
		return a.part == b.part && a.name == b.name && matchesText(a.value, b.value, a.part == match.Path)
	}) && slices.EqualFunc(p.view.bodies, request.bodies, func(a, b payload) bool {
		if a.isRead != b.isRead {
			return false
		}
		if !a.isRead {
			return matchesText(string(a.bytes), string(b.bytes), false)
		}
		return equalFunc(a.value, b.value, func(a, b string) bool { return matchesText(a, b, false) }) && equal(a.fields, b.fields)
	})
}

// matchesText reports whether text equals pattern but for one or more bytes in the
// place of each placeholder. In a path, they may not contain a slash.
func matchesText(pattern, text string, isPath bool) bool {
	before, _, rest, more := redaction.CutPlaceholder(pattern)
	if !more {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, before)
	if !ok {
		return false
	}
	for {
		var literal string
		literal, _, rest, more = redaction.CutPlaceholder(rest)
		// The shortest text is enough for each placeholder but the last, since the
		// next one takes what is left.
		var replaced string
		switch {
		case !more && len(text) > len(literal) && strings.HasSuffix(text, literal):
			replaced, text = text[:len(text)-len(literal)], ""
		case !more:
			return false
		default:
			at := strings.Index(text[min(1, len(text)):], literal)
			if at < 0 || text == "" {
				return false
			}
			replaced, text = text[:at+1], text[at+1+len(literal):]
		}
		if isPath && strings.Contains(replaced, "/") {
			return false
		}
		if !more {
			return true
		}
	}
}
