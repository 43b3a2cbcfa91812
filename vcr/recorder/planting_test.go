package recorder_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// A provider is how an API is asked, and what its keys look like. They are put
// together at run time, so that no file holds what looks like one.
type provider struct {
	name, url, header, scheme string
	key                       func(r *rand.Rand) string
}

const (
	alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	hexadecimal  = "0123456789abcdef"
)

// drawn returns random characters, a letter and a digit in its middle.
func drawn(r *rand.Rand, length int, from string) string {
	b := make([]byte, length)
	for n := range b {
		b[n] = from[r.IntN(len(from))]
	}
	b[length/2-1], b[length/2] = 'a', '7'
	return string(b)
}

func keyOf(length int, from string, prefix ...string) func(*rand.Rand) string {
	return func(r *rand.Rand) string { return strings.Join(prefix, "") + drawn(r, length, from) }
}

var providers = []provider{
	{"OpenAI", "https://api.openai.com/v1/chat/completions", "Authorization", "Bearer ", keyOf(48, alphanumeric, "sk", "-proj-")},
	{"Azure OpenAI", "https://my.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21", "api-key", "", keyOf(32, hexadecimal)},
	{"Anthropic", "https://api.anthropic.com/v1/messages", "X-Api-Key", "", keyOf(90, alphanumeric, "sk", "-ant-", "api03-")},
	{"Gemini", "https://generativelanguage.googleapis.com/v1beta/models/gemini:generateContent", "x-goog-api-key", "", keyOf(35, alphanumeric, "AI", "za")},
	{"Vertex", "https://us-central1-aiplatform.googleapis.com/v1/projects/p/models/m:predict", "Authorization", "Bearer ", keyOf(120, alphanumeric, "ya", "29.")},
	{"Bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com/model/m%3A0/invoke", "X-Amz-Security-Token", "", keyOf(300, alphanumeric, "IQoJ")},
	{"Cohere", "https://api.cohere.com/v2/chat", "Authorization", "BEARER ", keyOf(40, alphanumeric)},
	{"Mistral", "https://api.mistral.ai/v1/chat/completions", "authorization", "Bearer ", keyOf(32, alphanumeric)},
	{"Groq", "https://api.groq.com/openai/v1/chat/completions", "Authorization", "Bearer ", keyOf(52, alphanumeric, "gs", "k_")},
	{"Ollama", "https://ollama.com/api/chat?ts=1", "Authorization", "", keyOf(64, hexadecimal)},
	{"OpenRouter", "https://openrouter.ai/api/v1/chat/completions", "Authorization", "Bearer ", keyOf(64, hexadecimal, "sk", "-or-", "v1-")},
	{"Hugging Face", "https://api-inference.huggingface.co/models/m", "Authorization", "Bearer ", keyOf(34, alphanumeric, "h", "f_")},
	{"GitHub", "https://models.github.ai/inference/chat/completions", "Authorization", "token ", keyOf(36, alphanumeric, "gh", "p_")},
	{"Stripe", "https://api.stripe.com/v1/charges", "Authorization", "Bearer ", keyOf(24, alphanumeric, "sk", "_live_")},
}

// A scene is what a client sends and what comes of it.
type scene struct {
	url    string
	header http.Header
	body   string
	answer answer
}

// An answer is what the origin says, or the error that there is instead.
type answer struct {
	status          int
	header, trailer http.Header
	parts           []string // of the body, sent one by one
	breaksOff       bool
	failure         string
}

// scene is an ordinary one with a provider.
func (p provider) scene() *scene {
	return &scene{
		url: p.url, header: http.Header{"Content-Type": {ofJSON}}, body: `{"model":"m","max_tokens":5}`,
		answer: answer{200, http.Header{"Content-Type": {ofJSON}}, http.Header{}, []string{`{"id":"chatcmpl-1","usage":{"total_tokens":9}}`}, false, ""},
	}
}

// teach puts a secret into the request under a name that says so.
func (p provider) teach(s *scene, secret string) {
	if strings.Contains(secret, " ") { // which no credentials have
		s.header["X-Auth-Token"] = []string{secret}
		return
	}
	s.header[p.header] = []string{p.scheme + secret}
}

// A planting is a secret and where it was put.
type planting struct {
	place, secret string
	needles       []string // what is looked for: the secret, or the parts into which it was cut
	later         bool     // a later request tells that it is one
	variable      string   // of the environment in which it stands as well; "" for none
}

// plant returns scenes of a provider with a secret in each place. What no name
// tells is known from the headers of the same request, from a later one or from
// the environment, in turn; from nothing at all if nothing is to be taught.
func (p provider) plant(r *rand.Rand, taught bool) (scenes []*scene, plantings []planting) {
	for n, place := range places {
		planted := planting{place: place.name, secret: p.key(r)}
		switch {
		case place.signs:
			planted.secret = drawn(r, 10, alphanumeric) + `/+&=" ` + drawn(r, 10, alphanumeric)
		case place.alone:
			planted.secret = providers[0].key(r)
		}
		s := p.scene()
		if planted.needles = place.put(s, planted.secret); planted.needles == nil {
			planted.needles = []string{planted.secret}
		}
		scenes = append(scenes, s)
		if taught && !place.named && !place.alone {
			switch n % 3 {
			case 0:
				p.teach(s, planted.secret)
			case 1:
				later := p.scene()
				later.body = fmt.Sprintf(`{"model":"m","max_tokens":%d}`, n)
				p.teach(later, planted.secret)
				scenes, planted.later = append(scenes, later), true
			case 2:
				planted.variable = fmt.Sprintf("PLANTED_%d_API_KEY", n)
			}
		}
		plantings = append(plantings, planted)
	}
	return scenes, plantings
}

// halves are what messages may not hold either: they are cut to size.
func (p planting) halves() []string {
	half := len(p.secret) / 2
	return append([]string{p.secret[:half], p.secret[half:]}, p.needles...)
}

// skipUnderRace skips a test that looks for texts, which takes a minute there.
func skipUnderRace(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("nothing runs at once here")
	}
}
