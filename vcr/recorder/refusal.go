package recorder

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// ErrRefused means that the session does not answer the request, for another
// reason than a missing recording: the session is closed, its cassette cannot be
// read, or a dummy key would be sent. errors.Is finds it through the *url.Error of
// an http.Client.
var ErrRefused = errors.New("request refused")

// A refusal is the error for a request that the session does not answer.
type refusal struct {
	reason string // what is wrong and what to do about it
	cause  error  // what is wrapped besides ErrRefused; may be nil
}

func (r *refusal) Error() string { return r.reason }

func (r *refusal) Unwrap() []error {
	if r.cause == nil {
		return []error{ErrRefused}
	}
	return []error{ErrRefused, r.cause}
}

// RetryableError is false, as for a [Miss].
func (r *refusal) RetryableError() bool { return false }

// refuse gives an error of the session's own to the caller, and ends the contexts
// of [Session.Context], so that clients do not try again.
func (s *Session) refuse(req *http.Request, err error) (*http.Response, error) {
	closeBody(req)
	s.mu.Lock()
	s.refused++
	cancels := s.cancels
	s.cancels = nil
	s.mu.Unlock()
	if s.spec.OnRefuse != nil {
		s.spec.OnRefuse(err)
	}
	for _, cancel := range cancels {
		cancel(err)
	}
	return nil, err
}

func (s *Session) errClosed() error {
	remedy := cmp.Or(s.spec.ClientRemedy, "obtain the client in the test that uses it")
	return &refusal{reason: fmt.Sprintf("%s: the session is over; %s", s.tape.place.shown, remedy)}
}

// unreadable refuses requests because a cassette cannot be read. The reason may
// quote a part of the cassette.
func (s *Session) unreadable(reason, cause error) error {
	return &refusal{reason: s.redactor.Text(reason.Error()), cause: cause}
}

// ruleFailed refuses a request because a function of the rules failed.
func ruleFailed(err error) error { return &refusal{reason: err.Error(), cause: err} }

// unfit returns why a request may not be recorded: it carries what stands in for
// a secret, and the service would not know it.
func (s *Session) unfit(request cassette.Request) error {
	if holdsPlaceholder(request) {
		return &refusal{reason: fmt.Sprintf("%s: %s %s would be recorded with a placeholder that a replayed answer gave to the code; record both in one run, with %s=%s",
			s.tape.place.shown, request.Method, s.redactor.Key(request).URL, process.ModeVariable, All)}
	}
	return s.dummyIn(request, "recorded", "commit a cassette")
}

// holdsPlaceholder reports whether a request carries a placeholder, which may be
// percent-encoded.
func holdsPlaceholder(request cassette.Request) bool {
	return holds(request, "redacted") && // hardly any request gets past this
		slices.ContainsFunc([]string{redaction.PlaceholderPrefix, "%5Bredacted:", "%5Bredacted%3A"}, func(begins string) bool { return holds(request, begins) })
}

// dummyIn returns why a request may not be recorded, or sent, with a dummy in it.
func (s *Session) dummyIn(request cassette.Request, done, remedy string) error {
	if s.spec.Dummies == nil {
		return nil
	}
	for _, dummy := range s.spec.Dummies() {
		if holds(request, dummy.Value) {
			return &refusal{reason: fmt.Sprintf("%s: %s is not set, and %s %s would be %s with a dummy in its place; set %s, or %s",
				s.tape.place.shown, dummy.Variable, request.Method, s.redactor.Key(request).URL, done, dummy.Variable, remedy)}
		}
	}
	return nil
}

// holds reports whether a request carries text in its URL, headers or body, or
// in the base64 of basic authentication.
func holds(request cassette.Request, text string) bool {
	if strings.Contains(request.URL, text) || bytes.Contains(request.Body.Bytes(), []byte(text)) {
		return true
	}
	for _, values := range request.Header {
		for _, value := range values {
			if strings.Contains(value, text) {
				return true
			}
			if encoded, ok := strings.CutPrefix(value, "Basic "); ok {
				if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil && bytes.Contains(decoded, []byte(text)) {
					return true
				}
			}
		}
	}
	return false
}
