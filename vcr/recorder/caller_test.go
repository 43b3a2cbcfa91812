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

const noEnd = "the recorded exchange ended because the caller's context was over, and the context of this request never ends; give it one that does, or record this spec again"

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
func (d *deck) ended(session *recorder.Session, c caller, inBody bool) string {
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
func (d *deck) begun(session *recorder.Session) {
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
				d := newDeck(t, mute(inBody))
				s := d.open(recorder.Config{})
				recorded := d.ended(s, c, inBody)
				d.end(s, recorder.Passed)
				i := d.load(d.file()).Interactions[0]
				equal(t, "caused by the caller", i.Error != nil && i.Error.Caller, true)
				equal(t, "replayed", d.ended(d.open(recorder.Config{Mode: recorder.None}), c, inBody), recorded)
			})
		}
	}
}

// putEnding writes a tape on which the caller's deadline ended a request.
func (d *deck) putEnding(i cassette.Interaction) {
	d.t.Helper()
	i.Request = cassette.Request{Method: http.MethodGet, URL: d.URL + "/stream"}
	i.Error = &cassette.TransportError{Message: "context deadline exceeded", Timeout: true, Caller: true, Is: []string{"context.DeadlineExceeded"}}
	if _, err := (&cassette.Cassette{Interactions: []*cassette.Interaction{&i}}).Save(d.file()); err != nil {
		d.t.Fatal(err)
	}
}

// A context that never ends is told so, and another end is the caller's own.
func TestAnEndThatDoesNotComeAgain(t *testing.T) {
	d := newDeck(t, nil)
	d.putEnding(cassette.Interaction{})
	ask := func(ctx context.Context) string {
		return within(t, "a request", func() string {
			_, err := d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/stream").WithContext(ctx))
			return errorText(err)
		})
	}
	equal(t, "without an end", ask(context.Background()), noEnd)
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(time.Millisecond, func() { cancel(errBroken) })
	equal(t, "with another", ask(ctx), "broken")
	ctx, cancelNow := context.WithCancel(t.Context())
	cancelNow()
	equal(t, "with one that came before", ask(ctx), "context canceled")

	half := cassette.NewBody([]byte("half"))
	d.putEnding(cassette.Interaction{Response: cassette.Response{Status: 200, Body: half, End: cassette.EndAborted}})
	body := d.paced(context.Background(), 0).Body
	equal(t, "body", reading(t, body), "half, no error")
	equal(t, "without an end", reading(t, body), ", "+noEnd)
}

// A body that waits for the caller's end is closed as any other.
func TestClosingABodyThatWaits(t *testing.T) {
	d := newDeck(t, nil)
	d.putEnding(cassette.Interaction{Response: cassette.Response{Status: 200, Length: new(int64), End: cassette.EndAborted}})
	body := d.paced(t.Context(), 0).Body
	time.AfterFunc(time.Millisecond, func() { _ = body.Close() })
	equal(t, "read", reading(t, body), ", http: invalid Read on closed Body")
}

// Words of the transport's own for the end of a context are kept.
func TestTheTransportsWordsForAnEnd(t *testing.T) {
	d := newDeck(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	words := &ownWords{context.Canceled}
	s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) {
		cancel()
		return nil, words
	})})
	_, err := s.RoundTrip(d.request("/").WithContext(ctx))
	recorded := sightOfError(err)
	d.end(s, recorder.Passed)
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
	d := newDeck(t, nil)
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
	d.end(s, recorder.Passed)
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
