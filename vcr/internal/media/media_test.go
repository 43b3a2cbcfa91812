package media_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestKindOf(t *testing.T) {
	for contentType, want := range map[string]media.Kind{
		"":                                   media.Other,
		"application/json":                   media.JSON,
		"Application/JSON; charset=utf-8":    media.JSON,
		" application/json ;charset":         media.JSON,
		"application/problem+json":           media.JSON,
		"application/jsonp":                  media.Other,
		"application/x-ndjson":               media.NDJSON,
		"application/stream+json":            media.NDJSON,
		"application/jsonl":                  media.NDJSON,
		"text/event-stream; charset=utf-8":   media.SSE,
		"application/x-www-form-urlencoded":  media.Form,
		"multipart/form-data; boundary=x":    media.Multipart,
		"multipart/related":                  media.Multipart,
		"text/plain":                         media.Text,
		"image/svg+xml":                      media.Text,
		"application/octet-stream":           media.Other,
		"application/vnd.amazon.eventstream": media.Frames,
	} {
		if got := media.KindOf(contentType); got != want {
			t.Errorf("KindOf(%q) = %d, want %d", contentType, got, want)
		}
	}
}

func TestRecords(t *testing.T) {
	for _, c := range []struct {
		kind media.Kind
		body string
		want []int
	}{
		{media.SSE, "", nil},
		{media.SSE, "data: 1", nil},
		{media.SSE, "data: 1\n", nil},
		{media.SSE, "data: 1\n\n", []int{9}},
		{media.SSE, "data: 1\r\n\r\n", []int{11}},
		{media.SSE, "data: 1\r\r", []int{9}},
		{media.SSE, "data: 1\n\r\ndata: 2\r\n\n", []int{10, 20}},
		{media.SSE, "data: 1\r\n\rdata: 2\r\r\n", []int{10, 20}},
		{media.SSE, "a\n\nb\n\nc", []int{3, 6}},
		{media.SSE, "a\nb\n\nc\n", []int{5}},
		{media.SSE, "\n\r\n\ra\n\n\n\r\nb\n\n", []int{7, 13}},
		{media.SSE, "\n\n\r\r", nil},
		{media.SSE, ": comment\n\n", []int{11}},
		{media.SSE, " \n\n", []int{3}},
		{media.SSE, "a\u2028\n\n", []int{6}},
		{media.NDJSON, "", nil},
		{media.NDJSON, "{}", nil},
		{media.NDJSON, "{}\n", []int{3}},
		{media.NDJSON, "{}\r\n[1]\r\n\n1", []int{4, 9, 10}},
		{media.NDJSON, "{}\r{}", nil},
		{media.JSON, "{}\n\n", nil},
		{media.Text, "a\n\n", nil},
		{media.Other, "a\n\n", nil},
	} {
		if got := media.Records(c.kind, []byte(c.body)); !slices.Equal(got, c.want) {
			t.Errorf("Records(%d, %q) = %v, want %v", c.kind, c.body, got, c.want)
		}
	}
}

// The ends increase and lie within the body. Each follows a line end; in server-sent
// events, that of an empty line after one that is not empty.
func FuzzRecords(f *testing.F) {
	for _, body := range []string{"", "data: 1\n\ndata: 2\r\n\r\n", "a\r\rb\n\r\nc\r\n\n", "\n\n\r\r\n", "{}\n{}\r\n1"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, lines := media.Records(media.SSE, body), media.Records(media.NDJSON, body)
		for kind, ends := range map[string][]int{"events": events, "lines": lines} {
			last := 0
			for _, end := range ends {
				if end <= last || end > len(body) {
					t.Fatalf("%s of %q: %v does not increase within the body", kind, body, ends)
				}
				last = end
			}
		}
		last := 0
		for _, end := range events {
			record := body[last:end]
			content, lineEnd := cutLineEnd(record)
			content, previous := cutLineEnd(content)
			if lineEnd == 0 || previous == 0 || len(bytes.Trim(content, "\r\n")) == 0 {
				t.Errorf("%q is not an event of %q", record, body)
			}
			if end < len(body) && body[end-1] == '\r' && body[end] == '\n' {
				t.Errorf("an event of %q ends at %d, within CR LF", body, end)
			}
			last = end
		}
		if n := bytes.Count(body, []byte("\n")); len(lines) != n {
			t.Errorf("%d lines of %q are %v", n, body, lines)
		}
		for _, end := range lines {
			if body[end-1] != '\n' {
				t.Errorf("a line of %q ends at %d", body, end)
			}
		}
	})
}

// cutLineEnd cuts the CR LF, LF or CR at the end of a text.
func cutLineEnd(text []byte) (rest []byte, length int) {
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if rest, ok := bytes.CutSuffix(text, []byte(end)); ok {
			return rest, len(end)
		}
	}
	return text, 0
}
