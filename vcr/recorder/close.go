package recorder

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A Result says what a session did, when it is over.
type Result struct {
	Cassette string // the path of the cassette, as people see it
	Mode     Mode
	// Loaded counts the interactions that were on the tape, Replayed and
	// Recorded what was played and recorded, Live the requests that passed by
	// the tape, and Refused those that were answered with an error.
	Loaded, Replayed, Recorded, Live, Refused int
	Unplayed                                  []string // of the loaded interactions, with their positions
	Missing                                   bool     // a request was refused, and there was no cassette
	Saved                                     bool     // the cassette was written
	Partial                                   bool     // the cassette is marked as partial
	Rejected                                  string   // where the recording went that did not become the cassette
	// Redacted are the secrets of what was recorded that only their look has told.
	Redacted []redact.Find
}

// Close ends the session and saves what was recorded, in the modes that record:
//
//   - When the spec passed, it becomes the cassette.
//   - When it did not, the cassette is marked as partial, so that the next run
//     in mode once records what is missing.
//   - When it did not and something recorded looks like a failure of the
//     service (401, 402, 403, 407, 408, 425, 429, 5xx, no response), or the mode
//     is all and there is an old cassette, the old cassette stays, and the
//     recording goes to the folder .rejected beside the cassettes.
//   - When the file is not what it was when the session read it, another
//     process claims the same cassette: it stays as well, and Close says so.
//
// Responses that nobody closed are saved as far as they were read. Close may be
// called once; the session refuses requests afterwards.
func (s *Session) Close(outcome Outcome) (Result, error) {
	if s.closed.Swap(true) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.result, nil
	}
	s.mu.Lock()
	asked, missed := s.asked.Load(), s.missed > 0
	s.mu.Unlock()

	for _, body := range s.tape.bodies() {
		body.abandon()
	}
	s.backlog.clear()
	var result Result
	err := s.tape.load(s)
	switch {
	case err == nil:
		result, err = s.save(outcome, asked)
	case outcome == Failed:
		err = nil // one reason for a failure is enough
	}
	if s.tape.loaded != nil && (asked || outcome == Passed) {
		result.Loaded = len(s.tape.loaded.Interactions)
		result.Replayed = len(s.tape.played)
		result.Recorded = len(s.tape.recorded())
		result.Missing = missed && s.tape.before == nil
		if s.mode != All {
			result.Unplayed = s.unplayed()
		}
	}
	result.Redacted = s.redactor.Finds()
	result.Cassette, result.Mode = s.tape.place.shown, s.mode
	s.mu.Lock()
	defer s.mu.Unlock()
	result.Live, result.Refused = len(s.live), s.missed
	s.result = result
	return result, err
}

// Again starts the session of the spec's next attempt, once s is closed. After
// a failed attempt it starts from the tape as it was before the first one;
// after a passed one it replays what that one saved.
func (s *Session) Again(cfg Config, last Outcome) *Session {
	cfg.Mode = s.cfg.Mode
	t := newTape(s.tape.place)
	if last == Failed {
		t.disk, t.before = s.tape.disk, s.tape.before
		if loaded := s.tape.loaded; loaded != nil {
			next := start(cfg, s.matcher, s.included, t)
			t.loading.Do(func() { t.index(next, loaded) })
			return next
		}
	} else if cfg.Mode != Live {
		cfg.Mode = None
	}
	return start(cfg, s.matcher, s.included, t)
}

// save decides what becomes of the recording.
func (s *Session) save(outcome Outcome, asked bool) (Result, error) {
	t := s.tape
	if t.loaded == nil {
		return Result{}, nil
	}
	if s.mode == None || s.cfg.Discard {
		return Result{Partial: t.loaded.Partial}, nil
	}
	recorded := t.recorded()
	next := &cassette.Cassette{}
	*next = *t.loaded
	next.Suite, next.Spec, next.Partial = s.cfg.Suite, s.cfg.Spec, outcome == Failed
	next.BodyLimit = s.cfg.BodyLimit
	switch {
	case len(recorded) == 0 && outcome == Passed:
		return s.settle(next, asked && s.mode != All)
	case len(recorded) == 0:
		return Result{Partial: t.loaded.Partial}, nil
	case s.mode == All:
		next.Interactions = recorded
	default:
		next.Interactions = t.merged()
	}
	s.redactor.Finish(next.Interactions)
	if outcome == Failed && (slices.ContainsFunc(recorded, isFailure) || s.mode == All && t.before != nil) {
		return s.reject(next, "")
	}
	return s.write(next)
}

// settle is for a spec that passed and recorded nothing: what an earlier
// attempt wrote is taken back, and a tape marked as partial is not any more if
// the spec is proof of it.
func (s *Session) settle(next *cassette.Cassette, proven bool) (Result, error) {
	t := s.tape
	switch {
	case sumOf(t.before) == t.disk && !(t.loaded.Partial && proven):
		return Result{Partial: t.loaded.Partial}, nil
	case t.before != nil:
		return s.write(next)
	}
	same, err := t.untouched()
	if !same {
		return Result{}, err
	}
	return Result{}, cassette.Remove(t.place.file)
}

func (s *Session) write(next *cassette.Cassette) (Result, error) {
	t := s.tape
	err := t.replace(next)
	switch {
	case errors.Is(err, errChanged):
		return s.reject(next, fmt.Sprintf("%s: the cassette was changed by another spec or process while this spec ran, and stays as it is; give one of the two another vcr.Name or vcr.Dir", t.place.shown))
	case err != nil:
		return Result{}, err
	}
	_ = cassette.Remove(t.place.rejected()) // what is accepted now makes it useless
	return Result{Saved: true, Partial: next.Partial}, nil
}

// reject puts a recording where it does not harm. The error is nil unless
// reason says that the caller has to be told, or the file could not be written.
func (s *Session) reject(next *cassette.Cassette, reason string) (Result, error) {
	place := s.tape.place
	result := Result{Rejected: Shown(place.rejected()), Partial: s.tape.loaded.Partial}
	_, err := next.Save(place.rejected())
	if err == nil {
		err = cassette.WriteFile(place.ignore(), []byte("*\n"))
	}
	if reason != "" {
		err = errors.Join(fmt.Errorf("%s; what this spec recorded is in %s", reason, result.Rejected), err)
	}
	return result, err
}

// isFailure reports whether a recording looks like the service failed, rather
// than the code under test.
func isFailure(i *cassette.Interaction) bool {
	if i.Error != nil && i.Response.Status == 0 {
		return true
	}
	switch i.Response.Status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return i.Response.Status >= 500
}

// belongs refuses a cassette of another suite where suites share a folder.
func (s *Session) belongs(c *cassette.Cassette) error {
	if !s.cfg.Shared || c.Suite == "" || s.cfg.Suite == "" || c.Suite == s.cfg.Suite {
		return nil
	}
	return &Refusal{Reason: fmt.Sprintf("%s: belongs to the suite %s, not to %s; give one of them another vcr.Name or vcr.Dir, or, if the package was moved, change the line suite: in the file", s.tape.place.shown, c.Suite, s.cfg.Suite)}
}
