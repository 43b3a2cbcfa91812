package recorder_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// bare empties the environment of everything that the modes depend on.
func bare(t *testing.T) {
	t.Helper()
	for _, name := range []string{recorder.ModeVariable, "CI", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "CODEBUILD_BUILD_ID"} {
		t.Setenv(name, "")
	}
}

func TestModes(t *testing.T) {
	const none, failed = "none", recorder.Failed
	cases := []struct {
		mode    recorder.Mode
		tape    string // "" for no cassette; a leading ! for a partial one
		outcome recorder.Outcome
		answers string // to /a and /b
		after   string
	}{
		{"none", "", recorder.Passed, "miss, miss", none},
		{"none", "/a", recorder.Passed, "tape 1 /a, miss", "tape 1 /a"},
		{"none", "!/a", recorder.Passed, "tape 1 /a, miss", "partial, tape 1 /a"},
		{"once", "", recorder.Passed, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"once", "", failed, "sent 1 /a, sent 2 /b", "partial, sent 1 /a, sent 2 /b"},
		{"once", "/a", recorder.Passed, "tape 1 /a, miss", "tape 1 /a"},
		{"once", "/a", failed, "tape 1 /a, miss", "tape 1 /a"},
		{"once", "!/a", recorder.Passed, "tape 1 /a, sent 1 /b", "tape 1 /a, sent 1 /b"},
		{"once", "!/a", failed, "tape 1 /a, sent 1 /b", "partial, tape 1 /a, sent 1 /b"},
		{"once", "!/a /b", recorder.Passed, "tape 1 /a, tape 2 /b", "tape 1 /a, tape 2 /b"},
		{"once", "!/a /b", failed, "tape 1 /a, tape 2 /b", "partial, tape 1 /a, tape 2 /b"},
		{"once", "!", recorder.Passed, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"new_episodes", "", recorder.Passed, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"new_episodes", "/a", recorder.Passed, "tape 1 /a, sent 1 /b", "tape 1 /a, sent 1 /b"},
		{"new_episodes", "/a", failed, "tape 1 /a, sent 1 /b", "partial, tape 1 /a, sent 1 /b"},
		{"new_episodes", "!/a", recorder.Passed, "tape 1 /a, sent 1 /b", "tape 1 /a, sent 1 /b"},
		{"all", "", recorder.Passed, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"all", "", failed, "sent 1 /a, sent 2 /b", "partial, sent 1 /a, sent 2 /b"},
		{"all", "/a /c", recorder.Passed, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"all", "/a /c", failed, "sent 1 /a, sent 2 /b", "tape 1 /a, tape 2 /c"},
		{"all", "!/a", recorder.Passed, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"live", "", recorder.Passed, "sent 1 /a, sent 2 /b", none},
		{"live", "/a", recorder.Passed, "sent 1 /a, sent 2 /b", "tape 1 /a"},
		{"live", "!/a", failed, "sent 1 /a, sent 2 /b", "partial, tape 1 /a"},
	}
	for _, c := range cases {
		t.Run(string(c.mode)+" "+c.tape, func(t *testing.T) {
			d := newDeck(t, counting())
			if c.tape != "" {
				paths, partial := strings.CutPrefix(c.tape, "!")
				d.put(partial, strings.Fields(paths)...)
			}
			s := d.open(recorder.Config{Mode: c.mode})
			equal(t, "answers", d.get(s, "/a", "/b"), c.answers)
			equal(t, "sent", d.Served(), strings.Count(c.answers, "sent"))
			d.end(s, c.outcome)
			equal(t, "tape", d.bodies(d.file()), c.after)
		})
	}
}

// A pinned cassette replays in every mode.
func TestPinned(t *testing.T) {
	for _, mode := range recorder.Modes {
		d := newDeck(t, counting())
		d.put(true, "/a")
		s := d.open(recorder.Config{Mode: mode, Pinned: true})
		equal(t, "answers", d.get(s, "/a", "/b"), "tape 1 /a, miss")
		equal(t, "mode", s.Mode(), recorder.None)
		d.end(s, recorder.Passed)
		equal(t, "tape", d.bodies(d.file()), "partial, tape 1 /a")
		equal(t, "sent", d.Served(), 0)
	}
}

func TestModeOfAConfigWithoutOne(t *testing.T) {
	cases := []struct {
		name, ci, word string
		want           recorder.Mode
	}{
		{"on a desk", "", "", recorder.Once},
		{"in CI", "true", "", recorder.None},
		{"by the variable", "", "live", recorder.Live},
		{"by the variable in CI", "true", "all", recorder.All},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			bare(t)
			t.Setenv("CI", c.ci)
			t.Setenv(recorder.ModeVariable, c.word)
			s, err := recorder.Open(recorder.Config{Path: "testdata/none.yaml"})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "mode", s.Mode(), c.want)
		})
	}
}

func TestUnknownModes(t *testing.T) {
	bare(t)
	_, err := recorder.Open(recorder.Config{Path: "a/b.yaml", Mode: "Once"})
	equal(t, "in the config", errorText(err), `a/b.yaml: unknown record mode "Once"; known are none, once, new_episodes, all, live`)

	t.Setenv(recorder.ModeVariable, "alll")
	_, err = recorder.Open(recorder.Config{Path: "a/b.yaml"})
	equal(t, "in the environment", errorText(err), `VCR_RECORD_MODE: unknown record mode "alll"; known are none, once, new_episodes, all, live`)

	for _, mode := range recorder.Modes {
		if parsed, err := recorder.ParseMode(string(mode)); err != nil || parsed != mode {
			t.Errorf("%s: got %q, %v", mode, parsed, err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

func TestInCI(t *testing.T) {
	cases := []struct {
		variable, value string
		want            bool
	}{
		{"CI", "", false}, {"CI", "0", false}, {"CI", "false", false}, {"CI", "False", false},
		{"CI", "1", true}, {"CI", "true", true}, {"CI", "woodpecker", true},
		{"TF_BUILD", "True", true}, {"TEAMCITY_VERSION", "2026.1", true},
		{"JENKINS_URL", "http://ci.example.com", true}, {"CODEBUILD_BUILD_ID", "1", true},
	}
	for _, c := range cases {
		t.Run(c.variable+"="+c.value, func(t *testing.T) {
			bare(t)
			t.Setenv(c.variable, c.value)
			equal(t, "in CI", recorder.InCI(), c.want)
		})
	}
}
