package chat_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
)

func TestMarkdownOfAnotherRequest(t *testing.T) {
	i := &cassette.Interaction{
		Request: cassette.Request{Method: "PUT", URL: "https://api.example.com/orders/7?a=`b`", Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"item":"<b>umbrella</b>","n":1}`))},
		Response: cassette.Response{
			Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: cassette.NewBody([]byte("<script>alert(1)</script>\n```\n# heading\n````\n")),
		},
	}
	want := strings.Join([]string{
		"`` PUT https://api.example.com/orders/7?a=`b` ``",
		"", "### request",
		"", "```json", "{", `  "item": "<b>umbrella</b>",`, `  "n": 1`, "}", "```",
		"", "### response 200",
		"", "`````text", "<script>alert(1)</script>", "```", "# heading", "````", "`````", "",
	}, "\n")
	if got := chat.Markdown(i, same); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	i = &cassette.Interaction{
		Request: cassette.Request{Method: "GET", URL: "https://api.example.com/logo"},
		Error:   &cassette.TransportError{Message: "unexpected EOF"},
	}
	want = "`GET https://api.example.com/logo`\n\n### request\n\nno body\n\n### no response\n\n```text\nunexpected EOF\n```\n"
	if got := chat.Markdown(i, same); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	i = &cassette.Interaction{
		Request:  cassette.Request{Method: "GET", URL: "https://api.example.com/logo"},
		Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte("\x89PNG\xff"))},
	}
	want = "`GET https://api.example.com/logo`\n\n### request\n\nno body\n\n### response 200\n\n5 bytes\n"
	if got := chat.Markdown(i, same); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// said returns an interaction whose answer says a text and calls a tool.
