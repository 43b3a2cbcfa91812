package recorder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/title"
)

// A Session records or replays one spec, from [Open] or [ForTest] to
// [Session.Close]. It is an http.RoundTripper. It is safe for concurrent use.
type Session struct {
	cfg        Config // as it was given, but for the mode
	spec       harness.Spec
	only       *choice.Choice // of what is recorded again; nil if the mode alone says that
	around     []*Session     // whose answers the code may use
	mode       Mode           // in force
	hasOwnMode bool           // the Config says which, and not the environment
	base       http.RoundTripper
	matcher    *matching.Matcher
	redactor   *redaction.Redactor
	tape       *tape
	queue      queue   // what was recorded and not redacted yet
	shifts     *shifts // nil if the instants of answers stay as they are
	journal    journal

	closed    atomic.Bool
	ends      chan struct{} // closed with the session
	used      atomic.Bool   // a request came for the tape
	hasQuoted atomic.Bool   // as cassette.Cassette.Quotes
	overheard overheard     // in mode live

	hasRecordings bool // with which the answers of a live run are compared

	mu       sync.Mutex // guards what follows
	live     []string   // the requests that were sent past the tape, as people see them
	refused  int
	restored []redaction.Secret        // values that RestoreOnReplay gave to the code
	cancels  []context.CancelCauseFunc // of the contexts that end at a refusal
	notes    []string                  // what people should know of; told when the session is closed
	passed   bool                      // the spec did; known once the session is closed
	final    Snapshot                  // what Close returned
}

// Open starts a session. The cassette is read when the first request needs it.
//
// It is an error if Mode is not a record mode, if Path is missing or leads out of
// Dir, if a rule is wrong, or if an included cassette does not exist.
func Open(cfg Config) (*Session, error) { return OpenSpec(cfg, harness.Spec{}, nil) }

// OpenSpec is for package vcr, which knows more of a spec than a plain test does.
// Earlier is the closed session of the spec's attempt before, nil for the first
// attempt. Around are the open sessions of the nodes around the spec, whose answers
// its code may use.
func OpenSpec(cfg Config, spec harness.Spec, earlier *Session, around ...*Session) (*Session, error) {
	s := &Session{cfg: cfg, spec: spec, around: around, ends: make(chan struct{})}
	if s.spec.Trace == nil && process.IsDebugging() {
		s.spec.Trace = process.Trace
	}
	if err := s.setUp(earlier); err != nil {
		return nil, err
	}
	if earlier != nil {
		s.follow(earlier)
	}
	s.choose()
	if spec.Opened != nil {
		spec.Opened(func() bool { return s.tape.load(s) == nil && s.mayRecord() })
	}
	return s, nil
}

// setUp resolves the configuration.
func (s *Session) setUp(earlier *Session) error {
	var err error
	if earlier != nil {
		s.cfg.Mode = earlier.cfg.Mode
	}
	if err := s.cfg.check(); err != nil {
		return err
	}
	if s.hasOwnMode = s.cfg.Mode != ""; !s.hasOwnMode {
		if s.cfg.Mode, err = modeOfEnvironment(); err != nil {
			return err
		}
	} else if _, err := ParseMode(string(s.cfg.Mode)); err != nil {
		return fmt.Errorf("%s: %w", s.cfg.Path, err)
	}
	var place place
	if s.spec.RefuseWith == nil || s.cfg.Path != "" { // else it needs no cassette
		if place, err = locate(s.cfg.Dir, s.cfg.Path); err != nil {
			return err
		}
	}
	rules, err := s.cfg.rules()
	if err == nil {
		s.matcher, err = matching.New(rules.With(s.spec.Rules))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.cfg.Path, err)
	}
	secrets := s.cfg.redaction().With(s.spec.Redaction)
	secrets.Secrets = s.secrets(secrets.Secrets)
	if s.redactor, err = redaction.New(secrets); err != nil {
		return fmt.Errorf("%s: %w", s.cfg.Path, err)
	}
	if s.shifts, err = newShifts(&s.cfg); err != nil {
		return fmt.Errorf("%s: Config.ShiftTimes: %w", s.cfg.Path, err)
	}
	included, err := s.locateIncluded(place)
	if err != nil {
		return err
	}
	s.tape = newTape(place, included)
	for _, around := range s.around {
		s.tape.identities.around = append(s.tape.identities.around, &around.tape.identities)
	}
	s.mode = s.cfg.Mode
	if s.only = s.spec.Only; s.only == nil && !s.hasOwnMode {
		if s.only, err = choiceOfEnvironment(); err != nil {
			return err
		}
	}
	if s.only != nil && s.mode != None && s.mode != Live {
		switch all := s.only.All(place.file); {
		case !all:
			s.mode = Once
		case s.mode != Refresh:
			s.mode = All
		}
	}
	if s.spec.Pinned {
		_, err := os.Stat(place.file)
		if s.mode == Live || err == nil {
			s.mode = None // else the first run records it, if it may
		}
	}
	if s.base = s.cfg.Base; s.base == nil {
		s.base = defaultBase()
	}
	s.hasRecordings = s.watches()
	s.journal.session = s
	s.journal.isKept = s.mayWrite() && !s.cfg.RecordOnlyPassed
	return nil
}

