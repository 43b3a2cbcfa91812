package recorder

import (
	"bytes"
	"cmp"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A lookup is a request for which a recording is looked up.
type lookup struct {
	sent  *http.Request
	body  *bytes.Buffer // as it was sent
	bytes fingerprint   // of what was sent; zero where it would not tell enough
	// What is compared: with all secrets redacted, and with those only that are
	// secret by their name, as on a tape that holds the value. Zero until it is
	// needed.
	key, named cassette.Request
	keys       []matching.Key // by value, of key and of named; nil until it is needed
	note       string         // why it is a miss in a mode that sends less than others; may be ""
}

// A recording is an interaction that answers a request. The zero value is none.
type recording struct {
	index      *index
	position   int
	stage      stage
	isRepeated bool // it was played before
	renaming   *renaming
	amended    *cassette.Interaction // what takes its place on the tape; nil for nothing
}

func (r recording) interaction() *cassette.Interaction { return r.index.interactions[r.position] }

// play returns the recording that answers a request, and marks it as played. It
// searches in stages, and most requests need only the first:
//
//  1. equal to the byte, as it was sent
//  2. equal to the byte, once secrets are redacted
//  3. equal by value, as the rules say
//  4. equal but for the values of placeholders
//
// In each, the first unplayed recording counts on which the functions of the rules
// agree.
func (t *tape) play(s *Session, l *lookup) (recording, error) {
	if t.isEmpty {
		return recording{}, nil
	}
	if !s.matcher.NeedsHeaders() {
		l.bytes = fingerprintOf(l.sent, l.body.Bytes())
	}
	var others candidates
	for n, x := range t.indexes {
		found := byBytes
		position, err := x.take(x.byFingerprint[l.bytes], l)
		if position < 0 && err == nil {
			if others == nil {
				others = t.candidates(s, l)
			}
			position, found, err = others[n].take(s, l)
		}
		if position >= 0 || err != nil {
			if err != nil {
				return recording{}, err
			}
			return t.start(recording{index: x, position: position, stage: found}, l), nil
		}
	}
	if s.cfg.AllowRepeats {
		return t.repeat(s, l, others)
	}
	return recording{}, nil
}

// start notes that a recording is played from now on.
func (t *tape) start(r recording, l *lookup) recording {
	r.renaming = r.index.callNames.begin(r.position, r.interaction().Request, l)
	r.index.beginnings.begin(r.position)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isChosen(r) {
		t.last = r.position
		return r
	}
	t.played = append(t.played, cmp.Or(r.amended, r.interaction()))
	if r.index == t.own {
		t.last = r.position
	}
	return r
}

// hasPlayed reports whether a request was answered from the tape.
func (t *tape) hasPlayed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.played) > 0
}

// hasGiven reports whether a played answer holds a text.
func (t *tape) hasGiven(text string) bool {
	t.mu.Lock()
	played := slices.Clip(t.played)
	t.mu.Unlock()
	return slices.ContainsFunc(played, func(i *cassette.Interaction) bool { return redaction.AnswersWith(&i.Response, text) })
}

// placeholdersGiven returns the placeholders in the answers that were played.
func (t *tape) placeholdersGiven() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, i := range t.played[t.searched:] {
		redaction.EachPlaceholder(&i.Response, func(placeholder string) {
			if t.given == nil {
				t.given = map[string]bool{}
			}
			t.given[placeholder] = true
		})
	}
	t.searched = len(t.played)
	return slices.Collect(maps.Keys(t.given))
}

// repeat returns the last recording that answers a request, which was played.
func (t *tape) repeat(s *Session, l *lookup, others candidates) (recording, error) {
	for n, x := range t.indexes {
		equal, err := others[n].equal(s, l)
		if err != nil {
			return recording{}, err
		}
		position, err := x.lastOf(equal, l)
		if err != nil {
			return recording{}, err
		}
		if position >= 0 && x.isPlayed(position) { // else it is to be played in its order
			return t.start(recording{index: x, position: position, stage: byRules, isRepeated: true}, l), nil
		}
	}
	return recording{}, nil
}

