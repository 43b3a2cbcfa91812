package redaction_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// What an interaction says of placeholders is the same in replay, chunks and lengths
// included.
func TestQuotesAreUndone(t *testing.T) {
	const said = "data: {\"a\":\"is [redacted:token:2] one?\"}\n\ndata: [redacted:b]\n\n"
	equal := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	for _, coding := range []string{"", "gzip"} {
		body := []byte(said)
		if coding != "" {
			body = media.Compress(coding, body)
		}
		i := &cassette.Interaction{
			Request: cassette.Request{Method: "POST", URL: "http://tape.test/?q=%5bredacted:x]", Header: http.Header{"X": {"[redacted:x]"}}, Body: cassette.NewBody([]byte(said))},
			Response: cassette.Response{
				Status: 200, Header: http.Header{"Content-Type": {"text/event-stream"}, "Content-Encoding": {coding}, "X": {"[redacted:x]"}}, Body: cassette.NewBody(body),
				Chunks: []cassette.Chunk{{Size: 24}, {Size: 20}}, Trailer: http.Header{"Y": {"[redacted:y]"}},
			},
			Error: &cassette.TransportError{Message: "no [redacted:z]"},
		}
		before := i.Clone()
		r := ruled(redaction.Rules{})
		equal("has quoted", redaction.Quote(i), true)
		r.Interaction(i)
		equal("URL", i.Request.URL, "http://tape.test/?q=%5bredacted::x]")
		equal("header", i.Request.Header.Get("X"), "[redacted::x]")
		equal("error", i.Error.Message, "no [redacted::z]")
		plain, _ := media.Decompress(coding, i.Response.Body.Bytes())
		if coding == "" {
			plain = i.Response.Body.Bytes()
		}
		equal("body", string(plain), "data: {\"a\":\"is [redacted::token:2] one?\"}\n\ndata: [redacted::b]\n\n")

		got := redaction.Restore(i, nil, true)
		equal("restored header", got.Response.Header.Get("X"), "[redacted:x]")
		equal("restored trailer", got.Response.Trailer.Get("Y"), "[redacted:y]")
		equal("restored error", got.Error.Message, "no [redacted:z]")
		request := redaction.UnquoteRequest(i.Request)
		equal("restored request", request.URL+request.Header.Get("X")+request.Body.String(), before.Request.URL+before.Request.Header.Get("X")+before.Request.Body.String())
		if coding == "" {
			equal("restored body", got.Response.Body.String(), said)
			equal("chunks", got.Response.Chunks[0].Size*100+got.Response.Chunks[1].Size, 2420)
		}
	}
}

func FuzzQuote(f *testing.F) {
	for _, seed := range []string{"[redacted:a]", "%5Bredacted%3A%3aa:2%5D", "[redacted::redacted:b]]", "[redacted:[redacted:a]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		sent := cassette.Request{Body: cassette.NewBody(text)}
		quoted := redaction.QuoteRequest(sent, func(string) bool { return false })
		if found := redaction.Placeholders(quoted.Body.Bytes()); found != nil {
			t.Errorf("%q: %q is still a placeholder", text, found)
		}
		if got := redaction.UnquoteRequest(quoted).Body.Bytes(); !bytes.Equal(got, text) {
			t.Errorf("%q: got %q", text, got)
		}
	})
}
