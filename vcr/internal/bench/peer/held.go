package peer

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// Held is the least that a recorder in memory does, and no more: it finds answers
// in a map by the body of the request, and records by holding copies of what is
// the caller's. It matches, redacts and saves nothing.
type Held struct{}

// Name returns the name in the results.
func (Held) Name() string { return "held" }

// Play copies the tape, so that each answer has memory of its own, as those that
// were read from a file have.
func (Held) Play(t *Tape) (*Deck, error) {
	answers := make(held, len(t.Exchanges))
	for _, e := range t.Exchanges {
		answers[strings.Clone(e.Body)] = exchange.Response{Header: e.Response.Header.Clone(), Body: strings.Clone(e.Response.Body)}
	}
	return &Deck{Transport: answers, Close: nothing}, nil
}

type held map[string]exchange.Response

func (h held) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	answer, known := h[string(body)]
	if !known {
		return nil, fmt.Errorf("no answer to %.80s", body)
	}
	answer.Header = answer.Header.Clone()
	return stub{&answer}.RoundTrip(req)
}

func readBody(req *http.Request) ([]byte, error) {
	defer func() { _ = req.Body.Close() }() // it lies in memory
	return io.ReadAll(req.Body)
}

// Record holds what is recorded until the deck is closed.
func (Held) Record(_ string, base http.RoundTripper, _ bool) (*Deck, error) {
	holder := &holder{base: base}
	return &Deck{Transport: holder, Close: holder.close}, nil
}

type holder struct {
	base http.RoundTripper

	mu    sync.Mutex
	holds []*copied
}

// copied is an exchange in copies, but for its address.
type copied struct {
	request, response http.Header
	sent              []byte
	received          bytes.Buffer
}

func (h *holder) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := readBody(req)
	if err != nil {
		return nil, err
	}
	out := req.WithContext(req.Context())
	out.Body = io.NopCloser(bytes.NewReader(sent))
	resp, err := h.base.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	c := &copied{request: req.Header.Clone(), response: resp.Header.Clone(), sent: sent}
	resp.Body = copying{io.TeeReader(resp.Body, &c.received), resp.Body}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.holds = append(h.holds, c)
	return resp, nil
}

type copying struct {
	io.Reader
	io.Closer
}

func (h *holder) close() error {
	h.holds = nil
	return nil
}