// comesLater reports whether a recording matches that must be played in its
// order, after others.
func (t *tape) comesLater(l *lookup) (bool, error) {
	if !t.own.inOrder {
		return false, nil
	}
	later, _, err := t.own.matching(l)
	return len(later) > 0, err
}

// take marks the first unplayed member of a group as played on which the
// functions of the rules agree. It returns the position of that, or -1. The
// functions belong to the user and are not called under the lock.
func (x *index) take(g *group, l *lookup) (int, error) {
	if g == nil {
		return -1, nil
	}
	if !x.hasIdentities() {
		return x.takeIf(g, l, nil)
	}
	for _, allowed := range [...]func([]identity) bool{x.identities.areBound, x.identities.mayTake, x.identities.mayShare} {
		if n, err := x.takeIf(g, l, allowed); n >= 0 || err != nil {
			return n, err
		}
	}
	return -1, nil
}

// takeIf takes a member only if the identities of the request allow it; nil allows
// all.
func (x *index) takeIf(g *group, l *lookup, allowed func([]identity) bool) (int, error) {
	if allowed == nil && !x.matcher.HasFuncs() {
		n, _ := x.unplayedIn(g, 0, true)
		return n, nil
	}
	for from := 0; ; from++ {
		var n int
		if n, from = x.unplayedIn(g, from, false); n < 0 {
			return -1, nil
		}
		var who []identity
		if allowed != nil {
			if who = x.identities.of(x.interactions[n].Request, l); !allowed(who) {
				continue
			}
		}
		if agrees, err := x.agrees(n, l); err != nil || agrees && x.claim(n) {
			x.identities.bind(who)
			return n, err
		}
	}
}

// unplayedIn returns the first unplayed member from a place on, and its place. If
// the tape is played in order, only the next interaction counts.
func (x *index) unplayedIn(g *group, from int, claim bool) (n, at int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for g.next < len(g.members) && x.played[g.members[g.next]] {
		g.next++
	}
	for at = max(from, g.next); at < len(g.members); at++ {
		n := g.members[at]
		if x.played[n] {
			continue
		}
		if x.inOrder && n != x.next {
			break
		}
		if claim {
			x.setPlayed(n)
		}
		return n, at
	}
	return -1, at
}

// claim marks an interaction as played, unless another request was faster.
func (x *index) claim(n int) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.played[n] {
		return false
	}
	x.setPlayed(n)
	return true
}

// setPlayed is called with x.mu held.
func (x *index) setPlayed(n int) {
	x.played[n] = true
	for x.next < len(x.played) && x.played[x.next] {
		x.next++
	}
}

func (x *index) isPlayed(n int) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.played[n]
}

// unplayed returns the positions of the interactions that were not played yet.
func (x *index) unplayed() []int {
	x.mu.Lock()
	defer x.mu.Unlock()
	var positions []int
	for n, played := range x.played {
		if !played {
			positions = append(positions, n)
		}
	}
	return positions
}

// lastOf returns the position of the last member on which the functions of the
// rules agree, played or not; -1 when there is none.
func (x *index) lastOf(g *group, l *lookup) (int, error) {
	if !x.hasIdentities() {
		return x.lastIf(g, l, nil)
	}
	if n, err := x.lastIf(g, l, x.identities.mayTake); n >= 0 || err != nil {
		return n, err
	}
	return x.lastIf(g, l, x.identities.mayShare)
}

// lastIf is lastOf for the members that the identities of the request allow; nil allows
// all.
func (x *index) lastIf(g *group, l *lookup, allowed func([]identity) bool) (int, error) {
	for _, n := range slices.Backward(g.all()) {
		if allowed != nil && !allowed(x.identities.of(x.interactions[n].Request, l)) {
			continue
		}
		if agrees, err := x.agrees(n, l); err != nil || agrees {
			return n, err
		}
	}
	return -1, nil
}

// candidates are what the indexes of a tape hold for a request that is not on it
// to the byte, or not any more. They are kept: a request that is sent again is
// neither redacted nor parsed again.
type candidates []candidate

// A candidate is what one index holds for a request.
type candidate struct {
	index   *index
	same    *group                // equal to the byte but for what is redacted
	byValue atomic.Pointer[group] // equal by value; nil until same is used up
}

