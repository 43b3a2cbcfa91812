package drift

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

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
// among the others comes first; if one tape has more, the bodies tell which are left over.
// The pairs are in the order of the new tape; a recording that has no partner follows the
// one before it.
//
// Key names the requests that are equal; nil compares method, URL and body to the byte.
func PairUp(old, new []*cassette.Interaction, key func(cassette.Request) string) []Pair {
	if key == nil {
		key = bytesOf
	}
	p := pairing{old: old, new: new, ofOld: newPartners(len(old)), ofNew: newPartners(len(new))}
	before, now := namesOf(old, key), namesOf(new, key)
	p.align(withoutTwins(before, now))
	p.between(before, now, 0, len(old), 0, len(new))
	same := newPartners(len(new))
	copy(same, p.ofNew)
	for _, name := range []func(cassette.Request) string{methodAndURL, methodAndPath, endpointOf, methodAndTemplate} {
		before, now = namesOf(old, name), namesOf(new, name)
		p.inGaps(before, now)
		p.between(before, now, 0, len(old), 0, len(new))
	}
	return p.pairs(same)
}

// withoutTwins blanks the names that one tape has more often than the other: which of
// them is left over, their place does not tell.
func withoutTwins(before, now []string) (_, _ []string) {
	counts := map[string]int{}
	for _, name := range before {
		counts[name]++
	}
	for _, name := range now {
		counts[name]--
	}
	blank := func(names []string, by string) []string {
		rest := slices.Clone(names)
		for n, name := range names {
			if counts[name] != 0 {
				rest[n] = by
			}
		}
		return rest
	}
	return blank(before, "\x00old"), blank(now, "\x00new")
}

// bytesOf leaves out the port of a server on this machine, which is another each time.
func bytesOf(r cassette.Request) string {
	address := r.URL
	if u, err := url.Parse(r.URL); err == nil {
		u.Host = hostOf(u)
		address = u.String()
	}
	return r.Method + " " + address + "\x00" + r.Body.String()
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
type pairing struct {
	old, new     []*cassette.Interaction
	ofOld, ofNew []int
}

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
		p.between(before, now, from, n, fromNew, partner)
		from, fromNew = n+1, partner+1
	}
}

// between pairs what has no partner in a part of each tape, by its name.
func (p pairing) between(before, now []string, from, to, fromNew, toNew int) {
	waiting := map[string][]int{}
	for n := from; n < to; n++ {
		if p.ofOld[n] < 0 {
			waiting[before[n]] = append(waiting[before[n]], n)
		}
	}
	if len(waiting) == 0 {
		return
	}
	arrived := map[string][]int{}
	for m := fromNew; m < toNew; m++ {
		if p.ofNew[m] < 0 && waiting[now[m]] != nil {
			arrived[now[m]] = append(arrived[now[m]], m)
		}
	}
	for name, news := range arrived {
		olds := waiting[name]
		if len(olds) != len(news) && len(olds)*len(news) <= maxFitted {
			before, now := wordsOfEach(p.old, olds), wordsOfEach(p.new, news)
			if len(olds) < len(news) {
				news = fit(before, now, news)
			} else {
				olds = fit(now, before, olds)
			}
		}
		for n := range min(len(olds), len(news)) {
			p.join(olds[n], news[n])
		}
	}
}

// maxFitted bounds how many bodies are compared with each other.
const maxFitted = 2500

// fit chooses as many of the longer list as the shorter has, in order, so that they are
// most like those of the shorter.
func fit(short, long []map[string]bool, of []int) []int {
	// best[n][m] is the likeness of the first n with n of the first m.
	best := make([][]float64, len(short)+1)
	for n := range best {
		best[n] = make([]float64, len(long)+1)
		for m := n; m <= len(long) && n > 0; m++ {
			best[n][m] = best[n-1][m-1] + likeness(short[n-1], long[m-1])
			if m > n {
				best[n][m] = max(best[n][m], best[n][m-1])
			}
		}
	}
	chosen := make([]int, len(short))
	for n, m := len(short), len(long); n > 0; m-- {
		if m == n || best[n][m] > best[n][m-1] {
			n--
			chosen[n] = of[m-1]
		}
	}
	return chosen
}

// likeness is how many of the words of two exchanges are in both, from 0 to 1.
func likeness(before, now map[string]bool) float64 {
	common := 0
	for word := range now {
		if before[word] {
			common++
		}
	}
	if all := len(before) + len(now) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}

func wordsOfEach(tape []*cassette.Interaction, places []int) []map[string]bool {
	words := make([]map[string]bool, len(places))
	for n, place := range places {
		words[n] = wordsOf(tape[place])
	}
	return words
}

// wordsOf returns the words at the end of a request, where a conversation grows, and at
// the start of the answer.
func wordsOf(i *cassette.Interaction) map[string]bool {
	const most = 8 << 10
	words := map[string]bool{}
	add := func(text, mark string) {
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			words[mark+word] = true
		}
	}
	question := i.Request.Body.String()
	add(question[max(0, len(question)-most):], "")
	if i.Decode() == nil {
		answer := i.Response.Body.String()
		add(answer[:min(most, len(answer))], "=")
	}
	return words
}

func (p pairing) pairs(same []int) []Pair {
	old, new := p.old, p.new
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
