package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// largeBuffer is more than a part of these tests.
const largeBuffer = 32 << 10

func twenty(part func(n int) string) []string {
	parts := make([]string, 20)
	for n := range parts {
		parts[n] = part(n)
	}
	return parts
}

// streams are bodies of every kind whose rhythm matters.
var streams = []struct {
	name, contentType string
	parts             []string
}{
	{"events", "text/event-stream", twenty(func(n int) string { return fmt.Sprintf("event: delta\ndata: {\"n\":%d}\n\n", n) })},
	{"events, cut anywhere", "text/event-stream; charset=utf-8", twenty(func(n int) string { return fmt.Sprintf("data: %d\n\ndata: h", n) })},
	{"several events at once", "text/event-stream", twenty(func(n int) string { return strings.Repeat("data: x\r\n\r\n", n+1) })},
	{"lines", "application/x-ndjson", twenty(func(n int) string { return fmt.Sprintf("{\"n\":%d}\n", n) })},
	{"frames", "application/vnd.amazon.eventstream", twenty(func(n int) string { return "\x00\x00\x00" + string(rune(n)) + "\xff\xfe{\"n\":1}\x00" })},
	{"a download", "application/octet-stream", twenty(func(n int) string { return strings.Repeat(string([]byte{byte(n), 0xff}), 100*n+1) })},
	{"text", "text/plain", twenty(func(n int) string { return strings.Repeat("word ", n+1) })},
}

// The caller has each part before the server sends the next, and reads the same
// parts again in replay.
func TestEachPartArrivesByItself(t *testing.T) {
	for _, c := range streams {
		t.Run(c.name, func(t *testing.T) {
			h := newHandover(c.contentType, c.parts)
			d := newRig(t, h)
			wantParts(t, "recorded", h.record(t, d, recorder.Config{}, largeBuffer), c.parts)
			wantParts(t, "replayed", d.replayParts(recorder.Config{}, largeBuffer), c.parts)
		})
	}
}

func wantParts(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s in %d parts, want %d:\ngot  %q\nwant %q", what, len(got), len(want), got, want)
	}
}

// A body whose length is known beforehand is no stream.
func TestABodyOfKnownLengthIsOnePart(t *testing.T) {
	c := streams[0]
	h := newHandover(c.contentType, c.parts)
	h.length = fmt.Sprint(len(strings.Join(c.parts, "")))
	d := newRig(t, h)
	wantParts(t, "recorded", h.record(t, d, recorder.Config{}, largeBuffer), c.parts)
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, largeBuffer), []string{strings.Join(c.parts, "")})
}

// Where a caller's own buffer ends is no boundary, and where a part ends is one
// all the same.
func TestATinyBuffer(t *testing.T) {
	parts := twenty(func(n int) string { return fmt.Sprintf("data: %02d\n\n", n) })
	h := newHandover("text/event-stream", parts)
	d := newRig(t, h)
	equal(t, "reads", len(h.record(t, d, recorder.Config{}, 3)), 4*len(parts))
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, largeBuffer), parts)

	whole := strings.Repeat("0123456", 10)
	d = newRig(t, nil)
	s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: io.NopCloser(slow{strings.NewReader(whole)})}, nil
	})})
	readParts(t, d.start(s).Body, 7, func(int) {})
	d.end(s, true)
	equal(t, "boundaries of its own", len(d.stream().Chunks), 0)
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, largeBuffer), []string{whole})
}

// A slow reader takes its time, as a busy machine does.
type slow struct{ io.Reader }

func (s slow) Read(p []byte) (int, error) {
	time.Sleep(longEnough)
	return s.Reader.Read(p)
}

// A part that is larger than the buffer of the caller who replays comes in pieces.
func TestASmallerBufferInReplay(t *testing.T) {
	d := newRig(t, nil)
	d.putStream("12345678", "[3B, 5B]", "[0, 0]")
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, 2), []string{"12", "3", "45", "67", "8"})
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, 5), []string{"123", "45678"})
}

