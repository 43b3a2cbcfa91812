package redaction_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A provider is how an API is asked, and what its keys look like. They are put
// together at run time, so that no file holds what looks like one.
type provider struct {
	name, url, header, scheme string
	key                       func(r *rand.Rand) string
}

const (
	alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	uppercase    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	hexadecimal  = "0123456789abcdef"
)

// drawn returns random characters, a letter and a digit among them.
func drawn(r *rand.Rand, length int, from string) string {
	b := make([]byte, length-2, length)
	for n := range b {
		b[n] = from[r.IntN(len(from))]
	}
	return string(append(b[:len(b)/2:len(b)/2], append([]byte{from[10], from[len(from)-1]}, b[len(b)/2:]...)...))
}

func keyOf(length int, from string, prefix ...string) func(*rand.Rand) string {
	return func(r *rand.Rand) string { return strings.Join(prefix, "") + drawn(r, length, from) }
}

var providers = []provider{
	{"OpenAI", "https://api.openai.com/v1/chat/completions", "Authorization", "Bearer ", keyOf(48, alphanumeric, "sk", "-proj-")},
	{"Azure OpenAI", "https://my.openai.azure.com/openai/deployments/d/chat/completions", "api-key", "", keyOf(32, hexadecimal)},
	{"Anthropic", "https://api.anthropic.com/v1/messages", "X-Api-Key", "", keyOf(90, alphanumeric, "sk", "-ant-", "api03-")},
	{"Gemini", "https://generativelanguage.googleapis.com/v1beta/models/gemini:generateContent", "X-Goog-Api-Key", "", keyOf(35, alphanumeric, "AI", "za")},
	{"Vertex", "https://us-central1-aiplatform.googleapis.com/v1/projects/p/models/m:predict", "Authorization", "Bearer ", keyOf(120, alphanumeric, "ya", "29.")},
	{"Bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke", "X-Amz-Security-Token", "", keyOf(300, alphanumeric, "IQoJ")},
	{"Cohere", "https://api.cohere.com/v2/chat", "Authorization", "BEARER ", keyOf(40, alphanumeric)},
	{"Mistral", "https://api.mistral.ai/v1/chat/completions", "authorization", "Bearer ", keyOf(32, alphanumeric)},
	{"Groq", "https://api.groq.com/openai/v1/chat/completions", "Authorization", "Bearer ", keyOf(52, alphanumeric, "gs", "k_")},
	{"Ollama", "https://ollama.com/api/chat?ts=1", "Authorization", "", keyOf(64, hexadecimal)},
	{"OpenRouter", "https://openrouter.ai/api/v1/chat/completions", "Authorization", "Bearer ", keyOf(64, hexadecimal, "sk", "-or-", "v1-")},
	{"Hugging Face", "https://api-inference.huggingface.co/models/m", "Authorization", "Bearer ", keyOf(34, alphanumeric, "h", "f_")},
	{"GitHub", "https://models.github.ai/inference/chat/completions", "Authorization", "token ", keyOf(36, alphanumeric, "gh", "p_")},
	{"Stripe", "https://api.stripe.com/v1/charges", "Authorization", "Bearer ", keyOf(24, alphanumeric, "sk", "_live_")},
}

// exchange is an ordinary one with a provider.
func (p provider) exchange() *cassette.Interaction {
	return &cassette.Interaction{
		Request: cassette.Request{Method: "POST", URL: p.url, Header: map[string][]string{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"model":"m","max_tokens":5}`))},
		Response: cassette.Response{
			Status: 200, Header: map[string][]string{"Content-Type": {"application/json"}}, Trailer: map[string][]string{},
			Body: cassette.NewBody([]byte(`{"id":"chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVwXyZ01","usage":{"total_tokens":9}}`)),
		},
	}
}

// A planting is a secret and where it was put.
type planting struct {
	provider, place string
	needles         []string // what must not be found
}

// plant returns a tape with a secret in each place, for each provider.
func plant(r *rand.Rand) (interactions []*cassette.Interaction, plantings []planting) {
	for _, p := range providers {
		for _, place := range places {
			i := p.exchange()
			secret := p.key(r)
			if place.signs {
				secret = drawn(r, 9, alphanumeric) + `/+&=" ` + drawn(r, 9, alphanumeric)
			}
			needles := []string{secret}
			if needle := place.put(i, secret); needle != nil {
				needles = needle
			}
			plantings = append(plantings, planting{p.name, place.name, needles})
			interactions = append(interactions, i)
			if !place.named {
				// It is known from a request of its own: every second time from a later one.
				source := p.exchange()
				source.Request.Header[p.header] = []string{p.scheme + secret}
				if place.signs { // which no scheme of Authorization allows
					source.Request.Header["X-Auth-Token"] = []string{secret}
				}
				at := len(interactions)
				if len(plantings)%2 == 0 {
					at--
				}
				interactions = append(interactions[:at:at], append([]*cassette.Interaction{source}, interactions[at:]...)...)
			}
		}
	}
	return interactions, plantings
}

