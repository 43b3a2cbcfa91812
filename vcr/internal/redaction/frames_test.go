package redaction_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// framed is an answer of frames, each of which arrived by itself.
func framed(payloads ...string) *cassette.Interaction {
	i := blank()
	var body []byte
	for _, payload := range payloads {
		event := frame(payload)
		body = append(body, event...)
		i.Response.Chunks = append(i.Response.Chunks, cassette.Chunk{Size: len(event)})
	}
	received(i, ofEvents, string(body))
	return i
}

func delta(text string) string { return `{"contentBlockIndex":0,"delta":{"text":"` + text + `"}}` }

// payloads returns the payloads of an answer. It fails unless each chunk is a frame.
func payloads(t *testing.T, i *cassette.Interaction) []string {
	t.Helper()
	body := i.Response.Body.Bytes()
	var ends []int
	for _, chunk := range i.Response.Chunks {
		ends = append(ends, chunk.Size+slices.Max(append(ends, 0)))
	}
	if frames := media.Records(media.Frames, body); !slices.Equal(frames, ends) || frames[len(frames)-1] != len(body) {
		t.Errorf("the chunks of %d bytes end at %d, the frames at %d", len(body), ends, frames)
	}
	_, text, ok := media.FindCoding(ofEvents, "", body)
	if !ok {
		t.Fatalf("not frames: %q", body)
	}
	var found []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "{") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// A secret that two frames cut is replaced. The frames stay whole, with checksums that
// fit, and so do the parts in which they arrived; replay can put the value back.
func TestSecretsInFrames(t *testing.T) {
	half := len(planted) / 2
	i := framed(delta("it is "), delta(planted[:half]), delta(planted[half:]+"."), `{"stopReason":"end_turn"}`)
	redactor(withPlanted).Interaction(i)
	const hidden = "[redacted:service_key]"
	if got, want := payloads(t, i), []string{delta("it is "), delta(hidden), delta("."), `{"stopReason":"end_turn"}`}; !slices.Equal(got, want) {
		t.Errorf("on the tape is %q, not %q", got, want)
	}
	restored := redaction.Restore(i, func(placeholder string) string {
		if placeholder != hidden {
			t.Errorf("asked for %s", placeholder)
		}
		return `a "value"`
	}, false)
	if got, want := payloads(t, restored), []string{delta("it is "), delta(`a \"value\"`), delta("."), `{"stopReason":"end_turn"}`}; !slices.Equal(got, want) {
		t.Errorf("restored is %q, not %q", got, want)
	}
}

// A finding in a frame has the path in its JSON.
func TestFindingsInFrames(t *testing.T) {
	key := "sk-" + "proj-" + strings.Repeat("aB3dE5gH", 5)
	i := framed(delta("it is "+key[:20]), delta(key[20:]+" indeed"))
	findings := redaction.Scan(&cassette.Cassette{Interactions: []*cassette.Interaction{i}})
	if len(findings) != 1 || findings[0].Place != "response body $.delta.text" {
		t.Errorf("the findings are %v", findings)
	}
}

// Whole frames of a stream that breaks off are read, and what is left as bytes.
func TestFramesThatBreakOff(t *testing.T) {
	i := framed(delta(planted), delta("a"))
	last := frame(delta(planted + " and more"))
	body := slices.Concat(i.Response.Body.Bytes(), last[:len(last)-12])
	i.Response.Body, i.Response.Header = cassette.NewBody(body), http.Header{"Content-Type": {ofEvents}}
	redactor(withPlanted).Interaction(i)
	if bytes.Contains(i.Response.Body.Bytes(), []byte(planted)) {
		t.Errorf("on the tape is %q", i.Response.Body)
	}
	if ends := media.Records(media.Frames, i.Response.Body.Bytes()); len(ends) != 2 {
		t.Errorf("the frames end at %d", ends)
	}
}

// A key in the values of a row is found on the tape, as in the events that they restore to.
func TestFindingsInRows(t *testing.T) {
	key := "sk-" + "proj-" + strings.Repeat("aB3dE5gH", 5)
	tape := "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: http://tape.test/\nresponse:\n  status: 200\n  headers:\n" +
		"    Content-Type: [text/event-stream]\n  body:\n    events: |+\n" +
		"      data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"<content>\"}}]}\n" +
		"      <content> |it is |" + key[:10] + "|\n      <content> |" + key[10:20] + "|" + key[20:] + "| indeed|\n\n"
	c, err := cassette.Parse("tape.yaml", []byte(tape), nil)
	if err != nil {
		t.Fatal(err)
	}
	findings := redaction.Scan(c)
	if len(findings) != 1 || findings[0].String() != "interaction 1 (line 3), response body $.choices[0].delta.content: OpenAI key" {
		t.Errorf("the findings are %v", findings)
	}
}

// What looks like a placeholder in a frame is quoted, and comes back with its checksums.
func TestQuotesInFrames(t *testing.T) {
	i := framed(delta("type [redacted:x]"), delta("."))
	sent := i.Response.Body.String()
	if !redaction.Quote(i) {
		t.Error("nothing is quoted")
	}
	if got, want := payloads(t, i), []string{delta("type [redacted::x]"), delta(".")}; !slices.Equal(got, want) {
		t.Errorf("on the tape is %q, not %q", got, want)
	}
	if got := redaction.Restore(i, nil, true).Response.Body.String(); got != sent {
		t.Errorf("restored is %q, not %q", got, sent)
	}
}
