package vcr

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// The default transport is instrumented where it is, once, before any test
// runs. The variable keeps its value, so that code which took the pointer early
// is captured as well, and nothing is swapped while other goroutines read it.
func init() {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		warn("http.DefaultTransport is a %T and cannot be intercepted; hand vcr.Client() to the code under test", http.DefaultTransport)
		return
	}
	if transport.Protocols == nil && transport.TLSNextProto == nil {
		// HTTP/2 would register a transport for https of its own.
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetHTTP1(true)
	}
	for _, scheme := range []string{"http", "https"} {
		register(transport, scheme)
	}
	guardProxy(transport)
	guardDial(transport)
}

// guardProxy refuses requests of clones. A clone has the function that chooses a
// proxy, which is asked before each request, but not the interceptor, so that its
// requests can be refused but not captured.
func guardProxy(transport *http.Transport) {
	proxy := transport.Proxy
	transport.Proxy = func(req *http.Request) (*url.URL, error) {
		if err := refuseClone(req.Context(), canonicalAddress(req)); err != nil || proxy == nil {
			return nil, err
		}
		return proxy(req)
	}
}

// guardDial does so for clones that were given another proxy, or none.
func guardDial(transport *http.Transport) {
	dial := transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if err := refuseClone(ctx, address); err != nil {
			return nil, err
		}
		return dial(ctx, network, address)
	}
}

// intercepted says that all requests of the default transport can be captured.
var intercepted = true

func register(transport *http.Transport, scheme string) {
	defer func() {
		if p := recover(); p != nil {
			intercepted = false
			warn("requests for %s through http.DefaultTransport cannot be intercepted: %v; hand vcr.Client() to the code under test", scheme, p)
		}
	}()
	transport.RegisterProtocol(scheme, interceptor{})
}

func warn(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "ginkgo-vcr: "+format+"\n", args...)
}

// interceptor sees every request of the default transport. Outside of
// recordings it steps aside.
type interceptor struct{}

func (interceptor) RoundTrip(req *http.Request) (*http.Response, error) {
	recording := inForce()
	if isOfBase(req.Context()) || !recording.intercepts(canonicalAddress(req)) {
		return nil, http.ErrSkipAltProtocol
	}
	return recording.roundTrip(req)
}

// intercepts reports whether requests of the default transport to an address
// belong to this recording.
func (r *Recording) intercepts(address string) bool {
	if r.session == nil || r.plan.settings.open {
		return false
	}
	return !isLoopback(address) || r.plan.settings.interceptLoopback && !isOwnServer(address)
}

func (r *Recording) passes(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	return slices.Contains(r.plan.settings.passThrough, host) || slices.Contains(r.plan.settings.passThrough, address)
}

// refuseClone keeps clones of the default transport off the network while a
// spec is recorded or replayed.
func refuseClone(ctx context.Context, address string) error {
	recording := inForce()
	if isOfBase(ctx) || !recording.intercepts(address) || recording.session.Mode() == recorder.Live || recording.passes(address) {
		return nil
	}
	err := fmt.Errorf("%s: a clone of http.DefaultTransport was about to reach %s, past the recording; hand vcr.Client() to the code that made the clone", recording.Cassette(), address)
	if !intercepted {
		err = fmt.Errorf("%s: a request was about to reach %s, past the recording, through http.DefaultTransport, which a package had used before ginkgo-vcr could intercept it, or through a clone of it; hand vcr.Client() to the code that sends it", recording.Cassette(), address)
	}
	recording.refuse(err)
	return err
}

func canonicalAddress(req *http.Request) string {
	if port := req.URL.Port(); port != "" {
		return net.JoinHostPort(req.URL.Hostname(), port)
	}
	port := "80"
	if req.URL.Scheme == "https" {
		port = "443"
	}
	return net.JoinHostPort(req.URL.Hostname(), port)
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
