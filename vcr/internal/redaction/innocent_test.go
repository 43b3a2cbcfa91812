package redaction_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// innocent are bodies as the providers send them, without a secret: full of ids,
// hashes and data that look drawn at random.
func innocent() map[string][]string {
	r := rand.New(rand.NewPCG(7, 8))
	id := func(prefix string, length int) string { return prefix + drawn(r, length, alphanumeric) }
	uuid := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64()>>16)
	image := make([]byte, 60_000)
	for n := range image {
		image[n] = byte(r.Uint32())
	}
	encoded := base64.StdEncoding.EncodeToString(image)
	return map[string][]string{
		ofJSON: {
			fmt.Sprintf(`{"id":%q,"object":"chat.completion","created":1732700000,"model":"gpt-4o-mini-2024-07-18","system_fingerprint":%q,"choices":[{"index":0,"message":{"role":"assistant","content":"Paris is the capital.\nAsk-me-anything: disk-0123456789abcdef0123, task-force-2024-11-22-1234567890 and risk-adjusted."},"finish_reason":"stop"}],"usage":{"prompt_tokens":14,"completion_tokens":5,"total_tokens":19}}`, id("chatcmpl-", 29), id("fp_", 10)),
			fmt.Sprintf(`{"choices":[{"message":{"tool_calls":[{"id":%q,"type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\",\"max_tokens\":5,\"password_set\":true,\"key\":\"a word\",\"url\":\"https://example.com/a?page=2&q=key\"}"}}]}}]}`, id("call_", 24)),
			fmt.Sprintf(`{"id":%q,"type":"message","content":[{"type":"thinking","thinking":"Hm.","signature":%q},{"type":"tool_use","id":%q,"input":{"next_page_token":"abc","token_count":7}}],"usage":{"input_tokens":1}}`, id("msg_01", 22), encoded[:400], id("toolu_01", 22)),
			fmt.Sprintf(`{"request_id":%q,"uuid":%q,"etag":"W/\"%s\"","sha256":%q,"refresh_token_expires_in":3600,"secretary":"Ms. Keys"}`, id("req_", 24), uuid, drawn(r, 32, hexadecimal), drawn(r, 64, hexadecimal)),
			fmt.Sprintf(`{"image_url":{"url":"data:image/png;base64,%s"}}`, encoded),
			fmt.Sprintf(`{"data":[{"b64_json":%q}]}`, encoded),
			embedding(100_000).Response.Body.String(),
			fmt.Sprintf(`{"embedding":%q}`, encoded),
			`{"text":"Set OPENAI_API_KEY=sk-your-key-here, or pass -p user:password@host. Write postgres://user:password@localhost/db, https://${USER}:${PASSWORD}@h/. A key begins with sk- or AIza or -----BEGIN PRIVATE KEY-----."}`,
			`{"candidates":[{"content":{"parts":[{"text":"x","thoughtSignature":"` + encoded[:800] + `"}]}}],"responseId":"` + id("", 22) + `"}`,
		},
		ofSSE: {
			"data: {\"id\":\"" + id("chatcmpl-", 29) + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\ndata: {\"id\":\"" + id("chatcmpl-", 29) + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo, ask-\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"sk-whatever you like\"}}]}\n\ndata: [DONE]\n\n",
			"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"max_tok\"}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"ens\\\": 5}\"}}\n\n",
		},
		ofNDJ:       {"{\"model\":\"llama3\",\"message\":{\"role\":\"assistant\",\"content\":\"Pa\"},\"done\":false}\n{\"model\":\"llama3\",\"message\":{\"content\":\"ris\"},\"done\":false}\n"},
		"image/png": {string(image)},
		"text/plain": {"----------------------------------------\nkey: value\n| a | b |\n|---|---|\nsee http://h/?q=a&b=c and https://user@h/",
			"Usage: x --token TOKEN --api-key <key> --password-file /run/secrets/db --max-tokens 512 --token=$TOKEN\n\x1b[1mtoken:\x1b[0m none, \x1b[31m[ERROR]\x1b[0m the key is 'wrong'\nPassword:\n- at least 8 characters\nmachine learning and login forms need a password manager",
			"{'token_type': 'bearer', 'next_page_token': '" + id("", 20) + "', 'max_tokens': 512, 'password': None}",
			"{ password: process.env.PASSWORD, token: get(), apiKey: key.value }",
			"services:\n  db:\n    secrets:\n      - db_password\n      - api-key\nsecrets:\n  db_password:\n    file: ./db_password.txt\n"},
		"text/html": {`<!DOCTYPE html><meta name=token-ids content=abc><a href=/a?b=c title=password>x</a><dl><dt>Token</dt><dd>` + id("", 20) + `</dd></dl>`},
	}
}