// follow continues after an earlier attempt. If that failed, the session starts
// from the tape as it was before the first attempt; if it passed, the session
// replays what was saved.
func (s *Session) follow(earlier *Session) {
	switch {
	case !earlier.passed:
		s.tape.startFrom(s, earlier.tape)
	case s.mode != Live:
		s.mode = None
	}
}

// note keeps a text for people until the session is closed.
func (s *Session) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, text)
}

// noteOnce is note for what holds for all cassettes of a folder.
func (s *Session) noteOnce(folder, text string) {
	if _, known := noted.LoadOrStore(folder, true); !known {
		s.note(text)
	}
}

var noted sync.Map // folders

// tellNotes hands the notes to the test framework, or prints them without one.
func (s *Session) tellNotes() {
	s.mu.Lock()
	notes := s.notes
	s.notes = nil
	s.mu.Unlock()
	for _, text := range notes {
		if s.spec.Note != nil {
			s.spec.Note(text)
		} else {
			fmt.Fprintln(os.Stderr, "ginkgo-vcr: "+text)
		}
	}
}

// defaultBase is shared by all sessions, so that they share connections.
var defaultBase = sync.OnceValue(func() http.RoundTripper {
	dialer := new(net.Dialer)
	return &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true}
})

// Client returns an http.Client that sends through the session.
func (s *Session) Client() *http.Client { return &http.Client{Transport: s} }

// Mode returns the record mode in force.
func (s *Session) Mode() Mode { return s.mode }

// Cassette returns the path of the cassette as people see it: relative to the
// folder in which the process started, where it is below that.
func (s *Session) Cassette() string { return s.tape.place.shown }

// RoundTrip plays the recording of a request, or sends and records the request,
// or refuses it, as the mode says. It leaves the request unchanged, and reads and
// closes its body. It honours the context of the request while replaying, too.
func (s *Session) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL == nil {
		closeBody(req)
		return nil, errors.New("the request has no URL")
	}
	past := s.mode == Live || s.passes(req)
	if !s.enter(past) {
		closeBody(req)
		return nil, harness.Final(s.errClosed())
	}
	switch {
	case s.spec.RefuseWith != nil && !past:
		return s.refuse(req, s.spec.RefuseWith)
	case past:
		return s.pass(req)
	}
	if err := s.tape.load(s); err != nil {
		return s.refuse(req, err)
	}
	if s.mayUpload(req) {
		return s.upload(req)
	}
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	l := &lookup{sent: req, body: body}
	asRecorded := s.shifts.asRecorded(l)
	found, err := s.tape.play(s, asRecorded)
	if found.index == nil && err == nil {
		switch {
		case s.mode == Amend:
			found, err = s.amend(asRecorded)
		case s.only != nil, s.tape.isRenewed.Load():
			found, err = s.changed(asRecorded)
		}
	}
	if err != nil {
		return s.refuse(req, ruleFailed(err))
	}
	if found.index == nil {
		if err := s.missed(asRecorded); err != nil {
			return s.refuse(req, err)
		}
		return s.recordNew(req, l)
	}
	if s.tape.isChosen(found) {
		return s.recordAgain(req, l, found.position)
	}
	if err := found.interaction().Decode(); err != nil {
		return s.refuse(req, s.unreadable(err, err))
	}
	if s.mode.rerecords() && s.isUnusable(found.interaction()) {
		// The code goes on with the answer, and what is recorded after it needs a
		// usable one. It is on the included cassette already.
		return s.sendUnrecorded(req, l)
	}
	s.tracePlayed(l, found)
	releaseBody(body)
	return s.replay(req, found)
}

