package match

import (
	"strings"
	"unicode/utf8"
)

// A Difference is one thing in which a request is not like a recording.
type Difference struct {
	Part Part // method, scheme, host, port, path, query, header or one of the bodies
	// At is where in it: the name of the parameter or header, a JSONPath into the
	// body, or "line 3" of a text; "" where the part is compared as one.
	At string
	// Recorded is what is on the tape and Request what was asked for, both cut
	// around the first character that differs; "" where there is nothing.
	Recorded, Request string
}

// A comparison collects the differences of two requests.
type comparison struct {
	limit       int // how many differences are kept; 0 leaves only the distance
	differences []Difference
	count       int
	distance    float64 // how far the requests are from each other
	ofPath      float64 // what of it lies in the path
	ofBodies    float64 // and in the bodies
}

// The weights tell how much a part says about two requests being meant for each
// other: a call of another path is further away than one with another body.
const (
	farAway    = 8.0 // method and path
	elsewhere  = 4.0 // host
	aside      = 2.0 // a parameter of the query
	slightly   = 1.0 // scheme, port, a header, a value in a body
	ofMostBody = 6.0 // bodies at most
)

func weightOf(part Part) float64 {
	switch part {
	case Method, Path:
		return farAway
	case Host:
		return elsewhere
	case Query:
		return aside
	}
	return slightly
}

// facets compares what is equal or not. Both lists are in the order of the
// rules, and within a part in that of the names.
func (c *comparison) facets(recorded, request []facet) {
	type place struct {
		part Part
		name string
	}
	left := map[place][]string{}
	for _, f := range request {
		left[place{f.part, f.name}] = append(left[place{f.part, f.name}], f.value)
	}
	for _, f := range recorded {
		at := place{f.part, f.name}
		if len(left[at]) == 0 {
			c.text(f.part, f.name, f.value, "")
			continue
		}
		if now := left[at][0]; now != f.value {
			c.text(f.part, f.name, f.value, now)
		}
		left[at] = left[at][1:]
	}
	for _, f := range request {
		at := place{f.part, f.name}
		for _, value := range left[at] {
			c.text(f.part, f.name, "", value)
		}
		left[at] = nil
	}
}

func (c *comparison) text(part Part, at, recorded, request string) {
	weight := weightOf(part) * unlike(recorded, request)
	if part == Path {
		c.ofPath += weight
	}
	c.add(part, at, recorded, request, weight)
}

// add notes a difference. The texts are cut here, so that a comparison that is
// only after the distance cuts none.
func (c *comparison) add(part Part, at, recorded, request string, weight float64) {
	c.count++
	c.distance += weight
	if len(c.differences) < c.limit {
		recorded, request = aroundDifference(recorded, request)
		c.differences = append(c.differences, Difference{part, at, recorded, request})
	}
}

// unlike is how far two texts are from each other: from near 0, where most of
// both is equal, to 1.
func unlike(a, b string) float64 {
	longer := max(len(a), len(b))
	if longer == 0 {
		return 0
	}
	start := commonStart(a, b)
	end := commonEnd(a[start:], b[start:])
	return 0.2 + 0.8*(1-float64(start+end)/float64(longer))
}

func commonStart[T string | []byte](a, b T) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func commonEnd[T string | []byte](a, b T) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// shown is how many bytes of a text are shown before and behind the place where
// it begins to differ.
const shown = 40

func aroundDifference(a, b string) (string, string) {
	at := commonStart(a, b)
	return cut(a, at), cut(b, at)
}

func cut(text string, at int) string {
	from, to := max(at-shown, 0), min(at+shown, len(text))
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	part := strings.ToValidUTF8(text[from:to], "\uFFFD")
	if from > 0 {
		part = "…" + part
	}
	if to < len(text) {
		part += "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, part)
}
