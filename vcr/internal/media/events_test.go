package media_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestEvents(t *testing.T) {
	for name, c := range map[string]struct {
		kind media.Kind
		body string
		want []string // names and data
	}{
		"none":                  {media.SSE, "", nil},
		"server-sent":           {media.SSE, "event: start\ndata: {\"a\":1}\n\n: a comment\n\ndata:[DONE]\n\n", []string{"start", `{"a":1}`, "", "", "", "[DONE]"}},
		"with CR LF":            {media.SSE, "event: a\r\ndata: 1\r\n\r\n", []string{"a", "1"}},
		"with CR":               {media.SSE, "event: a\rdata: 1\r\r", []string{"a", "1"}},
		"lines of data":         {media.SSE, "data: 1\ndata: 2\ndata:  3\nid: 7\n\n", []string{"", "1\n2\n 3"}},
		"without its end":       {media.SSE, "data: 1\n\ndata: 2", []string{"", "1", "", "2"}},
		"lines":                 {media.NDJSON, "{\"a\":1}\n{\"a\":2}\r\n", []string{"", `{"a":1}`, "", `{"a":2}`}},
		"a line without an end": {media.NDJSON, "1\n2", []string{"", "1", "", "2"}},
		"frames": {media.Frames, string(frames()), []string{
			"chunk", `{"type":"message_start","message":{"id":"}\"{"}}`,
			"other", `{"bytes":"AAAA"}`,
			"contentBlockDelta", `{"delta":{"text":"One"}}`,
			"", "",
		}},
		"a frame that is cut":   {media.Frames, string(frames()[:20]), nil},
		"a header that is none": {media.Frames, string(frame("1", ":event-type", "3", "abcd")), []string{"", "1"}},
		"JSON":                  {media.JSON, "{}", nil},
	} {
		var got []string
		for name, data := range media.Events(c.kind, []byte(c.body)) {
			got = append(got, name, string(data))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		for range media.Events(c.kind, []byte(c.body)) {
			break
		}
	}
}

func FuzzEvents(f *testing.F) {
	f.Add(frames())
	f.Add([]byte("event: a\ndata: 1\ndata: 2\n\ndata: 3"))
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		for _, kind := range []media.Kind{media.SSE, media.NDJSON, media.Frames, media.Other} {
			size := 0
			for name, data := range media.Events(kind, body) {
				size += len(name) + len(data)
			}
			if size > len(body) {
				t.Errorf("kind %d: %d bytes in events, of %d", kind, size, len(body))
			}
		}
		if !bytes.Equal(body, before) {
			t.Error("the body changed")
		}
	})
}
