package recorder_test

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// The path is shown as people write it, relative to the folder of the package.
func TestPathInTheTextOfAMiss(t *testing.T) {
	s, err := recorder.Open(recorder.Config{Path: "./testdata/../testdata/none.yaml", Mode: recorder.None})
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir()) // where a test goes makes no difference
	_, err = s.Client().Get("http://api.example.com/")
	if !strings.Contains(errorText(err), ": testdata/none.yaml: no recording for GET http://api.example.com/\n") {
		t.Errorf("got the error %v", err)
	}
	equal(t, "cassette", s.Cassette(), "testdata/none.yaml")
}

func TestAMissIsFoundThroughTheClient(t *testing.T) {
	d := newDeck(t, nil)
	d.put(false, "/a", "/b")
	s := d.open(recorder.Config{Mode: recorder.Once})
	d.get(s, "/b")
	_, err := s.Client().Get(d.URL + "/c?token=own")
	var wrapped *url.Error
	var miss *recorder.Miss
	if !errors.As(err, &wrapped) || !errors.As(err, &miss) || !errors.Is(err, recorder.ErrMiss) || errors.Is(err, recorder.ErrRefused) {
		t.Fatalf("got the error %#v", err)
	}
	equal(t, "timeout of the wrapping", wrapped.Timeout(), false)
	equal(t, "timeout", miss.Timeout(), false)
	equal(t, "temporary", miss.Temporary(), false)
	equal(t, "retryable", miss.RetryableError(), false)
	equal(t, "cassette", miss.Cassette, filepath.Join(d.dir, tapeName))
	equal(t, "mode", miss.Mode, recorder.Once)
	equal(t, "request", miss.Method+" "+miss.URL, "GET "+d.URL+"/c?token=[redacted:token]")
	equal(t, "recordings", miss.Recordings, 2)
	equal(t, "unplayed", miss.Unplayed, 1)
	equal(t, "used", len(miss.Used), 0)
	equal(t, "nearest", miss.Nearest, recorder.Place{Recording: 1, Line: 5})
	equal(t, "differences", len(miss.Differences), 2)
}

// A request that is asked over and over again is told each time in full.
func TestAMissOfARequestThatWasSeen(t *testing.T) {
	d := newDeck(t, nil)
	d.put(false, "/a")
	s := d.open(recorder.Config{Mode: recorder.Once})
	equal(t, "answers", d.get(s, "/a", "/a", "/a", "/a"), "tape 1 /a, miss, miss, miss")
	_, err := s.Client().Get(d.URL + "/a")
	if want := "no recording left for GET " + d.URL + "/a\n"; !strings.Contains(errorText(err), want) {
		t.Errorf("got %v", err)
	}
}

func TestARefusalIsFoundThroughTheClient(t *testing.T) {
	d := newDeck(t, nil)
	d.write(d.file(), "}{")
	_, err := d.open(recorder.Config{}).Client().Get(d.URL)
	var refusal *recorder.Refusal
	if !errors.As(err, &refusal) || !errors.Is(err, recorder.ErrRefused) || errors.Is(err, recorder.ErrMiss) {
		t.Fatalf("got the error %#v", err)
	}
	equal(t, "retryable", refusal.RetryableError(), false)
	equal(t, "unwrapped", len(refusal.Unwrap()), 2)
	equal(t, "unwrapped without a cause", len((&recorder.Refusal{}).Unwrap()), 1)
}
