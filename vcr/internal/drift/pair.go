package drift

import (
	"net/url"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A Pair is a recording and the new one of the same exchange. One of them is nil if the
// other has no partner. Same says that their requests have one key.
type Pair struct {
	Old, New *cassette.Interaction
	Same     bool
}

// maxAligned bounds the work of an alignment: the product of the lengths of two tapes.
const maxAligned = 4_000_000

// PairUp pairs the interactions of two tapes: those with one key, then those with one
// method and URL, one path, one template of a path. Within each, what kept its place
// among the others comes first. The pairs are in the order of the new tape; a recording
// that has no partner follows the one before it.
//
// Key names the requests that are equal; nil compares method, URL and body to the byte.
func PairUp(old, new []*cassette.Interaction, key func(cassette.Request) string) []Pair {
	if key == nil {
		key = bytesOf
	}
	p := pairing{newPartners(len(old)), newPartners(len(new))}
	before, now := namesOf(old, key), namesOf(new, key)
	p.align(before, now)
	p.inOrder(before, now, 0, len(old), 0, len(new))
	same := newPartners(len(new))
	copy(same, p.ofNew)
	for _, name := range []func(cassette.Request) string{methodAndURL, methodAndPath, endpointOf, methodAndTemplate} {
		before, now = namesOf(old, name), namesOf(new, name)
		p.inGaps(before, now)
		p.inOrder(before, now, 0, len(old), 0, len(new))
	}
	return p.pairs(old, new, same)
}

func bytesOf(r cassette.Request) string {
	return r.Method + " " + r.URL + "\x00" + r.Body.String()
}

func methodAndURL(r cassette.Request) string { return r.Method + " " + r.URL }

func methodAndPath(r cassette.Request) string {
	if u, err := url.Parse(r.URL); err == nil {
		return r.Method + " " + u.Host + u.EscapedPath()
	}
	return methodAndURL(r)
}

// methodAndTemplate leaves out the host, which may have moved.
func methodAndTemplate(r cassette.Request) string {
	if u, err := url.Parse(r.URL); err == nil {
		return r.Method + " " + template(u.EscapedPath())
	}
	return methodAndURL(r)
}

func namesOf(interactions []*cassette.Interaction, name func(cassette.Request) string) []string {
	named := make([]string, len(interactions))
	for n, i := range interactions {
		named[n] = name(i.Request)
	}
	return named
}

// A pairing has the partner of each interaction of both tapes, -1 for none.
type pairing struct{ ofOld, ofNew []int }

func newPartners(length int) []int {
	partners := make([]int, length)
	for n := range partners {
		partners[n] = -1
	}
	return partners
}

func (p pairing) join(old, new int) { p.ofOld[old], p.ofNew[new] = new, old }

// align pairs a longest common subsequence of the names.
func (p pairing) align(before, now []string) {
	start := 0
	for start < min(len(before), len(now)) && before[start] == now[start] {
		p.join(start, start)
		start++
	}
	end, last := len(before), len(now)
	for end > start && last > start && before[end-1] == now[last-1] {
		end, last = end-1, last-1
		p.join(end, last)
	}
	rows, columns := end-start, last-start
	if rows == 0 || columns == 0 || rows*columns > maxAligned {
		return
	}
	// lengths[n][m] is the length of what the names from n and m on have in common.
	lengths := make([][]int32, rows+1)
	for n := range lengths {
		lengths[n] = make([]int32, columns+1)
	}
	for n := rows - 1; n >= 0; n-- {
		for m := columns - 1; m >= 0; m-- {
			if before[start+n] == now[start+m] {
				lengths[n][m] = lengths[n+1][m+1] + 1
			} else {
				lengths[n][m] = max(lengths[n+1][m], lengths[n][m+1])
			}
		}
	}
	for n, m := 0, 0; n < rows && m < columns; {
		switch {
		case before[start+n] == now[start+m]:
			p.join(start+n, start+m)
			n, m = n+1, m+1
		case lengths[n+1][m] >= lengths[n][m+1]:
			n++
		default:
			m++
		}
	}
}

// inGaps pairs what has no partner and stands between the same pairs.
func (p pairing) inGaps(before, now []string) {
	from, fromNew := 0, 0
	for n := 0; n <= len(p.ofOld); n++ {
		partner := len(p.ofNew)
		if n < len(p.ofOld) {
			if partner = p.ofOld[n]; partner < fromNew {
				continue // none, or one that has moved
			}
		}
		p.inOrder(before, now, from, n, fromNew, partner)
		from, fromNew = n+1, partner+1
	}
}

// inOrder pairs what has no partner by its name, in order.
func (p pairing) inOrder(before, now []string, from, to, fromNew, toNew int) {
	waiting := map[string][]int{}
	for n := from; n < to; n++ {
		if p.ofOld[n] < 0 {
			waiting[before[n]] = append(waiting[before[n]], n)
		}
	}
	if len(waiting) == 0 {
		return
	}
	for m := fromNew; m < toNew; m++ {
		if name := now[m]; p.ofNew[m] < 0 && len(waiting[name]) > 0 {
			p.join(waiting[name][0], m)
			waiting[name] = waiting[name][1:]
		}
	}
}

func (p pairing) pairs(old, new []*cassette.Interaction, same []int) []Pair {
	pairs := make([]Pair, 0, max(len(old), len(new)))
	done := 0
	leftOut := func(to int) {
		for ; done < to; done++ {
			if p.ofOld[done] < 0 {
				pairs = append(pairs, Pair{Old: old[done]})
			}
		}
	}
	for m, i := range new {
		n := p.ofNew[m]
		if n < 0 {
			pairs = append(pairs, Pair{New: i})
			continue
		}
		leftOut(n)
		pairs = append(pairs, Pair{Old: old[n], New: i, Same: same[m] >= 0})
	}
	leftOut(len(old))
	return pairs
}
