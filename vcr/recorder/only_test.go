package recorder_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// openOnly starts a session that records what a choice says.
func (d *rig) openOnly(words string, cfg recorder.Config) *recorder.Session {
	d.t.Helper()
	only, err := choice.Parse(words)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.openSpec(cfg, harness.Spec{Only: only})
}

// What is chosen is sent and takes its place; the rest is played and keeps its bytes.
func TestOnlyWhatIsChosenIsRecorded(t *testing.T) {
	cases := []struct {
		name, tape, only, asked string
		answers, want           string
		cfg                     recorder.Config
	}{
		{name: "by its position", tape: "/a /b /c", only: "tape.yaml#2", asked: "/a /b /c", answers: "tape 1 /a, sent 1 /b, tape 3 /c", want: "tape 1 /a, sent 1 /b, tape 3 /c"},
		{name: "by a line in it", tape: "/a /b", only: "chat/tape.yaml:17", asked: "/b /a", answers: "sent 1 /b, tape 1 /a", want: "tape 1 /a, sent 1 /b"},
		{name: "by its host", tape: "/a /b", only: "host:127.0.0.1", asked: "/b /a", answers: "sent 1 /b, sent 2 /a", want: "sent 2 /a, sent 1 /b"},
		{name: "by another host", tape: "/a", only: "host:other.test", asked: "/a", answers: "tape 1 /a", want: "tape 1 /a"},
		{name: "by several words", tape: "/a /b /c", only: "tape.yaml#1, tape.yaml#3", asked: "/a /b /c", answers: "sent 1 /a, tape 2 /b, sent 2 /c", want: "sent 1 /a, tape 2 /b, sent 2 /c"},
		{name: "one of equal requests", tape: "/a /a /a", only: "tape.yaml#2", asked: "/a /a /a", answers: "tape 1 /a, sent 1 /a, tape 3 /a", want: "tape 1 /a, sent 1 /a, tape 3 /a"},
		{name: "a request that has changed", tape: "/a?q=1 /b", only: "tape.yaml#1", asked: "/a?q=2 /b", answers: "sent 1 /a?q=2, tape 2 /b", want: "sent 1 /a?q=2, tape 2 /b"},
		{name: "what is chosen and not asked for stays", tape: "/a /b /c", only: "tape.yaml#1,tape.yaml#2", asked: "/b", answers: "sent 1 /b", want: "tape 1 /a, sent 1 /b, tape 3 /c"},
		{name: "in order", tape: "/a /b /c", only: "tape.yaml#2", asked: "/a /b /c", cfg: recorder.Config{InOrder: true}, answers: "tape 1 /a, sent 1 /b, tape 3 /c", want: "tape 1 /a, sent 1 /b, tape 3 /c"},
		{name: "what is new is not sent", tape: "/a /b", only: "tape.yaml#1", asked: "/a /x", answers: "sent 1 /a, miss", want: "sent 1 /a, tape 2 /b"},
		{name: "nor is what was played", tape: "/a /b", only: "tape.yaml#2", asked: "/a /a", answers: "tape 1 /a, miss", want: "tape 1 /a, tape 2 /b"},
		{name: "of another cassette", tape: "/a", only: "other.yaml#1", asked: "/a /x", answers: "tape 1 /a, miss", want: "tape 1 /a"},
		{name: "the path ends with another name", tape: "/a", only: "ape.yaml#1", asked: "/a", answers: "tape 1 /a", want: "tape 1 /a"},
		{name: "no cassette", only: "tape.yaml#1", asked: "/a", answers: "miss", want: "none"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			if c.tape != "" {
				d.put(false, strings.Fields(c.tape)...)
			}
			before := strings.Split(d.read(d.file()), "---\n")
			s := d.openOnly(c.only, c.cfg)
			equal(t, "answers", d.get(s, strings.Fields(c.asked)...), c.answers)
			d.end(s, true)
			equal(t, "tape", d.bodies(d.file()), c.want)
			for n, document := range strings.Split(d.read(d.file()), "---\n") {
				if strings.Contains(document, "tape ") {
					equal(t, "document", document, before[n])
				}
			}
		})
	}
}

