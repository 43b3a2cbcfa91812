package recorder_test

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// An attempt of a spec: what it asks for, how it ends, and what is on the tape then.
type attempt struct {
	asks    []string
	answers string
	outcome recorder.Outcome
	tape    string
}

func TestAgain(t *testing.T) {
	const failed, passed = recorder.Failed, recorder.Passed
	a, ab, none := []string{"/a"}, []string{"/a", "/b"}, []string(nil)
	cases := []struct {
		name     string
		mode     recorder.Mode
		tape     []string
		partial  bool
		attempts []attempt
	}{
		{"a failed attempt is recorded once more", recorder.Once, nil, false, []attempt{
			{ab, "sent 1 /a, sent 2 /b", failed, "partial, sent 1 /a, sent 2 /b"},
			{ab, "sent 3 /a, sent 4 /b", failed, "partial, sent 3 /a, sent 4 /b"},
			{a, "sent 5 /a", passed, "sent 5 /a"},
		}},
		{"the second attempt asks for nothing", recorder.Once, nil, false, []attempt{
			{a, "sent 1 /a", failed, "partial, sent 1 /a"},
			{none, "", passed, "none"},
		}},
		{"new episodes of a failed attempt", recorder.NewEpisodes, a, false, []attempt{
			{ab, "tape 1 /a, sent 1 /b", failed, "partial, tape 1 /a, sent 1 /b"},
			{ab, "tape 1 /a, sent 2 /b", passed, "tape 1 /a, sent 2 /b"},
		}},
		{"the second attempt needs no new episodes", recorder.NewEpisodes, a, false, []attempt{
			{ab, "tape 1 /a, sent 1 /b", failed, "partial, tape 1 /a, sent 1 /b"},
			{a, "tape 1 /a", passed, "tape 1 /a"},
		}},
		{"a partial tape", recorder.Once, a, true, []attempt{
			{ab, "tape 1 /a, sent 1 /b", failed, "partial, tape 1 /a, sent 1 /b"},
			{ab, "tape 1 /a, sent 2 /b", passed, "tape 1 /a, sent 2 /b"},
		}},
		{"mode all", recorder.All, a, false, []attempt{
			{a, "sent 1 /a", failed, "tape 1 /a"},
			{a, "sent 2 /a", passed, "sent 2 /a"},
		}},
		{"a replayed attempt that failed", recorder.Once, a, false, []attempt{
			{a, "tape 1 /a", failed, "tape 1 /a"},
			{ab, "tape 1 /a, miss", failed, "tape 1 /a"},
			{a, "tape 1 /a", passed, "tape 1 /a"},
		}},
		{"a passed attempt is replayed", recorder.Once, nil, false, []attempt{
			{a, "sent 1 /a", passed, "sent 1 /a"},
			{a, "sent 1 /a", passed, "sent 1 /a"},
			{ab, "sent 1 /a, miss", passed, "sent 1 /a"},
		}},
		{"a passed attempt in mode all is replayed", recorder.All, a, false, []attempt{
			{ab, "sent 1 /a, sent 2 /b", passed, "sent 1 /a, sent 2 /b"},
			{ab, "sent 1 /a, sent 2 /b", passed, "sent 1 /a, sent 2 /b"},
		}},
		{"live stays live", recorder.Live, a, false, []attempt{
			{a, "sent 1 /a", passed, "tape 1 /a"},
			{a, "sent 2 /a", failed, "tape 1 /a"},
			{a, "sent 3 /a", passed, "tape 1 /a"},
		}},
		{"nothing asked, then recorded", recorder.Once, nil, false, []attempt{
			{none, "", failed, "none"},
			{a, "sent 1 /a", passed, "sent 1 /a"},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDeck(t, counting())
			if c.tape != nil {
				d.put(c.partial, c.tape...)
			}
			before := d.read(d.file())
			cfg := recorder.Config{Mode: c.mode, Suite: "example.com/chat", Spec: "chat / answers"}
			s := d.open(cfg)
			for n, attempt := range c.attempts {
				if n > 0 {
					s = s.Again(cfg, c.attempts[n-1].outcome)
				}
				equal(t, "answers", d.get(s, attempt.asks...), attempt.answers)
				d.end(s, attempt.outcome)
				equal(t, "tape", d.bodies(d.file()), attempt.tape)
			}
			if c.name == "the second attempt needs no new episodes" {
				equal(t, "restored", d.read(d.file()), before)
			}
		})
	}
}

// What another process wrote between two attempts is neither removed nor replaced.
func TestAgainAfterTheTapeChanged(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	d.end(s, recorder.Failed)
	d.put(false, "/other")
	s = s.Again(recorder.Config{}, recorder.Failed)
	d.end(s, recorder.Passed)
	equal(t, "tape", d.bodies(d.file()), "tape 1 /other")
}

func TestAgainAfterAnUnreadableTape(t *testing.T) {
	d := newDeck(t, counting())
	d.write(d.file(), "nonsense")
	s := d.open(recorder.Config{})
	equal(t, "first", d.get(s, "/a"), "refused")
	d.end(s, recorder.Failed)
	s = s.Again(recorder.Config{}, recorder.Failed)
	equal(t, "second", d.get(s, "/a"), "refused")
	equal(t, "sent", d.Served(), 0)
	equal(t, "tape", d.read(d.file()), "nonsense")
}
