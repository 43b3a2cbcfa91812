package recorder_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
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

// A place is where a secret is put. Put returns what to look for, nil for the
// secret as a whole.
type place struct {
	name  string
	named bool // what stands there is known to be secret by its name
	signs bool // the secret has signs that are escaped there
	alone bool // nothing but its look tells
	put   func(e *scene, secret string) []string
}

const (
	ofJSON = "application/json"
	ofForm = "application/x-www-form-urlencoded"
	ofPart = "multipart/form-data; boundary=cut"
	ofSSE  = "text/event-stream"
	ofNDJ  = "application/x-ndjson"
	ofText = "text/plain"
	binary = "application/octet-stream"
)

// at is a place where the secret stands as a whole.
func at(name string, named, signs bool, put func(e *scene, secret string)) place {
	return place{name: name, named: named, signs: signs, put: func(e *scene, secret string) []string { put(e, secret); return nil }}
}

// inRequest is a place in the body of a request.
func inRequest(name string, named, signs bool, contentType, format string, encode func(string) string) place {
	return at(name, named, signs, func(e *scene, secret string) {
		e.header["Content-Type"], e.body = []string{contentType}, fmt.Sprintf(format, encode(secret))
	})
}

// inAnswer is a place in the body of a response.
func inAnswer(name string, named, signs bool, contentType, format string, encode func(string) string) place {
	return at(name, named, signs, func(e *scene, secret string) {
		e.answer.header["Content-Type"], e.answer.parts = []string{contentType}, []string{fmt.Sprintf(format, encode(secret))}
	})
}

// halved is a place in a stream that cuts the secret in two.
func halved(name, contentType, first, second string) place {
	return place{name: name, put: func(e *scene, secret string) []string {
		half := len(secret) / 2
		e.answer.header["Content-Type"] = []string{contentType}
		e.answer.parts = []string{fmt.Sprintf(first, "it is "+secret[:half]), fmt.Sprintf(second, secret[half:]+" indeed")}
		return []string{secret[:half], secret[half:]}
	}}
}

func basic(credentials string) []string {
	return []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))}
}

func withQuery(e *scene, parameter string) {
	sign := "?"
	if strings.Contains(e.url, "?") {
		sign = "&"
	}
	e.url += sign + parameter
}

func plain(text string) string { return text }

func quote(text string) string {
	b, _ := json.Marshal(text) // a string always has a JSON form
	return string(b)
}

// nested is JSON in a string of JSON.
func nested(format string) func(string) string {
	return func(secret string) string { return quote(fmt.Sprintf(format, quote(secret))) }
}

func base64At(before int, encoding *base64.Encoding) func(string) string {
	return func(text string) string { return encoding.EncodeToString([]byte("abc"[:before] + text + "z")) }
}

func hexOf(text string) string { return hex.EncodeToString([]byte(text)) }

const (
	partNamed = "--cut\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%s\r\n--cut--\r\n"
	partOwn   = "--cut\r\nContent-Disposition: form-data; name=\"mine\"\r\n\r\n%s\r\n--cut--\r\n"
	partFile  = "--cut\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n\x00%s\xff\r\n--cut--\r\n"
	partJSON  = "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n{\"password\":%s}\r\n--cut--\r\n"
)