func TestInnocentBodiesStay(t *testing.T) {
	secrets := tenSecrets()
	for contentType, bodies := range innocent() {
		for _, body := range bodies {
			r := ruled(redaction.Rules{Secrets: func() []redaction.Secret { return secrets }})
			i := providers[0].exchange()
			// What is learned from ordinary traffic must not destroy anything.
			i.Request.Header["Cookie"] = []string{"theme=dark-mode; lang=assistant; consent=Paris is the capital"}
			i.Request.Header["Authorization"] = []string{"AWS4-HMAC-SHA256 Credential=" + "AKIA" + drawn(rand.New(rand.NewPCG(1, 1)), 16, uppercase) + "/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host, Signature=" + strings.Repeat("0f", 32)}
			i.Response.Header["Www-Authenticate"] = []string{`Bearer realm="chat.completion", error="assistant"`}
			i.Response.Header["Openai-Organization"] = []string{"assistant"}
			i.Request.URL += "?region=us-east-1&key=assistant&service=bedrock"
			i.Request.Body = cassette.NewBody([]byte(`{"region":"us-east-1","service":"bedrock-runtime","scope":"aws4_request","note":"changeme"}`))
			i.Response.Header["Content-Type"] = []string{contentType}
			i.Response.Body = cassette.NewBody([]byte(body))
			asked := i.Request.Body.String()
			r.Interaction(i)
			r.Finish([]*cassette.Interaction{i})
			if got := i.Response.Body.String(); got != body {
				t.Errorf("%s became %.300q", contentType, got)
			}
			if got := i.Request.Body.String(); got != asked {
				t.Errorf("the request became %s", got)
			}
			if findings := r.Findings(); len(findings) > 0 {
				t.Errorf("found %v", findings)
			}
		}
	}
}

// A typed client reads what was redacted: everything keeps its type.
func TestTypesAreKept(t *testing.T) {
	type answer struct {
		ID      string `json:"id"`
		Choices []struct {
			Message struct {
				Content   string `json:"content"`
				ToolCalls []struct {
					Function struct{ Arguments string } `json:"function"`
				} `json:"tool_calls"`
			} `json:"message"`
		} `json:"choices"`
		Usage struct {
			Total int `json:"total_tokens"`
		} `json:"usage"`
		Password     string   `json:"password"`
		APIKey       *int     `json:"api_key"`
		IDToken      *bool    `json:"id_token"`
		ClientSecret []string `json:"client_secret"`
	}
	secret := tenSecrets()[0].Value
	body := `{"id":"chatcmpl-1","choices":[{"message":{"content":"you said ` + secret + `","tool_calls":[{"function":{"arguments":"{\"password\":\"mellon99\",\"n\":1}"}}]}}],"usage":{"total_tokens":7},"password":"h\u0075nter22","api_key":5,"id_token":true,"client_secret":["x"]}`
	i := providers[0].exchange()
	i.Request.Header["Authorization"] = []string{"Bearer " + secret}
	i.Response.Body = cassette.NewBody([]byte(body))
	redactor(nil).Interaction(i)
	var got answer
	if err := json.Unmarshal(i.Response.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	message := got.Choices[0].Message
	if message.Content != "you said [redacted:authorization]" || message.ToolCalls[0].Function.Arguments != `{"password":"mellon99","n":1}` ||
		got.Password != "[redacted:password]" || *got.APIKey != 5 || !*got.IDToken || got.ClientSecret[0] != "[redacted:client_secret]" || got.Usage.Total != 7 {
		t.Errorf("got %s", i.Response.Body)
	}
}

// A sentence in a field called password is not searched for.
func TestSentencesAreNotLearned(t *testing.T) {
	i := providers[0].exchange()
	i.Request.Body = cassette.NewBody([]byte(`{"password":"the sky is blue","prompt":"Is it true that the sky is blue?"}`))
	redactor(nil).Interaction(i)
	if got, want := i.Request.Body.String(), `{"password":"[redacted:password]","prompt":"Is it true that the sky is blue?"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
