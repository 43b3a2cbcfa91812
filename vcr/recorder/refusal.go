package recorder

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// ErrRefused means that the session answers no request at all: it is over, its
// cassette cannot be read, or a dummy key would be sent. It is found by
// errors.Is through the *url.Error that an http.Client makes of it.
var ErrRefused = errors.New("request refused")

// A Refusal is the error for a request to a session that answers none.
type Refusal struct {
	Reason string // what is wrong and what to do about it
	Cause  error  // what is wrapped besides ErrRefused; may be nil
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

// Unwrap returns ErrRefused and the cause.
func (r *Refusal) Unwrap() []error {
	if r.Cause == nil {
		return []error{ErrRefused}
	}
	return []error{ErrRefused, r.Cause}
}

// RetryableError is false, as for a [Miss].
func (r *Refusal) RetryableError() bool { return false }

// refuse gives an error of the session's own to the caller.
func (s *Session) refuse(req *http.Request, err error) (*http.Response, error) {
	closeBody(req)
	s.mu.Lock()
	s.missed++
	s.mu.Unlock()
	if s.cfg.OnRefuse != nil {
		s.cfg.OnRefuse(err)
	}
	return nil, err
}

// unfit returns why a request may not be recorded: it carries what stands in for
// a secret, and the service would not know it.
func (s *Session) unfit(request cassette.Request) error {
	if holdsPlaceholder(request) {
		return &Refusal{Reason: fmt.Sprintf("%s: %s %s would be recorded with a placeholder in it, which a replayed answer has given to the code in the place of a secret; record both in one run, with %s=%s",
			s.tape.place.shown, request.Method, s.redactor.Key(request).URL, ModeVariable, All)}
	}
	return s.dummyIn(request, "recorded", "commit a cassette")
}

// holdsPlaceholder reports whether a request carries a placeholder, which may be
// percent-encoded.
func holdsPlaceholder(request cassette.Request) bool {
	return holds(request, "redacted") && // hardly any request gets past this
		slices.ContainsFunc([]string{redact.PlaceholderPrefix, "%5Bredacted:", "%5Bredacted%3A"}, func(begins string) bool { return holds(request, begins) })
}

// dummyIn returns why a request may not be recorded, or sent, with a dummy in it.
func (s *Session) dummyIn(request cassette.Request, done, remedy string) error {
	if s.cfg.Dummies == nil {
		return nil
	}
	for _, dummy := range s.cfg.Dummies() {
		if holds(request, dummy.Value) {
			return &Refusal{Reason: fmt.Sprintf("%s: %s is not set, and %s %s would be %s with a dummy in its place; set %s, or %s",
				s.tape.place.shown, dummy.Variable, request.Method, s.redactor.Key(request).URL, done, dummy.Variable, remedy)}
		}
	}
	return nil
}