// enter reports whether the session is open for a request. It notes that one came
// for the tape.
func (s *Session) enter(past bool) bool {
	if !past && !s.used.Load() && !s.closed.Load() {
		s.used.Store(true)
	}
	return !s.closed.Load()
}

// passes reports whether a request goes past the tape because of its host.
func (s *Session) passes(req *http.Request) bool {
	return slices.ContainsFunc(s.cfg.PassThrough, func(named string) bool { return matching.NamesHost(named, matching.HostPort(req.URL)) })
}

// pass sends a request past the tape.
func (s *Session) pass(req *http.Request) (*http.Response, error) {
	if s.mode == Live {
		if err := s.dummyIn(&carried{Request: head(req)}, "sent", "leave the live specs out"); err != nil {
			return s.refuse(req, err)
		}
	}
	var call *budget.Call
	passes := s.passes(req)
	if !passes {
		var err error
		if call, err = s.admit(req); err != nil {
			return nil, err
		}
	}
	sent := head(req)
	sent.Body = bodyToShow(req)
	s.tracePassed(sent)
	request := s.redactor.Key(sent) // learns what its headers say about its URL
	s.mu.Lock()
	s.live = append(s.live, title.OfRequest(request, s.redactor.Text))
	s.mu.Unlock()
	switch {
	case s.hasRecordings && !passes:
		return s.watch(call, req)
	case s.mode == Live && chat.Knows(request.Method, request.URL):
		return s.overhear(call, req, sent)
	}
	return s.sendUncounted(call, req)
}

// bodyToShow returns a copy of the body of a request that goes past the tape, if one can
// be had and is short.
func bodyToShow(req *http.Request) (body cassette.Body) {
	const longest = 64 << 10
	if req.GetBody == nil || req.ContentLength > longest {
		return body
	}
	copied, err := req.GetBody()
	if err != nil {
		return body
	}
	defer func() { _ = copied.Close() }()
	content, err := io.ReadAll(io.LimitReader(copied, longest))
	if err != nil {
		return body
	}
	return cassette.NewBody(content)
}

// recordNew records a request that no recording answers.
func (s *Session) recordNew(req *http.Request, l *lookup) (*http.Response, error) {
	request := l.request()
	if err := s.unfit(request); err != nil {
		return s.refuse(req, err)
	}
	s.traceRecorded(request)
	return s.record(0, req, outgoing(req, request.Body), request, func() cassette.Body { return request.Body })
}

// missed returns the error for a request that no recording answers; nil if it may
// be recorded.
func (s *Session) missed(l *lookup) error {
	if s.mode.rerecords() || s.mayRecord() && s.tape.isEmpty && !s.tape.renamed(s, l) {
		return nil // and nobody waits for what is being redacted
	}
	l.redact(s)
	later, err := s.tape.comesLater(l)
	switch protocol := l.sent.Header.Get("Upgrade"); {
	case err != nil:
		return ruleFailed(err)
	case s.mayRecord() && !later && !s.tape.renamed(s, l):
		return nil
	case protocol != "":
		return &refusal{reason: fmt.Sprintf("%s: %s %s asks for a switch to %s, which is passed on while recording and cannot be replayed; run this spec live, or put a stand-in there",
			s.tape.place.shown, l.key.Method, l.key.URL, protocol)}
	}
	s.tape.renamed(s, l)
	return s.miss(l)
}

// mayRecord reports whether a request without a recording is recorded.
func (s *Session) mayRecord() bool {
	if s.only != nil {
		return false
	}
	switch s.mode {
	case All, Refresh, NewEpisodes:
		return true
	case Once:
		return s.tape.isIncomplete || s.tape.isRenewed.Load()
	default:
		return false
	}
}
