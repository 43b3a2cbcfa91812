package recorder_test

import (
	"bufio"
	"compress/gzip"
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

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// answers has a response of every kind that callers can tell apart.
func answers() http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, f func(w http.ResponseWriter, r *http.Request)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", "Sun, 22 Nov 2026 12:00:00 GMT") // otherwise two answers differ now and then
			f(w, r)
		})
	}
	handle("/plain", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["X-Many"] = []string{"b", "a", "b"}
		_, _ = io.WriteString(w, "\r\n text\n\n")
	})
	handle("/empty", func(http.ResponseWriter, *http.Request) {})
	handle("/chunked", func(w http.ResponseWriter, _ *http.Request) {
		for _, part := range []string{"data: a\n\n", "data: b\n\n"} {
			_, _ = io.WriteString(w, part)
			_ = http.NewResponseController(w).Flush()
		}
	})
	handle("/trailers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum, X-Other")
		_, _ = io.WriteString(w, "summed")
		w.Header()["X-Sum"] = []string{"6", "six"}
	})
	handle("/gzip", func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, "compressed")
			_ = z.Close()
		}
	})
	handle("/binary", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0, 0xff, '\r'}) })
	handle("/none", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	handle("/not-modified", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	handle("/redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/plain", http.StatusFound) })
	handle("/odd-status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(299) })
	handle("/old", func(w http.ResponseWriter, _ *http.Request) { answerRaw(w, "HTTP/1.0 200 All Good\r\n\r\nold") })
	handle("/length-of-nothing", func(w http.ResponseWriter, _ *http.Request) {
		answerRaw(w, "HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n")
	})
	return mux
}

func answerRaw(w http.ResponseWriter, text string) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer connection.Close()
	_, _ = io.WriteString(connection, text)
}

// What a caller sees of a response is the same without a recorder, while it
// records, and in replay.
func TestResponsesAreTheSameInReplay(t *testing.T) {
	requests := []string{
		"GET /plain", "GET /empty", "GET /chunked", "GET /trailers", "GET /gzip", "GET /binary", "GET /none", "GET /not-modified",
		"GET /redirect", "GET /odd-status", "GET /old", "GET /length-of-nothing", "HEAD /plain", "HEAD /chunked", "HEAD /gzip", "GET /nowhere",
	}
	d := newRig(t, answers())
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	s := d.open(recorder.Config{})
	var direct, recorded []string
	for _, request := range requests {
		direct = append(direct, d.seen(transport, request))
		recorded = append(recorded, d.seen(s, request))
	}
	d.end(s, true)
	sent := d.Served()
	s = d.open(recorder.Config{Mode: recorder.None})
	for n, request := range requests {
		equal(t, "recorded: "+request, recorded[n], direct[n])
		equal(t, "replayed: "+request, d.seen(s, request), direct[n])
	}
	equal(t, "sent in replay", d.Served(), sent)
}

// seen describes all that a response shows.
func (d *rig) seen(transport http.RoundTripper, request string) string {
	d.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	req := d.request(path)
	req.Method = method
	resp, err := transport.RoundTrip(req)
	if err != nil {
		d.t.Fatal(err)
	}
	if resp.Request != req {
		d.t.Errorf("%s: the request of the response is another one", request)
	}
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%s %d %q, proto %d.%d, length %d, uncompressed %t, no body %t\n%q\ntrailer %q",
		resp.Proto, resp.StatusCode, resp.Status, resp.ProtoMajor, resp.ProtoMinor, resp.ContentLength, resp.Uncompressed, resp.Body == http.NoBody, resp.Header, resp.Trailer)
	_, _ = fmt.Fprintf(&b, "\nbody %q\ntrailer %q", d.body(resp), resp.Trailer)
	if _, ours := transport.(*recorder.Session); ours && resp.Body != http.NoBody {
		_, err = resp.Body.Read(make([]byte, 1))
		equal(d.t, request+": reading after close", errors.Is(err, http.ErrBodyReadAfterClose), true)
	}
	equal(d.t, request+": closing again", resp.Body.Close(), nil)
	return b.String()
}

// What a caller does to a response stays with that caller.
func TestResponsesAreTheCallers(t *testing.T) {
	d := newRig(t, answers())
	s := d.open(recorder.Config{})
	want := d.seen(s, "GET /trailers")
	d.end(s, true)
	s = d.open(recorder.Config{Mode: recorder.None, AllowRepeats: true})
	resp, err := s.RoundTrip(d.request("/trailers"))
	if err != nil {
		t.Fatal(err)
	}
	d.body(resp)
	resp.Header.Set("Content-Type", "changed")
	resp.Header["Date"][0] = "changed"
	resp.Trailer["X-Sum"][0] = "changed"
	equal(t, "afterwards", d.seen(s, "GET /trailers"), want)
}

// Transports of tests often leave out what net/http always sets.
func TestAResponseWithoutABody(t *testing.T) {
	d := newRig(t, nil)
	for _, mode := range []recorder.Mode{recorder.Once, recorder.None} {
		s := d.open(recorder.Config{Mode: mode, Base: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK}, nil
		})})
		req := d.request("/")
		req.Method = "" // which means GET
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "body", d.body(resp), "")
		d.end(s, true)
	}
	equal(t, "method", d.load(d.file()).Interactions[0].Request.Method, http.MethodGet)
}

