package recorder

import (
	"maps"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// Ties join the interactions of a tape that are replaced together or not at all.
type ties struct{ next []int } // each leads to another of its group, or to itself

func newTies(count int) *ties {
	t := &ties{make([]int, count)}
	for n := range t.next {
		t.next[n] = n
	}
	return t
}

func (t *ties) group(n int) int {
	for t.next[n] != n {
		t.next[n] = t.next[t.next[n]]
		n = t.next[n]
	}
	return n
}

func (t *ties) join(list ...int) {
	for _, n := range list {
		t.next[t.group(n)] = t.group(list[0])
	}
}

// spread marks what is tied to something that is marked.
func (t *ties) spread(marked []bool) []bool {
	groups := make([]bool, len(marked))
	for n, is := range marked {
		if is {
			groups[t.group(n)] = true
		}
	}
	all := make([]bool, len(marked))
	for n := range all {
		all[n] = groups[t.group(n)]
	}
	return all
}

// tieOverlaps ties streams to the interactions that they name: those that had begun when a
// part of them came.
func (r *rerecording) tieOverlaps(t *ties) {
	byOld, byNew := map[int]int{}, map[int]int{}
	for n, c := range r.comparisons {
		if c.Old != nil && c.Old.Number > 0 {
			byOld[c.Old.Number] = n
		}
		if c.New != nil && r.numbers[c.New] > 0 {
			byNew[r.numbers[c.New]] = n
		}
	}
	tie := func(n int, i *cassette.Interaction, named map[int]int) {
		if i == nil {
			return
		}
		for _, chunk := range i.Response.Chunks {
			for _, number := range chunk.After {
				if other, ok := named[number]; ok {
					t.join(n, other)
				}
			}
		}
	}
	for n, c := range r.comparisons {
		tie(n, c.Old, byOld)
		tie(n, c.New, byNew)
	}
}

// tiePlaceholders ties all interactions with a placeholder, if the secrets of this run are
// numbered otherwise than those on the tape, and all interactions at all, if only one of the
// two has quotes.
func (r *rerecording) tiePlaceholders(t *ties) {
	var with []int
	isOther := false
	for n, c := range r.comparisons {
		old, now := placeholdersIn(c.Old), placeholdersIn(c.New)
		if len(old) > 0 || len(now) > 0 {
			with = append(with, n)
		}
		isOther = isOther || c.Old != nil && c.New != nil && !maps.Equal(old, now)
	}
	if isOther {
		t.join(with...)
	}
	if s := r.session; s.tape.loaded != nil && s.tape.loaded.Quotes != s.hasQuoted.Load() {
		for n := range r.comparisons {
			t.join(0, n)
		}
	}
}

// placeholdersIn returns the placeholders in an interaction.
func placeholdersIn(i *cassette.Interaction) map[string]bool {
	if i == nil {
		return nil
	}
	var found map[string]bool
	add := func(placeholder string) {
		if found == nil {
			found = map[string]bool{}
		}
		found[placeholder] = true
	}
	redaction.EachPlaceholder(&i.Response, add)
	headers := []string{i.Request.URL, i.Request.Body.String()}
	for _, values := range i.Request.Header {
		headers = append(headers, values...)
	}
	for _, text := range headers {
		if strings.Contains(text, "redacted") {
			for _, placeholder := range redaction.Placeholders([]byte(text)) {
				add(placeholder)
			}
		}
	}
	return found
}
