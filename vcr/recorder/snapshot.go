package recorder

import (
	"fmt"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A Provider is anything that a matcher can ask what was played: a [*Session],
// or the vcr.Recording of a spec.
type Provider interface {
	// Snapshot returns what was played and recorded so far.
	Snapshot() Snapshot
}

// A Snapshot is what a session has done up to one moment. The interactions are
// redacted and shared: they must not be changed. The zero value is a session
// that did nothing.
type Snapshot struct {
	Cassette string // the path of the cassette, as people see it
	Mode     Mode
	// Loaded is what was on the tape to be played, nothing in mode all; and
	// Unplayed what of it was not played yet.
	Loaded, Unplayed []*cassette.Interaction
	// Replayed and Recorded are in the order in which the requests started.
	// Replayed has what was played of included cassettes, too. The body of a
	// response that is still being read is missing.
	Replayed, Recorded []*cassette.Interaction
	// Live holds "METHOD URL" for each request that went past the tape.
	Live []string
	// Err is why the cassette could not be read.
	Err error

	redactor *redact.Redactor
}

// Shown returns a text of an interaction as it may be shown to people: a tape
// that was written by hand, or by older rules, may hold secrets.
func (s Snapshot) Shown(text string) string {
	if s.redactor == nil {
		return text
	}
	return s.redactor.Text(text)
}

// GomegaString says which recording it is, and counts.
func (s Snapshot) GomegaString() string {
	if s.Cassette == "" {
		return "no recording"
	}
	return fmt.Sprintf("recording %s (mode %s): %d of %d interactions played, %d recorded, %d requests past the tape",
		s.Cassette, s.Mode, len(s.Loaded)-len(s.Unplayed), len(s.Loaded), len(s.Recorded), len(s.Live))
}

// GomegaString is that of the snapshot: Gomega would print what is inside.
func (s *Session) GomegaString() string { return s.Snapshot().GomegaString() }

// Snapshot reads the cassette, if nothing has read it yet, and returns what was
// played and recorded so far.
func (s *Session) Snapshot() Snapshot {
	snapshot := Snapshot{Cassette: s.tape.place.shown, Mode: s.mode, redactor: s.redactor}
	s.mu.Lock()
	for _, request := range s.live {
		snapshot.Live = append(snapshot.Live, s.redactor.Text(request)) // more secrets may be known by now
	}
	s.mu.Unlock()
	if snapshot.Err = s.tape.load(s); snapshot.Err != nil || s.tape.loaded == nil {
		return snapshot
	}
	s.backlog.clear()
	snapshot.Recorded = s.tape.underWay(func(begun *cassette.Interaction) *cassette.Interaction {
		shown := begun.Clone()
		s.redactor.Interaction(shown)
		return shown
	})
	if s.mode == All {
		return snapshot
	}
	snapshot.Loaded = s.tape.loaded.Interactions
	for _, i := range snapshot.Loaded {
		if err := i.Decode(); err != nil {
			snapshot.Err = unreadable(s, err, err)
			return snapshot
		}
	}
	for _, n := range s.tape.own.left() {
		snapshot.Unplayed = append(snapshot.Unplayed, snapshot.Loaded[n])
	}
	s.tape.mu.Lock()
	defer s.tape.mu.Unlock()
	snapshot.Replayed = slices.Clone(s.tape.played)
	return snapshot
}

// unplayed lists the loaded interactions that were not played, for people.
func (s *Session) unplayed() []string {
	var list []string
	for _, n := range s.tape.own.left() {
		i := s.tape.loaded.Interactions[n]
		list = append(list, fmt.Sprintf("%d: %s %s", n+1, i.Request.Method, s.redactor.URL(i.Request.URL)))
	}
	return list
}

// Looseness reports which changes of the requests on the tape the rules do not
// see. It reads the cassette, if nothing has read it yet.
func (s *Session) Looseness() (match.Looseness, error) {
	if err := s.tape.load(s); err != nil || s.tape.own == nil {
		return match.Looseness{}, err
	}
	return s.matcher.Looseness(s.tape.own.requests())
}
