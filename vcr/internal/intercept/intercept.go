// Package intercept captures what code sends through http.DefaultTransport.
//
// It knows how net/http sends a request, and which addresses are loopback. It
// does not know Ginkgo, nor what is recorded: the package that imports it says
// which [Session] takes a request.
package intercept

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
)

// Install instruments the default transport in place. It is called once, in an
// init function, before any test runs. The variable keeps its value, so that code
// which took the pointer early is captured as well, and nothing is swapped while
// other goroutines read it.
//
// inForce returns the session that takes requests now, nil for none: then the
// default transport works as ever, but speaks HTTP/1 only.
func Install(inForce func() Session) {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		warn("http.DefaultTransport is a %T and cannot be intercepted; hand vcr.Client() to the code under test", http.DefaultTransport)
		return
	}
	i := instrument(transport, inForce)
	i.hookResolver(net.DefaultResolver)
}

func instrument(transport *http.Transport, inForce func() Session) *interceptor {
	if transport.Protocols == nil && transport.TLSNextProto == nil {
		// HTTP/2 would register a transport for https of its own.
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetHTTP1(true)
	}
	i := &interceptor{inForce: inForce}
	for _, scheme := range []string{"http", "https"} {
		i.register(transport, scheme)
	}
	i.guardProxy(transport)
	i.guardDial(transport)
	return i
}

// register captures the requests for a scheme.
func (i *interceptor) register(transport *http.Transport, scheme string) {
	defer func() {
		if p := recover(); p != nil {
			i.partial = true
			warn("requests for %s through http.DefaultTransport cannot be intercepted: %v; hand vcr.Client() to the code under test", scheme, p)
		}
	}()
	transport.RegisterProtocol(scheme, i)
}

func warn(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "ginkgo-vcr: "+format+"\n", args...)
}

// A Session takes requests of the default transport. It may be called from
// several goroutines.
type Session interface {
	http.RoundTripper
	// Cassette is the path of its cassette, for people.
	Cassette() string
	// TakesLoopback reports whether it takes requests to a loopback address, too.
	TakesLoopback(address string) bool
	// SendsTo reports whether it sends requests to an address, past the tape.
	SendsTo(address string) bool
	// Refuse is told why the package refuses a request, and returns the error for
	// the code that sent it.
	Refuse(error) error
	// Bypass is told of a request to a loopback address that goes past the session.
	// The servers of this process do not count, nor those that the session sends to.
	Bypass(req *http.Request, address string)
	// Lookup is told that code is about to look up a host by name, to connect to it
	// past the session. It returns why not, nil where the host may be looked up.
	Lookup(host string) error
}

// An interceptor sees every request of a transport.
type interceptor struct {
	inForce func() Session
	partial bool // requests of one scheme cannot be captured
}

// RoundTrip hands a request to the session that takes it. Where there is none, it
// steps aside.
func (i *interceptor) RoundTrip(req *http.Request) (*http.Response, error) {
	if s := i.sessionFor(req.Context(), canonicalAddress(req)); s != nil {
		return s.RoundTrip(req)
	}
	return nil, http.ErrSkipAltProtocol
}

// sessionFor returns the session that takes a request to an address, nil for none.
func (i *interceptor) sessionFor(ctx context.Context, address string) Session {
	if isOfBase(ctx) {
		return nil
	}
	if s := i.inForce(); s != nil && (!IsLoopback(address) || s.TakesLoopback(address)) {
		return s
	}
	return nil
}

// Base marks the requests of a transport, which may be the default transport, a
// clone of it, or one around them: they are neither captured nor refused, nor are
// the look-ups for them. Nil stands for a transport of the package's own, with
// proxies from the environment.
func Base(transport http.RoundTripper) http.RoundTripper {
	if transport == nil {
		transport = own()
	}
	return base{transport}
}

// own is one transport for all sessions, so that they share connections.
var own = sync.OnceValue(func() http.RoundTripper {
	return &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: new(net.Dialer).DialContext, ForceAttemptHTTP2: true}
})

type base struct{ http.RoundTripper }

func (b base) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(req.WithContext(context.WithValue(req.Context(), ofBase{}, true)))
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

type ofBase struct{}

func isOfBase(ctx context.Context) bool { return ctx.Value(ofBase{}) != nil }
