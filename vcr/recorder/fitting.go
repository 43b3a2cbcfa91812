package recorder

import "github.com/seed-e117020a/ginkgo-vcr/vcr/match"

// patterns are the recorded requests in which placeholders stand for secrets.
type patterns struct {
	list      []match.Pattern
	positions []int
}

func (r *reel) readPatterns() (patterns, error) {
	var p patterns
	for n, request := range r.requests() {
		pattern, ok, err := r.matcher.Pattern(request)
		if err != nil {
			return p, err // as byValue has failed
		}
		if ok {
			p.list, p.positions = append(p.list, pattern), append(p.positions, n)
		}
	}
	return p, nil
}

// fitting returns the recordings that a request fits: in replay, something else
// stands in it where a secret was. It is asked only when no key is equal.
func (r *reel) fitting(q *question) (*group, error) {
	p, err := r.patterns()
	if err != nil {
		return nil, err
	}
	fits, err := r.matcher.Fits(q.key, p.list)
	var g *group
	for _, n := range fits {
		g = g.with(p.positions[n])
	}
	return g, err
}
