// Package exchange makes the exchanges that the benchmarks play: chats,
// embeddings and streams in the sizes that recorded LLM clients have. The same
// arguments always give the same bytes.
package exchange

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// An Exchange is a POST and its answer, whose status is 200.
type Exchange struct {
	URL      string
	Header   http.Header
	Body     string
	Response Response
}

// A Response is the answer of an [Exchange].
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

// At returns the exchanges with another server's address, as
// http://127.0.0.1:8080, in their URLs. An empty one leaves them as they are.
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

// Handler serves the answers of exchanges, which it finds by the request's body.
func Handler(exchanges []Exchange) http.Handler {
	answers := make(map[string]*Response, len(exchanges))
	for n := range exchanges {
		answers[exchanges[n].Body] = &exchanges[n].Response
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		answer := answers[string(body)]
		if err != nil || answer == nil {
			http.Error(w, "no such exchange", http.StatusNotFound)
			return
		}
		for name, values := range answer.Header {
			w.Header()[name] = values
		}
		_, _ = io.WriteString(w, answer.Body) // a client that went away reports it itself
	})
}

// api is where the exchanges are recorded. It has no TLS, because httpreplay
// would have to make a certificate for it.
const api = "http://api.openai.example"
