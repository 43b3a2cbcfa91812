package recorder_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// bare empties the environment of everything that the modes depend on.
func bare(t *testing.T) {
	t.Helper()
	for _, name := range []string{process.ModeVariable, "CI", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "CODEBUILD_BUILD_ID"} {
		t.Setenv(name, "")
	}
}

func TestModes(t *testing.T) {
	const none, failed = "none", false
	cases := []struct {
		mode    recorder.Mode
		tape    string // "" for no cassette; a leading ! for a partial one
		outcome bool
		answers string // to /a and /b
		after   string
	}{
		{"none", "", true, "miss, miss", none},
		{"none", "/a", true, "tape 1 /a, miss", "tape 1 /a"},
		{"none", "!/a", true, "tape 1 /a, miss", "partial, tape 1 /a"},
		{"once", "", true, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"once", "", failed, "sent 1 /a, sent 2 /b", "partial, sent 1 /a, sent 2 /b"},
		{"once", "/a", true, "tape 1 /a, miss", "tape 1 /a"},
		{"once", "/a", failed, "tape 1 /a, miss", "tape 1 /a"},
		{"once", "!/a", true, "tape 1 /a, sent 1 /b", "tape 1 /a, sent 1 /b"},
		{"once", "!/a", failed, "tape 1 /a, sent 1 /b", "partial, tape 1 /a, sent 1 /b"},
		{"once", "!/a /b", true, "tape 1 /a, tape 2 /b", "tape 1 /a, tape 2 /b"},
		{"once", "!/a /b", failed, "tape 1 /a, tape 2 /b", "partial, tape 1 /a, tape 2 /b"},
		{"once", "!", true, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"new_episodes", "", true, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"new_episodes", "/a", true, "tape 1 /a, sent 1 /b", "tape 1 /a, sent 1 /b"},
		{"new_episodes", "/a", failed, "tape 1 /a, sent 1 /b", "partial, tape 1 /a, sent 1 /b"},
		{"new_episodes", "!/a", true, "tape 1 /a, sent 1 /b", "tape 1 /a, sent 1 /b"},
		{"all", "", true, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"all", "", failed, "sent 1 /a, sent 2 /b", "partial, sent 1 /a, sent 2 /b"},
		{"all", "/a /c", true, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"all", "/a /c", failed, "sent 1 /a, sent 2 /b", "tape 1 /a, tape 2 /c"},
		{"all", "!/a", true, "sent 1 /a, sent 2 /b", "sent 1 /a, sent 2 /b"},
		{"live", "", true, "sent 1 /a, sent 2 /b", none},
		{"live", "/a", true, "sent 1 /a, sent 2 /b", "tape 1 /a"},
		{"live", "!/a", failed, "sent 1 /a, sent 2 /b", "partial, tape 1 /a"},
	}
	for _, c := range cases {
		t.Run(string(c.mode)+" "+c.tape, func(t *testing.T) {
			d := newRig(t, counting())
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
	for _, mode := range allModes {
		d := newRig(t, counting())
		d.put(true, "/a")
		s := d.openSpec(recorder.Config{Mode: mode}, harness.Spec{Pinned: true})
		equal(t, "answers", d.get(s, "/a", "/b"), "tape 1 /a, miss")
		equal(t, "mode", s.Mode(), recorder.None)
		d.end(s, true)
		equal(t, "tape", d.bodies(d.file()), "partial, tape 1 /a")
		equal(t, "sent", d.Served(), 0)

		// The first run has to record it.
		d = newRig(t, counting())
		s = d.openSpec(recorder.Config{Mode: mode}, harness.Spec{Pinned: true})
		if mode == recorder.None || mode == recorder.Live {
			equal(t, "first", d.get(s, "/a"), "miss")
			continue
		}
		equal(t, "first", d.get(s, "/a"), "sent 1 /a")
		d.end(s, true)
		equal(t, "first tape", d.bodies(d.file()), "sent 1 /a")
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
			t.Setenv(process.ModeVariable, c.word)
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
	equal(t, "in the config", errorText(err), `a/b.yaml: unknown record mode "Once"; known are none, once, new_episodes, all, amend, live`)

	t.Setenv(process.ModeVariable, "alll")
	_, err = recorder.Open(recorder.Config{Path: "a/b.yaml"})
	equal(t, "in the environment", errorText(err), `VCR_RECORD_MODE: unknown record mode "alll"; known are none, once, new_episodes, all, amend, live`)

	for _, mode := range allModes {
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
			equal(t, "in CI", process.InCI(), c.want)
		})
	}
}

var _ recorder.Provider = (*recorder.Session)(nil)

// shown describes a snapshot by its bodies.
func shown(snapshot recorder.Snapshot) string {
	var b strings.Builder
	part := func(name string, interactions []*cassette.Interaction) {
		_, _ = fmt.Fprintf(&b, "%s:", name)
		for _, i := range interactions {
			_ = i.Decode() // as whoever looks at a response has to
			_, _ = fmt.Fprintf(&b, " %s", strings.ReplaceAll(i.Response.Body.String(), " ", "-"))
		}
		b.WriteString("; ")
	}
	part("loaded", snapshot.Loaded)
	part("unplayed", snapshot.Unplayed)
	part("replayed", snapshot.Replayed)
	part("recorded", snapshot.Recorded)
	_, _ = fmt.Fprintf(&b, "live: %d", len(snapshot.Live))
	return b.String()
}

func TestSnapshot(t *testing.T) {
	cases := []struct {
		mode          recorder.Mode
		before, after string
	}{
		{recorder.None, "loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a tape-2-/b; replayed:; recorded:; live: 0",
			"loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a; replayed: tape-2-/b; recorded:; live: 0"},
		{recorder.Once, "loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a tape-2-/b; replayed:; recorded:; live: 0",
			"loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a; replayed: tape-2-/b; recorded:; live: 0"},
		{recorder.NewEpisodes, "loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a tape-2-/b; replayed:; recorded:; live: 0",
			"loaded: tape-1-/a tape-2-/b; unplayed: tape-1-/a; replayed: tape-2-/b; recorded: sent-1-/c; live: 0"},
		{recorder.All, "loaded:; unplayed:; replayed:; recorded:; live: 0",
			"loaded:; unplayed:; replayed:; recorded: sent-1-/b sent-2-/c; live: 0"},
		{recorder.Live, "loaded:; unplayed:; replayed:; recorded:; live: 0",
			"loaded:; unplayed:; replayed:; recorded:; live: 2"},
	}
	for _, c := range cases {
		t.Run(string(c.mode), func(t *testing.T) {
			d := newRig(t, counting())
			d.put(false, "/a", "/b")
			s := d.open(recorder.Config{Mode: c.mode})
			equal(t, "before", shown(s.Snapshot()), c.before)
			d.get(s, "/b", "/c")
			snapshot := s.Snapshot()
			equal(t, "after", shown(snapshot), c.after)
			equal(t, "cassette", snapshot.Cassette, d.file())
			equal(t, "mode", snapshot.Mode, c.mode)
			equal(t, "error", snapshot.Err, nil)
			d.end(s, true)
			equal(t, "when it is over", shown(s.Snapshot()), c.after)
		})
	}
}

func TestSnapshotWhileRequestsRun(t *testing.T) {
	d := newRig(t, counting())
	s := d.open(recorder.Config{})
	var asking sync.WaitGroup
	for range 20 {
		asking.Add(1)
		go func() {
			defer asking.Done()
			d.get(s, "/a")
		}()
		asking.Add(1)
		go func() {
			defer asking.Done()
			s.Snapshot()
		}()
	}
	asking.Wait()
	equal(t, "recorded", len(s.Snapshot().Recorded), 20)
}

// whatItDid is a snapshot in numbers, and the unplayed requests without the origin.
type whatItDid struct {
	loaded, replayed, recorded, live, refused int
	unplayed                                  string
	missing, saved, partial                   bool
}

func (d *rig) whatItDid(s recorder.Snapshot) whatItDid {
	var unplayed []string
	for _, i := range s.Unplayed {
		unplayed = append(unplayed, i.Request.Method+" "+strings.Replace(i.Request.URL, d.URL, "", 1))
	}
	return whatItDid{
		len(s.Loaded), len(s.Replayed), len(s.Recorded), len(s.Live), s.Refused,
		strings.Join(unplayed, ", "), s.Missing, s.Saved, s.Partial,
	}
}

func TestWhatASessionDid(t *testing.T) {
	cases := []struct {
		mode recorder.Mode
		want whatItDid
	}{
		{recorder.None, whatItDid{loaded: 3, replayed: 1, refused: 2, live: 1, unplayed: "GET /a, GET /d"}},
		{recorder.NewEpisodes, whatItDid{loaded: 3, replayed: 1, recorded: 2, live: 1, unplayed: "GET /a, GET /d", saved: true}},
		{recorder.All, whatItDid{recorded: 3, live: 1, saved: true}},
		{recorder.Live, whatItDid{live: 4}},
	}
	for _, c := range cases {
		t.Run(string(c.mode), func(t *testing.T) {
			d := newRig(t, counting())
			d.put(false, "/a", "/b", "/d")
			other := newRig(t, counting())
			s := d.open(recorder.Config{Mode: c.mode, PassThrough: []string{strings.Replace(strings.TrimPrefix(other.URL, "http://"), "127.0.0.1", "LocalHost", 1)}})
			d.get(s, "/b", "/c", "/c")
			other.get(s, "/past")
			got := d.end(s, true)
			equal(t, "what it did", d.whatItDid(got), c.want)
			equal(t, "cassette", got.Cassette, d.file())
			equal(t, "mode", got.Mode, c.mode)
			equal(t, "rejected", got.Rejected, "")
			equal(t, "redacted", len(got.Redacted), 0)
			equal(t, "the same from a closed session", d.whatItDid(s.Snapshot()), c.want)
		})
	}
}

func TestWhatASessionOfAFailedSpecDid(t *testing.T) {
	d := newRig(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	equal(t, "what it did", d.whatItDid(d.end(s, false)), whatItDid{recorded: 1, saved: true, partial: true})
	s = d.open(recorder.Config{Mode: recorder.None})
	d.get(s, "/a")
	equal(t, "partial", d.end(s, true).Partial, true)
}

func TestTitle(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a", "/b")
	if err := os.Rename(d.file(), filepath.Join(d.dir, "included.yaml")); err != nil {
		t.Fatal(err)
	}
	d.put(false, "/c")
	s := d.open(recorder.Config{Mode: recorder.NewEpisodes, Include: []string{"included.yaml"}})
	d.get(s, "/b", "/c", "/new")
	snapshot := s.Snapshot()
	var got []string
	for _, i := range slices.Concat(snapshot.Replayed, snapshot.Recorded) {
		got = append(got, strings.Replace(snapshot.Title(i), d.URL, "", 1))
	}
	equal(t, "titles", strings.Join(got, "; "), "line 14 of an included cassette, GET /b; line 5, GET /c; new 1, GET /new")

	made := &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: "/made"}}
	equal(t, "title of one without a line", recorder.Snapshot{Loaded: []*cassette.Interaction{{}, made}}.Title(made), "recording 2, GET /made")
	equal(t, "title of an included one without a line", recorder.Snapshot{Replayed: []*cassette.Interaction{made}}.Title(made), "included, GET /made")
}

func TestPassThrough(t *testing.T) {
	cases := []struct {
		name, host string
		passes     bool
	}{
		{"every port", "127.0.0.1", true},
		{"this port", "ORIGIN", true},
		{"another port", "127.0.0.1:1", false},
		{"another host", "api.example.com", false},
		{"a part of the host", "127.0.0", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, mode := range allModes {
				d := newRig(t, counting())
				d.put(true, "/a") // and what goes past it is no proof of it
				before := d.read(d.file())
				host := strings.Replace(c.host, "ORIGIN", strings.TrimPrefix(d.URL, "http://"), 1)
				s := d.open(recorder.Config{Mode: mode, PassThrough: []string{"example.org", host}})
				answer := d.get(s, "/a?api_key=own")
				if !c.passes {
					equal(t, "live", len(s.Snapshot().Live) == 1, mode == recorder.Live)
					continue
				}
				equal(t, "answer", answer, "sent 1 /a?api_key=own")
				equal(t, "live", strings.Join(s.Snapshot().Live, " "), "GET "+d.URL+"/a?api_key=[redacted:api_key]")
				d.end(s, true)
				equal(t, "tape", d.read(d.file()), before)
			}
		})
	}
}

