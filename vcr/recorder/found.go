package recorder

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// found is what the reels of a tape hold for a request that is not on it to the
// byte, or not any more. It is kept, so that a request which is sent again is
// neither redacted nor read again.
type found []answer

// An answer is what one reel holds for a request.
type answer struct {
	reel  *reel
	same  *group                // equal to the byte but for what is redacted
	value atomic.Pointer[group] // equal by value; nil until same is used up
}

// look returns what the tape holds for a request.
func (t *tape) look(s *Session, q *question) found {
	if s.matcher.NeedsHeaders() {
		return t.lookUp(s, q)
	}
	t.mu.Lock()
	f := t.seen[q.print]
	t.mu.Unlock()
	if f == nil {
		f = t.lookUp(s, q)
		t.mu.Lock()
		t.seen[q.print] = f
		t.mu.Unlock()
	}
	return f
}

// lookUp looks for the bytes of a request. What is secret by its name is replaced
// in both; only where that finds nothing, the values that are secrets are.
func (t *tape) lookUp(s *Session, q *question) found {
	f := make(found, len(t.reels))
	q.named = s.keyOf(s.redactor.NameKey, q.request())
	nothing := true
	for n, r := range t.reels {
		f[n].reel, f[n].same = r, r.same(q.named)
		nothing = nothing && f[n].same == nil
	}
	if nothing {
		q.redact(s)
		for n, r := range t.reels {
			f[n].same = r.same(q.key)
		}
	}
	return f
}

// take marks the first unplayed recording as played and returns its position; -1
// when there is none.
func (a *answer) take(s *Session, q *question) (int, error) {
	if position, err := a.reel.take(a.same, q); position >= 0 || err != nil {
		return position, err
	}
	equal, err := a.equal(s, q)
	if err != nil {
		return -1, err
	}
	return a.reel.take(equal, q)
}

// equal returns the recordings that are equal by value.
func (a *answer) equal(s *Session, q *question) (*group, error) {
	if g := a.value.Load(); g != nil {
		return g, nil
	}
	q.redact(s)
	g, err := a.reel.equal(q)
	if err != nil {
		return nil, err
	}
	if g != nil { // with another secret known, there may be one the next time
		a.value.Store(g)
	}
	return g, nil
}

// A question is a request for which a recording is looked up.
type question struct {
	sent  *http.Request
	body  *bytes.Buffer // as it was sent
	print fingerprint   // zero where it would not tell enough
	// What is compared: redacted, and by what is secret by its name only, as it is on
	// a tape that holds the value. Zero until it is needed.
	key, named cassette.Request
}

// redact finds out what is compared of a request, in both ways.
func (q *question) redact(s *Session) {
	if q.key.Method == "" {
		s.backlog.clear() // what came back may have told of a secret
		q.key = s.keyOf(s.redactor.Key, q.request())
	}
	if q.named.Method == "" {
		q.named = s.keyOf(s.redactor.NameKey, q.request())
	}
}

// keyOf returns what is compared of a request, redacted: its headers only where
// they count.
func (s *Session) keyOf(key func(cassette.Request, ...string) cassette.Request, request cassette.Request) cassette.Request {
	if !s.matcher.NeedsHeaders() {
		return key(request)
	}
	return key(request, slices.Collect(maps.Keys(request.Header))...)
}

// taped returns what is compared of a recorded request, in which only
// placeholders have to be made alike.
func (s *Session) taped(request cassette.Request) cassette.Request {
	return s.keyOf(s.redactor.NameKey, request)
}

// request returns the request as a tape has it, not redacted.
func (q *question) request() cassette.Request {
	request := head(q.sent)
	request.Body = cassette.NewBody(q.body.Bytes())
	return request
}
