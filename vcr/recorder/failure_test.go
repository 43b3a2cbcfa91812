package recorder_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A failing exchange: who sends, and where to.
type failure struct {
	name string
	make func(t *testing.T) (base http.RoundTripper, address string)
	want string // in the sight of it
}

func silent(handler http.HandlerFunc) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

func served(handler http.HandlerFunc) func(*testing.T) (http.RoundTripper, string) {
	return func(t *testing.T) (http.RoundTripper, string) {
		server := silent(handler)
		server.Start()
		t.Cleanup(server.Close)
		return server.Client().Transport, server.URL
	}
}

// reset ends a connection without a farewell, after a text was sent on it.
func reset(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(connection, text)
		if text != "" {
			_, _ = connection.Read(make([]byte, 1)) // until the client has read, and gone
		}
		_ = connection.(*net.TCPConn).SetLinger(0)
		_ = connection.Close()
	}
}

func dialing(err error) func(*testing.T) (http.RoundTripper, string) {
	return func(*testing.T) (http.RoundTripper, string) {
		return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}, "http://api.example.com"
	}
}

func withResolver(dial func() error) func(*testing.T) (http.RoundTripper, string) {
	return func(*testing.T) (http.RoundTripper, string) {
		resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, dial() }}
		return &http.Transport{DialContext: (&net.Dialer{Resolver: resolver}).DialContext}, "http://api.example.com"
	}
}

var failures = []failure{
	{"no resolver", withResolver(func() error { return errBroken }), ` dns `},
	{"a slow resolver", withResolver(func() error { return &net.OpError{Op: "dial", Net: "udp", Err: timeout{errBroken}} }), ` timeout`},
	{"an unknown host", dialing(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.example.com", Server: "192.0.2.1:53", IsNotFound: true}}),
		`op "dial tcp: lookup api.example.com on 192.0.2.1:53: no such host"`},
	{"refused", func(t *testing.T) (http.RoundTripper, string) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		// Nobody listens at the caller's end of a connection, and while that is open
		// no server of another test gets its port.
		caller, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = caller.Close() })
		return new(http.Transport), "http://" + caller.LocalAddr().String()
	}, `is ECONNREFUSED`},
	{"reset", served(reset("")), `is ECONNRESET`},
	{"hung up", served(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), `"EOF" is io.EOF`},
	{"a body that breaks off", served(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}), `"half", then "unexpected EOF" is io.ErrUnexpectedEOF`},
	{"a body that is too short", served(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "half")
	}), `"half", then "unexpected EOF" is io.ErrUnexpectedEOF`},
	{"a stranger's certificate", func(t *testing.T) (http.RoundTripper, string) {
		server := silent(func(http.ResponseWriter, *http.Request) {})
		server.StartTLS()
		t.Cleanup(server.Close)
		return new(http.Transport), server.URL
	}, `x509: certificate signed by unknown authority`},
	{"no TLS", func(t *testing.T) (http.RoundTripper, string) {
		base, address := served(func(http.ResponseWriter, *http.Request) {})(t)
		return base, strings.Replace(address, "http:", "https:", 1)
	}, `first record does not look like a TLS handshake`},
	{"no header in time", func(t *testing.T) (http.RoundTripper, string) {
		_, address := served(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })(t)
		return &http.Transport{ResponseHeaderTimeout: time.Millisecond}, address
	}, `timeout awaiting response headers" timeout`},
	{"no answer in HTTP", served(reset("SSH-2.0-OpenSSH\r\n")), `malformed HTTP`},
	{"a socket's time is over", dialing(&net.OpError{Op: "dial", Net: "unix", Addr: &net.UnixAddr{Name: "/socket", Net: "unix"}, Err: context.DeadlineExceeded}), `is context.DeadlineExceeded op "dial unix /socket: context deadline exceeded"`},
}

// A failure is recorded in every mode that records, and its replay has the same
// text and answers the same questions.
func TestFailuresAreTheSameInReplay(t *testing.T) {
	for _, c := range failures {
		for _, mode := range []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All} {
			t.Run(c.name+" "+string(mode), func(t *testing.T) {
				base, address := c.make(t)
				d := newDeck(t, nil)
				d.URL = address
				s := d.open(recorder.Config{Mode: mode, Base: base})
				resp, err := s.RoundTrip(d.request("/stream"))
				recorded := sight(resp, err, reader{buffer: 100})
				if !strings.Contains(recorded, c.want) {
					t.Errorf("recorded %s\nwithout %s", recorded, c.want)
				}
				d.end(s, recorder.Passed)
				s = d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
				resp, err = s.RoundTrip(d.request("/stream"))
				if replayed := sight(resp, err, reader{buffer: 100}); replayed != recorded {
					t.Errorf("%s", difference(recorded, replayed))
				}
			})
		}
	}
}

// Through a client, too, a replayed failure is what it was.
func TestAFailureOfAClient(t *testing.T) {
	var seen []string
	d := newDeck(t, nil)
	d.URL = "http://api.example.com"
	base, _ := dialing(&net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}, Err: timeout{errBroken}})(t)
	for range 2 {
		s := d.open(recorder.Config{Base: base})
		_, err := s.Client().Get(d.URL + "/")
		seen = append(seen, sightOfError(err))
		var outer *url.Error
		equal(t, "url.Error", errors.As(err, &outer) && outer.Timeout(), true)
		d.end(s, recorder.Passed)
	}
	equal(t, "replayed", seen[1], seen[0])
}

// Errors of other types have the same text and are not made again.
func TestOtherErrorsAreNotRebuilt(t *testing.T) {
	server := silent(func(http.ResponseWriter, *http.Request) {})
	server.StartTLS()
	t.Cleanup(server.Close)
	d := newDeck(t, nil)
	d.URL = server.URL
	for n, rebuilt := range []bool{true, false} {
		s := d.open(recorder.Config{Base: new(http.Transport)})
		_, err := s.RoundTrip(d.request("/"))
		var authority x509.UnknownAuthorityError
		var verification *tls.CertificateVerificationError
		equal(t, fmt.Sprint(n), errors.As(err, &authority) && errors.As(err, &verification), rebuilt)
		d.end(s, recorder.Passed)
	}
}

// Whoever writes a tape by hand names what is needed and no more.
func TestAFailureWrittenByHand(t *testing.T) {
	d := newDeck(t, nil)
	i := &cassette.Interaction{
		Request: cassette.Request{Method: http.MethodGet, URL: d.URL + "/"},
		Error:   &cassette.TransportError{Message: "the line is dead", Timeout: true, Is: []string{"io.EOF", "unknown.Error"}, Op: &cassette.OpError{Op: "read", Net: "tcp", Addr: "no address"}},
	}
	if _, err := (&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Save(d.file()); err != nil {
		t.Fatal(err)
	}
	_, err := d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/"))
	equal(t, "replayed", sightOfError(err), `"the line is dead" timeout is io.EOF op "read tcp no address: the line is dead" "read" "tcp" <nil> no address true false`)
}
