package recorder

import (
	"bytes"
	"hash/maphash"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A fingerprint stands for the method, URL and body of a request as it was sent,
// with the headers that say how the body is read. Two hashes with random seeds
// make sure that no two requests share one.
type fingerprint [2]uint64

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func fingerprintOf(req *http.Request, body []byte) fingerprint {
	var print fingerprint
	u := req.URL
	for n, seed := range seeds {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, text := range [...]string{req.Method, u.Scheme, u.Opaque, u.Host, req.Host, u.Path, u.RawPath, u.RawQuery} {
			_, _ = h.WriteString(text)
			_ = h.WriteByte(0)
		}
		for _, name := range [...]string{"Content-Type", "Content-Encoding"} {
			for _, value := range req.Header[name] {
				_, _ = h.WriteString(value)
			}
			_ = h.WriteByte(0)
		}
		_, _ = h.Write(body)
		print[n] = h.Sum64()
	}
	return print
}

// found is what the reels of a tape hold for a request. It is kept, so that a
// request which is sent again, the same to the byte, is neither redacted nor read
// again.
type found []answer

// An answer is what one reel holds for a request.
type answer struct {
	reel  *reel
	same  *group                // byte-equal
	value atomic.Pointer[group] // equal by value; nil until same is used up
}

// look returns what the tape holds for a request.
func (t *tape) look(s *Session, q *question) found {
	if t.empty {
		return nil
	}
	if s.matcher.NeedsHeaders() {
		return t.lookUp(s, q)
	}
	print := fingerprintOf(q.sent, q.body.Bytes())
	t.mu.Lock()
	f := t.seen[print]
	t.mu.Unlock()
	if f == nil {
		f = t.lookUp(s, q)
		t.mu.Lock()
		t.seen[print] = f
		t.mu.Unlock()
	}
	return f
}

// lookUp looks for the bytes of a request. What is secret by its name is replaced
// in both; only where that finds nothing, the values that are secrets are.
func (t *tape) lookUp(s *Session, q *question) found {
	reels := t.reels()
	f := make(found, len(reels))
	q.named = s.keyOf(s.redactor.NameKey, q.request())
	nothing := true
	for n, r := range reels {
		f[n].reel, f[n].same = r, r.same(q.named)
		nothing = nothing && f[n].same == nil
	}
	if nothing {
		q.redact(s)
		for n, r := range reels {
			f[n].same = r.same(q.key)
		}
	}
	return f
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
	sent *http.Request
	body *bytes.Buffer // as it was sent
	// What is compared: redacted, and by what is secret by its name only, as it is on
	// a tape that holds the value. Zero until it is needed.
	key, named cassette.Request
}

// redact finds out what is compared of a request, in both ways.
func (q *question) redact(s *Session) {
	if q.key.Method == "" {
		s.backlog.wait() // what came back may have told of a secret
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
