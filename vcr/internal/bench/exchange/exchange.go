// Package exchange makes the exchanges that the benchmarks play: chats,
// embeddings and streams in the sizes that recorded LLM clients have. The same
// arguments always give the same bytes.
package exchange

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
)

// An Exchange is a POST and its response, whose status is 200.
type Exchange struct {
	URL      string
	Header   http.Header
	Body     string
	Response Response
}

// A Response is the response of an [Exchange].
type Response struct {
	Header http.Header
	Body   string
	Chunks []int // sizes in bytes of the parts of a stream; nil for one part
}

// Request returns a new request of the exchange, as its caller builds it.
func (e *Exchange) Request() (*http.Request, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, e.URL, strings.NewReader(e.Body))
	if err != nil {
		return nil, err
	}
	req.Header = e.Header.Clone()
	return req, nil
}

// At returns the exchanges with another server's address, such
// as http://127.0.0.1:8080, in their URLs. An empty one changes nothing.
func At(server string, exchanges []Exchange) []Exchange {
	if server == "" {
		return exchanges
	}
	moved := make([]Exchange, len(exchanges))
	for n, e := range exchanges {
		e.URL = server + strings.TrimPrefix(e.URL, api)
		moved[n] = e
	}
	return moved
}

// Handler serves the responses of exchanges. It finds them by the body of the request.
func Handler(exchanges []Exchange) http.Handler {
	responses := make(map[string]*Response, len(exchanges))
	for n := range exchanges {
		responses[exchanges[n].Body] = &exchanges[n].Response
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		response := responses[string(body)]
		if err != nil || response == nil {
			http.Error(w, "no such exchange", http.StatusNotFound)
			return
		}
		for name, values := range response.Header {
			w.Header()[name] = values
		}
		_, _ = io.WriteString(w, response.Body) // a client that went away reports it itself
	})
}

// api is where the exchanges are recorded. It has no TLS, because httpreplay
// would have to make a certificate for it.
const api = "http://api.openai.example"

// requestHeader is what the official client for Go sends, without two headers about
// the runtime.
func requestHeader() http.Header {
	return http.Header{
		"Accept":                      {"application/json"},
		"Authorization":               {"Bearer " + "none"},
		"Content-Type":                {"application/json"},
		"User-Agent":                  {"OpenAI/Go 3.96.0"},
		"X-Stainless-Arch":            {"x64"},
		"X-Stainless-Lang":            {"go"},
		"X-Stainless-Os":              {"Linux"},
		"X-Stainless-Package-Version": {"3.96.0"},
		"X-Stainless-Retry-Count":     {"0"},
	}
}

// responseHeader is what the service sends through its proxy, without most of the
// rate limits and what is the same in every response.
func responseHeader(contentType string) http.Header {
	return http.Header{
		"Cf-Ray":                       {"91f0c2a8bd1e3c7a-FRA"},
		"Content-Type":                 {contentType},
		"Date":                         {"Sun, 22 Nov 2026 12:00:00 GMT"},
		"Openai-Processing-Ms":         {"612"},
		"Server":                       {"cloudflare"},
		"X-Ratelimit-Remaining-Tokens": {"199920"},
		"X-Request-Id":                 {"req_4d0a6c1f2b7e9835a1c4f6e8b0d2a793"},
	}
}

var words = strings.Fields(`the a of and to in is that it for on with as this are be at one have from or had by but some what
	there we can out other were all your when up use word how said an each she which do their time if will way about many then
	them would write like so these her long make thing see him two has look more day could go come did number sound no most people
	over know water than call first who may down side been now find any new work part take get place made live where after back
	little only round man year came show every good me give our under name very through just form much great think say help low`)

// newSource returns the random numbers of a seed.
func newSource(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x7a9e)) }

// prose returns sentences of at least size bytes, in paragraphs of four.
func prose(random *rand.Rand, size int) string {
	var b strings.Builder
	for sentence := 1; b.Len() < size; sentence++ {
		for n := range 8 + random.IntN(8) {
			word := words[random.IntN(len(words))]
			if n == 0 {
				word = strings.ToUpper(word[:1]) + word[1:]
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(word)
		}
		b.WriteByte('.')
		if sentence%4 == 0 {
			b.WriteString("\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}
