package match

import (
	"bytes"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A Pattern is a recorded request in which placeholders stand for secrets. In
// replay there is something else in their place: a dummy, or nothing that the
// redaction knows.
type Pattern struct{ view view }

// placeholder is what each placeholder begins with; it ends with the next "]".
const placeholder = "[redacted:"

// Pattern returns the pattern of a recorded request; false if it holds no
// placeholder where it counts. The error is that of [Matcher.Key].
func (m *Matcher) Pattern(recorded cassette.Request) (Pattern, bool, error) {
	if !strings.Contains(recorded.URL, placeholder) && !bytes.Contains(recorded.Body.Bytes(), []byte(placeholder)) && !m.NeedsHeaders() {
		return Pattern{}, false, nil
	}
	v, err := m.of(recorded).view(recorded)
	return Pattern{v}, err == nil && v.holdsPlaceholder(), err
}

// Fits returns the indexes of the patterns that a request fits: all that counts
// is equal, but for some text in the place of each placeholder. The error is that
// of [Matcher.Key].
func (m *Matcher) Fits(request cassette.Request, patterns []Pattern) ([]int, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	asked, err := m.of(request).view(request)
	if err != nil {
		return nil, err
	}
	var fits []int
	for n, pattern := range patterns {
		if pattern.view.fits(asked) {
			fits = append(fits, n)
		}
	}
	return fits, nil
}

func (v view) holdsPlaceholder() bool {
	return slices.ContainsFunc(v.facets, func(f facet) bool { return strings.Contains(f.value, placeholder) }) ||
		slices.ContainsFunc(v.bodies, func(c content) bool { return bytes.Contains(c.canonical(), []byte(placeholder)) })
}

func (v view) fits(asked view) bool {
	return slices.EqualFunc(v.facets, asked.facets, func(a, b facet) bool {
		return a.part == b.part && a.name == b.name && fitsText(a.value, b.value, a.part == Path)
	}) && slices.EqualFunc(v.bodies, asked.bodies, func(a, b content) bool {
		if a.isRead != b.isRead {
			return false
		}
		if !a.isRead {
			return fitsText(string(a.bytes), string(b.bytes), false)
		}
		return equalBy(a.value, b.value, func(a, b string) bool { return fitsText(a, b, false) }) && equal(a.fields, b.fields)
	})
}

// fitsText reports whether text is pattern with something in the place of each
// placeholder; in a path, with something that is within a segment.
func fitsText(pattern, text string, isPath bool) bool {
	before, rest, found := strings.Cut(pattern, placeholder)
	if !found {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, before)
	if !ok {
		return false
	}
	for {
		_, after, closed := strings.Cut(rest, "]")
		if !closed {
			return false
		}
		var literal string
		literal, rest, found = strings.Cut(after, placeholder)
		// The shortest text for each but the last is enough: what follows may
		// begin anywhere.
		var gap string
		switch {
		case !found && len(text) > len(literal) && strings.HasSuffix(text, literal):
			gap, text = text[:len(text)-len(literal)], ""
		case !found:
			return false
		default:
			at := strings.Index(text[min(1, len(text)):], literal)
			if at < 0 || text == "" {
				return false
			}
			gap, text = text[:at+1], text[at+1+len(literal):]
		}
		if isPath && strings.Contains(gap, "/") {
			return false
		}
		if !found {
			return true
		}
	}
}
