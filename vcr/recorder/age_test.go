package recorder_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

const day = 24 * time.Hour

// putAged writes a cassette with a recording for each path and its age in days, such as
// "/1 45". The age 0 stands for none.
func (d *rig) putAged(recordings ...string) {
	d.t.Helper()
	c := &cassette.Cassette{Suite: "example.com/chat", Spec: "chat / answers"}
	for n, recording := range recordings {
		var path string
		var days int
		if _, err := fmt.Sscan(recording, &path, &days); err != nil {
			d.t.Fatal(err)
		}
		i := &cassette.Interaction{
			Request:  cassette.Request{Method: http.MethodGet, URL: d.URL + path},
			Response: cassette.Response{Status: http.StatusOK, Body: cassette.NewBody(fmt.Appendf(nil, "tape %d %s", n+1, path))},
		}
		if days > 0 {
			i.Recorded = time.Now().Add(-time.Duration(days) * day)
		}
		c.Interactions = append(c.Interactions, i)
	}
	if err := c.Save(d.file()); err != nil {
		d.t.Fatal(err)
	}
}

// Only what is played can be stale.
func TestStale(t *testing.T) {
	d := newRig(t, counting())
	d.putAged("/1 45", "/2 29", "/3 45", "/4 0", "/1 31")
	const month = 30 * day
	for _, c := range []struct {
		name  string
		cfg   recorder.Config
		asked string
		stale string
	}{
		{"what is not asked for", recorder.Config{MaxAge: month}, "/2 /4", ""},
		{"what is asked for, in tape order", recorder.Config{MaxAge: month}, "/3 /2 /1 /1", "line 5, GET /1, line 25, GET /3, line 44, GET /1"},
		{"once, although it is repeated", recorder.Config{MaxAge: month, AllowRepeats: true}, "/3 /3", "line 25, GET /3"},
		{"none is too old", recorder.Config{MaxAge: 50 * day}, "/1 /3", ""},
		{"no limit", recorder.Config{}, "/1 /3", ""},
		{"where nothing may be recorded again", recorder.Config{MaxAge: month, RecordStale: true, Mode: recorder.None}, "/1", "line 5, GET /1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := d.open(c.cfg)
			d.get(s, strings.Fields(c.asked)...)
			did := d.end(s, true)
			var stale []string
			for _, i := range did.Stale {
				stale = append(stale, strings.ReplaceAll(did.Title(i), d.URL, ""))
			}
			equal(t, "stale", strings.Join(stale, ", "), c.stale)
		})
	}
	equal(t, "sent", d.Served(), 0)

	pinned := d.openSpec(recorder.Config{MaxAge: month}, harness.Spec{Pinned: true})
	d.get(pinned, "/1")
	equal(t, "stale and pinned", len(d.end(pinned, true).Stale), 0)
}

// A stale recording is recorded again when it is asked for, in its place; all others keep
// their bytes.
func TestRecordStale(t *testing.T) {
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes} {
		t.Run(string(mode), func(t *testing.T) {
			d := newRig(t, counting())
			d.putAged("/1 45", "/2 29", "/3 45", "/4 45")
			before := d.read(d.file())
			cfg := recorder.Config{MaxAge: 30 * day, RecordStale: true, Mode: mode}
			s := d.open(cfg)
			equal(t, "answers", d.get(s, "/1", "/2", "/3"), "sent 1 /1, tape 2 /2, sent 2 /3")
			snapshot := d.end(s, true)
			equal(t, "recorded, replayed, stale, unplayed", fmt.Sprint(len(snapshot.Recorded), len(snapshot.Replayed), len(snapshot.Stale), len(snapshot.Unplayed)), "2 1 0 1")
			equal(t, "tape", d.bodies(d.file()), "sent 1 /1, tape 2 /2, sent 2 /3, tape 4 /4")
			documents, old := strings.Split(d.read(d.file()), "---\n"), strings.Split(before, "---\n")
			equal(t, "the one that is young enough", documents[2], old[2])
			equal(t, "the one that nobody asked for", documents[4], old[4])

			after := d.read(d.file())
			s = d.open(cfg)
			equal(t, "answers in the next run", d.get(s, "/1", "/2", "/3"), "sent 1 /1, tape 2 /2, sent 2 /3")
			d.end(s, true)
			equal(t, "tape after the next run", d.read(d.file()), after)
		})
	}
}

// What the code asks in another way, because of a new answer, takes the place of what it
// asked before.
func TestRecordStaleChangesWhatFollows(t *testing.T) {
	d := newRig(t, counting())
	d.putAged("/1 45", "/chat?about=old 45", "/chat?about=young 1", "/3 45")
	s := d.open(recorder.Config{MaxAge: 30 * day, RecordStale: true})
	equal(t, "answers", d.get(s, "/1", "/chat?about=new", "/more", "/3"), "sent 1 /1, sent 2 /chat?about=new, sent 3 /more, sent 4 /3")
	d.end(s, true)
	equal(t, "tape", d.bodies(d.file()), "sent 1 /1, sent 2 /chat?about=new, sent 3 /more, tape 3 /chat?about=young, sent 4 /3")
}

