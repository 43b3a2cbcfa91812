package title_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/title"
)

func same(text string) string { return text }

func TestOf(t *testing.T) {
	const url = "https://api.example.com/v1"
	cases := []struct {
		name, body, text string
	}{
		{"no body", "", ""},
		{"no JSON", "a question", ""},
		{"a form", "prompt=a+question", ""},
		{"broken JSON", `{"prompt":"a question"`, "a question"},
		{"other JSON", `{"name":"ada","content":"a note","items":["a"]}`, ""},
		{"a list", `[{"role":"user","content":"a question"}]`, ""},
		{"white space in front", "\n {\"prompt\":\"a question\"}", "a question"},

		{"OpenAI chat", `{"model":"m","messages":[{"role":"system","content":"be kind"},{"role":"user","content":"a question"}]}`, "a question"},
		{"OpenAI chat, the last of several", `{"messages":[{"role":"user","content":"first"},{"role":"assistant","content":"answer"},{"role":"user","content":"second"}]}`, "second"},
		{"OpenAI chat, after a tool call", `{"messages":[{"role":"user","content":"a question"},{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},{"role":"tool","content":"15"}]}`, "a question"},
		{"OpenAI chat in parts", `{"messages":[{"role":"user","content":[{"type":"text","text":"what is this?"},{"type":"image_url","image_url":{"url":"data:"}}]}]}`, "what is this?"},
		{"OpenAI chat without a user", `{"messages":[{"role":"system","content":"be kind"}]}`, ""},
		{"OpenAI responses", `{"model":"m","input":"a question"}`, "a question"},
		{"OpenAI responses, a list", `{"input":[{"role":"developer","content":"be kind"},{"role":"user","content":[{"type":"input_text","text":"a question"}]},` +
			`{"type":"reasoning","content":[{"type":"reasoning_text","text":"hm"}]},{"type":"function_call","arguments":"{}"},{"type":"function_call_output","output":"15"}]}`, "a question"},
		{"OpenAI embeddings", `{"input":["one","two"]}`, "two"},
		{"OpenAI embeddings of tokens", `{"input":[1,2]}`, ""},
		{"Anthropic", `{"system":"be kind","messages":[{"role":"user","content":[{"type":"text","text":"a question"}]}]}`, "a question"},
		{"Anthropic, after a tool call", `{"messages":[{"role":"user","content":"a question"},{"role":"assistant","content":[{"type":"tool_use","input":{}}]},` +
			`{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"15"}]}]}]}`, "a question"},
		{"Gemini", `{"contents":[{"role":"user","parts":[{"text":"first"}]},{"role":"model","parts":[{"text":"answer"}]},{"role":"user","parts":[{"text":"second"},{"inlineData":{}}]}]}`, "second"},
		{"Gemini without a role", `{"contents":[{"parts":[{"text":"a question"}]}]}`, "a question"},
		{"Ollama chat", `{"messages":[{"role":"user","content":"a question","images":["aGk="]}],"stream":false}`, "a question"},
		{"Ollama generate", `{"prompt":"a question"}`, "a question"},

		{"another type than expected", `{"messages":7,"input":true,"prompt":"a question"}`, "a question"},
		{"an object as input", `{"input":{"name":"ada"}}`, ""},
		{"lines", `{"prompt":"  one\r\n\ttwo\u2028three\u001b[0m "}`, "one two three [0m"},
		{"quotes", `{"prompt":"say \"hi\""}`, `say "hi"`},
		{"60 characters", `{"prompt":"` + strings.Repeat("é", 60) + `"}`, strings.Repeat("é", 60)},
		{"61 characters", `{"prompt":"` + strings.Repeat("é", 61) + `"}`, strings.Repeat("é", 59) + "…"},
		{"cut after a blank", `{"prompt":"` + strings.Repeat("é", 58) + ` more"}`, strings.Repeat("é", 58) + "…"},
		{"1 MiB", `{"prompt":"` + strings.Repeat("x", 1<<20-13) + `"}`, strings.Repeat("x", 59) + "…"},
		{"more than 1 MiB", `{"prompt":"` + strings.Repeat("x", 1<<20-12) + `"}`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			want := "line 74, POST " + url
			request := cassette.Request{Method: "POST", URL: url, Body: cassette.NewBody([]byte(c.body))}
			got := title.Of("line 74", request, same)
			if c.text == "" && !strings.HasPrefix(got, want+` "`) {
				return // see TestOfOtherBodies
			}
			if want += ` "` + c.text + `"`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// What is not for a model is told apart by what it asks for.
func TestOfOtherBodies(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"nothing":               {"", ""},
		"JSON":                  {"{\n  \"page\": 2\n}\n", ` { "page": 2 }`},
		"long JSON":             {`{"query":"query Capital($code: ID!) { country(code: $code) { capital } }","variables":{"code":"FR"}}`, ` {"query":"query Capital($code: ID!) { c…bles":{"code":"FR"}}`},
		"JSON-RPC":              {`{"jsonrpc":"2.0","id":7,"method":"tools/list"}`, " tools/list"},
		"JSON-RPC, a tool":      {`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"search","arguments":{}}}`, " tools/call search"},
		"JSON-RPC, a resource":  {`{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":"file:///notes"}}`, " resources/read file:///notes"},
		"JSON-RPC, other types": {`{"jsonrpc":"2.0","method":"eth_call","params":["0x1"]}`, ` {"jsonrpc":"2.0","method":"eth_call","params":["0x1"]}`},
		"a form":                {"grant_type=refresh_token&scope=a", " grant_type=refresh_token&scope=a"},
		"bytes":                 {"\xff\x00", " 2 bytes"},
		"multipart":             {"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n", " 59 bytes"},
		"a long text":           {strings.Repeat("x", 64<<10+1), " 65537 bytes"},
	} {
		request := cassette.Request{Method: "POST", URL: "https://api.example.com/", Body: cassette.NewBody([]byte(c.body))}
		if got, want := title.Of("new 1", request, same), "new 1, POST https://api.example.com/"+c.want; got != want {
			t.Errorf("%s: got  %s\nwant %s", name, got, want)
		}
	}
	request := cassette.Request{Method: "POST", URL: "/", Body: cassette.NewBody([]byte("password=" + strings.Repeat("secret", 50)))}
	if got, want := title.OfRequest(request, func(text string) string { return strings.ReplaceAll(text, strings.Repeat("secret", 50), "[redacted]") }), "POST / password=[redacted]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestOfALongURL(t *testing.T) {
	request := cassette.Request{Method: "GET", URL: strings.Repeat("é", 156)}
	if got, want := title.Of("new 1", request, same), "new 1, GET "+request.URL; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	request.URL = strings.Repeat("a", 156) + strings.Repeat("z", 100)
	if got, want := title.Of("new 1", request, same), "new 1, GET "+strings.Repeat("a", 102)+"…"+strings.Repeat("z", 53); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What is cut first is not redacted: half a secret looks like other text.
func TestOfRedactsWholeTexts(t *testing.T) {
	secret := strings.Repeat("secret", 50)
	shown := func(text string) string { return strings.ReplaceAll(text, secret, "[redacted]") }
	request := cassette.Request{Method: "GET", URL: "https://api.example.com/" + secret, Body: cassette.NewBody([]byte(`{"prompt":"use ` + secret + `"}`))}
	if got, want := title.Of("recording 2", request, shown), `recording 2, GET https://api.example.com/[redacted] "use [redacted]"`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