// putStream writes a tape with one streamed text.
func (d *rig) putStream(text, chunks, delays string) {
	d.t.Helper()
	d.write(d.file(), fmt.Sprintf("ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: %s/stream\nresponse:\n  status: 200\n  body:\n    text: %q\n  chunks: %s\n  delays: %s\n  transfer: [chunked]\n", d.URL, text, chunks, delays))
}

// Boundaries stay between the same events when what stands in them is replaced
// by something longer or shorter.
func TestBoundariesSurviveRedaction(t *testing.T) {
	const short, long = "sk-" + "12345678", "sk-" + "a very long key, which no placeholder is as long as; it goes on and on"
	secrets := harness.Spec{Redaction: redaction.Rules{Secrets: func() []redaction.Secret {
		return []redaction.Secret{{Name: "SHORT_KEY", Value: short}, {Name: "LONG_KEY", Value: long}}
	}}}
	say := func(n int) string {
		switch n {
		case 3, 7:
			return `"` + short + `"`
		case 11:
			return `"` + long + `"`
		case 15:
			return `{"password":"hunter4711"}`
		}
		return fmt.Sprint(n)
	}
	once := twenty(func(n int) string { return fmt.Sprintf("%02d\x00", n) })
	once[9] = "\xff" + long + "\x00"
	cases := []struct {
		name, contentType string
		parts             []string
	}{
		{"events", "text/event-stream", twenty(func(n int) string { return "data: " + say(n) + "\n\n" })},
		{"lines", "application/x-ndjson", twenty(func(n int) string { return say(n) + "\n" })},
		{"bytes", "application/octet-stream", once},
	}
	hide := strings.NewReplacer(long, "[redacted:long_key]", short, "[redacted:short_key]", `"hunter4711"`, `"[redacted:password]"`)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHandover(c.contentType, c.parts)
			d := newRig(t, h)
			wantParts(t, "recorded", h.recordSpec(t, d, secrets, largeBuffer), c.parts)
			hidden := make([]string, len(c.parts))
			for n, part := range c.parts {
				hidden[n] = hide.Replace(part)
			}
			wantParts(t, "replayed", d.replaySpecParts(secrets, largeBuffer), hidden)
			equal(t, "on the tape", strings.Contains(d.read(d.file()), short) || strings.Contains(d.read(d.file()), long), false)
		})
	}
}

// A handover is an origin, and the transport to it, that sends a part only when
// the caller has seen all parts before it and waits for more.
type handover struct {
	contentType string
	parts       []string
	length      string // the header Content-Length; "" for chunks

	seen    atomic.Int64  // by the caller
	waiting chan struct{} // the caller is reading
	over    chan struct{} // all was sent
}

// longEnough is a wait that makes a boundary.
const longEnough = 2 * time.Millisecond

func newHandover(contentType string, parts []string) *handover {
	return &handover{contentType: contentType, parts: parts, waiting: make(chan struct{}), over: make(chan struct{})}
}

func (h *handover) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer close(h.over)
	w.Header().Set("Content-Type", h.contentType)
	if h.length != "" {
		w.Header().Set("Content-Length", h.length)
	}
	w.WriteHeader(http.StatusOK)
	sent := 0
	for _, part := range h.parts {
		_ = http.NewResponseController(w).Flush()
		for asked := false; !asked; asked = h.seen.Load() == int64(sent) {
			select {
			case <-h.waiting:
			case <-r.Context().Done():
				return
			}
		}
		time.Sleep(longEnough)
		_, _ = io.WriteString(w, part)
		sent += len(part)
	}
}

func (h *handover) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		resp.Body = &handedBody{resp.Body, h}
	}
	return resp, err
}

// A handedBody tells when it is read.
type handedBody struct {
	io.ReadCloser
	h *handover
}

