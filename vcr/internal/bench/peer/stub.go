package peer

import (
	"io"
	"net/http"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// Stub is the limit: a transport that returns the answer of the tape's first
// exchange to every request, of which it reads nothing.
type Stub struct{}

// Name returns the name in the results.
func (Stub) Name() string { return "stub" }

// Play returns the stub.
func (Stub) Play(t *Tape) (*Deck, error) {
	return &Deck{Transport: stub{&t.Exchanges[0].Response}, Static: true, Close: nothing}, nil
}

type stub struct{ response *exchange.Response }

func (s stub) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        s.response.Header,
		Body:          io.NopCloser(strings.NewReader(s.response.Body)),
		ContentLength: int64(len(s.response.Body)),
		Request:       req,
	}, nil
}