// Where nothing was recorded again, what has no recording is a miss, as without RecordStale.
func TestRecordStaleSendsNothingElse(t *testing.T) {
	d := newRig(t, counting())
	d.putAged("/1 1", "/chat?about=old 45")
	s := d.open(recorder.Config{MaxAge: 30 * day, RecordStale: true})
	equal(t, "answers", d.get(s, "/1", "/chat?about=new", "/2"), "tape 1 /1, miss, miss")
	d.end(s, false)
	equal(t, "sent", d.Served(), 0)
}

// A refresh renews the date of what stays once it is older than half of MaxAge, and leaves
// all else.
func TestRefreshRenewsDates(t *testing.T) {
	d, _ := newAssistant(t)
	start := time.Now()
	tape := d.load(d.file())
	for n, days := range []int{14, 16, 29, 31, 0, 1, 15} {
		i := tape.Interactions[n].Clone()
		if i.Recorded = start.Add(-time.Duration(days)*day - time.Hour); days == 0 {
			i.Recorded = time.Time{}
		}
		tape.Interactions[n] = i
	}
	if err := tape.Save(d.file()); err != nil {
		t.Fatal(err)
	}
	before := d.read(d.file())
	refresh := func(cfg recorder.Config) recorder.Snapshot {
		d.age()
		cfg.Mode = recorder.Refresh
		s := d.open(cfg)
		converse(d, s)
		return d.end(s, true)
	}
	refresh(recorder.Config{})
	equal(t, "tape without MaxAge", d.read(d.file()), before)
	refresh(recorder.Config{MaxAge: 63 * day})
	equal(t, "tape of which nothing is old", d.read(d.file()), before)

	final := refresh(recorder.Config{MaxAge: 30 * day})
	equal(t, "kept", fmt.Sprint(final.Kept, final.Saved), "7 true")
	renewed := ""
	for _, i := range d.load(d.file()).Interactions {
		renewed += fmt.Sprint(!i.Recorded.Before(start.Truncate(time.Second)), " ")
	}
	equal(t, "renewed", renewed, "false true true true false false true ")
	old, now := withoutDates(before), withoutDates(d.read(d.file()))
	equal(t, "tape but for its dates", now, old)
	after := d.read(d.file())
	refresh(recorder.Config{MaxAge: 30 * day})
	equal(t, "tape after the next refresh", d.read(d.file()), after)
}

func withoutDates(tape string) string {
	return regexp.MustCompile(`(?m)^recorded: .*$`).ReplaceAllString(tape, "recorded: then")
}

// A cassette that plays is not replaced by what a failed test recorded.
func TestRecordStaleInATestThatFails(t *testing.T) {
	d := newRig(t, counting())
	d.putAged("/1 45", "/2 45")
	before := d.read(d.file())
	s := d.open(recorder.Config{MaxAge: 30 * day, RecordStale: true})
	d.get(s, "/1")
	snapshot := d.end(s, false)
	equal(t, "cassette", d.read(d.file()), before)
	equal(t, "rejected", snapshot.Rejected, d.rejected())
	equal(t, "recording", d.bodies(d.rejected()), "partial, sent 1 /1, tape 2 /2")
}

// A run that is killed while it records again leaves the cassette as it was.
func TestRecordStaleInAProcessThatIsKilled(t *testing.T) {
	defer recorder.WaitForJournal()()
	d := newRig(t, counting())
	d.putAged("/1 45", "/2 45")
	before := d.read(d.file())
	s := d.open(recorder.Config{MaxAge: 30 * day, RecordStale: true})
	d.get(s, "/1")
	journal := d.file() // as a killed process leaves it
	for _, name := range strings.Fields(d.leftovers()) {
		if strings.HasPrefix(name, ".journal/tape.") {
			journal = d.dir + "/" + name
		}
	}
	data, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "\n# beside the cassette\n") {
		t.Errorf("the journal becomes the cassette:\n%s", data)
	}
	d.end(s, true)
	d.write(d.file(), before)
	d.write(journal, string(data))
	next := d.open(recorder.Config{})
	equal(t, "answer", d.get(next, "/1"), "tape 1 /1")
	d.end(next, true)
	equal(t, "recording", d.bodies(d.rejected()), "partial, sent 1 /1")
}

func TestWrongAges(t *testing.T) {
	for want, cfg := range map[string]recorder.Config{
		"a.yaml: Config.MaxAge: -1s is not an age; give one such as 90*24*time.Hour, or 0 for no limit": {MaxAge: -time.Second},
		"a.yaml: Config.RecordStale is set without MaxAge; say how old a recording may be":              {RecordStale: true},
	} {
		cfg.Path = "a.yaml"
		_, err := recorder.Open(cfg)
		equal(t, "error", errorText(err), want)
	}
}