func TestNoPlantedSecretIsOnTheTape(t *testing.T) {
	for _, off := range []bool{true, false} {
		r := rand.New(rand.NewPCG(1, 2))
		interactions, plantings := plant(r)
		if len(plantings) < 500 {
			t.Fatalf("%d plantings", len(plantings))
		}
		redactor := ruled(redaction.Rules{Off: off})
		said := redactor.Text("") // what is said about the exchanges
		for _, i := range interactions {
			redactor.Interaction(i)
		}
		redactor.Finish(interactions)
		for _, i := range interactions {
			said += redactor.URL(i.Request.URL) + redactor.Text(i.Response.Body.String()) + redactor.Key(i.Request).Body.String()
		}
		for _, finding := range redactor.Findings() {
			said += finding.String()
		}
		texts := append(filesOf(t, interactions), said)
		found := search(texts, plantings)
		for n, planting := range plantings {
			if found[n] != off {
				t.Errorf("redaction off: %v; %s, %s: found %v", off, planting.provider, planting.place, found[n])
			}
		}
	}
}

// filesOf saves a tape in both ways, and returns every file and what the bodies
// in it say.
func filesOf(t *testing.T, interactions []*cassette.Interaction) (texts []string) {
	t.Helper()
	for _, limit := range []int{-1, 1} {
		path := filepath.Join(t.TempDir(), "tape.yaml")
		tape := &cassette.Cassette{Interactions: interactions, BodyLimit: limit}
		if err := tape.Save(path); err != nil {
			t.Fatal(err)
		}
		err := filepath.WalkDir(filepath.Dir(path), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(file)
			texts = append(texts, string(content))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range interactions {
		texts = append(texts, fmt.Sprint(i.Request.URL, i.Request.Header, i.Request.Body, i.Response.Header, i.Response.Body, i.Response.Trailer, i.Response.Reason, i.Error))
		if plain, ok := media.Decompress("gzip", i.Response.Body.Bytes()); ok {
			texts = append(texts, string(plain))
		}
	}
	return texts
}

// search tells for each planting whether it is in one of the texts: as it is,
// percent-encoded, in base64 at each alignment, in hex, and as JSON escapes it. It
// shares nothing with how the package looks for secrets.
func search(texts []string, plantings []planting) []bool {
	type needle struct {
		text     string
		planting int
	}
	needles := map[uint64][]needle{} // by the first eight bytes
	for n, planting := range plantings {
		for _, secret := range planting.needles {
			for _, form := range formsOf(secret) {
				start := binary.LittleEndian.Uint64([]byte(form))
				needles[start] = append(needles[start], needle{form, n})
			}
		}
	}
	found := make([]bool, len(plantings))
	for _, text := range texts {
		bytes := []byte(text)
		for at := 0; at+8 <= len(text); at++ {
			for _, needle := range needles[binary.LittleEndian.Uint64(bytes[at:])] {
				found[needle.planting] = found[needle.planting] || strings.HasPrefix(text[at:], needle.text)
			}
		}
	}
	return found
}

func formsOf(secret string) []string {
	inJSON := escaped(secret)
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), lowerPercent(secret),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		inJSON, escaped(inJSON), escaped(escaped(inJSON)), url.QueryEscape(inJSON), unicodeEscaped(secret),
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for before := range 3 {
			// Without the characters at the ends, which depend on what stands there.
			encoded := encoding.EncodeToString([]byte("abc"[:before] + secret + "z"))
			forms = append(forms, encoded[4:len(encoded)-4])
		}
	}
	return forms
}

// escaped is a text as it stands inside a JSON string.
func escaped(text string) string {
	quoted := quote(text)
	return quoted[1 : len(quoted)-1]
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(31, 32)) }
