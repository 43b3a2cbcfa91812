package recorder

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A reel is the interactions of a cassette as they are played: found by the keys
// of their requests, each of them once.
type reel struct {
	cassette     string // its path, as people see it
	interactions []*cassette.Interaction
	matcher      *match.Matcher
	inOrder      bool

	// The interactions by their requests: as they stand on the tape; by the bytes of
	// what is compared; by its value. Most are found in the first way, and what the
	// others take waits for a request that is not.
	exact    map[fingerprint]*group
	requests func() []cassette.Request // what is compared of each
	redacted func() map[uint64]*group
	byValue  func() (map[match.Key]*group, error)
	patterns func() (patterns, error)

	mu       sync.Mutex // guards the cursors
	played   []bool
	next     int // no interaction before it is unplayed
	repeated map[int]*flatHeader
}

// A group is the interactions whose requests are equal, in tape order.
type group struct {
	members []int
	next    int    // no member before it is unplayed
	only    [1]int // the memory of members, as long as there is one
}

func (g *group) with(member int) *group {
	if g == nil {
		g = new(group)
		g.members = g.only[:0]
	}
	g.members = append(g.members, member)
	return g
}

func (g *group) all() []int {
	if g == nil {
		return nil
	}
	return g.members
}

func newReel(shown string, interactions []*cassette.Interaction, matcher *match.Matcher, key func(cassette.Request) cassette.Request, inOrder bool) *reel {
	r := &reel{
		cassette: shown, interactions: interactions, matcher: matcher, inOrder: inOrder,
		exact:  make(map[fingerprint]*group, len(interactions)),
		played: make([]bool, len(interactions)),
	}
	for n, print := range fingerprintsOf(interactions) {
		r.exact[print] = r.exact[print].with(n)
	}
	delete(r.exact, fingerprint{})
	r.requests = sync.OnceValue(func() []cassette.Request {
		requests := make([]cassette.Request, len(interactions))
		for n, i := range interactions {
			requests[n] = key(i.Request)
		}
		return requests
	})
	r.redacted = sync.OnceValue(func() map[uint64]*group {
		requests := r.requests()
		groups := make(map[uint64]*group, len(requests))
		for n, request := range requests {
			hash := matcher.Exact(request)
			if g := groups[hash]; g == nil || matcher.Same(requests[g.members[0]], request) {
				groups[hash] = g.with(n)
			}
		}
		return groups
	})
	r.byValue = sync.OnceValues(func() (map[match.Key]*group, error) {
		groups := make(map[match.Key]*group, len(interactions))
		for n, request := range r.requests() {
			key, err := matcher.Key(request)
			if err != nil {
				return nil, fmt.Errorf("%s: recording %d: %w", shown, n+1, err)
			}
			groups[key] = groups[key].with(n)
		}
		return groups, nil
	})
	r.patterns = sync.OnceValues(r.readPatterns)
	return r
}

// same returns the recordings of which the same bytes are compared, nil when there
// are none.
func (r *reel) same(key cassette.Request) *group {
	g := r.redacted()[r.matcher.Exact(key)]
	if g != nil && !r.matcher.Same(r.requests()[g.members[0]], key) {
		return nil
	}
	return g
}

// equal returns the recordings with the same key, nil when there are none.
func (r *reel) equal(q *question) (*group, error) {
	if len(r.interactions) == 0 {
		return nil, nil
	}
	groups, err := r.byValue()
	if err != nil {
		return nil, err
	}
	asked := []cassette.Request{q.key}
	if !r.matcher.Same(q.key, q.named) {
		asked = append(asked, q.named)
	}
	for _, request := range asked {
		key, err := r.matcher.Key(request)
		if err != nil {
			return nil, fmt.Errorf("%s: %s %s: %w", r.cassette, q.key.Method, q.key.URL, err)
		}
		if g := groups[key]; g != nil {
			return g, nil
		}
	}
	return r.fitting(q)
}

// last returns the position of the last member on which the functions of the
// rules agree, played or not; -1 when there is none.
func (r *reel) last(g *group, q *question) (int, error) {
	for _, n := range slices.Backward(g.all()) {
		if agrees, err := r.agrees(n, q); err != nil || agrees {
			return n, err
		}
	}
	return -1, nil
}

func (r *reel) agrees(n int, q *question) (bool, error) {
	if !r.matcher.HasFuncs() {
		return true, nil
	}
	sent := q.sent.WithContext(q.sent.Context())
	sent.Body = io.NopCloser(bytes.NewReader(bytes.Clone(q.body.Bytes())))
	agrees, err := r.matcher.Agrees(sent, r.interactions[n].Request)
	if err != nil {
		err = fmt.Errorf("%s: recording %d: %w", r.cassette, n+1, err)
	}
	return agrees, err
}

// repeatedHeader returns the header of a recording that is played once more.
func (r *reel) repeatedHeader(n int) http.Header {
	r.mu.Lock()
	flat := r.repeated[n]
	if flat == nil {
		if r.repeated == nil {
			r.repeated = map[int]*flatHeader{}
		}
		flat = flatten(r.interactions[n].Response.Header)
		r.repeated[n] = flat
	}
	r.mu.Unlock()
	return flat.header()
}

// matching returns the positions of the recordings that match, played or not.
func (r *reel) matching(q *question) (unplayed, played []int, err error) {
	equal, err := r.equal(q)
	if err != nil {
		return nil, nil, err
	}
	members := slices.Concat(r.same(q.key).all(), equal.all())
	slices.Sort(members)
	for _, n := range slices.Compact(members) {
		agrees, err := r.agrees(n, q)
		switch {
		case err != nil:
			return nil, nil, err
		case !agrees:
		case r.isPlayed(n):
			played = append(played, n)
		default:
			unplayed = append(unplayed, n)
		}
	}
	return unplayed, played, nil
}
