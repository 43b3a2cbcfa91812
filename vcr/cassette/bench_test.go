package cassette_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// BenchmarkParse compares parsing a cassette with reading its file, which all
// include, and with decoding all of it.
func BenchmarkParse(b *testing.B) {
	for _, data := range workloads {
		path := filepath.Join(b.TempDir(), "a.yaml")
		save(b, data.tape(), path)
		folder := disk.Bodies(path)
		for _, by := range []struct {
			name string
			read func(file string, data []byte, beside fs.FS) (*cassette.Cassette, error)
		}{
			{"ReadFile", nil},
			{"Parse", cassette.Parse},
			{"Whole", cassette.ParseWhole},
			{"YAML", cassette.ParseYAML},
		} {
			b.Run("data="+data.name+"/by="+by.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					file, err := os.ReadFile(path)
					if err == nil && by.read != nil {
						_, err = by.read(path, file, folder)
					}
					if err != nil {
						b.Fatal(err)
					}
					b.SetBytes(int64(len(file)))
				}
			})
		}
	}
}

// BenchmarkSave writes cassettes that nothing is known of yet.
func BenchmarkSave(b *testing.B) {
	for _, data := range workloads {
		tape := data.tape()
		for _, by := range []struct {
			name  string
			write func(path string) error
		}{
			{"Encode", func(string) error { tape.Encode(); return nil }},
			{"Save", func(path string) error { return tape.Save(path) }},
		} {
			b.Run("data="+data.name+"/by="+by.name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(tape.Encode())))
				path := filepath.Join(b.TempDir(), "a.yaml")
				for b.Loop() {
					if err := by.write(path); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

var workloads = []struct {
	name string
	tape func() *cassette.Cassette
}{
	{"2-chats", func() *cassette.Cassette { return chats(2) }},
	{"1000-chats", func() *cassette.Cassette { return chats(1000) }},
	{"2.5MB-embedding", func() *cassette.Cassette { return embedding(2_500_000, -1) }},
	{"10MB-embedding", func() *cassette.Cassette { return embedding(10_000_000, -1) }},
	{"10MB-beside", func() *cassette.Cassette { return embedding(10_000_000, 0) }},
}

// chats are what a chat SDK sends, always with the same headers, and what comes
// back, with headers that differ.
func chats(n int) *cassette.Cassette {
	d := draw{rand.New(rand.NewPCG(3, 4))}
	c := &cassette.Cassette{Suite: "example.com/shop/assistant", Spec: "Assistant / answers many questions"}
	for range n {
		messages := []string{fmt.Sprintf(`{"role":"system","content":"%s\n- %s"}`, d.words(20), d.words(8))}
		for range 1 + d.IntN(3) {
			messages = append(messages, fmt.Sprintf(`{"role":"user","content":"%s?"}`, d.words(18)))
		}
		request := fmt.Sprintf(`{"model":"gpt-4o-mini","messages":[%s],"temperature":0.2,"max_tokens":400,"stream":false,"user":"%x"}`, strings.Join(messages, ","), d.Uint64())
		response := fmt.Sprintf(`{"id":"chatcmpl-%x","object":"chat.completion","created":%d,"model":"gpt-4o-mini-2024-07-18",`+
			`"choices":[{"index":0,"message":{"role":"assistant","content":"%s\n\n%s","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],`+
			`"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0}},`+
			`"service_tier":"default","system_fingerprint":"fp_%x"}`+"\n",
			d.Uint64(), d.Uint32(), d.words(150), d.words(150), d.IntN(500), d.IntN(500), d.IntN(1000), d.Uint32())
		c.Interactions = append(c.Interactions, &cassette.Interaction{
			Request: cassette.Request{
				Method: "POST", URL: "https://api.openai.com/v1/chat/completions", Body: cassette.NewBody([]byte(request)),
				Header: http.Header{
					"Accept": {"application/json"}, "Authorization": {"[redacted]"}, "Content-Type": {"application/json"},
					"Openai-Organization": {"[redacted]"}, "User-Agent": {"OpenAI/Go 3.96.0"}, "X-Stainless-Arch": {"x64"},
					"X-Stainless-Lang": {"go"}, "X-Stainless-Os": {"Linux"}, "X-Stainless-Package-Version": {"3.96.0"},
					"X-Stainless-Retry-Count": {"0"}, "X-Stainless-Runtime": {"go"}, "X-Stainless-Runtime-Version": {"go1.26.8"},
				},
			},
			Response: cassette.Response{
				Status: 200, Proto: "HTTP/2.0", Header: d.answered(), Body: cassette.NewBody([]byte(response)), Uncompressed: true,
			},
			Recorded: noon, Took: time.Duration(d.IntN(2000)+1) * time.Millisecond,
		})
	}
	return c
}

// answered are the headers of a response to a chat.
func (d draw) answered() http.Header {
	return http.Header{
		"Access-Control-Expose-Headers": {"X-Request-ID"}, "Alt-Svc": {`h3=":443"; ma=86400`}, "Cf-Cache-Status": {"DYNAMIC"},
		"Cf-Ray": {fmt.Sprintf("%x-AMS", d.Uint64())}, "Content-Type": {"application/json"}, "Date": {"Sun, 22 Nov 2026 12:00:00 GMT"},
		"Openai-Processing-Ms": {fmt.Sprint(d.IntN(2000))}, "Openai-Version": {"2020-10-01"}, "Server": {"cloudflare"},
		"Set-Cookie":                {"__cf_bm=[redacted]; path=/; HttpOnly; Secure", "_cfuvid=[redacted]; path=/; HttpOnly"},
		"Strict-Transport-Security": {"max-age=31536000; includeSubDomains; preload"}, "X-Content-Type-Options": {"nosniff"},
		"X-Envoy-Upstream-Service-Time": {fmt.Sprint(d.IntN(2000))}, "X-Ratelimit-Limit-Requests": {"10000"},
		"X-Ratelimit-Limit-Tokens": {"200000"}, "X-Ratelimit-Remaining-Requests": {fmt.Sprint(d.IntN(10000))},
		"X-Ratelimit-Remaining-Tokens": {fmt.Sprint(d.IntN(200000))}, "X-Ratelimit-Reset-Requests": {"8.64s"},
		"X-Ratelimit-Reset-Tokens": {"45ms"}, "X-Request-Id": {fmt.Sprintf("req_%x%x", d.Uint64(), d.Uint64())},
	}
}

var vocabulary = strings.Fields("the a customer order delivery date parcel refund within days of and please which can be returned – café without")

func (d draw) words(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = vocabulary[d.IntN(len(vocabulary))]
	}
	return strings.Join(words, " ")
}

// embedding has one response of about so many bytes: vectors of numbers with
// nine digits.
func embedding(size, limit int) *cassette.Cassette {
	d := draw{rand.New(rand.NewPCG(5, 6))}
	body := []byte(`{"object":"list","data":[`)
	for n := 0; len(body) < size; n++ {
		body = fmt.Appendf(body, `{"object":"embedding","index":%d,"embedding":[`, n)
		for range 1535 {
			body = fmt.Appendf(body, "%.9f,", d.Float64()*2-1)
		}
		body = fmt.Appendf(body, "%.9f]},", d.Float64())
	}
	body = append(body[:len(body)-1], `],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}`...)
	i := get("https://api.openai.com/v1/embeddings", string(body))
	i.Request.Method, i.Request.Body = "POST", cassette.NewBody([]byte(`{"input":["a","b"],"model":"text-embedding-3-small"}`))
	i.Response.Header = http.Header{"Content-Type": {"application/json"}}
	return &cassette.Cassette{BodyLimit: limit, Interactions: []*cassette.Interaction{i}}
}
