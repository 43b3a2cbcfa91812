package redaction_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

func TestRestore(t *testing.T) {
	restore := func(placeholder string) string {
		if placeholder == "[redacted:token:2]" {
			return `ey"J`
		}
		return placeholder
	}
	answer := func(contentType, body string) *cassette.Interaction {
		return &cassette.Interaction{Response: cassette.Response{
			Status: 200, Header: http.Header{"Content-Type": {contentType}, "Content-Length": {"100"}}, Body: cassette.NewBody([]byte(body)),
		}}
	}
	for _, c := range []struct{ name, contentType, body, want string }{
		{"JSON", "application/json", `{"a":"[redacted:token:2]","b":"[redacted:other]"}`, `{"a":"ey\"J","b":"[redacted:other]"}`},
		{"text", "text/plain", "so [redacted:token:2].", `so ey"J.`},
		{"nothing", "text/plain", "so [redacted:token].", "so [redacted:token]."},
	} {
		i := answer(c.contentType, c.body)
		got := redaction.Restore(i, restore, false)
		if got.Response.Body.String() != c.want || i.Response.Body.String() != c.body || (got == i) != (c.body == c.want) {
			t.Errorf("%s: got %s", c.name, got.Response.Body)
		}
	}
	i := answer("text/event-stream", "data: {\"a\":\"[redacted:token:2]\"}\n\ndata: x\n\n")
	i.Response.Header["Location"] = []string{"/?t=[redacted:token:2]"}
	i.Response.Chunks = []cassette.Chunk{{Size: strings.Index(i.Response.Body.String(), "data: x")}, {Size: 9}}
	got := redaction.Restore(i, restore, false)
	if c := got.Response.Chunks; len(c) != 2 || c[1].Size != 9 || got.Response.Header.Get("Content-Length") != "87" || got.Response.Header.Get("Location") != `/?t=ey"J` || i.Response.Header.Get("Location") != "/?t=[redacted:token:2]" {
		t.Errorf("got %+v", got.Response)
	}
}
