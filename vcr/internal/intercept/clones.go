package intercept

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// A clone of the default transport has its functions, but not its interceptor:
// http.Transport.Clone leaves registered protocols out. So the functions are where
// a clone's requests are seen. What becomes of them, refuseClone decides.

// guardProxy sees the requests of clones in the function that chooses a proxy,
// which is asked before each request.
func (i *interceptor) guardProxy(transport *http.Transport) {
	proxy := transport.Proxy
	transport.Proxy = func(req *http.Request) (*url.URL, error) {
		address := canonicalAddress(req)
		if err := i.refuseClone(req.Context(), address); err != nil {
			return nil, err
		}
		i.noteBypass(req, address)
		if proxy == nil {
			return nil, nil
		}
		return proxy(req)
	}
}

// guardDial sees the connections of clones that were given another proxy, or none.
func (i *interceptor) guardDial(transport *http.Transport) {
	dial := transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if err := i.refuseClone(ctx, address); err != nil {
			return nil, err
		}
		return dial(ctx, network, address)
	}
}

// refuseClone returns why a clone may not reach an address: a session takes the
// requests to it and does not send them.
func (i *interceptor) refuseClone(ctx context.Context, address string) error {
	s := i.sessionFor(ctx, address)
	if s == nil || s.SendsTo(address) {
		return nil
	}
	err := fmt.Errorf("%s: a clone of http.DefaultTransport was about to reach %s, past the session; hand vcr.Client() to the code that made the clone", s.Cassette(), address)
	if i.partial {
		err = fmt.Errorf("%s: a request was about to reach %s, past the session, through http.DefaultTransport, which a package had used before ginkgo-vcr could intercept it, or through a clone of it; hand vcr.Client() to the code that sends it", s.Cassette(), address)
	}
	return s.Refuse(err)
}
