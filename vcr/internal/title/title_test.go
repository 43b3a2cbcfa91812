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
		{"broken JSON", `{"prompt":"a question"`, ""},
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
			if c.text != "" {
				want += ` "` + c.text + `"`
			}
			request := cassette.Request{Method: "POST", URL: url, Body: cassette.NewBody([]byte(c.body))}
			if got := title.Of("line 74", request, same); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
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
