package drift_test

import (
	"net/http"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

func TestEqualButForNoise(t *testing.T) {
	const jsonType, events = "application/json", "text/event-stream"
	for _, c := range []struct {
		name, contentType, old, new string
		want                        bool
	}{
		{"equal", jsonType, `{"a":1}`, `{"a":1}`, true},
		{"laid out otherwise", jsonType, `{"a":1}`, `{ "a": 1 }`, true},
		{"ids and times", jsonType, `{"id":"a","created":1,"items":[{"user_id":1,"createdAt":"x"}],"text":"t"}`, `{"id":"b","created":2,"items":[{"user_id":2,"createdAt":"y"}],"text":"t"}`, true},
		{"a text", jsonType, `{"id":"a","text":"t"}`, `{"id":"a","text":"u"}`, false},
		{"the type of an id", jsonType, `{"id":"a"}`, `{"id":1}`, false},
		{"a field more", jsonType, `{"id":"a"}`, `{"id":"a","b":1}`, false},
		{"one element less", jsonType, `{"a":[1,2]}`, `{"a":[1]}`, false},
		{"no JSON", jsonType, `{"id":`, `{"id":1`, false},
		{"events", events, "id: 1\ndata: {\"id\":\"a\",\"delta\":\"x\"}\n\ndata: [DONE]\n\n", "id: 2\ndata: {\"id\":\"b\",\"delta\":\"x\"}\n\ndata: [DONE]\n\n", true},
		{"other words in events", events, "data: {\"delta\":\"x\"}\n\n", "data: {\"delta\":\"y\"}\n\n", false},
		{"an event more", events, "data: {\"id\":1}\n\n", "data: {\"id\":1}\n\ndata: {\"id\":1}\n\n", false},
		{"lines", "application/x-ndjson", "{\"id\":1}\n{\"a\":2}\n", "{\"id\":2}\n{\"a\":2}\n", true},
		{"text", "text/plain", "id: 1", "id: 2", false},
	} {
		answer := func(body string) *cassette.Interaction {
			return &cassette.Interaction{Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {c.contentType}}, Body: cassette.NewBody([]byte(body))}}
		}
		if got := drift.EqualButForNoise(answer(c.old), answer(c.new)); got != c.want {
			t.Errorf("%s: got %t", c.name, got)
		}
	}
}
