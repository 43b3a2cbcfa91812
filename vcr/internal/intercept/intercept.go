// Package intercept captures what code sends through http.DefaultTransport and its
// clones.
//
// It knows how net/http sends a request, and which addresses are loopback. It
// does not know Ginkgo, nor what is recorded: the package that imports it says
// which [Session] takes a request.
//
// A clone has the functions of the transport that it was made of, and nothing else
// by which one could see its requests. Two of them do the work. Proxy is asked before
// each request: it names a proxy that does not exist, a [lane]. DialContext is asked
// for a connection to that, and returns one in memory. The session answers at its
// other end. Where no session takes a request, both do what they did before.
package intercept

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
)

// Install instruments the default transport in place. It is called once, in an
// init function, before any test runs. The variable keeps its value, so that code
// which took the pointer early is captured as well.
//
// inForce returns the session that takes requests now, nil for none: then the
// default transport works as ever.
func Install(inForce func() Session) *Interceptor {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		fmt.Fprintf(os.Stderr, "ginkgo-vcr: http.DefaultTransport is a %T and cannot be intercepted; hand vcr.Client() to the code under test\n", http.DefaultTransport)
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	}
	i := instrument(transport, inForce)
	i.hookResolver(net.DefaultResolver)
	return i
}

func instrument(transport *http.Transport, inForce func() Session) *Interceptor {
	i := &Interceptor{inForce: inForce, transport: transport, lanes: newLanes(), authority: newAuthority()}
	i.Renew()
	return i
}

// A Session takes requests of the default transport. It may be called from
// several goroutines, and can be the key of a map.
type Session interface {
	http.RoundTripper
	// Cassette is the path of its cassette, for people.
	Cassette() string
	// TakesLoopback reports whether it takes requests to a loopback address, too.
	TakesLoopback(address string) bool
	// SendsTo reports whether it sends requests to an address, past the tape. It
	// sends them with a transport that [Interceptor.Base] returned.
	SendsTo(address string) bool
	// MayRecord reports whether it sends requests that are not on its tape.
	MayRecord() bool
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

// An Interceptor sees the requests of a transport and of its clones. It is safe for
// concurrent use, but for Renew.
type Interceptor struct {
	inForce   func() Session
	transport *http.Transport
	functions *functions // that the transport has now
	lanes     *lanes
	authority *authority
	lookups   lookups
}

// sessionFor returns the session that takes a request to an address, nil for none.
func (i *Interceptor) sessionFor(ctx context.Context, address string) Session {
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
// the look-ups for them. For nil it returns the default, which sends as the default
// transport did before it was instrumented.
func (i *Interceptor) Base(transport http.RoundTripper) http.RoundTripper {
	if transport == nil {
		transport = i.functions.before
	}
	return base{transport}
}

type base struct{ http.RoundTripper }

func (b base) RoundTrip(req *http.Request) (*http.Response, error) {
	if isOnlyNoted(req.Context()) {
		return nil, errNoted
	}
	resp, err := b.RoundTripper.RoundTrip(req.WithContext(context.WithValue(req.Context(), ofBase{}, true)))
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

// CloseIdleConnections is asked for by http.Client.
func (b base) CloseIdleConnections() {
	if closes, ok := b.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		closes.CloseIdleConnections()
	}
}

type ofBase struct{}

func isOfBase(ctx context.Context) bool { return ctx.Value(ofBase{}) != nil }

// note tells a session of a request that goes past its tape, and returns why the
// session refuses it. The transport sends the request by itself: it has settings that
// nobody else knows.
func note(s Session, req *http.Request) error {
	noted := req.WithContext(context.WithValue(req.Context(), onlyNoted{}, true))
	noted.Body = nil             // and still the transport's
	_, err := s.RoundTrip(noted) //nolint:bodyclose // there is no response
	if errors.Is(err, errNoted) {
		return nil
	}
	return err
}

type onlyNoted struct{}

func isOnlyNoted(ctx context.Context) bool { return ctx.Value(onlyNoted{}) != nil }

var errNoted = errors.New("the request is noted and not sent")
