package matchers

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/onsi/gomega/format"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A subject is the session that a matcher judges, as it was when the
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
	return fmt.Errorf("the actual value is not a session; pass vcr.Current() or a *recorder.Session, not\n%s", format.Object(actual, 1))
}

// MatchMayChangeInTheFuture tells Eventually not to wait for a snapshot.
func (s *subject) MatchMayChangeInTheFuture(actual any) bool {
	_, fixed := actual.(recorder.Snapshot)
	return !fixed
}

// played returns what was replayed or recorded.
func (s *subject) played() []*cassette.Interaction { return slices.Concat(s.Replayed, s.Recorded) }

// tape returns what is on the tape.
func (s *subject) tape() []*cassette.Interaction { return slices.Concat(s.Loaded, s.Recorded) }

// decode reads the responses of interactions.
func (s *subject) decode(interactions []*cassette.Interaction) error {
	for _, i := range interactions {
		if err := i.Decode(); err != nil {
			return unreadable{s.Shown(err.Error()), err}
		}
	}
	return nil
}

// An unreadable error is that of a cassette, which quotes what it does not
// understand, as it may be shown.
type unreadable struct {
	text  string
	cause error
}

func (u unreadable) Error() string { return u.text }

func (u unreadable) Unwrap() error { return u.cause }

// message is a failure in Gomega's manner: the cassette, the claim that does
// not hold, and the list that the claim is about, which may be empty.
func (s *subject) message(claim, list string) string {
	session := "the session"
	if s.Cassette != "" {
		session = "cassette " + s.Cassette
	}
	if s.Mode != "" {
		session += fmt.Sprintf(" (mode %s)", s.Mode)
	}
	if list != "" {
		claim += ":\n" + format.IndentString(list, 1)
	}
	return "Expected " + session + "\n" + format.IndentString(claim, 1)
}

// titles lists interactions by their titles.
func (s *subject) titles(interactions []*cassette.Interaction) string {
	return list(len(interactions), func(n int) string { return s.Title(interactions[n]) })
}

// exchange names an interaction and what came back.
func (s *subject) exchange(i *cassette.Interaction) string {
	if i.Response.Status == 0 && i.Error != nil {
		return fmt.Sprintf("%s (no response: %s)", s.Title(i), cut(s.Shown(i.Error.Message)))
	}
	return fmt.Sprintf("%s (%d)", s.Title(i), i.Response.Status)
}

// requests lists the requests that went past the tape.
func (s *subject) requests() string {
	return list(len(s.Live), func(n int) string { return fmt.Sprintf("%d: %s", n+1, cut(s.Live[n])) })
}

const (
	maxListed = 20  // items of a list that a message shows
	maxShown  = 200 // bytes that a message shows of a long text, of its start and of its end
)

// list puts up to maxListed of n items below each other.
func list(n int, item func(n int) string) string {
	var items []string
	for i := range min(n, maxListed) {
		items = append(items, item(i))
	}
	if n > maxListed {
		items = append(items, fmt.Sprintf("... and %d more", n-maxListed))
	}
	return strings.Join(items, "\n")
}

// cut leaves out the middle of a long text: Gomega's messages begin with the
// actual value and end with the expected one.
func cut(text string) string {
	left := len(text) - 2*maxShown
	if left <= 0 {
		return text
	}
	// A character that the cut goes through is dropped.
	start, end := strings.ToValidUTF8(text[:maxShown], ""), strings.ToValidUTF8(text[len(text)-maxShown:], "")
	return fmt.Sprintf("%s ... %d bytes ... %s", start, left, end)
}
