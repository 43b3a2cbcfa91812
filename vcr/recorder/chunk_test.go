package recorder_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
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
			d := newDeck(t, h)
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
	d := newDeck(t, h)
	wantParts(t, "recorded", h.record(t, d, recorder.Config{}, largeBuffer), c.parts)
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, largeBuffer), []string{strings.Join(c.parts, "")})
}

// Where a caller's own buffer ends is no boundary, and where a part ends is one
// all the same.
func TestATinyBuffer(t *testing.T) {
	parts := twenty(func(n int) string { return fmt.Sprintf("data: %02d\n\n", n) })
	h := newHandover("text/event-stream", parts)
	d := newDeck(t, h)
	equal(t, "reads", len(h.record(t, d, recorder.Config{}, 3)), 4*len(parts))
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, largeBuffer), parts)

	whole := strings.Repeat("0123456", 10)
	d = newDeck(t, nil)
	s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: io.NopCloser(slow{strings.NewReader(whole)})}, nil
	})})
	readParts(t, d.start(s).Body, 7, func(int) {})
	d.end(s, recorder.Passed)
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
	d := newDeck(t, nil)
	d.putStream("12345678", "[3B, 5B]", "[0, 0]")
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, 2), []string{"12", "3", "45", "67", "8"})
	wantParts(t, "replayed", d.replayParts(recorder.Config{}, 5), []string{"123", "45678"})
}

// putStream writes a tape with one streamed text.
func (d *deck) putStream(text, chunks, delays string) {
	d.t.Helper()
	d.write(d.file(), fmt.Sprintf("ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: %s/stream\nresponse:\n  status: 200\n  body:\n    text: %q\n  chunks: %s\n  delays: %s\n  transfer: [chunked]\n", d.URL, text, chunks, delays))
}

// Boundaries stay between the same events when what stands in them is replaced
// by something longer or shorter.
func TestBoundariesSurviveRedaction(t *testing.T) {
	const short, long = "sk-" + "12345678", "sk-" + "a very long key, which no placeholder is as long as; it goes on and on"
	secrets := recorder.Config{Redact: redact.Rules{Secrets: func() []redact.Secret {
		return []redact.Secret{{Name: "SHORT_KEY", Value: short}, {Name: "LONG_KEY", Value: long}}
	}}}
	say := func(n int) string {
		switch n {
		case 3, 7:
			return `"` + short + `"`
		case 11:
			return `"` + long + `"`
		case 15:
			return `{"password":"hidden"}`
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
	hide := strings.NewReplacer(long, "[redacted:long_key]", short, "[redacted:short_key]", `"hidden"`, `"[redacted:password]"`)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHandover(c.contentType, c.parts)
			d := newDeck(t, h)
			wantParts(t, "recorded", h.record(t, d, secrets, largeBuffer), c.parts)
			hidden := make([]string, len(c.parts))
			for n, part := range c.parts {
				hidden[n] = hide.Replace(part)
			}
			wantParts(t, "replayed", d.replayParts(secrets, largeBuffer), hidden)
			equal(t, "on the tape", strings.Contains(d.read(d.file()), short) || strings.Contains(d.read(d.file()), long), false)
		})
	}
}