func said(text, tool, arguments string) *cassette.Interaction {
	quoted := func(text string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\x1b", `\u001b`, "\a", `\u0007`, "\x00", `\u0000`).Replace(text) + `"`
	}
	return answered(200, "application/json", `{"model":`+quoted(tool)+`,"choices":[{"message":{"role":"assistant","content":`+quoted(text)+
		`,"tool_calls":[{"id":"`+"`"+`","function":{"name":`+quoted(tool)+`,"arguments":`+quoted(arguments)+`}}]}}]}`)
}

func TestMarkdownIsInert(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a fence":              {"```\n<img src=x onerror=alert(1)>", "````text\n```\n<img src=x onerror=alert(1)>\n````"},
		"a longer fence":       {"a ``````` b", "````````text\na ``````` b\n````````"},
		"another fence":        {"~~~\n</code></pre>", "```text\n~~~\n</code></pre>\n```"},
		"colours":              {"\x1b[31mred\x1b[0m", "```text\nred\n```"},
		"colours of one byte":  {"\u009b31mred", "```text\nred\n```"},
		"the name of a window": {"\x1b]0;name\atext", "```text\n0;nametext\n```"},
		"the clipboard":        {"\x1b]52;c;aGk=\x1b\\text", "```text\n52;c;aGk=text\n```"},
		"control characters":   {"a\x00b\bc\x7fd\te", "```text\nabcd\te\n```"},
		"returns":              {"good\rbad\r\nlast", "```text\ngood\nbad\nlast\n```"},
		"directions":           {"a\u202eb\u2066c\u200fd", "```text\nabcd\n```"},
		"broken text":          {"a\xffb", "```text\na\uFFFDb\n```"},
	} {
		page := chat.Markdown(said(c.text, "tool", "{}"), same)
		if !strings.Contains(page, "\n### assistant\n\n"+c.want+"\n\ncalls `tool` `` ` ``:\n\n```json\n{}\n```\n") {
			t.Errorf("%s: got\n%s", name, page)
		}
	}
	page := chat.Markdown(said("", "a`b``\n# c <i>\x1b[1m", "``` not JSON"), same)
	if want := "\n\n```a`b`` # c <i>```\n\n### assistant\n\ncalls ```a`b`` # c <i>``` `` ` ``:\n\n````text\n``` not JSON\n````\n"; !strings.HasSuffix(page, want) {
		t.Errorf("got\n%s", page)
	}
}

func TestMarkdownRedactsWholeTexts(t *testing.T) {
	secret := strings.Repeat("s3cret", 20_000)
	shown := func(text string) string { return strings.ReplaceAll(text, secret, "[redacted]") }
	page := chat.Markdown(said("it is "+secret, "tool", `{"key":"`+secret+`"}`), shown)
	if strings.Contains(page, "s3cret") || !strings.Contains(page, "it is [redacted]\n") || !strings.Contains(page, "  \"key\": \"[redacted]\"\n") {
		t.Errorf("got\n%.3000s", page)
	}
}

func TestMarkdownIsBounded(t *testing.T) {
	page := chat.Markdown(said(strings.Repeat("é", 40_000), strings.Repeat("x", 400), ""), same)
	if !strings.Contains(page, "é\n```\n\n14464 bytes more\n") || !strings.Contains(page, "x…` `` ` ``:") || len(page) > 70_000 {
		t.Errorf("got %d bytes", len(page))
	}
	deep := said("", "tool", strings.Repeat("[", 9000)+strings.Repeat("]", 9000))
	if page := chat.Markdown(deep, same); len(page) > 20_000 || !strings.Contains(page, "```text\n[[[[") {
		t.Errorf("got %d bytes for JSON that is deep", len(page))
	}
	many := answered(200, "application/json", `{"choices":[`+strings.Repeat(`{"message":{"content":"a"}},`, 20_000)+`{}]}`)
	c, ok := chat.Of(many)
	if !ok || len(c.Answer) != 5000 || !c.IsCut {
		t.Errorf("got %d messages", len(c.Answer))
	}
	if page := chat.Markdown(many, same); !strings.HasSuffix(page, "\n\nThe conversation has more parts, which are left out.\n") {
		t.Error("nothing says that parts are left out")
	}
}

// What a page has outside of blocks is our own, but for code spans.
var ownLine = regexp.MustCompile("^(|[A-Z][A-Za-z ]+: `.*`|`.*`(, .*)?|[0-9a-z ,]+ tokens(, `.*`)?|### (system|user|assistant|tool|request|response -?[0-9]+|no response)|(thinks|returns|calls|fails):|(returns|calls|attaches) `.*`:?|[0-9]+ bytes( more)?|no body|The conversation has more parts, which are left out\\.)$")

func FuzzMarkdown(f *testing.F) {
	urls := []string{
		"https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/responses", "https://api.openai.com/v1/embeddings", "https://api.openai.com/v1/images/generations",
		"https://api.openai.com/v1/audio/transcriptions", "https://api.openai.com/v1/audio/speech", "https://api.anthropic.com/v1/messages",
		"https://generativelanguage.googleapis.com/v1beta/models/m:generateContent", "https://e/model/m/converse-stream", "https://e/model/m/invoke",
		"https://api.cohere.com/v2/chat", "https://api.cohere.com/v1/chat", "http://localhost/api/chat", "https://api.groq.com/openai/v1/chat/completions", "https://example.com/`",
	}
	types := []string{"", "application/json", "text/event-stream", "application/x-ndjson", "application/vnd.amazon.eventstream", "multipart/form-data; boundary=xyz"}
	f.Add(uint8(0), uint8(1), `{"messages":[{"role":"user","content":"hi"}]}`, `{"choices":[{"message":{"content":"`+"```"+`\n<b>","tool_calls":[{"id":"1","function":{"name":"a","arguments":"{}"}}]}}],"usage":{"prompt_tokens":1}}`)
	f.Add(uint8(6), uint8(2), `{"system":"s"}`, "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"a\"}}\n\ndata: {\"error\":{\"message\":\"m\"}}\n\n")
	f.Add(uint8(7), uint8(1), `{}`, `[{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":"x"}}]`)
	f.Add(uint8(12), uint8(3), `{"prompt":"p"}`, "{\"message\":{\"content\":\"a\"}}\n{\"prompt_eval_count\":-1}\n")
	f.Fuzz(func(t *testing.T, at, kind uint8, request, answer string) {
		header := http.Header{"Content-Type": {types[int(kind)%len(types)]}}
		i := &cassette.Interaction{
			Request:  cassette.Request{Method: "POST", URL: urls[int(at)%len(urls)], Header: header, Body: cassette.NewBody([]byte(request))},
			Response: cassette.Response{Status: 200, Header: header, Body: cassette.NewBody([]byte(answer))},
		}
		page := chat.Markdown(i, same)
		if len(page) > 100*(len(request)+len(answer))+1000 {
			t.Errorf("%d bytes of Markdown for %d bytes", len(page), len(request)+len(answer))
		}
		for n, count := range chat.UsageOf(i).Tokens {
			if count < 0 {
				t.Errorf("kind %d: %d tokens", n, count)
			}
		}
		chat.Question([]byte(request))
		fence := ""
		for line := range strings.SplitSeq(page, "\n") {
			switch {
			case fence == "" && strings.HasPrefix(line, "```") && !strings.HasSuffix(line, "`"):
				fence = strings.TrimRight(line, "abcdefghijklmnopqrstuvwxyz")
			case fence == "" && !ownLine.MatchString(line):
				t.Errorf("not our own: %q in\n%s", line, page)
			case line == fence:
				fence = ""
			case fence != "" && strings.HasPrefix(strings.TrimLeft(line, " \t"), fence):
				t.Errorf("a fence in a block: %q", line)
			}
		}
		if fence != "" || strings.ContainsAny(page, "\x1b\r\x00") {
			t.Errorf("got %q", page)
		}
	})
}
