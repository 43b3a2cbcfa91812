package recorder_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// statuses answers /429 with status 429, and so on.
func statuses() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, err := strconv.Atoi(r.URL.Path[1:])
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, status)
	})
}

func TestFailuresOfTheServiceDoNotReplaceATape(t *testing.T) {
	for _, status := range []string{"/401", "/402", "/403", "/407", "/408", "/425", "/429", "/500", "/503", "/599", "/aborted"} {
		t.Run(status, func(t *testing.T) {
			d := newDeck(t, statuses())
			d.put(false, "/200")
			before := d.read(d.file())
			s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, "/200")
			if resp, err := s.Client().Get(d.URL + status); err == nil {
				d.body(resp)
			}
			result := d.end(s, recorder.Failed)
			equal(t, "tape", d.read(d.file()), before)
			equal(t, "rejected", result.Rejected, d.rejected())
			equal(t, "saved", result.Saved, false)
			rejected := d.load(d.rejected())
			equal(t, "rejected recordings", len(rejected.Interactions), 2)
			equal(t, "rejected is partial", rejected.Partial, true)
			equal(t, ".gitignore", d.read(filepath.Join(d.dir, ".rejected/.gitignore")), "*\n")

			s = d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, "/200", "/201")
			result = d.end(s, recorder.Passed)
			equal(t, "saved", result.Saved, true)
			equal(t, "tape", d.bodies(d.file()), "tape 1 /200, 201")
			equal(t, "files", d.leftovers(), ".rejected/.gitignore chat/tape.yaml")
		})
	}
}

// A failed spec may have met other answers for reasons of its own, and a spec
// that passed may be about failures.
func TestWhatIsNotRejected(t *testing.T) {
	cases := []struct {
		path    string
		outcome recorder.Outcome
		want    string
	}{
		{"/400", recorder.Failed, "partial, 400"},
		{"/404", recorder.Failed, "partial, 404"},
		{"/422", recorder.Failed, "partial, 422"},
		{"/429", recorder.Passed, "429"},
		{"/503", recorder.Passed, "503"},
	}
	for _, c := range cases {
		d := newDeck(t, statuses())
		s := d.open(recorder.Config{})
		d.get(s, c.path)
		d.end(s, c.outcome)
		equal(t, c.path, d.bodies(d.file()), c.want)
		equal(t, "files", d.leftovers(), tapeName)
	}
}

func TestRejectedWithoutATape(t *testing.T) {
	d := newDeck(t, statuses())
	s := d.open(recorder.Config{})
	d.get(s, "/200", "/500")
	d.end(s, recorder.Failed)
	equal(t, "files", d.leftovers(), ".rejected/.gitignore .rejected/chat/tape.yaml")
	equal(t, "rejected", d.bodies(d.rejected()), "partial, 200, 500")
}

func TestModeAllKeepsTheTapeOfAFailedSpec(t *testing.T) {
	d := newDeck(t, counting())
	d.put(false, "/a")
	before := d.read(d.file())
	s := d.open(recorder.Config{Mode: recorder.All})
	d.get(s, "/a")
	result := d.end(s, recorder.Failed)
	equal(t, "tape", d.read(d.file()), before)
	equal(t, "rejected", d.bodies(result.Rejected), "partial, sent 1 /a")
}

func TestNothingRecordedNothingWritten(t *testing.T) {
	for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All} {
		for _, partial := range []bool{false, true} {
			for _, outcome := range []recorder.Outcome{recorder.Passed, recorder.Failed} {
				d := newDeck(t, counting())
				d.put(partial, "/a")
				before := d.read(d.file()) + "# a comment\n"
				d.write(d.file(), before)
				s := d.open(recorder.Config{Mode: mode})
				s.Snapshot() // a look is no request
				result := d.end(s, outcome)
				equal(t, "tape", d.read(d.file()), before)
				equal(t, "saved", result.Saved, false)
				equal(t, "files", d.leftovers(), tapeName)
			}
		}
	}
}

func TestASpecWithoutRequestsIsNotMissing(t *testing.T) {
	d := newDeck(t, nil)
	s := d.open(recorder.Config{Mode: recorder.None})
	equal(t, "missing", d.end(s, recorder.Passed).Missing, false)
	s = d.open(recorder.Config{Mode: recorder.None})
	d.get(s, "/a")
	equal(t, "missing", d.end(s, recorder.Passed).Missing, true)
	equal(t, "files", d.leftovers(), "")
}

