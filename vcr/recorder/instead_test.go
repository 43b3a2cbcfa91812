package recorder_test

import (
	"errors"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// What MatchOn names is added up, so that one without the port does not help
// beside one with it.
func TestPortUnderMatchOn(t *testing.T) {
	for _, c := range []struct {
		parts []match.Part
		want  string
	}{
		{nil, "to ignore just this difference"},
		{[]match.Part{match.Method, match.URL}, "to ignore just this difference, in the place of the MatchOn that holds now"},
	} {
		d := newDeck(t, nil)
		d.put(false, "/health")
		s := d.open(recorder.Config{Mode: recorder.None, Rules: match.Rules{MatchOn: c.parts}})
		_, err := s.Client().Get("http://127.0.0.1:1/health")
		var miss *recorder.Miss
		if !errors.As(err, &miss) {
			t.Fatalf("got %v", err)
		}
		equal(t, "remedy", miss.ToIgnore(), c.want)
	}
}
