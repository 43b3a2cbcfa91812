package instants_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/instants"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

const hour = 3600 * time.Second

func TestShift(t *testing.T) {
	for _, c := range []struct {
		about, contentType, body, want string
		paths                          []string
	}{
		{about: "seconds", body: `{"expires_at": 1795887319}`, want: `{"expires_at": 1795890919}`},
		{about: "seconds with a fraction", body: `{"created_at":1795887319.25}`, want: `{"created_at":1795890919.25}`},
		{about: "milliseconds", body: `{"expiresAt":1795887319123}`, want: `{"expiresAt":1795890919123}`},
		{about: "nanoseconds", body: `{"expiry":1795887319123456789}`, want: `{"expiry":1795890919123456789}`},
		{about: "a number in a string", body: `{"expires_on":"1795887319"}`, want: `{"expires_on":"1795890919"}`},
		{about: "RFC 3339", body: `{"expiration":"2026-11-28T23:30:00.5+01:00"}`, want: `{"expiration":"2026-11-29T00:30:00.5+01:00"}`},
		{about: "a date without a zone", body: `{"expiresOn":"2026-11-28 23:30:00"}`, want: `{"expiresOn":"2026-11-29 00:30:00"}`},
		{about: "claims", body: `{"exp":1795887319,"iat":1795883719,"nbf":1795883719,"aud":1795887319}`, want: `{"exp":1795890919,"iat":1795887319,"nbf":1795887319,"aud":1795887319}`},
		{about: "a span of time", body: `{"expires_in":3600,"exp":3}`, want: `{"expires_in":3600,"exp":3}`},
		{about: "names that end otherwise", body: `{"at":1795887319,"format":1795887319,"look_at_me":1795887319,"created":1795887319}`, want: `{"at":1795887319,"format":1795887319,"look_at_me":1795887319,"created":1795887319}`},
		{about: "texts that are no instants", body: `{"expires_at":"never","created_at":null,"updated_at":"2026-11-28","deleted_at":""}`, want: `{"expires_at":"never","created_at":null,"updated_at":"2026-11-28","deleted_at":""}`},
		{about: "a list", body: `{"expires":[1795887319,{"x":1}]}`, want: `{"expires":[1795890919,{"x":1}]}`},
		{about: "a path", paths: []string{"$.session.valid_until", "$..stamp"}, body: `{"session":{"valid_until":1795887319,"valid":1795887319},"stamp":"2026-11-28T10:00:00Z"}`, want: `{"session":{"valid_until":1795890919,"valid":1795887319},"stamp":"2026-11-28T11:00:00Z"}`},
		{about: "events", contentType: "text/event-stream", body: "event: a\ndata: {\"created_at\":1795887319}\n\ndata: {\"expires_at\":1795887320}\n\ndata: [DONE]\n\n", want: "event: a\ndata: {\"created_at\":1795890919}\n\ndata: {\"expires_at\":1795890920}\n\ndata: [DONE]\n\n"},
		{about: "lines", contentType: "application/x-ndjson", body: "{\"created_at\":\"2026-11-28T10:00:00.123456789Z\"}\n{\"created_at\":\"2026-11-28T10:00:01Z\"}", want: "{\"created_at\":\"2026-11-28T11:00:00.123456789Z\"}\n{\"created_at\":\"2026-11-28T11:00:01Z\"}"},
		{about: "text", contentType: "text/plain", body: `{"expires_at":1795887319}`, want: `{"expires_at":1795887319}`},
		{about: "the end of the numbers", body: `{"exp":9999999999}`, want: `{"exp":9999999999}`},
		{about: "cut off", body: `{"expires_at":"2026-11-28T10:00:00Z`, want: `{"expires_at":"2026-11-28T10:00:00Z`},
		{about: "one quote", body: `{"expires_at":"`, want: `{"expires_at":"`},
	} {
		t.Run(c.about, func(t *testing.T) {
			finder, err := instants.NewFinder(c.paths)
			if err != nil {
				t.Fatal(err)
			}
			if c.contentType == "" {
				c.contentType = "application/json"
			}
			response := cassette.Response{Status: 200, Header: http.Header{"Content-Type": {c.contentType}}, Body: cassette.NewBody([]byte(c.body))}
			shifted, _ := finder.Shift(response, hour+time.Millisecond)
			if got := shifted.Body.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := response.Body.String(); got != c.body {
				t.Errorf("the recording is %s", got)
			}
			for _, coding := range []string{"gzip", "br", "zstd"} {
				coded := response
				coded.Header = http.Header{"Content-Type": {c.contentType}, "Content-Encoding": {coding}}
				coded.Body = cassette.NewBody(media.Compress(coding, []byte(c.body)))
				shifted, _ := finder.Shift(coded, hour)
				if plain, ok := media.Decompress(coding, shifted.Body.Bytes()); !ok || string(plain) != c.want {
					t.Errorf("%s: got %s", coding, plain)
				}
			}
		})
	}
}

