package vcr

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

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
	dial := transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if isOfBase(ctx) {
			return dial(ctx, network, address)
		}
		if err := refuseClone(address); err != nil {
			return nil, err
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &guardedConn{Conn: conn, address: address}, nil
	}
}

func register(transport *http.Transport, scheme string) {
	defer func() {
		if p := recover(); p != nil {
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
// spec is recorded or replayed. A clone has the dialer, but not the interceptor,
// so that its requests can be refused but not captured.
func refuseClone(address string) error {
	recording := inForce()
	if !recording.intercepts(address) || recording.session.Mode() == recorder.Live || recording.passes(address) {
		return nil
	}
	err := fmt.Errorf("%s: a clone of http.DefaultTransport was about to reach %s, past the recording; hand vcr.Client() to the code that made the clone", recording.Cassette(), address)
	recording.refuse(err)
	return err
}

// A guardedConn refuses to write while a clone may not reach the network:
// connections are kept alive from one spec to the next.
type guardedConn struct {
	net.Conn
	address string
	parting atomic.Bool
}

// SetWriteDeadline tells that the connection is about to be closed: crypto/tls
// sets a deadline for the alert that it sends then, and net/http sets none.
func (c *guardedConn) SetWriteDeadline(t time.Time) error {
	c.parting.Store(true)
	return c.Conn.SetWriteDeadline(t)
}

func (c *guardedConn) Write(b []byte) (int, error) {
	// A base may use a connection from before the recording.
	if basesSending.Load() == 0 && !c.parting.Load() {
		if err := refuseClone(c.address); err != nil {
			return 0, err
		}
	}
	return c.Conn.Write(b)
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
