package peer

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// Stub is the limit: a transport that returns the same response to every request,
// that of the tape's first exchange. It does not read the request.
type Stub struct{}

// Name returns the name in the results.
func (Stub) Name() string { return "stub" }

// Play returns the stub.
func (Stub) Play(t *Tape) (*Session, error) {
	return &Session{Transport: stub{&t.Exchanges[0].Response}, Static: true, Close: nothing}, nil
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

// Held is the least that a recorder in memory has to do. It looks responses up in a
// map by the body of the request, and it records copies of headers and bodies. It
// does not match, redact or save.
type Held struct{}

// Name returns the name in the results.
func (Held) Name() string { return "held" }

// Play copies the tape, so that each response has memory of its own, like one that
// was read from a file.
func (Held) Play(t *Tape) (*Session, error) {
	responses := make(held, len(t.Exchanges))
	for _, e := range t.Exchanges {
		responses[strings.Clone(e.Body)] = exchange.Response{Header: e.Response.Header.Clone(), Body: strings.Clone(e.Response.Body)}
	}
	return &Session{Transport: responses, Close: nothing}, nil
}

type held map[string]exchange.Response

func (h held) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	response, known := h[string(body)]
	if !known {
		return nil, fmt.Errorf("no response to %.80s", body)
	}
	response.Header = response.Header.Clone()
	return stub{&response}.RoundTrip(req)
}

func readBody(req *http.Request) ([]byte, error) {
	defer func() { _ = req.Body.Close() }() // it is in memory
	return io.ReadAll(req.Body)
}

// Record keeps the copies until the session is closed.
func (Held) Record(_ string, base http.RoundTripper, _ bool) (*Session, error) {
	holder := &holder{base: base}
	return &Session{Transport: holder, Close: holder.close}, nil
}

type holder struct {
	base http.RoundTripper

	mu    sync.Mutex
	holds []*copied
}

// copied is a copy of an exchange, without its URL.
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

// Loopback is a server of httptest in the same process: what tests without tapes
// use. Beside peers that record, it is the call without a recorder.
type Loopback struct{}

// Name returns the name in the results.
func (Loopback) Name() string { return "loopback" }

// Play starts the server.
func (Loopback) Play(t *Tape) (*Session, error) {
	server := httptest.NewServer(exchange.Handler(t.Exchanges))
	return &Session{Transport: server.Client().Transport, Server: server.URL, Close: func() error {
		server.Close()
		return nil
	}}, nil
}

// Record records nothing.
func (Loopback) Record(_ string, base http.RoundTripper, _ bool) (*Session, error) {
	return &Session{Transport: base, Close: nothing}, nil
}