// An attempt of a spec: what it asks for, how it ends, and what is on the tape then.
type attempt struct {
	asks    []string
	answers string
	passes  bool
	tape    string
}

func TestAgain(t *testing.T) {
	const failed, passed = false, true
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
			d := newRig(t, counting())
			if c.tape != nil {
				d.put(c.partial, c.tape...)
			}
			before := d.read(d.file())
			cfg, spec := recorder.Config{Mode: c.mode}, harness.Spec{Suite: "example.com/chat", Name: "chat / answers"}
			s := d.openSpec(cfg, spec)
			for n, attempt := range c.attempts {
				if n > 0 {
					s = d.begin(cfg, spec, s)
				}
				equal(t, "answers", d.get(s, attempt.asks...), attempt.answers)
				d.end(s, attempt.passes)
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
	d := newRig(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	d.end(s, false)
	d.put(false, "/other")
	s = d.again(recorder.Config{}, s)
	d.end(s, true)
	equal(t, "tape", d.bodies(d.file()), "tape 1 /other")
}

func TestAgainAfterAnUnreadableTape(t *testing.T) {
	d := newRig(t, counting())
	d.write(d.file(), "nonsense")
	s := d.open(recorder.Config{})
	equal(t, "first", d.get(s, "/a"), "refused")
	d.end(s, false)
	s = d.again(recorder.Config{}, s)
	equal(t, "second", d.get(s, "/a"), "refused")
	equal(t, "sent", d.Served(), 0)
	equal(t, "tape", d.read(d.file()), "nonsense")
}
