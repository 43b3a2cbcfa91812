package recorder

import (
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// An index finds the interactions of a cassette by their requests, and knows
// which of them were played.
type index struct {
	cassette     string // its path, as people see it
	interactions []*cassette.Interaction
	matcher      *matching.Matcher
	inOrder      bool
	hasQuotes    bool // as in cassette.Cassette

	// The interactions by their requests: as they are on the tape; by the bytes of
	// what is compared; by its value. Most are found in the first way. What the
	// others need is made when a request is not.
	byFingerprint map[fingerprint]*group
	requests      func() []cassette.Request // what is compared of each
	byBytes       func() map[uint64]*group
	byValue       func() (map[matching.Key]*group, error)
	patterns      func() (patterns, error)

	identities    *identities // of the session
	hasIdentities func() bool // they matter on this tape

	callNames  *callNames // nil on a tape without JSON-RPC
	beginnings *beginnings

	mu       sync.Mutex // guards the cursors
	played   []bool
	next     int // all interactions before it were played
	repeated map[int]*flatHeader
}

// A group is the interactions whose requests are equal, in tape order.
type group struct {
	members []int
	next    int    // all members before it were played
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

func newIndex(s *Session, shown string, c *cassette.Cassette, inOrder bool) *index {
	interactions := c.Interactions
	x := &index{
		cassette: shown, interactions: interactions, matcher: s.matcher, inOrder: inOrder, hasQuotes: c.Quotes,
		byFingerprint: make(map[fingerprint]*group, len(interactions)),
		played:        make([]bool, len(interactions)),
		callNames:     newCallNames(interactions),
		beginnings:    newBeginnings(interactions),
	}
	for n, f := range fingerprintsOf(c) {
		if !x.callNames.areIn(n) { // else equal bytes say no more than equal values
			x.byFingerprint[f] = x.byFingerprint[f].with(n)
		}
	}
	delete(x.byFingerprint, fingerprint{})
	x.requests = sync.OnceValue(func() []cassette.Request {
		requests := make([]cassette.Request, len(interactions))
		for n, i := range interactions {
			requests[n] = s.compared(s.redactor.NameKey, i.Request) // all else on a tape is a placeholder
		}
		return requests
	})
	x.identities = &s.tape.identities
	x.hasIdentities = sync.OnceValue(func() bool { return hasIdentities(interactions) })
	x.byBytes = sync.OnceValue(x.groupByBytes)
	x.byValue = sync.OnceValues(x.groupByValue)
	x.patterns = sync.OnceValues(x.findPatterns)
	return x
}

func (x *index) groupByBytes() map[uint64]*group {
	requests := x.requests()
	groups := make(map[uint64]*group, len(requests))
	for n, request := range requests {
		if x.callNames.areIn(n) {
			continue
		}
		hash := x.matcher.Exact(request)
		if g := groups[hash]; g == nil || x.matcher.Same(requests[g.members[0]], request) {
			groups[hash] = g.with(n)
		}
	}
	return groups
}

func (x *index) groupByValue() (map[matching.Key]*group, error) {
	groups := make(map[matching.Key]*group, len(x.interactions))
	for n, request := range x.requests() {
		key, err := x.matcher.Key(request)
		if err != nil {
			return nil, fmt.Errorf("%s: recording %d: %w", x.cassette, n+1, err)
		}
		groups[key] = groups[key].with(n)
	}
	return groups, nil
}

// same returns the recordings of which the same bytes are compared, nil when there
// are none.
func (x *index) same(key cassette.Request) *group {
	g := x.byBytes()[x.matcher.Exact(key)]
	if g != nil && !x.matcher.Same(x.requests()[g.members[0]], key) {
		return nil
	}
	return g
}

// equal returns the recordings that are equal by value, or that a request fits
// but for placeholders; nil when there are none.
func (x *index) equal(l *lookup) (*group, error) {
	if len(x.interactions) == 0 {
		return nil, nil
	}
	groups, err := x.byValue()
	if err != nil {
		return nil, err
	}
	keys, err := l.byValue(x.matcher)
	if err != nil {
		return nil, fmt.Errorf("%s: %s %s: %w", x.cassette, l.key.Method, l.key.URL, err)
	}
	for _, key := range keys {
		if g := groups[key]; g != nil {
			return g, nil
		}
	}
	return x.fitting(l)
}

// patterns are the recorded requests in which placeholders replace secrets.
type patterns struct {
	list      []matching.Pattern
	positions []int
}

func (x *index) findPatterns() (patterns, error) {
	var p patterns
	for n, request := range x.requests() {
		pattern, ok, err := x.matcher.Pattern(request)
		if err != nil {
			return p, err // as groupByValue has failed
		}
		if ok {
			p.list, p.positions = append(p.list, pattern), append(p.positions, n)
		}
	}
	return p, nil
}

// fitting returns the recordings that a request fits whose secrets have other
// values in replay.
func (x *index) fitting(l *lookup) (*group, error) {
	p, err := x.patterns()
	if err != nil {
		return nil, err
	}
	fits, err := x.matcher.Fits(l.key, p.list)
	var g *group
	for _, n := range fits {
		g = g.with(p.positions[n])
	}
	return g, err
}

// matching returns the positions of the recordings that match, played or not.
func (x *index) matching(l *lookup) (unplayed, played []int, err error) {
	equal, err := x.equal(l)
	if err != nil {
		return nil, nil, err
	}
	members := slices.Concat(x.same(l.key).all(), equal.all())
	slices.Sort(members)
	for _, n := range slices.Compact(members) {
		agrees, err := x.agrees(n, l)
		switch {
		case err != nil:
			return nil, nil, err
		case !agrees:
		case x.isPlayed(n):
			played = append(played, n)
		default:
			unplayed = append(unplayed, n)
		}
	}
	return unplayed, played, nil
}

// agrees asks the functions of the rules about a recording.
func (x *index) agrees(n int, l *lookup) (bool, error) {
	if !x.matcher.HasFuncs() {
		return true, nil
	}
	agrees, err := x.matcher.Agrees(l.copyOfSent(), x.interactions[n].Request)
	if err != nil {
		err = fmt.Errorf("%s: recording %d: %w", x.cassette, n+1, err)
	}
	return agrees, err
}

// A fingerprint tells the method, URL and body of a request apart as they are
// sent, with the headers that say how the body is read. It is two hashes with
// random seeds, so that no two requests share one.
type fingerprint [2]uint64

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// fingerprintOf returns the fingerprint of a request. It does not need the text of
// the URL, which would have to be built.
func fingerprintOf(req *http.Request, body []byte) fingerprint {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	return fingerprintOfParts(req.Method, req.URL, host, req.Header, body)
}

// fingerprintsOf returns those of recorded requests. Most go to the URL of the one
// before. A request with an invalid URL has the zero fingerprint, as no other.
func fingerprintsOf(c *cassette.Cassette) []fingerprint {
	prints := make([]fingerprint, len(c.Interactions))
	var raw string
	var u *url.URL
	for n, i := range c.Interactions {
		r := i.Request
		if c.Quotes {
			r = redaction.UnquoteRequest(r)
		}
		if r.URL != raw || u == nil {
			var err error
			if u, err = url.Parse(r.URL); err != nil {
				u = nil
				continue
			}
			raw = r.URL
		}
		prints[n] = fingerprintOfParts(r.Method, u, u.Host, r.Header, r.Body.Bytes())
	}
	return prints
}

func fingerprintOfParts(method string, u *url.URL, host string, header http.Header, body []byte) fingerprint {
	if method == "" {
		method = http.MethodGet
	}
	var f fingerprint
	for n, seed := range seeds {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, text := range [...]string{method, u.Scheme, u.Opaque, host, u.Path, u.RawPath, u.RawQuery} {
			_, _ = h.WriteString(text)
			_ = h.WriteByte(0)
		}
		for _, name := range [...]string{"Content-Type", "Content-Encoding"} {
			for _, value := range header[name] {
				_, _ = h.WriteString(value)
			}
			_ = h.WriteByte(0)
		}
		_, _ = h.Write(body)
		f[n] = h.Sum64()
	}
	return f
}
