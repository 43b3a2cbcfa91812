package intercept

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
)

// own is what a transport had before it was instrumented.
type own struct {
	proxy func(*http.Request) (*url.URL, error)
	dial  func(ctx context.Context, network, address string) (net.Conn, error)
	base  *http.Transport // sends with these
}

// Renew instruments the transport again, if the suite has set a function or the
// trusted certificates of its own. It is called before a session opens. What the
// suite set is in force for all real requests, those of the recorder too.
//
// It writes the fields only where the suite wrote them: as that, it must not happen
// while requests are under way.
func (i *Interceptor) Renew() {
	t := i.transport
	isFirst := i.own.base == nil
	newProxy, newDial := isFirst || !isSame(t.Proxy, i.proxy), isFirst || !isSame(t.DialContext, i.dial)
	newTrust := t.TLSClientConfig == nil || t.TLSClientConfig.RootCAs != i.authority.pool
	if !newProxy && !newDial && !newTrust {
		return
	}
	if newProxy {
		i.own.proxy = t.Proxy
	}
	if newDial {
		if i.own.dial = t.DialContext; i.own.dial == nil {
			i.own.dial = dialOf(t)
		}
	}
	i.own.base = i.baseOf(t)
	if newTrust {
		t.TLSClientConfig = i.authority.trustedBy(t.TLSClientConfig)
	}
	t.Proxy, t.DialContext = i.proxy, i.dial
}

// dialOf returns what a transport without DialContext dials with.
func dialOf(t *http.Transport) func(ctx context.Context, network, address string) (net.Conn, error) {
	if t.Dial == nil { //nolint:staticcheck // transports may still have it
		return new(net.Dialer).DialContext
	}
	dial := t.Dial //nolint:staticcheck // see above
	return func(_ context.Context, network, address string) (net.Conn, error) { return dial(network, address) }
}

// baseOf returns a transport with the settings of t and what the suite set. Clone
// would set t up for HTTP/2 before the suite has set its own.
func (i *Interceptor) baseOf(t *http.Transport) *http.Transport {
	return &http.Transport{
		Proxy: i.own.proxy, DialContext: i.own.dial, DialTLSContext: t.DialTLSContext, TLSHandshakeTimeout: t.TLSHandshakeTimeout,
		IdleConnTimeout: t.IdleConnTimeout, ExpectContinueTimeout: t.ExpectContinueTimeout,
		TLSClientConfig: t.TLSClientConfig.Clone(), ForceAttemptHTTP2: t.ForceAttemptHTTP2, Protocols: t.Protocols,
	}
}

func isSame(a, b any) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }

// proxy is asked before each request of the transport or of a clone.
func (i *Interceptor) proxy(req *http.Request) (*url.URL, error) {
	address := canonicalAddress(req)
	s := i.sessionFor(req.Context(), address)
	switch {
	case s == nil:
		i.noteBypass(req, address)
	case !s.SendsTo(address):
		return i.capture(s, req, address)
	default:
		if err := note(s, req); err != nil {
			return nil, err
		}
	}
	if i.own.proxy == nil {
		return nil, nil
	}
	return i.own.proxy(req)
}

// dial is asked for each connection of the transport or of a clone. A clone whose
// requests reach it past proxy has a Proxy of its own, or none.
func (i *Interceptor) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if l := i.lanes.at(address); l != nil {
		return i.open(l), nil
	}
	if s := i.sessionFor(ctx, address); s != nil && !s.SendsTo(address) {
		return nil, s.Refuse(fmt.Errorf("%s: a clone of http.DefaultTransport with a Proxy of its own was about to reach %s, past the session; leave its Proxy as it is, or hand vcr.Client() to the code that made the clone", s.Cassette(), address))
	}
	return i.own.dial(ctx, network, address)
}
