package intercept

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
)

// functions are those of a transport, and what they were before. A suite may wrap
// ours in functions of its own, which are wrapped again: so each pair calls the pair
// that it took the place of.
type functions struct {
	*Interceptor
	before *http.Transport // its Proxy and DialContext are called; it sends what is recorded
}

// Renew instruments the transport again, if the suite has set a function or a
// TLSClientConfig. It is called before a session opens. What the suite set is in force
// for all real requests, those of the recorder too.
//
// It writes only where the suite wrote: so it must not be called while requests are
// under way.
func (i *Interceptor) Renew() {
	t, ours := i.transport, i.functions
	isTrusted := t.TLSClientConfig != nil && t.TLSClientConfig.RootCAs == i.authority.pool
	if ours != nil && isSame(t.Proxy, ours.proxy) && isSame(t.DialContext, ours.dial) && isTrusted {
		return
	}
	before := &http.Transport{
		Proxy: t.Proxy, DialContext: t.DialContext,
		DialTLSContext: t.DialTLSContext, TLSClientConfig: t.TLSClientConfig.Clone(), TLSHandshakeTimeout: t.TLSHandshakeTimeout,
		IdleConnTimeout: t.IdleConnTimeout, ExpectContinueTimeout: t.ExpectContinueTimeout, ForceAttemptHTTP2: t.ForceAttemptHTTP2, Protocols: t.Protocols,
	}
	if ours != nil && isSame(t.Proxy, ours.proxy) {
		before.Proxy = ours.before.Proxy
	}
	if ours != nil && isSame(t.DialContext, ours.dial) {
		before.DialContext = ours.before.DialContext
	}
	if before.DialContext == nil {
		before.DialContext = new(net.Dialer).DialContext
	}
	i.functions = &functions{i, before}
	t.Proxy, t.DialContext = i.functions.proxy, i.functions.dial
	if !isTrusted {
		t.TLSClientConfig = i.authority.trustedBy(t.TLSClientConfig)
	}
}

func isSame(a, b any) bool { return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer() }

// proxy is asked before each request of the transport or of a clone.
func (f *functions) proxy(req *http.Request) (*url.URL, error) {
	address := canonicalAddress(req)
	s := f.sessionFor(req.Context(), address)
	switch {
	case s == nil:
		f.noteBypass(req, address)
	case !s.SendsTo(address):
		return f.capture(s, req, address)
	default:
		if err := note(s, req); err != nil {
			return nil, err
		}
	}
	if f.before.Proxy == nil {
		return nil, nil
	}
	return f.before.Proxy(req)
}

// dial is asked for each connection of the transport or of a clone. A clone whose
// requests reach it past proxy has a Proxy of its own, or none.
func (f *functions) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if l := f.lanes.at(address); l != nil {
		return f.open(l), nil
	}
	if s := f.sessionFor(ctx, address); s != nil && !s.SendsTo(address) {
		return nil, s.Refuse(fmt.Errorf("%s: a clone of http.DefaultTransport with a Proxy of its own was about to reach %s, past the session; leave its Proxy as it is, or hand vcr.Client() to the code that made the clone", s.Cassette(), address))
	}
	ctx = context.WithValue(ctx, ofBase{}, true) // the request has been seen, and a look-up is no further one
	return f.before.DialContext(ctx, network, address)
}