var places = []place{
	at("header by name", true, false, func(e *scene, s string) { e.header["X-Api-Key"] = []string{s} }),
	at("own header", false, false, func(e *scene, s string) { e.header["X-Own"] = []string{"my " + s} }),
	at("cookie", true, false, func(e *scene, s string) { e.header["Cookie"] = []string{"a=b; session=" + s} }),
	at("query by name", true, true, func(e *scene, s string) { withQuery(e, "access_token="+url.QueryEscape(s)) }),
	at("own query", false, true, func(e *scene, s string) { withQuery(e, "mine="+url.QueryEscape(s)) }),
	at("path", false, false, func(e *scene, s string) { e.url = "https://h/bot" + s + "/send" }),
	at("escaped path", false, true, func(e *scene, s string) { e.url = "https://h/" + url.PathEscape(s) }),
	inRequest("field by name", true, true, ofJSON, `{"a":[{"b":{"client_secret":%s}}]}`, quote),
	inRequest("own field", false, true, ofJSON, `{"note":{"text":%s}}`, quote),
	inRequest("JSON in a string, where names do not decide", false, true, ofJSON, `{"arguments":%s}`, nested(`{"password": %s}`)),
	inRequest("JSON in a string", false, true, ofJSON, `{"arguments":%s}`, nested(`{"note": %s}`)),
	inRequest("form by name", true, true, ofForm, "a=b&api_key=%s&c=d", url.QueryEscape),
	inRequest("own field of a form", false, true, ofForm, "a=b&mine=%s&c=d", url.QueryEscape),
	inRequest("multipart by name", true, true, ofPart, partNamed, plain),
	inRequest("own multipart field", false, true, ofPart, partOwn, plain),
	inRequest("multipart file", false, false, ofPart, partFile, plain),
	inRequest("multipart JSON", true, true, ofPart, partJSON, quote),
	inRequest("line of a batch", true, true, ofNDJ, "{\"a\":1}\n{\"password\":%s}\n", quote),
	inRequest("text", false, true, ofText, "tell me about %s", plain),
	inRequest("binary", false, true, binary, "\x00\x01%s\xff", plain),
	at("compressed request", false, true, func(e *scene, s string) {
		e.header["Content-Encoding"], e.body = []string{"gzip"}, gzipped(`{"note":`+quote(s)+`}`)
	}),
	inRequest("base64", false, false, ofJSON, `{"data":"%s"}`, base64At(0, base64.StdEncoding)),
	inRequest("base64, one byte later", false, false, ofJSON, `{"data":"%s"}`, base64At(1, base64.StdEncoding)),
	inRequest("base64, two bytes later", false, false, ofJSON, `{"data":"%s"}`, base64At(2, base64.StdEncoding)),
	inRequest("base64 for URLs", false, true, ofJSON, `{"data":"%s"}`, base64At(1, base64.RawURLEncoding)),
	inRequest("hex", false, false, ofJSON, `{"data":"%s"}`, hexOf),
	inRequest("HEX", false, false, ofJSON, `{"data":"%s"}`, func(s string) string { return strings.ToUpper(hexOf(s)) }),
	at("password of Basic, and its echo", true, false, func(e *scene, s string) {
		e.header["Authorization"], e.answer.parts = basic("me:"+s), []string{`{"user":"me:` + s + `"}`}
	}),
	at("user of Basic, and its echo", true, false, func(e *scene, s string) {
		e.header["Authorization"], e.answer.parts = basic(s+":"), []string{`{"key":"` + s + `"}`}
	}),
	at("response header by name", true, false, func(e *scene, s string) { e.answer.header["X-Auth-Token"] = []string{s} }),
	at("own response header", false, false, func(e *scene, s string) { e.answer.header["X-Echo"] = []string{"of " + s} }),
	at("set-cookie", true, false, func(e *scene, s string) { e.answer.header["Set-Cookie"] = []string{"session=" + s + "; Path=/"} }),
	at("query of a location", true, true, func(e *scene, s string) {
		e.answer.header["Location"] = []string{"/next?client_secret=" + url.QueryEscape(s)}
	}),
	at("path of a location", false, false, func(e *scene, s string) { e.answer.header["Location"] = []string{"/next/" + s} }),
	inAnswer("echo", false, true, ofText, "you said %s", plain),
	inAnswer("echo in an error", false, true, ofJSON, `{"error":{"message":%s}}`, quote),
	inAnswer("token", true, true, ofJSON, `{"access_token":%s,"expires_in":3600}`, quote),
	inAnswer("signed URL", true, false, ofJSON, `{"url":"https://h/f?a=b\u0026sig=%s"}`, plain),
	inAnswer("event by name", true, true, ofSSE, "event: a\ndata: {\"id_token\":%s}\n\n", quote),
	inAnswer("event", false, true, ofSSE, "data: {\"delta\":%s}\n\ndata: [DONE]\n\n", quote),
	halved("deltas of OpenAI", ofSSE, "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\ndata: [DONE]\n\n"),
	halved("deltas of Anthropic", ofSSE, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n",
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n"),
	halved("arguments of a tool", ofSSE, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"k\\\":\\\"%s\"}}]}}]}\n\n",
		"data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\\\"}\"}}]}}]}\n\n"),
	halved("lines of Ollama", ofNDJ, "{\"message\":{\"content\":\"%s\"},\"done\":false}\n", "{\"message\":{\"content\":\"%s\"},\"done\":true}\n"),
	inAnswer("line by name", true, true, ofNDJ, "{\"a\":1}\n{\"password\":%s}\n", quote),
	at("cut by two chunks", false, false, func(e *scene, s string) {
		e.answer.header["Content-Type"], e.answer.parts = []string{ofText}, []string{"it is " + s[:9], s[9:] + " indeed"}
	}),
	at("compressed response", false, true, func(e *scene, s string) {
		e.answer.header["Content-Encoding"], e.answer.parts = []string{"gzip"}, []string{gzipped(`{"note":` + quote(s) + `}`)}
	}),
	at("body that breaks off", false, false, func(e *scene, s string) { e.answer.parts, e.answer.breaksOff = []string{`{"note":"` + s}, true }),
	at("trailer", false, false, func(e *scene, s string) { e.answer.trailer = http.Header{"X-End": {s}} }),
	at("error", false, false, func(e *scene, s string) { e.answer.failure = "the proxy refused " + s }),
	{name: "text, by its look alone", alone: true, put: func(e *scene, s string) []string { e.body = `{"note":"use ` + s + `"}`; return nil }},
	{name: "answer, by its look alone", alone: true, put: func(e *scene, s string) []string {
		e.answer.parts = []string{`{"note":"use ` + s + `"}`}
		return nil
	}},
}

// A stage is an origin on this machine that plays all providers. It answers each
// scene as it says, and fails the test if what arrives is not what was sent.
type stage struct {
	*vcrtest.Origin
	t      *testing.T
	scenes []*scene
}

// numbered names the scene that a request belongs to.
const numbered = "X-Scene"

func newStage(t *testing.T, scenes []*scene) *stage {
	s := &stage{t: t, scenes: scenes}
	s.Origin = vcrtest.NewOrigin(s)
	t.Cleanup(s.Close)
	return s
}

// RoundTrip sends a request for any host to the origin.
func (s *stage) RoundTrip(req *http.Request) (*http.Response, error) {
	e := s.sceneOf(req)
	if e.answer.failure != "" {
		return nil, errors.New(e.answer.failure)
	}
	there, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.Host, out.URL.Scheme, out.URL.Host = req.URL.Host, there.Scheme, there.Host
	return stageWire.RoundTrip(out)
}

var stageWire = &http.Transport{DisableCompression: true}

func (s *stage) sceneOf(req *http.Request) *scene {
	n, err := strconv.Atoi(req.Header.Get(numbered))
	if err != nil {
		s.t.Error(err)
	}
	return s.scenes[n]
}

func (s *stage) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	e := s.sceneOf(req)
	s.check(e, req)
	maps.Copy(w.Header(), e.answer.header)
	for name := range e.answer.trailer {
		w.Header().Add("Trailer", name)
	}
	w.WriteHeader(e.answer.status)
	for _, part := range e.answer.parts {
		_, _ = io.WriteString(w, part)
		_ = http.NewResponseController(w).Flush()
	}
	if e.answer.breaksOff {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), e.answer.trailer)
}

