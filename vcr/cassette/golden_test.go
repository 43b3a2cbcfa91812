package cassette_test

import (
	"bytes"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var update = flag.Bool("update", false, "write the golden files")

// Each tape below is compared with testdata/<name>.yaml, and read back.
func TestGolden(t *testing.T) {
	for name, c := range map[string]*cassette.Cassette{
		"chat":     chat(),
		"bodies":   bodies(),
		"headers":  headers(),
		"endings":  endings(),
		"streams":  streams(),
		"arrival":  arrival(),
		"amended":  amended(),
		"failures": failures(),
		"codings":  coded(t),
		"answers":  answers(t),
		"parts":    inParts(t),
		"empty":    {},
		"quotes":   {Quotes: true},
		"replaced": {Replacements: []string{"FAKE-TOKEN", "a, b] #", ""}},
		"partial":  {Suite: "example.com/shop", Spec: "Cart: adds \"two\" # items / \n\u2028\xff", Partial: true},
	} {
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", name+".yaml")
			data := c.Encode()
			if *update {
				if err := os.WriteFile(golden, data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(data) != string(want) {
				t.Errorf("%s: written is\n%s", golden, data)
			}
			if read := show(parse(t, want)); read != show(c) {
				t.Errorf("%s: read is\n%s\nnot\n%s", golden, read, show(c))
			}
		})
	}
}

// A tape keeps what it says, whatever form a body has by now.
func TestGoldenOfOlderForms(t *testing.T) {
	for name, c := range map[string]*cassette.Cassette{"chat-as-text": chat()} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		read := parse(t, data)
		if show(read) != show(c) {
			t.Errorf("%s: read is\n%s\nnot\n%s", name, show(read), show(c))
		}
		if !bytes.Equal(read.Encode(), data) {
			t.Errorf("%s: saved again is\n%s", name, read.Encode())
		}
	}
}

func amended() *cassette.Cassette {
	c := chat()
	c.Interactions[0].Amended = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	return c
}

func chat() *cassette.Cassette {
	ask := &cassette.Interaction{
		Request: cassette.Request{
			Method: "POST",
			URL:    "https://api.example.com/v1/chat/completions",
			Header: http.Header{"Content-Type": {"application/json"}},
			Body: cassette.NewBody([]byte(`{"model":"small","messages":[{"role":"system","content":"Rules:\n- Answer briefly.\n- Be kind."},` +
				`{"role":"user","content":"What is the capital of France?"}],"stream":true}`)),
		},
		Response: cassette.Response{
			Status: 200,
			Proto:  "HTTP/2.0",
			Header: http.Header{"Content-Type": {"text/event-stream; charset=utf-8"}, "Date": {"Sun, 22 Nov 2026 12:00:00 GMT"}},
			Body: cassette.NewBody([]byte("data: {\"choices\":[{\"delta\":{\"content\":\"Paris\"}}]}\n\n" +
				"data: {\"choices\":[{\"delta\":{\"content\":\" 🥐\"}}]}\n\ndata: [DONE]\n\n")),
			Uncompressed: true,
		},
		Recorded: noon.Add(500 * time.Millisecond),
		Took:     812*time.Millisecond + 499*time.Microsecond,
	}
	embed := &cassette.Interaction{
		Request: cassette.Request{
			Method: "POST", URL: "https://api.example.com/v1/embeddings?version=2026-01&b=%2F",
			Body: cassette.NewBody([]byte(`{"input":["a","b"],"model":"e"}`)),
		},
		Response: cassette.Response{
			Status: 200,
			Body:   cassette.NewBody([]byte(`{"data":[{"embedding":[0.0023064255,-0.009327292,1e-3]}],"usage":{"total_tokens":8}}` + "\n")),
		},
		Recorded: noon.In(time.FixedZone("", 3600)),
		Took:     time.Microsecond,
	}
	return &cassette.Cassette{
		Suite:        "example.com/shop/assistant",
		Spec:         "Chat completion / answers a basic question",
		Interactions: []*cassette.Interaction{ask, embed},
	}
}

