// Package vcrtest serves HTTP on a loopback address, for tests and examples that record.
//
// An [Origin] is the server that requests are sent to. It keeps every request, so a
// test can prove that a replay sent nothing:
//
//	origin := vcrtest.NewOrigin(vcrtest.Chat())
//	defer origin.Close()
//	// record, then replay
//	if origin.Served() != 1 { … }
//
// [Chat] is a handler that imitates OpenAI's API. It accepts any key. Equal requests
// get equal responses.
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

// Origin is an HTTP/1.1 server without TLS on a loopback address. It reads each request
// in full and keeps it before it calls the handler.
//
// [NewOrigin] and [ListenOrigin] create one; the zero value is not usable. All methods
// may be called concurrently.
type Origin struct {
	// URL is the address as http://host:port, without a final slash. Do not change it.
	URL string

	handler http.Handler
	server  *http.Server
	stopped chan struct{} // closed when the server has stopped

	mu       sync.Mutex
	requests []Request
}

// Request is a request that an [Origin] has read.
type Request struct {
	// Method is the method as sent, such as POST.
	Method string
	// URL is the path and query as sent, such as /v1/models?limit=2.
	URL string
	// Header has the header fields without Host, as in every request that a server reads.
	Header http.Header
	// Body has the bytes of the body, without transfer coding. It is empty if there was no
	// body.
	Body []byte
}

// NewOrigin starts an origin on a free port of 127.0.0.1. With a nil handler every
// response is 404. The caller must close the origin.
//
// NewOrigin panics if it cannot listen, as httptest.NewServer does.
func NewOrigin(handler http.Handler) *Origin {
	origin, err := ListenOrigin("127.0.0.1:0", handler)
	if err != nil {
		panic("vcrtest: " + err.Error())
	}
	return origin
}

// ListenOrigin starts an origin on an address such as 127.0.0.1:8080 or [::1]:8080.
// Port 0 means any free port. With a nil handler every response is 404. The caller must
// close the origin.
//
// It is an error if the address is in use or is not a loopback IP address with a port.
// Names are not accepted, not even localhost.
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
		// Serve returns an error when the origin is closed, which is expected.
		_ = o.server.Serve(listener)
	}()
	return o, nil
}

// Served returns the number of requests since the origin started. A request counts
// before its response is sent, so a client that has the response sees it counted. A
// request that was cut off or too large counts too.
func (o *Origin) Served() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.requests)
}

// Requests returns all requests since the origin started, in the order in which they
// were complete. The caller owns the slice but must not change the headers and bodies
// in it.
func (o *Origin) Requests() []Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.requests)
}

// Close stops the origin. It cuts all connections, even those with a request in
// progress, and refuses new ones. Requests and Served stay as they are. A second call
// does nothing.
func (o *Origin) Close() {
	// The only error is that the listener is already closed.
	_ = o.server.Close()
	<-o.stopped
}

// serve keeps the request and calls the handler.
func (o *Origin) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	o.keep(Request{Method: r.Method, URL: r.RequestURI, Header: r.Header.Clone(), Body: body})
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

func (o *Origin) keep(request Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requests = append(o.requests, request)
}