func TestShiftHeader(t *testing.T) {
	header := http.Header{
		"Date": {"Sat, 28 Nov 2026 23:30:00 GMT"}, "Expires": {"0", "Sat, 28 Nov 2026 10:00:00 GMT"}, "Retry-After": {"60", "Sat, 28 Nov 2026 10:00:00 GMT"},
		"X-Ratelimit-Reset": {"1795887319"}, "Anthropic-Ratelimit-Tokens-Reset": {"2026-11-28T10:00:00Z"}, "X-Ratelimit-Reset-Requests": {"1s"},
		"Last-Modified": {"Sat, 28 Nov 2026 10:00:00 GMT"},
		"Set-Cookie":    {"sid=abc; Path=/; Expires=Sat, 28 Nov 2026 10:00:00 GMT; HttpOnly", "old=1; expires=Sat, 28-Nov-2026 10:00:00 GMT", "expires=x", "a=2026-11-28T10:00:00Z"},
	}
	want := http.Header{
		"Date": {"Sun, 29 Nov 2026 00:30:00 GMT"}, "Expires": {"0", "Sat, 28 Nov 2026 11:00:00 GMT"}, "Retry-After": {"60", "Sat, 28 Nov 2026 11:00:00 GMT"},
		"X-Ratelimit-Reset": {"1795890919"}, "Anthropic-Ratelimit-Tokens-Reset": {"2026-11-28T11:00:00Z"}, "X-Ratelimit-Reset-Requests": {"1s"},
		"Last-Modified": {"Sat, 28 Nov 2026 10:00:00 GMT"},
		"Set-Cookie":    {"sid=abc; Path=/; Expires=Sat, 28 Nov 2026 11:00:00 GMT; HttpOnly", "old=1; expires=Sat, 28-Nov-2026 11:00:00 GMT", "expires=x", "a=2026-11-28T10:00:00Z"},
	}
	before := header.Clone()
	shifted, _ := new(instants.Finder).Shift(cassette.Response{Header: header}, hour)
	for name := range want {
		if got := strings.Join(shifted.Header[name], " | "); got != strings.Join(want[name], " | ") {
			t.Errorf("%s: got %s, want %s", name, got, want[name])
		}
		if got := strings.Join(header[name], " | "); got != strings.Join(before[name], " | ") {
			t.Errorf("the recording's %s is %s", name, got)
		}
	}
}

func TestMoveBack(t *testing.T) {
	old := map[string]string{"1795890919": "1795887319", "2026-11-28T11:00:00+01:00": "2026-11-28T10:00:00+01:00", "2026-11-28T11:00:00Z": "2026-11-28T10:00:00Z"}
	for _, c := range []struct{ text, want string }{
		{`{"since":1795890919}`, `{"since":1795887319}`},
		{`{"since":17958909190}`, `{"since":17958909190}`},
		{`since=1795890919&until=2026-11-28T11%3A00%3A00%2B01%3A00`, `since=1795887319&until=2026-11-28T10%3A00%3A00%2B01%3A00`},
		{`until=2026-11-28T11:00:00Z`, `until=2026-11-28T10:00:00Z`},
		{`2026-11-28T12:00:00Z and 5`, `2026-11-28T12:00:00Z and 5`},
		{"", ""},
	} {
		if got := instants.MoveBack(c.text, func(moved string) string { return old[moved] }); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestPathsThatAreNone(t *testing.T) {
	_, err := instants.NewFinder([]string{"valid_until"})
	if err == nil || !strings.HasPrefix(err.Error(), `"valid_until" is not a JSONPath: `) || !strings.HasSuffix(err.Error(), "; write one such as $.session.valid_until") {
		t.Errorf("got %v", err)
	}
}

// FuzzShift holds that a body keeps its length, and that only what is reported moved.
func FuzzShift(f *testing.F) {
	f.Add("application/json", `{"expires_at": 1795887319, "a": ["2026-11-28T10:00:00Z"]}`, int64(3600))
	f.Add("text/event-stream", "data: {\"created_at\":\"2026-11-28T10:00:00.1Z\"}\n\n", int64(-5))
	f.Fuzz(func(t *testing.T, contentType, body string, seconds int64) {
		response := cassette.Response{Header: http.Header{"Content-Type": {contentType}}, Body: cassette.NewBody([]byte(body))}
		shifted, moved := new(instants.Finder).Shift(response, time.Duration(seconds%1e9)*time.Second)
		now, differ := shifted.Body.String(), 0
		if len(now) != len(body) {
			t.Fatalf("%q became %q", body, now)
		}
		for n := range now {
			if now[n] != body[n] {
				differ++
			}
		}
		most := 0
		for _, m := range moved {
			if len(m.Old) != len(m.New) {
				t.Fatalf("%q became %q", m.Old, m.New)
			}
			most += len(m.Old)
		}
		if differ > most {
			t.Fatalf("%q became %q; moved were %v", body, now, moved)
		}
	})
}
