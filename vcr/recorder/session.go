package recorder

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A Session is one recording: an http.RoundTripper between [Open] and
// [Session.Close]. It is safe for concurrent use.
type Session struct {
	cfg      Config
	mode     Mode
	base     http.RoundTripper
	redactor *redact.Redactor
	matcher  *match.Matcher
	included []place // of the cassettes that are read only
	tape     *tape
	backlog  backlog // of what was recorded and is to be redacted

	closed atomic.Bool
	asked  atomic.Bool // whether a request came for the tape

	mu     sync.Mutex // guards what follows
	live   []string   // "METHOD URL" of requests that passed by the tape
	missed int
	usable []redact.Secret // values that were restored
	result Result
}

// Open starts a session. The cassette is read when the first request, or the
// first question about what was played, needs it.
//
// An error is returned for a word that is no mode, for a Path that is missing or
// leads out of Dir, for rules that [match.New] or [redact.New] refuses and for an
// included cassette that is not there.
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
	if err := cfg.Redact.Valid(); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Path, err)
	}
	matcher, err := match.New(cfg.Rules)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Path, err)
	}
	included, err := placesOf(cfg)
	if err != nil {
		return nil, err
	}
	return start(cfg, matcher, included, newTape(place)), nil
}

func start(cfg Config, matcher *match.Matcher, included []place, t *tape) *Session {
	s := &Session{cfg: cfg, mode: cfg.Mode, base: cfg.Base, matcher: matcher, included: included, tape: t}
	rules := cfg.Redact
	rules.Secrets = s.secrets(rules.Secrets)
	var err error
	if s.redactor, err = redact.New(rules); err != nil { // Again was given other rules than Open
		s.redactor, _ = redact.New(redact.Rules{Secrets: rules.Secrets})
		s.cfg.Refuse = fmt.Errorf("%s: %w", cfg.Path, err)
	}
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
	if req.URL == nil {
		closeBody(req)
		return nil, errors.New("the request has no URL")
	}
	past := s.mode == Live || s.passes(req)
	if !s.enter(past) {
		closeBody(req)
		return nil, &Refusal{Reason: fmt.Sprintf("%s: the recording is over; obtain the client in the spec that uses it, or use vcr.Client()", s.tape.place.shown)}
	}
	if past {
		if s.mode == Live {
			if err := s.dummyIn(head(req), "sent", "leave the live specs out"); err != nil {
				return s.refuse(req, err)
			}
		}
		return s.pass(req)
	}
	if s.cfg.Refuse != nil {
		return s.refuse(req, s.cfg.Refuse)
	}
	if err := s.tape.load(s); err != nil {
		return s.refuse(req, err)
	}
	if s.streams(req) {
		return s.upload(req)
	}
	body, err := read(req)
	if err != nil {
		return nil, err
	}
	q := question{sent: req, body: body}
	recording, err := s.tape.play(s, &q)
	if err != nil {
		return s.refuse(req, broken(err))
	}
	if recording.reel != nil {
		if err := recording.interaction().Decode(); err != nil {
			return s.refuse(req, unreadable(s, err, err))
		}
		if s.mode == All && answersWithPlaceholder(recording.interaction()) {
			// The code goes on with what it gets, and what is recorded now needs it
			// to be usable. It is on the included cassette already.
			return s.refresh(req, &q)
		}
		forget(body)
		return s.replay(req, recording)
	}
	if err := s.mustMiss(&q); err != nil {
		return s.refuse(req, err)
	}
	request := q.request()
	if err := s.unfit(request); err != nil {
		return s.refuse(req, err)
	}
	return s.record(req, outgoing(req, request.Body), request, func() cassette.Body { return request.Body })
}

// upload records a request whose body is sent while it is read.
func (s *Session) upload(req *http.Request) (*http.Response, error) {
	if err := callerOf(req).over(); err != nil {
		closeBody(req)
		return nil, err
	}
	request := head(req)
	if err := s.unfit(request); err != nil {
		return s.refuse(req, err)
	}
	out, sent := newUpload(req)
	return s.record(req, out, request, sent.whole)
}

// enter reports whether the session is open for a request, and notes those that
// do not go past the tape.
func (s *Session) enter(past bool) bool {
	if !past && !s.asked.Load() && !s.closed.Load() {
		s.asked.Store(true)
	}
	return !s.closed.Load()
}

// mustMiss returns the error for a request that no recording answers; nil if it
// is to be recorded.
func (s *Session) mustMiss(q *question) error {
	if s.mode == All || s.mayRecord() && s.tape.empty && !s.tape.renamed(s, q) {
		return nil // and nothing waits for what is being redacted
	}
	q.redact(s)
	later, err := s.tape.comesLater(q)
	switch protocol := q.sent.Header.Get("Upgrade"); {
	case err != nil:
		return broken(err)
	case s.mayRecord() && !later && !s.tape.renamed(s, q):
		return nil
	case protocol != "":
		return &Refusal{Reason: fmt.Sprintf("%s: %s %s asks for a switch to %s, which is passed on while recording and cannot be replayed; run this spec live, or put a stand-in there",
			s.tape.place.shown, q.key.Method, q.key.URL, protocol)}
	}
	s.tape.renamed(s, q)
	return s.miss(q)
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