func TestOnlyWhatIsOlderIsRecorded(t *testing.T) {
	d := newRig(t, counting())
	c := new(cassette.Cassette)
	for n, day := range []int{1, 20, 0} {
		i := &cassette.Interaction{Request: asks("GET", fmt.Sprintf("%s/%d", d.URL, n+1), "", ""), Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte("tape"))}}
		if day > 0 {
			i.Recorded = time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
		}
		c.Interactions = append(c.Interactions, i)
	}
	if err := c.Save(d.file()); err != nil {
		t.Fatal(err)
	}
	s := d.openOnly("before:2026-11-20", recorder.Config{})
	equal(t, "answers", d.get(s, "/1", "/2", "/3"), "sent 1 /1, tape, tape")
	d.end(s, true)
	s = d.openOnly("before:2026-11-20", recorder.Config{})
	equal(t, "a second time", d.get(s, "/1", "/2", "/3"), "sent 1 /1, tape, tape")
	equal(t, "saved", d.end(s, true).Saved, false)
}

func TestOnlyWhatIsAmendedIsRecorded(t *testing.T) {
	d := newRig(t, counting())
	d.putBodies(nil, prompting("Old.", "Hi"), prompting("Old.", "Bye"))
	d.amends(recorder.Config{}, 1, "tape 1, tape 2", prompting("New.", "Hi"), prompting("Old.", "Bye"))
	s := d.openOnly("amended", recorder.Config{})
	equal(t, "answers", d.chats(s, prompting("New.", "Hi"), prompting("Old.", "Bye")), "sent 1 /v1/chat, tape 2")
	equal(t, "amended", len(d.end(s, true).Amended), 0)
	equal(t, "tape", d.bodies(d.file()), "sent 1 /v1/chat, tape 2")
}

// A recording is replaced only if the spec has passed. Nothing that was paid for is lost.
func TestOnlyAPassReplacesWhatIsChosen(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a", "/b")
	s := d.openOnly("tape.yaml#2", recorder.Config{})
	d.get(s, "/a", "/b")
	did := d.end(s, false)
	equal(t, "tape", d.bodies(d.file()), "tape 1 /a, tape 2 /b")
	equal(t, "rejected", d.bodies(d.rejected()), "partial, tape 1 /a, sent 1 /b")
	equal(t, "told", did.Rejected != "", true)

	s = d.again(recorder.Config{}, s) // which chooses nothing
	equal(t, "answers of the next attempt", d.get(s, "/a", "/b"), "tape 1 /a, tape 2 /b")
}

func TestAMissSaysWhatIsNotChosen(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a")
	_, err := d.openOnly("other.yaml#1", recorder.Config{}).Client().Get(d.URL + "/x")
	if !strings.Contains(errorText(err), "\n  it is not sent, since VCR_RECORD_ONLY chose no recording that it could replace\n") {
		t.Errorf("got %v", err)
	}
}

// A part of a stream that waits for another interaction still does when that is recorded again.
func TestWhatOthersWaitForKeepsItsNumber(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/stream", "/b")
	text := strings.Replace(d.read(d.file()), "      tape 1 /stream\n", "      tape 1 /stream\n  chunks: [5, 5 after 7]\n", 1) + "number: 7\n"
	d.write(d.file(), text)
	s := d.openOnly("tape.yaml#2", recorder.Config{})
	equal(t, "answers", d.get(s, "/b", "/stream"), "sent 1 /b, tape 1 /stream")
	d.end(s, true)
	if text := d.read(d.file()); strings.Count(text, "number: 7\n") != 1 || !strings.Contains(text, "after 7") {
		t.Errorf("the tape is\n%s", text)
	}
}

func TestOnlyInAPlainTest(t *testing.T) {
	d := newRig(t, counting())
	d.put(false, "/a", "/b")
	t.Setenv("VCR_RECORD_ONLY", "tape.yaml#2")
	t.Setenv("CI", "true")
	t.Run("with ForTest", func(t *testing.T) {
		s := recorder.ForTest(t, recorder.Config{Dir: d.dir, Path: tapeName})
		equal(t, "answers", d.get(s, "/a", "/b"), "tape 1 /a, sent 1 /b")
	})
	equal(t, "tape", d.bodies(d.file()), "tape 1 /a, sent 1 /b")
	open := func(mode recorder.Mode) *recorder.Session {
		s, err := recorder.Open(recorder.Config{Dir: d.dir, Path: tapeName, Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open("")
	equal(t, "with Open", d.get(s, "/a", "/b"), "tape 1 /a, sent 2 /b")
	d.end(s, true)
	s = open(recorder.None) // which is stronger
	equal(t, "with Open and a mode", d.get(s, "/a", "/b"), "tape 1 /a, sent 2 /b")
	d.end(s, true)

	t.Setenv("VCR_RECORD_MODE", "live")
	_, err := recorder.Open(recorder.Config{Dir: d.dir, Path: tapeName})
	equal(t, "with a mode that records nothing", errorText(err), "VCR_RECORD_ONLY records again what it names, and the record mode live records nothing; leave one of them out")
}