// candidates returns what the tape holds for a request.
func (t *tape) candidates(s *Session, l *lookup) candidates {
	if s.matcher.NeedsHeaders() {
		return t.findCandidates(s, l)
	}
	t.mu.Lock()
	known := t.looked[l.bytes]
	t.mu.Unlock()
	if known == nil {
		known = t.findCandidates(s, l)
		t.mu.Lock()
		t.looked[l.bytes] = known
		t.mu.Unlock()
	}
	return known
}

// findCandidates compares the bytes of a request with those on the tape. First
// only what is secret by its name is redacted in both; if that finds nothing, all
// that is known to be a secret.
func (t *tape) findCandidates(s *Session, l *lookup) candidates {
	c := make(candidates, len(t.indexes))
	l.named = s.compared(s.redactor.NameKey, s.quoted(l.request()))
	none := true
	for n, x := range t.indexes {
		c[n].index, c[n].same = x, x.same(l.named)
		none = none && c[n].same == nil
	}
	if none {
		l.redact(s)
		for n, x := range t.indexes {
			c[n].same = x.same(l.key)
		}
	}
	return c
}

// take marks the first unplayed recording as played and returns its position, -1
// when there is none.
func (c *candidate) take(s *Session, l *lookup) (int, stage, error) {
	if position, err := c.index.take(c.same, l); position >= 0 || err != nil {
		return position, byRedacted, err
	}
	equal, err := c.equal(s, l)
	if err != nil {
		return -1, byRules, err
	}
	position, err := c.index.take(equal, l)
	return position, byRules, err
}

// equal returns the recordings that are equal by value.
func (c *candidate) equal(s *Session, l *lookup) (*group, error) {
	if g := c.byValue.Load(); g != nil {
		return g, nil
	}
	l.redact(s)
	g, err := c.index.equal(l)
	if err != nil {
		return nil, err
	}
	if g != nil { // else there may be one later, when another secret is known
		c.byValue.Store(g)
	}
	return g, nil
}

// redact makes what is compared of a request, in both ways.
func (l *lookup) redact(s *Session) {
	if l.key.Method == "" {
		s.queue.clear() // what came back may have told of a secret
		l.key = s.compared(s.redactor.Key, s.quoted(l.request()))
	}
	if l.named.Method == "" {
		l.named = s.compared(s.redactor.NameKey, s.quoted(l.request()))
	}
}

// byValue returns the keys of what is compared, which is redacted by then.
func (l *lookup) byValue(m *matching.Matcher) ([]matching.Key, error) {
	if l.keys != nil {
		return l.keys, nil
	}
	key, err := m.Key(l.key)
	if err != nil {
		return nil, err
	}
	keys := []matching.Key{key}
	if !m.Same(l.key, l.named) {
		if key, err = m.Key(l.named); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	l.keys = keys
	return keys, nil
}

// quoted returns a request as a tape with quotes has it: what looks like a placeholder is
// one only if this run gave it to the code.
func (s *Session) quoted(r cassette.Request) cassette.Request {
	if !slices.ContainsFunc(s.tape.indexes, func(x *index) bool { return x.hasQuotes }) {
		return r
	}
	return redaction.QuoteRequest(r, s.hasGiven)
}

// request returns the request as a tape has it, not redacted.
func (l *lookup) request() cassette.Request {
	request := head(l.sent)
	request.Body = cassette.NewBody(l.body.Bytes())
	return request
}

// copyOfSent returns the request with a body that can be read.
func (l *lookup) copyOfSent() *http.Request {
	sent := l.sent.WithContext(l.sent.Context())
	sent.Body = io.NopCloser(bytes.NewReader(bytes.Clone(l.body.Bytes())))
	return sent
}

// compared returns what is compared of a request, redacted: its headers only
// where they count.
func (s *Session) compared(redact func(cassette.Request, ...string) cassette.Request, request cassette.Request) cassette.Request {
	if !s.matcher.NeedsHeaders() {
		return redact(request)
	}
	return redact(request, slices.Collect(maps.Keys(request.Header))...)
}
