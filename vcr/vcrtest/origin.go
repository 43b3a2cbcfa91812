package vcrtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
)

// maxBody is the largest request body that an origin accepts, in bytes.
const maxBody = 16 << 20

// Origin is an HTTP/1.1 server without TLS on a loopback address. It reads each
// request in full, remembers it, and only then gives it to its handler.
//
// Use [NewOrigin] or [ListenOrigin] to get one; the zero value serves nothing.
// Its methods may be called concurrently.
type Origin struct {
	// URL is the address as http://host:port, without a slash at the end. It
	// must not be changed.
	URL string

	handler http.Handler
	server  *http.Server
	stopped chan struct{} // closed when the server has stopped

	mu       sync.Mutex
	requests []Request
}

// Request is what an [Origin] remembers of a request.
type Request struct {
	// Method is the method as it was sent, such as POST.
	Method string
	// URL is the path with the query as it was sent, such as
	// /v1/models?limit=2.
	URL string
	// Header holds the header fields. As in every request that a server
	// reads, Host is not among them.
	Header http.Header
	// Body holds the bytes of the body, without any transfer coding, and is
	// empty if there was none.
	Body []byte
}

// NewOrigin starts an origin on a free port of 127.0.0.1. A nil handler answers
// every request with 404. The caller closes the origin.
//
// Like httptest.NewServer it panics if the system refuses to listen.
func NewOrigin(handler http.Handler) *Origin {
	origin, err := ListenOrigin("127.0.0.1:0", handler)
	if err != nil {
		panic("vcrtest: " + err.Error())
	}
	return origin
}

// ListenOrigin starts an origin on a fixed address such as 127.0.0.1:8080 or
// [::1]:8080; port 0 picks a free one. A nil handler answers every request with
// 404. The caller closes the origin.
//
// An address that is not a loopback IP address with a port is an error, as is
// one that is in use. Names are not looked up, localhost included.
func ListenOrigin(address string, handler http.Handler) (*Origin, error) {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil || !parsed.Addr().IsLoopback() {
		return nil, fmt.Errorf("%s: not a loopback address with a port; use one such as 127.0.0.1:8080", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; stop what listens there, or use port 0 for a free one", address, err)
	}
	if handler == nil {
		handler = http.NotFoundHandler()
	}
	o := &Origin{
		URL:     "http://" + listener.Addr().String(),
		handler: handler,
		stopped: make(chan struct{}),
	}
	o.server = &http.Server{Handler: http.HandlerFunc(o.serve)}
	go func() {
		defer close(o.stopped)
		// Serve returns when the origin is closed, and that is no failure.
		_ = o.server.Serve(listener)
	}()
	return o, nil
}

// Served returns how many requests have reached the origin since it started. A
// request counts before it is answered, so whoever has the answer finds it
// counted; one that was cut short or was too large counts too.
func (o *Origin) Served() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.requests)
}

// Requests returns the requests that have reached the origin since it started,
// in the order in which each had arrived in full. The slice is the caller's;
// the headers and bodies in it are shared and must not be changed.
func (o *Origin) Requests() []Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.requests)
}

// Close stops the origin: its connections are cut, also those with a request
// under way, and new ones are refused. What it remembers stays. Closing again
// does nothing.
func (o *Origin) Close() {
	// The only error is that of a listener that is closed already.
	_ = o.server.Close()
	<-o.stopped
}

// serve remembers the request and answers it.
func (o *Origin) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	o.remember(Request{Method: r.Method, URL: r.RequestURI, Header: r.Header.Clone(), Body: body})
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		http.Error(w, fmt.Sprintf("request body: over %d bytes", tooLarge.Limit), http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "request body: "+err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	o.handler.ServeHTTP(w, r)
}

// remember appends a request to those served.
func (o *Origin) remember(request Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requests = append(o.requests, request)
}
