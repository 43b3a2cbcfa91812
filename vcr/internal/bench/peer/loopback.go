package peer

import (
	"net/http"
	"net/http/httptest"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// Loopback is a server in the same process, as httptest starts it: what tests
// use that have no tapes. Where the others record, it is the call that nobody
// records.
type Loopback struct{}

// Name returns the name in the results.
func (Loopback) Name() string { return "loopback" }

// Play starts the server.
func (Loopback) Play(t *Tape) (*Deck, error) {
	server := httptest.NewServer(exchange.Handler(t.Exchanges))
	return &Deck{Transport: server.Client().Transport, Server: server.URL, Close: func() error {
		server.Close()
		return nil
	}}, nil
}

// Record records nothing.
func (Loopback) Record(_ string, base http.RoundTripper, _ bool) (*Deck, error) {
	return &Deck{Transport: base, Close: nothing}, nil
}