// check compares a request with what the client meant to send.
func (s *stage) check(e *scene, req *http.Request) {
	_, path, _ := strings.Cut(strings.TrimPrefix(e.url, "https://"), "/")
	body, err := io.ReadAll(req.Body)
	if err != nil || string(body) != e.body || req.RequestURI != "/"+path {
		s.t.Errorf("the origin got %s %q, %v", req.RequestURI, body, err)
	}
	for name, values := range e.header {
		if got := req.Header.Values(name); !slices.Equal(got, values) {
			s.t.Errorf("the origin got %s: %v", name, got)
		}
	}
}

// request returns what the client sends in the nth scene.
func (s *stage) request(n int, more string) *http.Request {
	e := s.scenes[n]
	req, err := http.NewRequest(http.MethodPost, e.url+more, strings.NewReader(e.body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = e.header.Clone()
	req.Header.Set(numbered, strconv.Itoa(n))
	return req
}

// play goes through all scenes with a transport, and reads all answers.
func (s *stage) play(transport http.RoundTripper) {
	for n := range s.scenes {
		req := s.request(n, "")
		before := req.Clone(req.Context())
		resp, err := transport.RoundTrip(req)
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body) // some of them break off
			_ = resp.Body.Close()
		}
		if req.URL.String() != before.URL.String() || !maps.EqualFunc(req.Header, before.Header, slices.Equal[[]string]) {
			s.t.Errorf("the request became %s %v", req.URL, req.Header)
		}
	}
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

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
			d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
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
				equal(t, "finds", len(d.end(s, true).Redacted), 0)
			}
			tape := d.load(d.file()).Interactions[0]
			equal(t, "request on the tape", tape.Request.Body.String(), asked)
			equal(t, "response on the tape", tape.Response.Body.String(), c.body)
		})
	}
}
