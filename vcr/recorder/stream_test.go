package recorder_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// streaming sends "one ", and what comes next when more is called.
func streaming(more func(w http.ResponseWriter, r *http.Request)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", "X-End")
		_, _ = io.WriteString(w, "one ")
		_ = http.NewResponseController(w).Flush()
		more(w, r)
	})
}

func (d *deck) start(s *recorder.Session) *http.Response {
	d.t.Helper()
	resp, err := s.RoundTrip(d.request("/stream"))
	if err != nil {
		d.t.Fatal(err)
	}
	return resp
}

// readOne reads as much as the first part.
func (d *deck) readOne(resp *http.Response) {
	d.t.Helper()
	one := make([]byte, len("one "))
	if _, err := io.ReadFull(resp.Body, one); err != nil || string(one) != "one " {
		d.t.Fatalf("read %q, %v", one, err)
	}
}

// stream returns the only response on the tape.
func (d *deck) stream() cassette.Response {
	d.t.Helper()
	interactions := d.load(d.file()).Interactions
	if len(interactions) != 1 {
		d.t.Fatalf("%d recordings are on the tape", len(interactions))
	}
	return interactions[0].Response
}

// replayed returns what reading the recorded stream to its end gives.
func (d *deck) replayed() (string, error) {
	d.t.Helper()
	resp := d.start(d.open(recorder.Config{Mode: recorder.None}))
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// The caller has the first part while the server still holds back the second.
func TestStreamsPassThrough(t *testing.T) {
	release := make(chan struct{})
	d := newDeck(t, streaming(func(w http.ResponseWriter, _ *http.Request) {
		<-release
		_, _ = io.WriteString(w, "two")
		w.Header().Set("X-End", "now")
	}))
	s := d.open(recorder.Config{})
	resp := d.start(s)
	d.readOne(resp)
	reading := s.Snapshot().Recorded
	equal(t, "recorded meanwhile", len(reading), 1)
	equal(t, "body meanwhile", reading[0].Response.Body.Len(), 0)
	close(release)
	equal(t, "rest", d.body(resp), "two")
	equal(t, "trailer", resp.Trailer.Get("X-End"), "now")
	d.end(s, recorder.Passed)
	recorded := d.stream()
	equal(t, "recorded", recorded.Body.String(), "one two")
	equal(t, "end", recorded.End, "")
	equal(t, "recorded trailer", recorded.Trailer.Get("X-End"), "now")
}

// Clients that decode one value close the body with a newline left in it.
func TestAShortRestIsStillRecorded(t *testing.T) {
	const long = 64 << 10
	cases := []struct {
		name      string
		rest      int
		end       string
		ofTheRest int
	}{
		{"nothing", 0, "", 0},
		{"little", 10, "", 10},
		{"just not too much", long, "", long},
		{"too much", long + 1, cassette.EndClosed, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDeck(t, nil)
			// A body of our own is there at once, however slow the machine.
			s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("one " + strings.Repeat("x", c.rest)))}, nil
			})})
			resp := d.start(s)
			d.readOne(resp)
			equal(t, "closing", resp.Body.Close(), nil)
			equal(t, "closing again", resp.Body.Close(), nil)
			_, err := resp.Body.Read(make([]byte, 1))
			equal(t, "reading on", err, http.ErrBodyReadAfterClose)
			d.end(s, recorder.Passed)
			recorded := d.stream()
			equal(t, "end", recorded.End, c.end)
			equal(t, "length", recorded.Body.Len(), len("one ")+c.ofTheRest)
		})
	}
}

// endless streams until the caller has gone.
func endless() http.Handler {
	return streaming(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

func TestAStreamThatTheCallerCloses(t *testing.T) {
	d := newDeck(t, endless())
	s := d.open(recorder.Config{})
	resp := d.start(s)
	d.readOne(resp)
	equal(t, "closing", resp.Body.Close(), nil)
	d.end(s, recorder.Passed)
	d.wantClosed()
}

func (d *deck) wantClosed() {
	d.t.Helper()
	recorded := d.stream()
	equal(d.t, "recorded", recorded.Body.String(), "one ")
	equal(d.t, "end", recorded.End, cassette.EndClosed)
	equal(d.t, "trailers", len(recorded.Trailer), 0) // which come after the end
	body, err := d.replayed()
	equal(d.t, "replayed", body, "one ")
	equal(d.t, "reading on", errorText(err),
		"the recorded body ends here: the caller closed it while it was recorded; record this spec again to read further")
}

// What nobody closes is kept as far as it was read.
func TestAStreamThatNobodyCloses(t *testing.T) {
	d := newDeck(t, endless())
	s := d.open(recorder.Config{})
	resp := d.start(s)
	d.readOne(resp)
	d.end(s, recorder.Passed)
	d.wantClosed()
	// The caller may go on with it: it is not the recorder's.
	equal(t, "closing", resp.Body.Close(), nil)
	d.wantClosed()
}

func TestAStreamThatTheServerAborts(t *testing.T) {
	d := newDeck(t, streaming(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	s := d.open(recorder.Config{})
	resp := d.start(s)
	live, liveErr := io.ReadAll(resp.Body)
	if liveErr == nil {
		t.Fatal("the body was not aborted")
	}
	_ = resp.Body.Close()
	d.end(s, recorder.Passed)
	recorded := d.stream()
	equal(t, "recorded", recorded.Body.String(), "one ")
	equal(t, "end", recorded.End, cassette.EndAborted)
	body, err := d.replayed()
	equal(t, "replayed", body, string(live))
	equal(t, "error", errorText(err), liveErr.Error())
	equal(t, "known", errors.Is(err, io.ErrUnexpectedEOF), errors.Is(liveErr, io.ErrUnexpectedEOF))
}

// A tape that a person wrote need not say what went wrong.
func TestAStreamThatEndsWithoutAReason(t *testing.T) {
	d := newDeck(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/stream\nresponse:\n  status: 200\n  body:\n    text: half\n  end: aborted\n")
	body, err := d.replayed()
	equal(t, "replayed", body, "half")
	equal(t, "error", err, io.ErrUnexpectedEOF)
}

func TestAStreamThatTheCallerCancels(t *testing.T) {
	d := newDeck(t, endless())
	s := d.open(recorder.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	resp, err := s.RoundTrip(d.request("/stream").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	d.readOne(resp)
	cancel()
	if _, err := resp.Body.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got the error %v", err)
	}
	d.end(s, recorder.Passed)
	equal(t, "end", d.stream().End, cassette.EndAborted)
	_, err = d.replayed()
	equal(t, "replayed with a context that never ends", errorText(err), "the recorded exchange ended because the caller's context was over, and the context of this request never ends; give it one that does, or record this spec again")

	ctx, cancel = context.WithCancel(context.Background())
	resp, err = d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/stream").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	d.readOne(resp)
	time.AfterFunc(time.Millisecond, cancel)
	_, err = resp.Body.Read(make([]byte, 1))
	equal(t, "replayed", err, context.Canceled)
}
