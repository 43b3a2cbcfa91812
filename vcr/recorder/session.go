package recorder

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A Config says what a session records to and how. Path is all that it needs.
type Config struct {
	// Dir is the folder of the cassettes, and Path the file below it, with
	// slashes. Without Dir, Path is a path by itself.
	Dir, Path string
	// Suite and Spec are written to the header of the cassette.
	// Suite and Spec are written to the header of the cassette.
	Suite, Spec string
	// Shared says that other suites keep cassettes in Dir as well: a cassette
	// whose header names another suite is then refused.
	Shared bool
	// Discard makes the session write nothing: of several processes that do the
	// same, one saves.
	Discard bool
	// Mode is the record mode; "" stands for VCR_RECORD_MODE, or for
	// [DefaultMode] where that is not set.
	Mode Mode
	// Pinned makes the cassette replay in every mode.
	Pinned bool
	// AllowRepeats plays the last matching recording again when all of them
	// were played.
	AllowRepeats bool
	// PassThrough names hosts whose requests are sent and not recorded, in every
	// mode. A name without a port stands for all ports.
	PassThrough []string
	// Base sends what has to be sent; nil stands for a transport of the
	// recorder's own, which takes proxies from the environment.
	Base http.RoundTripper
	// Secrets returns values that must not reach the tape; nil means none.
	Secrets func() []redact.Secret
	// Dummies returns values that stand in for keys which are not there. A
	// request that holds one of them is not recorded. Nil means none.
	Dummies func() []Dummy
	// Remedies returns what is proposed when a request is missed; nil means the
	// remedies of a plain go test.
	Remedies func() []Remedy
	// OnRefuse is called with every error that the session gives to a caller by
	// itself, in the goroutine of the request. Nil means nothing is called.
	OnRefuse func(error)
	// Refuse makes the session refuse every request with this error.
	Refuse error
}

// A Dummy stands in for the value of an environment variable that is not set.
type Dummy struct{ Variable, Value string }

// An Outcome tells a session how its spec ended.
type Outcome int

const (
	// Failed stands for every ending but a pass: failed, skipped, interrupted.
	Failed Outcome = iota
	// Passed lets what was recorded become the cassette.
	Passed
)

// A Session is one recording: an http.RoundTripper between [Open] and
// [Session.Close]. It is safe for concurrent use.
type Session struct {
	cfg      Config
	mode     Mode
	base     http.RoundTripper
	redactor *redact.Redactor
	tape     *tape

	mu     sync.Mutex
	closed bool
	live   []string // "METHOD URL" of requests that passed by the tape
	missed int
	result Result

	drains sync.WaitGroup
}

// Open starts a session. The cassette is read when the first request, or the
// first question about what was played, needs it.
//
// An error is returned for a mode that is none, and for a Path that leads out of Dir.
func Open(cfg Config) (*Session, error) {
	if cfg.Mode == "" {
		mode, err := ModeFromEnvironment()
		if err != nil {
			return nil, err
		}
		cfg.Mode = mode
		if mode == "" {
			cfg.Mode = DefaultMode()
		}
	}
	if _, err := ParseMode(string(cfg.Mode)); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Path, err)
	}
	place, err := placeOf(cfg.Dir, cfg.Path)
	if err != nil {
		return nil, err
	}
	return start(cfg, newTape(place)), nil
}

func start(cfg Config, t *tape) *Session {
	s := &Session{cfg: cfg, mode: cfg.Mode, base: cfg.Base, redactor: redact.New(cfg.Secrets), tape: t}
	if cfg.Pinned {
		s.mode = None
	}
	if s.base == nil {
		s.base = defaultBase()
	}
	return s
}

// defaultBase is shared by all sessions, so that they share connections.
var defaultBase = sync.OnceValue(func() http.RoundTripper {
	dialer := new(net.Dialer)
	return &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true}
})

// Client returns an http.Client that sends through the session.
func (s *Session) Client() *http.Client { return &http.Client{Transport: s} }

// Mode returns the mode in force.
func (s *Session) Mode() Mode { return s.mode }

// Cassette returns the path of the cassette as people see it: relative to the
// folder in which the process started, where it lies below.
func (s *Session) Cassette() string { return s.tape.place.shown }

// RoundTrip answers a request from the tape, or sends and records it, or
// refuses it, as the mode says. The request is not changed; its body is read
// and closed. Its context is honoured while replaying as well.
func (s *Session) RoundTrip(req *http.Request) (*http.Response, error) {
	if s.isOver() {
		closeBody(req)
		return nil, &Refusal{Reason: fmt.Sprintf("%s: the recording is over; obtain the client in the spec that uses it, or use vcr.Client()", s.tape.place.shown)}
	}
	if s.mode == Live || s.passes(req) {
		return s.pass(req)
	}
	if s.cfg.Refuse != nil {
		return s.refuse(req, s.cfg.Refuse)
	}
	request, err := read(req)
	if err != nil {
		return nil, err
	}
	if err := s.tape.load(s); err != nil {
		return s.refuse(req, err)
	}
	key := s.redactor.Key(request)
	if s.mode != All {
		if recording := s.tape.play(key, s.cfg.AllowRepeats); recording != nil {
			return replay(req, recording)
		}
	}
	if !s.mayRecord() {
		return s.refuse(req, s.miss(key))
	}
	if dummy, found := s.dummyIn(request); found {
		return s.refuse(req, &Refusal{Reason: fmt.Sprintf("%s: %s is not set, and %s %s would be recorded with a dummy in its place; set %s, or commit a cassette",
			s.tape.place.shown, dummy.Variable, req.Method, s.redactor.URL(request.URL), dummy.Variable)})
	}
	return s.record(req, request)
}

func (s *Session) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// mayRecord reports whether a request without a recording is recorded.
func (s *Session) mayRecord() bool {
	switch s.mode {
	case All, NewEpisodes:
		return true
	case Once:
		return s.tape.open
	default:
		return false
	}
}

// pass sends a request past the tape.
func (s *Session) pass(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.live = append(s.live, req.Method+" "+s.redactor.URL(req.URL.String()))
	s.mu.Unlock()
	return s.base.RoundTrip(req)
}

func (s *Session) passes(req *http.Request) bool {
	return len(s.cfg.PassThrough) > 0 && slices.ContainsFunc(s.cfg.PassThrough, func(host string) bool {
		return strings.EqualFold(host, req.URL.Host) || strings.EqualFold(host, req.URL.Hostname())
	})
}

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

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

func (s *Session) dummyIn(request cassette.Request) (Dummy, bool) {
	if s.cfg.Dummies == nil {
		return Dummy{}, false
	}
	for _, dummy := range s.cfg.Dummies() {
		if holds(request, dummy.Value) {
			return dummy, true
		}
	}
	return Dummy{}, false
}

// done returns the error of a context that is over.
func done(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