// From 101 on it is a connection: it goes through and is not recorded.
func TestSwitchingProtocols(t *testing.T) {
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer connection.Close()
		_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := buffer.ReadString('\n')
		_, _ = io.WriteString(connection, line)
	}))
	s := d.open(recorder.Config{})
	req := d.request("/")
	req.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}}
	resp, err := s.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	connection, ok := resp.Body.(io.ReadWriteCloser)
	if resp.StatusCode != http.StatusSwitchingProtocols || !ok {
		t.Fatalf("got %s and a %T", resp.Status, resp.Body)
	}
	_, _ = io.WriteString(connection, "hello\n")
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "echo", line, "hello\n")
	_ = connection.Close()
	equal(t, "recorded", len(d.end(s, true).Recorded), 0)
	equal(t, "files", d.leftovers(), "")

	_, err = d.open(recorder.Config{Mode: recorder.None}).RoundTrip(req)
	equal(t, "replayed", errorText(err), d.file()+": GET "+d.URL+"/ asks for a switch to echo, which is passed on while recording and cannot be replayed; run this spec live, or put a stand-in there")
}

// A tape that was made elsewhere may hold such a switch.
func TestARecordedSwitchOfProtocols(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+d.URL+"/\nresponse:\n  status: 101\n")
	var refused []error
	s := d.openSpec(recorder.Config{Mode: recorder.None}, harness.Spec{OnRefuse: func(err error) { refused = append(refused, err) }})
	_, err := s.RoundTrip(d.request("/"))
	equal(t, "error", errorText(err), d.file()+": line 3: a switch to another protocol cannot be replayed; run this spec live, or put a stand-in there")
	equal(t, "told", len(refused), 1)
	equal(t, "refused", s.Snapshot().Refused, 1)
}

type timeout struct{ error }

func (timeout) Timeout() bool { return true }

// The failure of a transport is played as it was recorded.
func TestTransportErrors(t *testing.T) {
	cases := []struct {
		name    string
		err     error
		timeout bool
		is      error
	}{
		{"refused", &net.OpError{Op: "dial", Net: "tcp", Err: errBroken}, false, nil},
		{"timeout", timeout{errBroken}, true, nil},
		{"cut off", io.ErrUnexpectedEOF, false, io.ErrUnexpectedEOF},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, nil)
			s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) { return nil, c.err })})
			_, err := s.RoundTrip(d.request("/"))
			equal(t, "recording", err, c.err)
			d.end(s, true)

			s = d.open(recorder.Config{Mode: recorder.None})
			_, err = s.RoundTrip(d.request("/"))
			equal(t, "replay", errorText(err), c.err.Error())
			var replayed net.Error
			equal(t, "a net.Error", errors.As(err, &replayed), true)
			equal(t, "timeout", replayed.Timeout(), c.timeout)
			equal(t, "no miss", errors.Is(err, recorder.ErrMiss), false)
			if c.is != nil {
				equal(t, "known", errors.Is(err, c.is), true)
			}
		})
	}
}

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
				d := newRig(t, nil)
				d.URL = address
				s := d.open(recorder.Config{Mode: mode, Base: base})
				resp, err := s.RoundTrip(d.request("/stream"))
				recorded := sight(resp, err, reader{buffer: 100})
				if !strings.Contains(recorded, c.want) {
					t.Errorf("recorded %s\nwithout %s", recorded, c.want)
				}
				d.end(s, true)
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
	d := newRig(t, nil)
	d.URL = "http://api.example.com"
	base, _ := dialing(&net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}, Err: timeout{errBroken}})(t)
	for range 2 {
		s := d.open(recorder.Config{Base: base})
		_, err := s.Client().Get(d.URL + "/")
		seen = append(seen, sightOfError(err))
		var outer *url.Error
		equal(t, "url.Error", errors.As(err, &outer) && outer.Timeout(), true)
		d.end(s, true)
	}
	equal(t, "replayed", seen[1], seen[0])
}

// Errors of other types have the same text and are not made again.
func TestOtherErrorsAreNotRebuilt(t *testing.T) {
	server := silent(func(http.ResponseWriter, *http.Request) {})
	server.StartTLS()
	t.Cleanup(server.Close)
	d := newRig(t, nil)
	d.URL = server.URL
	for n, rebuilt := range []bool{true, false} {
		s := d.open(recorder.Config{Base: new(http.Transport)})
		_, err := s.RoundTrip(d.request("/"))
		var authority x509.UnknownAuthorityError
		var verification *tls.CertificateVerificationError
		equal(t, fmt.Sprint(n), errors.As(err, &authority) && errors.As(err, &verification), rebuilt)
		d.end(s, true)
	}
}

// Whoever writes a tape by hand names what is needed and no more.
func TestAFailureWrittenByHand(t *testing.T) {
	d := newRig(t, nil)
	d.write(d.file(), `ginkgo-vcr: 1
---
request:
  method: GET
  url: `+d.URL+`/
error:
  message: the line is dead
  timeout: true
  is: [io.EOF, unknown.Error]
  op:
    op: read
    net: tcp
    addr: no address
`)
	_, err := d.open(recorder.Config{Mode: recorder.None}).RoundTrip(d.request("/"))
	equal(t, "replayed", sightOfError(err), `"the line is dead" timeout is io.EOF op "read tcp no address: the line is dead" "read" "tcp" <nil> no address true false`)
}
