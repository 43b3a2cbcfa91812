package vcrtest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

var authorized = http.Header{"Authorization": {"Bearer none"}}

// newChat starts an origin that serves Chat and is closed with the test.
func newChat(t *testing.T) *vcrtest.Origin {
	t.Helper()
	origin := vcrtest.NewOrigin(vcrtest.Chat())
	t.Cleanup(origin.Close)
	return origin
}

func TestChatCompletion(t *testing.T) {
	chat := newChat(t)
	status, body, header := send(t, "POST", chat.URL+"/v1/chat/completions",
		`{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is the capital of France?"}]}`, authorized)
	id := strings.TrimPrefix(header.Get("X-Request-Id"), "req_")
	want := `{"id":"chatcmpl-` + id + `","object":"chat.completion","created":1767225600,"model":"gpt-4o-mini",` +
		`"choices":[{"index":0,"message":{"role":"assistant","content":"Paris is the capital of France.","refusal":null},"finish_reason":"stop"}],` +
		`"usage":{"prompt_tokens":8,"completion_tokens":6,"total_tokens":14}}`
	if status != http.StatusOK || body != want {
		t.Errorf("got  %d %s\nwant 200 %s", status, body, want)
	}
	for name, want := range map[string]string{
		"Content-Type":         "application/json",
		"Openai-Organization":  "vcrtest",
		"Openai-Processing-Ms": "42",
		"Set-Cookie":           "__cf_bm=bm-" + id[:16] + "; path=/; HttpOnly; Secure",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if len(id) != 32 {
		t.Errorf("got the request ID %q", id)
	}
}

func TestChatRepliesToTheLastMessageOfTheUser(t *testing.T) {
	cases := []struct{ name, messages, want string }{
		{"known", `[{"role":"user","content":"What is the capital of Japan?"}]`, "Tokyo is the capital of Japan."},
		{"unknown", `[{"role":"user","content":"1 < 2 & 3"}]`, "1 < 2 & 3"},
		{"last", `[{"role":"user","content":"a"},{"role":"assistant","content":null},{"role":"user","content":"b"},{"role":"tool","content":"c"}]`, "b"},
		{"parts", `[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{}},{"type":"text","text":"b"}]}]`, "ab"},
		{"nobody", `[{"role":"system","content":"a"}]`, ""},
	}
	chat := newChat(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, body, _ := send(t, "POST", chat.URL+"/v1/chat/completions", `{"model":"m","messages":`+c.messages+`}`, authorized)
			var response struct {
				Choices []struct{ Message struct{ Content string } }
			}
			if err := json.Unmarshal([]byte(body), &response); err != nil || len(response.Choices) != 1 {
				t.Fatalf("%v: %s", err, body)
			}
			if got := response.Choices[0].Message.Content; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if strings.Contains(body, `\u00`) {
				t.Errorf("escaped without need: %s", body)
			}
		})
	}
}

func TestChatStream(t *testing.T) {
	const messages = `"messages":[{"role":"user","content":"Hello you"}]`
	cases := []struct {
		name, request string
		usage, last   string
	}{
		{"plain", `{"model":"m","stream":true,` + messages + `}`, ``, ``},
		{"with usage", `{"model":"m","stream":true,"stream_options":{"include_usage":true},` + messages + `}`,
			`,"usage":null`, `"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":2,"total_tokens":4}}`},
	}
	chat := newChat(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, body, header := send(t, "POST", chat.URL+"/v1/chat/completions", c.request, authorized)
			id := strings.TrimPrefix(header.Get("X-Request-Id"), "req_")
			start := `data: {"id":"chatcmpl-` + id + `","object":"chat.completion.chunk","created":1767225600,"model":"m",`
			want := []string{
				start + `"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]` + c.usage + `}`,
				start + `"choices":[{"index":0,"delta":{"content":"Hello "},"finish_reason":null}]` + c.usage + `}`,
				start + `"choices":[{"index":0,"delta":{"content":"you"},"finish_reason":null}]` + c.usage + `}`,
				start + `"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]` + c.usage + `}`,
			}
			if c.last != "" {
				want = append(want, start+c.last)
			}
			want = append(want, "data: [DONE]", "")
			if got := strings.Split(body, "\n\n"); !slices.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if got := header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
				t.Errorf("got Content-Type %q", got)
			}
		})
	}
}