func (b *handedBody) Read(p []byte) (int, error) {
	select {
	case b.h.waiting <- struct{}{}:
	case <-b.h.over:
	}
	return b.ReadCloser.Read(p)
}

// record reads all parts with a buffer while they are recorded, and returns what
// each read gave.
func (h *handover) record(t *testing.T, d *rig, cfg recorder.Config, buffer int) []string {
	t.Helper()
	return h.recordIn(t, d, d.open(withBase(cfg, h)), buffer)
}

func (h *handover) recordSpec(t *testing.T, d *rig, spec harness.Spec, buffer int) []string {
	t.Helper()
	return h.recordIn(t, d, d.openSpec(recorder.Config{Base: h}, spec), buffer)
}

func withBase(cfg recorder.Config, base http.RoundTripper) recorder.Config {
	cfg.Base = base
	return cfg
}

func (h *handover) recordIn(t *testing.T, d *rig, s *recorder.Session, buffer int) []string {
	t.Helper()
	resp := d.start(s)
	reads := readParts(t, resp.Body, buffer, func(n int) { h.seen.Add(int64(n)) })
	equal(t, "closing", resp.Body.Close(), nil)
	d.end(s, true)
	return reads
}

// replayParts returns what each read of the recorded body gives.
func (d *rig) replayParts(cfg recorder.Config, buffer int) []string {
	d.t.Helper()
	cfg.Mode = recorder.None
	return d.partsIn(d.open(withBase(cfg, unreachable(d.t))), buffer)
}

func (d *rig) replaySpecParts(spec harness.Spec, buffer int) []string {
	d.t.Helper()
	return d.partsIn(d.openSpec(recorder.Config{Mode: recorder.None, Base: unreachable(d.t)}, spec), buffer)
}

func (d *rig) partsIn(s *recorder.Session, buffer int) []string {
	d.t.Helper()
	resp := d.start(s)
	defer func() { _ = resp.Body.Close() }()
	return readParts(d.t, resp.Body, buffer, func(int) {})
}

func readParts(t *testing.T, body io.Reader, size int, seen func(int)) []string {
	t.Helper()
	var parts []string
	buffer := make([]byte, size)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			parts = append(parts, string(buffer[:n]))
			seen(n)
		}
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

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

func (d *rig) paced(ctx context.Context, speed float64) *http.Response {
	d.t.Helper()
	resp, err := d.open(recorder.Config{Mode: recorder.None, Pace: speed}).RoundTrip(d.request("/stream").WithContext(ctx))
	if err != nil {
		d.t.Fatal(err)
	}
	return resp
}

func TestDelaysAreLeftOut(t *testing.T) {
	d := newRig(t, nil)
	d.putStream("onetwo", "[3B, 3B]", anHour)
	body := d.paced(t.Context(), 0).Body
	equal(t, "first", reading(t, body), "one, no error")
	equal(t, "second", reading(t, body), "two, no error")
	equal(t, "end", reading(t, body), ", EOF")
}

func TestPace(t *testing.T) {
	d := newRig(t, nil)
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
	d := newRig(t, nil)
	d.putStream("onetwo", "[3B, 3B]", "[3600000, 0]")
	ctx, cancel := context.WithCancelCause(t.Context())
	body := d.paced(ctx, 2).Body
	time.AfterFunc(time.Millisecond, func() { cancel(errBroken) })
	equal(t, "first", reading(t, body), ", broken")
}

// A client's timeout ends a body that is replayed too slowly for it.
func TestPaceAndTheTimeoutOfAClient(t *testing.T) {
	d := newRig(t, nil)
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
	d := newRig(t, h)
	h.record(t, d, recorder.Config{}, largeBuffer)
	chunks := d.stream().Chunks
	equal(t, "chunks", len(chunks), len(parts))
	for n, chunk := range chunks {
		if chunk.Delay < longEnough {
			t.Errorf("part %d came after %v, not before %v", n, chunk.Delay, longEnough)
		}
	}
}
