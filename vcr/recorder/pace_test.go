package recorder_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// within fails the test instead of waiting for ever.
func within[T any](t *testing.T, what string, f func() T) T {
	t.Helper()
	results := make(chan T, 1)
	go func() { results <- f() }()
	select {
	case result := <-results:
		return result
	case <-time.After(20 * time.Second):
		t.Fatalf("%s takes for ever", what)
		panic("unreachable")
	}
}

// reading reads once and returns what came and how it ended.
func reading(t *testing.T, body io.Reader) string {
	t.Helper()
	return within(t, "reading", func() string {
		buffer := make([]byte, 100)
		n, err := body.Read(buffer)
		return string(buffer[:n]) + ", " + errorText(err)
	})
}

// anHour is the delay before the second part; nobody waits for it.
const anHour = "[0, 3600000]"

func (d *deck) paced(ctx context.Context, speed float64) *http.Response {
	d.t.Helper()
	resp, err := d.open(recorder.Config{Mode: recorder.None, Pace: speed}).RoundTrip(d.request("/stream").WithContext(ctx))
	if err != nil {
		d.t.Fatal(err)
	}
	return resp
}

func TestDelaysAreLeftOut(t *testing.T) {
	d := newDeck(t, nil)
	d.putStream("onetwo", "[3B, 3B]", anHour)
	body := d.paced(t.Context(), 0).Body
	equal(t, "first", reading(t, body), "one, no error")
	equal(t, "second", reading(t, body), "two, no error")
	equal(t, "end", reading(t, body), ", EOF")
}

func TestPace(t *testing.T) {
	d := newDeck(t, nil)
	d.putStream("onetwo", "[3B, 3B]", anHour)

	body := d.paced(t.Context(), 1e9).Body
	equal(t, "first, fast", reading(t, body), "one, no error")
	equal(t, "second, fast", reading(t, body), "two, no error")

	ctx, cancel := context.WithCancelCause(t.Context())
	body = d.paced(ctx, 1).Body
	equal(t, "first", reading(t, body), "one, no error")
	time.AfterFunc(time.Millisecond, func() { cancel(errBroken) })
	equal(t, "cancelled while it waits", reading(t, body), ", broken")

	body = d.paced(t.Context(), 1).Body
	equal(t, "first", reading(t, body), "one, no error")
	time.AfterFunc(time.Millisecond, func() { _ = body.Close() })
	equal(t, "closed while it waits", reading(t, body), ", http: invalid Read on closed Body")
	equal(t, "closed again", within(t, "closing", body.Close), nil)
}

// The first part may have been long in coming, too.
func TestPaceOfTheFirstPart(t *testing.T) {
	d := newDeck(t, nil)
	d.putStream("onetwo", "[3B, 3B]", "[3600000, 0]")
	ctx, cancel := context.WithCancelCause(t.Context())
	body := d.paced(ctx, 2).Body
	time.AfterFunc(time.Millisecond, func() { cancel(errBroken) })
	equal(t, "first", reading(t, body), ", broken")
}

// A client's timeout ends a body that is replayed too slowly for it.
func TestPaceAndTheTimeoutOfAClient(t *testing.T) {
	d := newDeck(t, nil)
	d.putStream("onetwo", "[3B, 3B]", anHour)
	client := &http.Client{Transport: d.open(recorder.Config{Mode: recorder.None, Pace: 1}), Timeout: 200 * time.Millisecond}
	resp, err := client.Get(d.URL + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	err = within(t, "reading", func() error { _, err := io.ReadAll(resp.Body); return err })
	var timeout interface{ Timeout() bool }
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("got the error %v", err)
	}
}

// What is recorded in one rhythm is replayed in it: the delays are on the tape.
func TestDelaysAreRecorded(t *testing.T) {
	parts := twenty(func(int) string { return "data: x\n\n" })
	h := newHandover("text/event-stream", parts)
	d := newDeck(t, h)
	h.record(t, d, recorder.Config{}, largeBuffer)
	chunks := d.stream().Chunks
	equal(t, "chunks", len(chunks), len(parts))
	for n, chunk := range chunks {
		if chunk.Delay < longEnough {
			t.Errorf("part %d came after %v, not before %v", n, chunk.Delay, longEnough)
		}
	}
}
