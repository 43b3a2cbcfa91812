package redaction

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The searcher finds what looking at every byte finds: the leftmost pattern, and
// of those the longest. Few letters make many of them overlap.
func TestSearcher(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	word := func(least, most int) string {
		var b strings.Builder
		for range least + r.IntN(most-least+1) {
			b.WriteByte("abc"[r.IntN(3)])
		}
		return b.String()
	}
	for range 3000 {
		least := 3 + r.IntN(8)
		s := newSearcher[string]()
		var patterns []string
		for range 1 + r.IntN(6) {
			p := word(least, least+4)
			if !slices.Contains(patterns, p) {
				patterns = append(patterns, p)
				s.add([]pattern[string]{{[]byte(p), p}})
			}
		}
		text := word(0, 60)
		var got []string
		s.search([]byte(text), func(start, end int, value string) int {
			got = append(got, text[:start]+"|"+value)
			return end
		})
		if want := slowly(text, patterns); !slices.Equal(got, want) {
			t.Fatalf("%q in %q:\ngot  %q\nwant %q", patterns, text, got, want)
		}
	}
}

func slowly(text string, patterns []string) (found []string) {
	for start := 0; start < len(text); start++ {
		longest := ""
		for _, p := range patterns {
			if strings.HasPrefix(text[start:], p) && len(p) > len(longest) {
				longest = p
			}
		}
		if longest != "" {
			found = append(found, text[:start]+"|"+longest)
			start += len(longest) - 1
		}
	}
	return found
}
