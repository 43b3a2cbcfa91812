package recorder

import (
	"net/url"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

// inPlaces returns what mode all has recorded, each interaction in the place of the one
// that it replaces. Requests that are sent at the same time start in another order in
// each run, and the file would be shuffled each time it is recorded again.
//
// What replaces which is found by the key, then by method and path. What replaces
// nothing follows what started before it. Among equal keys, which are played in the
// order of the tape, and on a tape that is played in order, the order is that in which
// the requests started.
func (t *tape) inPlaces(s *Session, recorded []*cassette.Interaction) []*cassette.Interaction {
	if len(t.loaded.Interactions) == 0 || s.cfg.InOrder {
		return recorded
	}
	s.redactor.Revise(recorded) // to compare it with what is on the tape
	requests := make([]cassette.Request, len(recorded))
	for n, i := range recorded {
		requests[n] = s.compared(s.redactor.NameKey, i.Request)
	}
	keys, err := s.keys(requests)
	if err != nil {
		return recorded // a function of the rules failed, which the requests have shown
	}
	before := t.own.requests()
	keysBefore, err := s.keys(before)
	if err != nil {
		return recorded
	}
	pairs := newPairs(len(before), len(recorded))
	pair(pairs, keysBefore, keys)
	pair(pairs, pathsOf(before), pathsOf(requests))
	order := pairs.order()
	keepEqualInOrder(order, keys)
	arranged := make([]*cassette.Interaction, len(recorded))
	for n, from := range order {
		arranged[n] = recorded[from]
	}
	return arranged
}

func (s *Session) keys(requests []cassette.Request) ([]matching.Key, error) {
	keys := make([]matching.Key, len(requests))
	for n, request := range requests {
		var err error
		if keys[n], err = s.matcher.Key(request); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// A methodAndPath is what stays of a request whose question has changed.
type methodAndPath struct{ method, path string }

func pathsOf(requests []cassette.Request) []methodAndPath {
	paths := make([]methodAndPath, len(requests))
	for n, request := range requests {
		paths[n] = methodAndPath{request.Method, request.URL}
		if u, err := url.Parse(request.URL); err == nil {
			paths[n].path = u.Path
		}
	}
	return paths
}

// Pairs are the places that recordings take on the tape before, -1 for none.
type pairs struct {
	taken  []bool // of the places
	places []int  // of the recordings
}

func newPairs(before, now int) *pairs {
	return &pairs{make([]bool, before), slices.Repeat([]int{-1}, now)}
}

// pair gives each recording without a place the first free one of an equal.
func pair[K comparable](p *pairs, before, now []K) {
	free := map[K][]int{}
	for place, key := range before {
		if !p.taken[place] {
			free[key] = append(free[key], place)
		}
	}
	for n, key := range now {
		if list := free[key]; p.places[n] < 0 && len(list) > 0 {
			p.places[n], p.taken[list[0]], free[key] = list[0], true, list[1:]
		}
	}
}

// order returns the recordings as they stand on the tape. One without a place stands
// behind the one before it.
func (p *pairs) order() []int {
	places := slices.Clone(p.places)
	order := make([]int, len(places))
	for n := range places {
		order[n] = n
		if n > 0 && places[n] < 0 {
			places[n] = places[n-1]
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return places[a] - places[b] })
	return order
}

// keepEqualInOrder puts recordings with equal keys in the order in which they started,
// in the places that they have together.
func keepEqualInOrder(order []int, keys []matching.Key) {
	at := map[matching.Key][]int{}
	for place, n := range order {
		at[keys[n]] = append(at[keys[n]], place)
	}
	next := map[matching.Key]int{}
	for n, key := range keys {
		order[at[key][next[key]]] = n
		next[key]++
	}
}