func bodies() *cassette.Cassette {
	c := new(cassette.Cassette)
	for _, body := range []struct{ name, text string }{
		{"empty", ""},
		{"text", "plain"},
		{"event-stream", "event: a\ndata: 1\n\ndata: [DONE]\n\n"},
		{"crlf", "a: b\r\n\r\nc\r\n"},
		{"mixed-breaks", "a\r\nb\nc\rd"},
		{"trailing-blanks", "a \n\tb\t\n  c"},
		{"leading-blank-lines", "\n\n  indented\nnot\n"},
		{"leading-blanks", "  a\nb"},
		{"tab-first", "\ta\n\tb\n"},
		{"single-blank", " "},
		{"single-newline", "\n"},
		{"only-newlines", "\n\n\n"},
		{"separator", "---\nginkgo-vcr: 1\n...\n%YAML 1.2\n"},
		{"conflict", "<<<<<<< HEAD\n=======\n>>>>>>> main\n"},
		{"comment", "# not a comment\n"},
		{"nul", "a\x00b"},
		{"bell-and-escape", "\a\x1b[31mred\x1b[0m"},
		{"del", "a\x7fb"},
		{"byte-order-mark", "\ufeffa,b\n1,2\n"},
		{"next-line", "a\u0085b"},
		{"line-separator", "a\u2028b\u2029c"},
		{"nonbreaking-space", "a\u00a0b"},
		{"noncharacters", "\ufffe\uffff\U0001fffe"},
		{"replacement-character", "\ufffd"},
		{"emoji", "👩‍👩‍👧 日本語 é"},
		{"quotes-and-backslashes", "\"\\\" 'x'\x01\n \" \\"},
		{"invalid-utf-8", "caf\xe9"},
		{"truncated-utf-8", "日本\xe6\x97"},
		{"binary", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f\x30"},
		{"json", `{"a":1,"b":[1.0,-0,1e3],"c":"d\ne","d":{}}`},
		{"json-and-newline", `{"a":1}` + "\n"},
		{"json-and-two-newlines", `{"a":1}` + "\n\n"},
		{"json-in-lines", "{\n  \"a\": 1\n}\n"},
		{"json-lines", `{"a":1}` + "\n" + `{"a":2}` + "\n"},
		{"json-scalar", `"a"`},
		{"json-twice-a-key", `{"a":1,"a":2}`},
		{"json-cut-off", `{"a":`},
		{"json-with-escapes", `{"a":"\u00e9\ud83d\ude00\ud800\/\\n\u003c"}`},
		{"json-with-line-separator", "{\"a\":\"\u2028\"}"},
		{"json-with-trailing-blank", `["a \n b"]`},
	} {
		c.Interactions = append(c.Interactions, get("http://tape.test/"+body.name, body.text))
	}
	return c
}

func headers() *cassette.Cassette {
	i := get("http://tape.test/headers?q=a,b&c=[d]#e", "")
	i.Request.Header = http.Header{
		"Accept":             {"text/html, application/json;q=0.9", "*/*"},
		"Authorization":      {"Bearer [redacted]"},
		"x-goog-api-client":  {"gl-go/1.26 gccl/0"},
		"X-Blanks":           {"", " leading", "trailing ", "\ttab", "a  b"},
		"X-Brackets":         {"[a]", "{b}", "a]", "a,b"},
		"X-Colons":           {"a:b", "a: b", "a:", ":a"},
		"X-Comments":         {"a#b", "a #b", "#a"},
		"X-Control":          {"a\x01b\x7f\x1b"},
		"X-Indicators":       {"-", "- a", "?", "? a", "*a", "&a", "!a", "|", ">", "@a", "`a", "~", "=", "<<", "---", "..."},
		"X-Latin-1":          {"caf\xe9", "\xff\xfe"},
		"X-None":             {},
		"X-Percent":          {"%", "100%", "%41"},
		"X-Queries":          {"https://tape.test/?a=b", "a?", "a ?b"},
		"X-Quotes":           {`"a"`, `'a'`, `W/"1"`, `a\b`},
		"X-Types":            {"null", "true", "1", "1.5", "2026-11-22", "0x1F", "yes"},
		"X-Unicode":          {"é 日本 😀", "a\u0085b\u2028c\ufeff"},
		"not: a, [token] \t": {"a"},
		"\xff":               {"a"},
		"null":               {"a"},
		"":                   {"a"},
	}
	i.Response.Header = http.Header{"Set-Cookie": {"a=b; Path=/; Expires=Sun, 22 Nov 2026 12:00:00 GMT", "c=d"}}
	return &cassette.Cassette{Interactions: []*cassette.Interaction{i}}
}

func endings() *cassette.Cassette {
	refused := &cassette.Interaction{
		Request: cassette.Request{Method: "GET", URL: "http://tape.test/refused"},
		Error:   &cassette.TransportError{Message: "dial tcp 127.0.0.1:1: connect: connection refused"},
	}
	timeout := &cassette.Interaction{
		Request:  cassette.Request{Method: "GET", URL: "http://tape.test/timeout", Body: cassette.NewBody([]byte("a\n"))},
		Error:    cassette.Failure{Timeout: true}.TransportError(),
		Recorded: noon, Took: 2 * time.Minute,
	}
	closed := get("http://tape.test/closed", "data: 1\n\n")
	closed.Response.End = cassette.EndClosed
	aborted := get("http://tape.test/aborted", "data: 1\n\nda")
	aborted.Response.End = cassette.EndAborted
	aborted.Error = &cassette.TransportError{Message: "unexpected EOF"}
	trailers := get("http://tape.test/trailers", "a\n")
	trailers.Response.Trailer = http.Header{"Grpc-Status": {"0"}, "X-Checksum": {"a", "b"}}
	reason := get("http://tape.test/reason", "")
	reason.Response.Status, reason.Response.Reason, reason.Response.Proto = 299, "Quite: fine", "HTTP/1.0"
	bare := &cassette.Interaction{Request: cassette.Request{Method: "X", URL: "a:"}, Response: cassette.Response{Status: 100, Header: http.Header{"A": {"b"}}}}
	return &cassette.Cassette{Interactions: []*cassette.Interaction{refused, timeout, closed, aborted, trailers, reason, bare}}
}
