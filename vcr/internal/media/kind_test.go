package media_test

import (
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
		"application/vnd.amazon.eventstream": media.Other,
	} {
		if got := media.KindOf(contentType); got != want {
			t.Errorf("KindOf(%q) = %d, want %d", contentType, got, want)
		}
	}
}
