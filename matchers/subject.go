package matchers

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/onsi/gomega/format"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A subject is the recording that a matcher judges, as it stood when the
// matcher was asked.
type subject struct{ recorder.Snapshot }

// ask takes the snapshot that is judged.
func (s *subject) ask(actual any) error {
	switch actual := actual.(type) {
	case recorder.Snapshot:
		s.Snapshot = actual
		return s.Err
	case recorder.Provider:
		if pointer := reflect.ValueOf(actual); pointer.Kind() != reflect.Pointer || !pointer.IsNil() {
			s.Snapshot = actual.Snapshot()
			return s.Err
		}
	}
	return fmt.Errorf("the actual value is not a recording; pass vcr.Current() or a *recorder.Session, not\n%s", format.Object(actual, 1))
}

// MatchMayChangeInTheFuture tells Eventually not to wait for a snapshot.
func (s *subject) MatchMayChangeInTheFuture(actual any) bool {
	_, fixed := actual.(recorder.Snapshot)
	return !fixed
}

// played returns what was replayed or recorded.
func (s *subject) played() []*cassette.Interaction {
	return slices.Concat(s.Replayed, s.Recorded)
}

// message is a failure in Gomega's manner: the cassette, the claim that does
// not hold, and the list that the claim is about, which may be empty.
func (s *subject) message(claim, list string) string {
	recording := "the recording"
	if s.Cassette != "" {
		recording = "cassette " + s.Cassette
	}
	if s.Mode != "" {
		recording += fmt.Sprintf(" (mode %s)", s.Mode)
	}
	if list != "" {
		claim += ":\n" + format.IndentString(list, 1)
	}
	return "Expected " + recording + "\n" + format.IndentString(claim, 1)
}

// list lists interactions by their titles.
func (s *subject) list(interactions []*cassette.Interaction) string {
	return list(len(interactions), func(n int) string { return s.title(interactions[n]) })
}

// title names an interaction in one line.
func (s *subject) title(i *cassette.Interaction) string {
	position := "included" // from another cassette
	if n := slices.Index(s.Loaded, i); n >= 0 {
		position = fmt.Sprint(n + 1)
	}
	// Where a recorded interaction will stand on the tape is known only when
	// the session is over.
	if n := slices.Index(s.Recorded, i); n >= 0 {
		position = fmt.Sprintf("new %d", n+1)
	}
	return fmt.Sprintf("%s: %s", position, cut(s.Shown(i.Request.Method+" "+i.Request.URL)))
}
