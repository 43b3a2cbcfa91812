package drift_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// TestChangesInTheModes puts each kind of change between a recording and a run in the modes
// that compare. The run says what the comparison of the tapes says.
func TestChangesInTheModes(t *testing.T) {
	t.Parallel()
	apis := newAPIs(11, *endpoints)
	rng := rand.New(rand.NewPCG(7, 8))
	runs, silent := 0, 0
	for _, c := range changes {
		tried := 0
		for n, a := range apis {
			if tried == 3 {
				break
			}
			fitting := slices.DeleteFunc(a.targets(), func(t target) bool { return !c.fits(a, t) })
			if len(fitting) == 0 {
				continue
			}
			old := record(a, again)
			tape, isTrial := c.make(a, old, fitting[rng.IntN(len(fitting))], 2+n)
			if !isTrial {
				continue
			}
			tried++
			want := saidBy(old.refresh(tape))
			if runs += 3; len(want) == 0 {
				silent += 3
			}
			for _, mode := range []recorder.Mode{recorder.Refresh, recorder.All, recorder.Live} {
				if got := saidIn(t, mode, old.tape, tape); !slices.Equal(got, want) {
					t.Errorf("%s, in mode %s:\n%q\nwant\n%q", c.name, mode, got, want)
				}
			}
		}
		if tried == 0 {
			t.Errorf("%s: not tried", c.name)
		}
	}
	t.Logf("%d runs, %d of them silent", runs, silent)
	if silent*20 > runs {
		t.Error("too many changes are not seen at all")
	}
}

func saidBy(report drift.Report) (said []string) {
	for _, d := range report.Differences {
		said = append(said, d.Severity.String()+": "+d.Endpoint+" "+d.String())
	}
	return said
}

// saidIn records the old answers, gives the new ones to a session, and returns what that
// says of the API.
func saidIn(t *testing.T, mode recorder.Mode, old, answers []*cassette.Interaction) (said []string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "x.yaml")
	tape := &cassette.Cassette{}
	for _, i := range old {
		recorded := i.Clone()
		recorded.Request.Header = http.Header{"Content-Type": {"application/json"}}
		tape.Interactions = append(tape.Interactions, recorded)
	}
	if err := tape.Save(file); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-time.Hour) // the run: what is newer is no evidence
	if err := os.Chtimes(file, before, before); err != nil {
		t.Fatal(err)
	}
	session, err := recorder.Open(recorder.Config{Dir: dir, Path: "x", Mode: mode, Base: answering(answers)})
	if err != nil {
		t.Fatal(err)
	}
	for n, i := range answers {
		response, err := session.Client().Post(i.Request.URL, "application/json", bytes.NewReader(i.Request.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(response.Body); err != nil || !bytes.Equal(got, i.Response.Body.Bytes()) {
			t.Fatalf("answer %d: %q, %v", n, got, err)
		}
		_ = response.Body.Close()
	}
	did, err := session.Close(true)
	if err != nil {
		t.Fatal(err)
	}
	if did.Drift == nil {
		t.Fatalf("mode %s compared nothing", mode)
	}
	did.Drift.Each(func(kind, _ string, _, _ int, text string) {
		if kind == drift.Breaking.String() || kind == drift.Notice.String() {
			said = append(said, kind+": "+text)
		}
	})
	return said
}

// answering is a service that gives these answers.
type answering []*cassette.Interaction

func (a answering) RoundTrip(req *http.Request) (*http.Response, error) {
	var question int
	if _, err := fmt.Fscanf(req.Body, `{"question":%d}`, &question); err != nil {
		return nil, err
	}
	_ = req.Body.Close()
	answer := a[question].Response
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header.Clone(), Body: io.NopCloser(bytes.NewReader(answer.Body.Bytes())),
		ContentLength: int64(answer.Body.Len()), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
	}, nil
}
