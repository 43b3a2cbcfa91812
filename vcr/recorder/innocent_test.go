package recorder_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// innocentVariables say KEY, TOKEN or SECRET in their names, and hold none.
var innocentVariables = map[string]string{
	"HOME": "/home/x", "PATH": "/usr/local/bin:/usr/bin:/bin", "KEYBOARD": "us-layout-value",
	"TOKENIZERS_PARALLELISM": "false", "MAX_TOKENS": "4096", "SSH_KEY_PATH": "/home/x/.ssh/id_ed25519",
	"SECRET_NAME": "production-database", "API_KEY_HEADER": "X-Api-Key", "AUTH_TOKEN_TYPE": "Bearer token",
	"TOKENIZER_MODEL": "gpt-4o-mini-2024-07-18", "TOKEN_URL": "https://login.example.com/oauth2/token",
	"KEY_VAULT_REGION": "us-east-1", "OPENAI_API_KEY": "test-key", "CREDENTIAL_STORE": "osxkeychain", "SECRET_BACKEND": `C:\secrets`,
}

// mentions has the values of the variables in a text, as prompts have them.
func mentions() string {
	var b strings.Builder
	for _, value := range innocentVariables {
		b.WriteString(value + "\n")
	}
	return b.String()
}

// A decoding is how a typed client reads a body, and a part of what it gets.
type decoding struct {
	name, contentType, body string
	read                    func(body string) (string, error)
	want                    string
}

func decodings() []decoding {
	r := rand.New(rand.NewPCG(9, 9))
	id := func(prefix string, length int) string { return prefix + drawn(r, length, alphanumeric) }
	vector := make([]float64, 1536)
	for n := range vector {
		vector[n] = r.NormFloat64() / 40
	}
	numbers, _ := json.Marshal(vector)
	packed := base64.StdEncoding.EncodeToString(numbers)
	text := "Set OPENAI_API_KEY=sk-your-key-here or risk-adjusted max_tokens.\n" + mentions()
	return []decoding{
		{"chat", ofJSON, fmt.Sprintf(`{"id":%q,"object":"chat.completion","created":1732700000,"model":"gpt-4o-mini-2024-07-18","system_fingerprint":%q,"choices":[{"index":0,"message":{"role":"assistant","content":%s,"refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":14,"completion_tokens":5,"total_tokens":19}}`,
			id("chatcmpl-", 29), id("fp_", 10), quote(text)), readChat, text + " 19"},
		{"tool call", ofJSON, fmt.Sprintf(`{"id":%q,"choices":[{"message":{"content":"","tool_calls":[{"id":%q,"type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\",\"max_tokens\":4096,\"password_set\":true,\"key\":\"us-layout-value\"}"}}]}}],"usage":{"total_tokens":7}}`,
			id("chatcmpl-", 29), id("call_", 24)), readTool, "Paris 4096 true"},
		{"embedding", ofJSON, fmt.Sprintf(`{"object":"list","data":[{"object":"embedding","index":0,"embedding":%s}],"model":"text-embedding-3-small"}`, numbers), readVector, "1536"},
		{"packed embedding", ofJSON, fmt.Sprintf(`{"data":[{"embedding":%q}]}`, packed), nil, ""},
		{"image", ofJSON, fmt.Sprintf(`{"data":[{"b64_json":%q}],"next_page_token":"abc","refresh_token_expires_in":3600}`, packed), nil, ""},
		{"message of Anthropic", ofJSON, fmt.Sprintf(`{"id":%q,"content":[{"type":"thinking","thinking":"Hm.","signature":%q},{"type":"tool_use","id":%q,"input":{"token_count":7}}]}`, id("msg_01", 22), packed[:400], id("toolu_01", 22)), nil, ""},
		{"stream", ofSSE, "data: {\"id\":\"" + id("chatcmpl-", 29) + "\",\"choices\":[{\"delta\":{\"content\":\"ask-\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"sk-whatever us-layout-\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"value\"}}]}\n\ndata: [DONE]\n\n",
			readStream, "ask-sk-whatever us-layout-value"},
		{"lines", ofNDJ, "{\"model\":\"llama3\",\"message\":{\"content\":\"Pa\"},\"done\":false}\n{\"message\":{\"content\":\"ris\"},\"done\":true,\"eval_count\":4096}\n", nil, ""},
	}
}

type completion struct {
	Choices []struct {
		Message struct {
			Content   string
			ToolCalls []struct{ Function struct{ Arguments string } } `json:"tool_calls"`
		}
		Delta struct{ Content string }
	}
	Usage struct {
		Total int `json:"total_tokens"`
	}
}

func readChat(body string) (string, error) {
	var c completion
	err := json.Unmarshal([]byte(body), &c)
	return fmt.Sprint(c.Choices[0].Message.Content, " ", c.Usage.Total), err
}

func readTool(body string) (string, error) {
	var c completion
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		return "", err
	}
	var arguments struct {
		City        string
		MaxTokens   int  `json:"max_tokens"`
		PasswordSet bool `json:"password_set"`
	}
	err := json.Unmarshal([]byte(c.Choices[0].Message.ToolCalls[0].Function.Arguments), &arguments)
	return fmt.Sprint(arguments.City, " ", arguments.MaxTokens, " ", arguments.PasswordSet), err
}

func readVector(body string) (string, error) {
	var list struct {
		Data []struct{ Embedding []float64 }
	}
	err := json.Unmarshal([]byte(body), &list)
	return fmt.Sprint(len(list.Data[0].Embedding)), err
}

func readStream(body string) (string, error) {
	var text strings.Builder
	for line := range strings.Lines(body) {
		data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var c completion
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			return "", err
		}
		text.WriteString(c.Choices[0].Delta.Content)
	}
	return text.String(), nil
}

// What is no secret is on the tape as it was served, whatever the environment
// holds, and a client decodes it.
func TestInnocentBodiesAreRecordedAsServed(t *testing.T) {
	for name, value := range innocentVariables {
		t.Setenv(name, value)
	}
	t.Setenv("GITHUB_TOKEN", "")
	for _, c := range decodings() {
		t.Run(c.name, func(t *testing.T) {
			d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{c.contentType}
				w.Header()["Set-Cookie"] = []string{"__cf_bm=dark-mode; path=/"}
				w.Header()["Openai-Organization"] = []string{"assistant"}
				_, _ = w.Write([]byte(c.body))
			}))
			asked := `{"model":"gpt-4o-mini-2024-07-18","max_tokens":4096,"messages":[{"role":"user","content":` + quote(mentions()) + `}]}`
			for _, mode := range []recorder.Mode{recorder.Once, recorder.None} {
				s := d.open(recorder.Config{Mode: mode})
				heard := d.post(s, "/v1/chat?region=us-east-1", ofJSON, asked)
				equal(t, string(mode), heard, c.body)
				if c.read != nil {
					got, err := c.read(heard)
					if err != nil {
						t.Fatal(err)
					}
					equal(t, "read", got, c.want)
				}
				equal(t, "finds", len(d.end(s, recorder.Passed).Redacted), 0)
			}
			tape := d.load(d.file()).Interactions[0]
			equal(t, "request on the tape", tape.Request.Body.String(), asked)
			equal(t, "response on the tape", tape.Response.Body.String(), c.body)
		})
	}
}
