package recorder

import (
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// miss explains why no recording answers a request. It costs what it costs: it
// happens once in a spec, which fails.
func (s *Session) miss(q *question) error {
	t := s.tape
	m := &Miss{
		Cassette: t.place.shown, Mode: s.mode, Method: q.key.Method, URL: q.key.URL,
		Recordings: len(t.own.interactions), Unplayed: len(t.own.left()), RenamedFrom: t.renamedFrom,
	}
	var err error
	for _, r := range t.reels {
		if r != t.own {
			m.Included = append(m.Included, r.cassette)
		}
		var later, used []int
		if later, used, err = r.matching(q); err != nil {
			return broken(err)
		}
		for _, n := range used {
			m.Used = append(m.Used, t.placeOf(r, n))
		}
		if len(later) > 0 && m.Later.Recording == 0 {
			m.Later, m.Next = t.placeOf(r, later[0]), t.placeOf(r, r.left()[0])
		}
	}
	if m.Later.Recording == 0 && m.RenamedFrom == "" {
		if err := s.findNearest(m, q); err != nil {
			return broken(err)
		}
	}
	remedies := plainRemedies
	if s.cfg.Remedies != nil {
		remedies = s.cfg.Remedies
	}
	m.Remedies = remedies(m)
	return m
}

// broken refuses a request because a function of the rules failed.
func broken(err error) error { return &Refusal{Reason: err.Error(), Cause: err} }

func (t *tape) placeOf(r *reel, n int) Place {
	p := Place{Recording: n + 1, Line: r.interactions[n].Line()}
	if r != t.own {
		p.Cassette = r.cassette
	}
	return p
}

// findNearest looks among what was not played yet, or among all if there is
// nothing left; on the spec's own tape, or on the others if that is empty.
func (s *Session) findNearest(m *Miss, q *question) error {
	for _, r := range s.tape.reels {
		candidates := r.left()
		if len(candidates) == 0 && len(m.Used) == 0 {
			for n := range r.interactions {
				candidates = append(candidates, n)
			}
		}
		if len(candidates) == 0 {
			continue
		}
		requests := make([]cassette.Request, len(candidates))
		for n, position := range candidates {
			// People see these, and on a tape that was written by hand there may be secrets.
			requests[n] = s.keyOf(s.redactor.Key, r.requests()[position])
		}
		nearest, err := s.matcher.Nearest(q.key, requests)
		if err != nil {
			return err
		}
		if nearest.Guess && len(m.Used) > 0 {
			return nil // that they were played already says more
		}
		m.Nearest = s.tape.placeOf(r, candidates[nearest.Index])
		m.Differences, m.More, m.Guess = nearest.Differences, nearest.More, nearest.Guess
		if !m.Guess && m.More == 0 {
			m.Loosened = s.matcher.Loosened(q.key, m.Differences)
			m.instead = len(m.Loosened.MatchOn) > 0 && len(s.cfg.Rules.MatchOn) > 0
		}
		return nil
	}
	return nil
}
