package redaction_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// tenSecrets are as many as a suite with several providers has.
func tenSecrets() []redaction.Secret {
	r := rand.New(rand.NewPCG(3, 4))
	secrets := make([]redaction.Secret, 10)
	for n := range secrets {
		secrets[n] = redaction.Secret{Name: fmt.Sprint("key_", n), Value: drawn(r, 40, alphanumeric)}
	}
	return secrets
}

func chat() *cassette.Interaction {
	turn := `{"role":"user","content":"What is the capital of France?\nAnswer in \"one\" word, and say why."},`
	return &cassette.Interaction{
		Request:  cassette.Request{Method: "POST", URL: "https://api.openai.com/v1/chat/completions", Header: http.Header{"Content-Type": {ofJSON}}, Body: cassette.NewBody([]byte(`{"model":"gpt-4o-mini","messages":[` + strings.Repeat(turn, 20) + `{}],"max_tokens":50}`))},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {ofJSON}}, Body: cassette.NewBody([]byte(`{"id":"chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVwXyZ01","choices":[{"message":{"role":"assistant","content":"Paris."}}],"usage":{"total_tokens":9}}`))},
	}
}

func embedding(size int) *cassette.Interaction {
	r := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	b.WriteString(`{"object":"list","data":[`)
	for b.Len() < size {
		b.WriteString(`{"object":"embedding","embedding":[0`)
		for range 1536 {
			fmt.Fprintf(&b, ",%.9f", r.NormFloat64()/30)
		}
		b.WriteString(`]},`)
	}
	b.WriteString(`{}],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}`)
	i := chat()
	i.Response.Body = cassette.NewBody([]byte(b.String()))
	return i
}

func BenchmarkInteraction(b *testing.B) {
	for name, i := range map[string]*cassette.Interaction{"chat": chat(), "embedding-2.5MB": embedding(2_500_000)} {
		for _, off := range []bool{false, true} {
			b.Run(fmt.Sprintf("data=%s/off=%v", name, off), func(b *testing.B) {
				secrets := tenSecrets()
				r := ruled(redaction.Rules{Secrets: func() []redaction.Secret { return secrets }, Off: off})
				i.Request.Header["Authorization"] = []string{"Bearer " + secrets[0].Value}
				b.SetBytes(int64(i.Request.Body.Len() + i.Response.Body.Len()))
				b.ReportAllocs()
				for b.Loop() {
					r.Interaction(i.Clone())
				}
			})
		}
	}
}

// BenchmarkKey is what each request costs in replay.
func BenchmarkKey(b *testing.B) {
	secrets := tenSecrets()
	r := ruled(redaction.Rules{Secrets: func() []redaction.Secret { return secrets }})
	request := chat().Request
	request.Header["Authorization"] = []string{"Bearer " + secrets[0].Value}
	b.SetBytes(int64(request.Body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r.Key(request)
	}
}

// recordedChat is an exchange with all the headers that clients and services
// send, and paragraphs of words in its bodies.
func recordedChat(n int) *cassette.Interaction {
	r := rand.New(rand.NewPCG(uint64(n), 8))
	return &cassette.Interaction{
		Request: cassette.Request{
			Method: "POST", URL: "http://api.openai.example/v1/chat/completions",
			Header: http.Header{
				"Accept": {ofJSON}, "Authorization": {"Bearer none"}, "Content-Type": {ofJSON}, "User-Agent": {"OpenAI/Go 3.96.0"},
				"X-Stainless-Arch": {"x64"}, "X-Stainless-Lang": {"go"}, "X-Stainless-Os": {"Linux"},
				"X-Stainless-Package-Version": {"3.96.0"}, "X-Stainless-Retry-Count": {"0"},
			},
			Body: cassette.NewBody(fmt.Appendf(nil,
				`{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Rules:\n- Answer briefly.\n- %s"},{"role":"user","content":%s}],"temperature":0.2,"max_tokens":512}`,
				strings.Repeat("Be kind to everyone who asks. ", 10), paragraphs(r, 200))),
		},
		Response: cassette.Response{
			Status: 200, Reason: "OK",
			Header: http.Header{
				"Cf-Ray": {"91f0c2a8bd1e3c7a-FRA"}, "Content-Type": {ofJSON}, "Date": {"Sun, 22 Nov 2026 12:00:00 GMT"},
				"Openai-Processing-Ms": {"612"}, "Server": {"cloudflare"}, "X-Ratelimit-Remaining-Tokens": {"199920"},
				"X-Request-Id": {"req_4d0a6c1f2b7e9835a1c4f6e8b0d2a793"},
			},
			Body: cassette.NewBody(fmt.Appendf(nil,
				`{"id":"chatcmpl-%016x","object":"chat.completion","created":1795348800,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],"usage":{"prompt_tokens":140,"completion_tokens":520,"total_tokens":660},"service_tier":"default","system_fingerprint":"fp_62a23a81ef"}`,
				r.Uint64(), paragraphs(r, 2150))),
		},
	}
}

var commonWords = strings.Fields("the a of and to in is that it for on with as this are be at one have from or had by but some what there we can out other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her long make thing")

// paragraphs returns a text of at least size bytes as JSON.
func paragraphs(r *rand.Rand, size int) []byte {
	var b strings.Builder
	for n := 1; b.Len() < size; n++ {
		b.WriteString(commonWords[r.IntN(len(commonWords))])
		switch {
		case n%48 == 0:
			b.WriteString(".\n\n")
		case n%12 == 0:
			b.WriteString(". ")
		default:
			b.WriteByte(' ')
		}
	}
	quoted, _ := json.Marshal(b.String()) // a string always has a JSON form
	return quoted
}

// BenchmarkRecorded is what each chat of a tape of 1,000 costs, with a copy of its
// headers.
func BenchmarkRecorded(b *testing.B) {
	const tape = 1000
	chats := make([]*cassette.Interaction, tape)
	for n := range chats {
		chats[n] = recordedChat(n)
	}
	for _, secrets := range [][]redaction.Secret{nil, tenSecrets()} {
		b.Run(fmt.Sprintf("secrets=%d", len(secrets)), func(b *testing.B) {
			var r *redaction.Redactor
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if n%tape == 0 {
					r = ruled(redaction.Rules{Secrets: func() []redaction.Secret { return secrets }})
				}
				r.Interaction(chats[n%tape].Clone())
			}
		})
	}
}

// BenchmarkNameKey is what each request costs in replay before Key is asked.
func BenchmarkNameKey(b *testing.B) {
	r, request := ruled(redaction.Rules{}), recordedChat(0).Request
	b.ReportAllocs()
	for b.Loop() {
		r.NameKey(request)
	}
}

// BenchmarkClone is the part of BenchmarkRecorded that does not redact.
func BenchmarkClone(b *testing.B) {
	for i := recordedChat(0); b.Loop(); {
		i.Clone()
	}
}
