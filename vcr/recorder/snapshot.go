package recorder

import (
	"fmt"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
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
	// Replayed and Recorded are in the order in which the requests started. The
	// body of a response that is still being read is missing.
	Replayed, Recorded []*cassette.Interaction
	// Live holds "METHOD URL" for each request that went past the tape.
	Live []string
	// Err is why the cassette could not be read.
	Err error
}

// Snapshot reads the cassette, if nothing has read it yet, and returns what was
// played and recorded so far.
func (s *Session) Snapshot() Snapshot {
	snapshot := Snapshot{Cassette: s.tape.place.shown, Mode: s.mode}
	s.mu.Lock()
	snapshot.Live = append(snapshot.Live, s.live...)
	s.mu.Unlock()
	if snapshot.Err = s.tape.load(s); snapshot.Err != nil || s.tape.loaded == nil {
		return snapshot
	}
	snapshot.Recorded = s.tape.recorded()
	if s.mode == All {
		return snapshot
	}
	snapshot.Loaded = s.tape.loaded.Interactions
	for _, n := range s.tape.unplayed() {
		snapshot.Unplayed = append(snapshot.Unplayed, snapshot.Loaded[n])
	}
	s.tape.mu.Lock()
	defer s.tape.mu.Unlock()
	for _, n := range s.tape.order {
		snapshot.Replayed = append(snapshot.Replayed, snapshot.Loaded[n])
	}
	return snapshot
}

// unplayed lists the loaded interactions that were not played, for people.
func (s *Session) unplayed() []string {
	var list []string
	for _, n := range s.tape.unplayed() {
		i := s.tape.loaded.Interactions[n]
		list = append(list, fmt.Sprintf("%d: %s %s", n+1, i.Request.Method, i.Request.URL))
	}
	return list
}

// miss explains why no recording answers a request.
func (s *Session) miss(request cassette.Request) *Miss {
	t := s.tape
	m := &Miss{
		Cassette: t.place.shown, Mode: s.mode,
		Method: request.Method, URL: request.URL,
		Recordings: len(t.keys), Unplayed: len(t.unplayed()),
	}
	nearest, differences := match.Nearest(request, t.keys)
	if nearest >= 0 {
		m.Nearest, m.Line = nearest+1, t.loaded.Interactions[nearest].Line()
		m.Differences, m.Used = differences, len(differences) == 0
	}
	if s.cfg.Remedies != nil {
		m.Remedies = s.cfg.Remedies()
	} else {
		m.Remedies = plainRemedies
	}
	return m
}

var plainRemedies = []Remedy{
	{Does: "to record this test again (-run selects it among others)", Commands: []string{ModeVariable + "=all go test -count=1 ."}},
	{Does: "to add what is new and keep the rest", Commands: []string{ModeVariable + "=new_episodes go test -count=1 ."}},
}