func TestChatStreamIsFlushedPerEvent(t *testing.T) {
	recorder := &flushRecorder{header: make(http.Header)}
	request, err := http.NewRequest("POST", "/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true,"messages":[{"role":"user","content":"a b"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = authorized
	vcrtest.Chat().ServeHTTP(recorder, request)
	if len(recorder.flushed) != 5 {
		t.Fatalf("flushed %q", recorder.flushed)
	}
	for _, event := range recorder.flushed {
		if strings.Count(event, "\n\n") != 1 || !strings.HasSuffix(event, "\n\n") {
			t.Errorf("flushed %q", event)
		}
	}
}

// flushRecorder is a ResponseWriter that keeps the data of each flush.
type flushRecorder struct {
	header  http.Header
	pending strings.Builder
	flushed []string
}

func (r *flushRecorder) Header() http.Header            { return r.header }
func (r *flushRecorder) WriteHeader(int)                {}
func (r *flushRecorder) Write(data []byte) (int, error) { return r.pending.Write(data) }
func (r *flushRecorder) Flush() {
	r.flushed = append(r.flushed, r.pending.String())
	r.pending.Reset()
}

func TestChatEmbeddings(t *testing.T) {
	chat := newChat(t)
	embed := func(input string) (body string) {
		_, body, _ = send(t, "POST", chat.URL+"/v1/embeddings", `{"model":"text-embedding-3-small","input":`+input+`}`, authorized)
		return body
	}
	const hello = "[0.11506,0.19898,0.24496,-0.23794,0.0996,0.15146,-0.14919,-0.07522]"
	want := `{"object":"list","data":[{"object":"embedding","index":0,"embedding":` + hello + `}],` +
		`"model":"text-embedding-3-small","usage":{"prompt_tokens":1,"total_tokens":1}}`
	if got := embed(`"hello"`); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if one, list := embed(`"hello"`), embed(`["hello"]`); one != list {
		t.Errorf("one text: %s\na list:   %s", one, list)
	}
	if two := embed(`["hi","hello"]`); !strings.Contains(two, `"index":1,"embedding":`+hello) || strings.Count(two, hello) != 1 {
		t.Errorf("got %s", two)
	}
}

func TestChatModels(t *testing.T) {
	status, body, _ := send(t, "GET", newChat(t).URL+"/v1/models", "", authorized)
	want := `{"object":"list","data":[` +
		`{"id":"gpt-4o-mini","object":"model","created":1767225600,"owned_by":"vcrtest"},` +
		`{"id":"text-embedding-3-small","object":"model","created":1767225600,"owned_by":"vcrtest"}]}`
	if status != http.StatusOK || body != want {
		t.Errorf("got  %d %s\nwant 200 %s", status, body, want)
	}
}

func TestChatFailures(t *testing.T) {
	const (
		completions = "POST /v1/chat/completions"
		embeddings  = "POST /v1/embeddings"
	)
	cases := []struct {
		name, endpoint, body string
		header               http.Header
		status               int
		message, kind, code  string
	}{
		{"no key", completions, "", nil, 401,
			"no API key was given; send one as Authorization: Bearer", "invalid_request_error", "invalid_api_key"},
		{"invalid JSON", completions, "{", authorized, 400,
			"the body is not valid JSON for this endpoint: unexpected end of JSON input", "invalid_request_error", "invalid_request"},
		{"too large", completions, strings.Repeat(" ", 4<<20+1), authorized, 400,
			"http: request body too large", "invalid_request_error", "invalid_request"},
		{"no model", embeddings, `{}`, authorized, 400,
			"the body has no model", "invalid_request_error", "invalid_request"},
		{"no messages", completions, `{"model":"m"}`, authorized, 400,
			"the body has no messages", "invalid_request_error", "invalid_request"},
		{"no input", embeddings, `{"model":"m"}`, authorized, 400,
			"the body has no input", "invalid_request_error", "invalid_request"},
		{"other path", "GET /v1/files", "", authorized, 404,
			"GET /v1/files: no such endpoint", "invalid_request_error", "unknown_url"},
		{"other method", "GET /v1/embeddings", "", authorized, 404,
			"GET /v1/embeddings: no such endpoint", "invalid_request_error", "unknown_url"},
		{"rate limited", completions, `{"model":"rate-limited"}`, authorized, 429,
			"too many requests for this model; try again in 1s", "requests", "rate_limit_exceeded"},
	}
	chat := newChat(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			method, path, _ := strings.Cut(c.endpoint, " ")
			status, body, header := send(t, method, chat.URL+path, c.body, c.header)
			want := `{"error":{"message":"` + c.message + `","type":"` + c.kind + `","param":null,"code":"` + c.code + `"}}`
			if status != c.status || body != want {
				t.Errorf("got  %d %s\nwant %d %s", status, body, c.status, want)
			}
			if got, limited := header.Get("Retry-After"), c.status == 429; (got == "1") != limited {
				t.Errorf("got Retry-After %q", got)
			}
		})
	}
}

func TestChatIsDeterministic(t *testing.T) {
	chat := newChat(t)
	complete := func(prompt string) (string, http.Header) {
		_, body, header := send(t, "POST", chat.URL+"/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"`+prompt+`"}]}`, authorized)
		header.Del("Date")
		return body, header
	}
	body, header := complete("a")
	again, headerAgain := complete("a")
	if body != again || header.Get("X-Request-Id") != headerAgain.Get("X-Request-Id") {
		t.Errorf("equal requests, different responses:\n%v %s\n%v %s", header, body, headerAgain, again)
	}
	if _, other := complete("b"); other.Get("X-Request-Id") == header.Get("X-Request-Id") {
		t.Errorf("different requests, one request ID: %v", other)
	}
}
