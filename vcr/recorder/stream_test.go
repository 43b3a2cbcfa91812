package recorder_test

import (
	"context"
	"errors"
	"fmt"
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

func (d *rig) start(s *recorder.Session) *http.Response {
	d.t.Helper()
	resp, err := s.RoundTrip(d.request("/stream"))
	if err != nil {
		d.t.Fatal(err)
	}
	return resp
}

// readOne reads as much as the first part.
func (d *rig) readOne(resp *http.Response) {
	d.t.Helper()
	one := make([]byte, len("one "))
	if _, err := io.ReadFull(resp.Body, one); err != nil || string(one) != "one " {
		d.t.Fatalf("read %q, %v", one, err)
	}
}

// stream returns the only response on the tape.
func (d *rig) stream() cassette.Response {
	d.t.Helper()
	interactions := d.load(d.file()).Interactions
	if len(interactions) != 1 {
		d.t.Fatalf("%d recordings are on the tape", len(interactions))
	}
	return interactions[0].Response
}

// replayed returns what reading the recorded stream to its end gives.
func (d *rig) replayed() (string, error) {
	d.t.Helper()
	resp := d.start(d.open(recorder.Config{Mode: recorder.None}))
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// The caller has the first part while the server still holds back the second.
func TestStreamsPassThrough(t *testing.T) {
	release := make(chan struct{})
	d := newRig(t, streaming(func(w http.ResponseWriter, _ *http.Request) {
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
	d.end(s, true)
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
			d := newRig(t, nil)
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
			d.end(s, true)
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
	d := newRig(t, endless())
	s := d.open(recorder.Config{})
	resp := d.start(s)
	d.readOne(resp)
	equal(t, "closing", resp.Body.Close(), nil)
	d.end(s, true)
	d.wantClosed()
}

func (d *rig) wantClosed() {
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
	d := newRig(t, endless())
	s := d.open(recorder.Config{})
	resp := d.start(s)
	d.readOne(resp)
	d.end(s, true)
	d.wantClosed()
	// The caller may go on with it: it is not the recorder's.
	equal(t, "closing", resp.Body.Close(), nil)
	d.wantClosed()
}

func TestAStreamThatTheServerAborts(t *testing.T) {
	d := newRig(t, streaming(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	s := d.open(recorder.Config{})
	resp := d.start(s)
	live, liveErr := io.ReadAll(resp.Body)
	if liveErr == nil {
		t.Fatal("the body was not aborted")
	}
	_ = resp.Body.Close()
	d.end(s, true)
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
	d := newRig(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/stream\nresponse:\n  status: 200\n  body:\n    text: half\n  end: aborted\n")
	body, err := d.replayed()
	equal(t, "replayed", body, "half")
	equal(t, "error", err, io.ErrUnexpectedEOF)
}

func TestAStreamThatTheCallerCancels(t *testing.T) {
	d := newRig(t, endless())
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
	d.end(s, true)
	equal(t, "end", d.stream().End, cassette.EndAborted)
	_, err = d.replayed()
	equal(t, "replayed with a context that never ends", errorText(err), d.noEnd())

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

// noEnd is the error for a caller who does not end what was ended in a recording.
func (d *rig) noEnd() string {
	return d.file() + ": line 3: the recorded exchange ended because the caller's context was over, and the context of this request does not end; give it one that does, or record this spec again"
}

// mute answers nothing, or a first part and nothing after that.
func mute(first bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if first {
			_, _ = io.WriteString(w, "one ")
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

// A caller ends exchanges in a way of its own: it returns a client and a context
// for a request, and what ends that when it is called.
type caller struct {
	name string
	make func(transport http.RoundTripper) (*http.Client, context.Context, func())
}

var callers = []caller{
	{"cancels", func(transport http.RoundTripper) (*http.Client, context.Context, func()) {
		ctx, cancel := context.WithCancel(context.Background())
		return &http.Client{Transport: transport}, ctx, cancel
	}},
	{"cancels for a reason", func(transport http.RoundTripper) (*http.Client, context.Context, func()) {
		ctx, cancel := context.WithCancelCause(context.Background())
		return &http.Client{Transport: transport}, ctx, func() { cancel(errBroken) }
	}},
	{"has a deadline", func(transport http.RoundTripper) (*http.Client, context.Context, func()) {
		ctx, cancel := context.WithTimeout(context.Background(), aWhile)
		return &http.Client{Transport: transport}, ctx, func() { context.AfterFunc(ctx, cancel) }
	}},
	{"has a client with a timeout", func(transport http.RoundTripper) (*http.Client, context.Context, func()) {
		return &http.Client{Transport: transport, Timeout: aWhile}, context.Background(), func() {}
	}},
}

// aWhile is enough for a connection on a busy machine.
const aWhile = 200 * time.Millisecond

// ended returns what a caller sees of an exchange that it ends when the session
// has begun with it: before there is an answer, or when it waits for more of the body.
func (d *rig) ended(session *recorder.Session, c caller, inBody bool) string {
	d.t.Helper()
	waits := newWaits(session)
	client, ctx, end := c.make(waits)
	go func() {
		if inBody {
			<-waits.reading
		} else {
			d.begun(session)
		}
		end()
	}()
	return within(d.t, "an exchange that the caller ended", func() string {
		resp, err := client.Do(d.request("/stream").WithContext(ctx))
		return sight(resp, err, reader{buffer: 100})
	})
}

// begun waits until a session replays, or the origin was asked.
func (d *rig) begun(session *recorder.Session) {
	for len(session.Snapshot().Replayed) == 0 && (session.Mode() == recorder.None || d.Served() == 0) {
		time.Sleep(time.Millisecond)
	}
}

// A waits is a transport that tells when a body is read for the second time.
type waits struct {
	http.RoundTripper
	reading chan struct{}
}

func newWaits(transport http.RoundTripper) *waits { return &waits{transport, make(chan struct{})} }

func (w *waits) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.RoundTripper.RoundTrip(req)
	if err == nil {
		resp.Body = &waitingBody{ReadCloser: resp.Body, reading: w.reading}
	}
	return resp, err
}

type waitingBody struct {
	io.ReadCloser
	reading chan struct{}
	reads   int
}

func (b *waitingBody) Read(p []byte) (int, error) {
	if b.reads++; b.reads == 2 {
		close(b.reading)
	}
	return b.ReadCloser.Read(p)
}

// What the caller ended is ended by the caller again: replay waits for it.
func TestWhatTheCallerEnds(t *testing.T) {
	for _, c := range callers {
		for _, inBody := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, in the body: %t", c.name, inBody), func(t *testing.T) {
				d := newRig(t, mute(inBody))
				s := d.open(recorder.Config{})
				recorded := d.ended(s, c, inBody)
				d.end(s, true)
				i := d.load(d.file()).Interactions[0]
				equal(t, "caused by the caller", i.Error != nil && i.Error.ByCaller(), true)
				equal(t, "replayed", d.ended(d.open(recorder.Config{Mode: recorder.None}), c, inBody), recorded)
			})
		}
	}
}

// putEnding writes a tape on which the caller's deadline ended a request.
func (d *rig) putEnding(i cassette.Interaction) {
	d.t.Helper()
	i.Request = cassette.Request{Method: http.MethodGet, URL: d.URL + "/stream"}
	i.Error = cassette.NewTransportError(context.DeadlineExceeded, true)
	if err := (&cassette.Cassette{Interactions: []*cassette.Interaction{&i}}).Save(d.file()); err != nil {
		d.t.Fatal(err)
	}
}

// A context that never ends is told so, and another end is the caller's own.
func TestAnEndThatDoesNotComeAgain(t *testing.T) {
	d := newRig(t, nil)
	d.putEnding(cassette.Interaction{})
	ask := func(ctx context.Context) string {
		return within(t, "a request", func() string {
			_, err := d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/stream").WithContext(ctx))
			return errorText(err)
		})
	}
	equal(t, "without an end", ask(context.Background()), d.noEnd())
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(time.Millisecond, func() { cancel(errBroken) })
	equal(t, "with another", ask(ctx), "broken")
	ctx, cancelNow := context.WithCancel(t.Context())
	cancelNow()
	equal(t, "with one that came before", ask(ctx), "context canceled")
	t.Cleanup(recorder.SetLongestWait(time.Millisecond))
	equal(t, "with one that comes too late", ask(t.Context()), d.noEnd())

	half := cassette.NewBody([]byte("half"))
	d.putEnding(cassette.Interaction{Response: cassette.Response{Status: 200, Body: half, End: cassette.EndAborted}})
	body := d.paced(context.Background(), 0).Body
	equal(t, "body", reading(t, body), "half, no error")
	equal(t, "without an end", reading(t, body), ", "+d.noEnd())
}

// A body that waits for the caller's end is closed as any other.
func TestClosingABodyThatWaits(t *testing.T) {
	d := newRig(t, nil)
	d.putEnding(cassette.Interaction{Response: cassette.Response{Status: 200, Length: new(int64), End: cassette.EndAborted}})
	body := d.paced(t.Context(), 0).Body
	time.AfterFunc(time.Millisecond, func() { _ = body.Close() })
	equal(t, "read", reading(t, body), ", http: invalid Read on closed Body")
}

// Words of the transport's own for the end of a context are kept.
func TestTheTransportsWordsForAnEnd(t *testing.T) {
	d := newRig(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	words := &ownWords{context.Canceled}
	s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) {
		cancel()
		return nil, words
	})})
	_, err := s.RoundTrip(d.request("/").WithContext(ctx))
	recorded := sightOfError(err)
	d.end(s, true)
	ctx, cancel = context.WithCancel(t.Context())
	s = d.open(recorder.Config{Mode: recorder.None})
	go func() {
		d.begun(s)
		cancel()
	}()
	_, err = s.RoundTrip(d.request("/").WithContext(ctx))
	equal(t, "replayed", sightOfError(err), recorded)
	equal(t, "known", errors.Is(err, context.Canceled), true)
}

type ownWords struct{ error }

func (e *ownWords) Error() string { return "operation was called off" }
func (e *ownWords) Unwrap() error { return e.error }

// Callers cancel a context when they have closed the body; what little was left
// of it is on the tape by then.
func TestARestIsRecordedThoughTheContextEnds(t *testing.T) {
	d := newRig(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: io.NopCloser(io.MultiReader(strings.NewReader("one "), untilDone{ctx, strings.NewReader("two")}))}, nil
	})})
	resp, err := s.RoundTrip(d.request("/stream").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	d.readOne(resp)
	equal(t, "closing", resp.Body.Close(), nil)
	cancel()
	d.end(s, true)
	equal(t, "recorded", d.stream().Body.String(), "one two")
	equal(t, "end", d.stream().End, "")
}

// untilDone reads until a context is over.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, u.ctx.Err()
	}
	return u.Reader.Read(p)
}

// The channel with which requests were cancelled before there were contexts
// still does so, beside a deadline as well.
func TestTheChannelCancel(t *testing.T) {
	deadline, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for name, ctx := range map[string]context.Context{"alone": t.Context(), "beside a deadline": deadline} {
		t.Run(name, func(t *testing.T) {
			d := newRig(t, mute(false))
			s := d.open(recorder.Config{})
			cancelled := make(chan struct{})
			go func() {
				d.begun(s)
				close(cancelled)
			}()
			req := d.request("/").WithContext(ctx)
			//lint:ignore SA1019 this is about it
			req.Cancel = cancelled
			err := within(t, "a request", func() error { _, err := s.RoundTrip(req); return err })
			equal(t, "error", errorText(err), "net/http: request canceled")
			d.end(s, true)
			_, err = d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/"))
			equal(t, "replayed", errorText(err), "net/http: request canceled")
		})
	}
}
