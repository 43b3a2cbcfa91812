package redact_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// tenSecrets are as many as a suite with several providers has.
func tenSecrets() []redact.Secret {
	r := rand.New(rand.NewPCG(3, 4))
	secrets := make([]redact.Secret, 10)
	for n := range secrets {
		secrets[n] = redact.Secret{Name: fmt.Sprint("key_", n), Value: drawn(r, 40, alphanumeric)}
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
				r := ruled(redact.Rules{Secrets: func() []redact.Secret { return secrets }, Off: off})
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
	r := ruled(redact.Rules{Secrets: func() []redact.Secret { return secrets }})
	request := chat().Request
	request.Header["Authorization"] = []string{"Bearer " + secrets[0].Value}
	b.SetBytes(int64(request.Body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r.Key(request)
	}
}