func TestDiscard(t *testing.T) {
	for _, outcome := range []recorder.Outcome{recorder.Passed, recorder.Failed} {
		d := newDeck(t, statuses())
		s := d.open(recorder.Config{Discard: true, Mode: recorder.All})
		equal(t, "answers", d.get(s, "/200", "/500"), "200, 500")
		result := d.end(s, outcome)
		equal(t, "recorded", result.Recorded, 2)
		equal(t, "saved", result.Saved, false)
		equal(t, "files", d.leftovers(), "")
	}
}

// What a save does not change keeps its bytes, comments included.
func TestASaveKeepsWhatItDoesNotChange(t *testing.T) {
	d := newDeck(t, counting())
	d.put(false, "/a")
	before := strings.Replace(d.read(d.file()), "\nresponse:", "\n# why it is here\nresponse:", 1)
	d.write(d.file(), before)
	s := d.open(recorder.Config{Mode: recorder.NewEpisodes, Suite: "example.com/chat", Spec: "chat / answers"})
	d.get(s, "/a", "/b")
	d.end(s, recorder.Passed)
	if after := d.read(d.file()); !strings.HasPrefix(after, before) || !strings.Contains(after, "sent 1 /b") {
		t.Errorf("got\n%s", after)
	}
}

func TestHeaderOfTheTape(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{Suite: "example.com/shop", Spec: "shop / sells"})
	d.get(s, "/a")
	d.end(s, recorder.Passed)
	if got := d.read(d.file()); !strings.HasPrefix(got, "ginkgo-vcr: 1\nsuite: example.com/shop\nspec: shop / sells\n---\n") {
		t.Errorf("got\n%s", got)
	}
}

// Another process that writes the same cassette meanwhile is not overwritten.
func TestATapeThatChangedMeanwhile(t *testing.T) {
	cases := []struct {
		name   string
		before bool
		change func(d *deck)
		after  string
	}{
		{"written", false, func(d *deck) { d.put(false, "/other") }, "tape 1 /other"},
		{"changed", true, func(d *deck) { d.put(false, "/other") }, "tape 1 /other"},
		{"deleted", true, func(d *deck) { _ = os.Remove(d.file()) }, "none"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDeck(t, counting())
			if c.before {
				d.put(false, "/a")
			}
			s := d.open(recorder.Config{Mode: recorder.NewEpisodes})
			d.get(s, "/b")
			c.change(d)
			result, err := s.Close(recorder.Passed)
			equal(t, "error", errorText(err), d.file()+": the cassette was changed by another spec or process while this spec ran, and stays as it is; "+
				"give one of the two another vcr.Name or vcr.Dir; what this spec recorded is in "+d.rejected())
			equal(t, "tape", d.bodies(d.file()), c.after)
			equal(t, "saved", result.Saved, false)
			equal(t, "rejected", strings.Contains(d.bodies(result.Rejected), "sent 1 /b"), true)
		})
	}
}

// The folder is gone by the time of the save.
func TestASaveThatFails(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	d.write(filepath.Dir(d.file()), "a file in place of the folder")
	result, err := s.Close(recorder.Passed)
	var path *os.PathError
	if !errors.As(err, &path) || !strings.HasPrefix(err.Error(), d.file()+": the cassette ") {
		t.Errorf("got the error %v", err)
	}
	equal(t, "saved", result.Saved, false)
	equal(t, "files", d.leftovers(), "chat")
}

// No file beside the cassette can be written: its name would be too long.
func TestASaveThatCannotWrite(t *testing.T) {
	d := newDeck(t, counting())
	name := strings.Repeat("x", 250)
	s := d.open(recorder.Config{Path: name})
	d.get(s, "/a")
	_, err := s.Close(recorder.Passed)
	if !strings.HasPrefix(errorText(err), filepath.Join(d.dir, name)+": the cassette was not saved: ") {
		t.Errorf("got the error %v", err)
	}
	equal(t, "files", d.leftovers(), "")
}

func TestCloseTwice(t *testing.T) {
	d := newDeck(t, counting())
	s := d.open(recorder.Config{})
	d.get(s, "/a")
	first := d.end(s, recorder.Passed)
	d.put(false, "/other")
	again := d.end(s, recorder.Failed)
	equal(t, "results", fmt.Sprint(again), fmt.Sprint(first))
	equal(t, "tape", d.bodies(d.file()), "tape 1 /other")
	equal(t, "after", d.get(s, "/a"), "refused")
}
