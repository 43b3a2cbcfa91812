package intercept

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A session that answers with a function.
type session struct {
	answer                   func(*http.Request) (*http.Response, error)
	loopback, sends, records bool

	mu       sync.Mutex
	asked    []string
	refused  []string
	bypassed []string

	lookups   []string
	lookupErr error
	lookedUp  chan bool // nil if nobody waits for it
}

func (s *session) RoundTrip(req *http.Request) (*http.Response, error) {
	if isOnlyNoted(req.Context()) {
		return base{nil}.RoundTrip(req)
	}
	s.mu.Lock()
	s.asked = append(s.asked, req.Method+" "+req.URL.String())
	s.mu.Unlock()
	if s.answer == nil {
		return &http.Response{StatusCode: http.StatusTeapot, Body: http.NoBody, Request: req}, nil
	}
	return s.answer(req)
}
func (s *session) Cassette() string          { return "a.yaml" }
func (s *session) TakesLoopback(string) bool { return s.loopback }
func (s *session) SendsTo(string) bool       { return s.sends }
func (s *session) MayRecord() bool           { return s.records }
func (s *session) Refuse(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = append(s.refused, err.Error())
	return err
}
func (s *session) Lookup(host string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lookups = append(s.lookups, host)
	if s.lookedUp != nil {
		s.lookedUp <- true
	}
	return s.lookupErr
}
func (s *session) Bypass(_ *http.Request, address string) { s.bypassed = append(s.bypassed, address) }

// served returns a session that answers as a handler does, through a real server: what
// net/http makes of that is what a caller should read. Its transport is bare.
func served(t *testing.T, handler http.HandlerFunc) *session {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport := new(http.Transport)
	t.Cleanup(transport.CloseIdleConnections)
	return &session{answer: func(req *http.Request) (*http.Response, error) {
		out := req.Clone(req.Context())
		out.URL.Scheme, out.URL.Host = "http", strings.TrimPrefix(server.URL, "http://")
		resp, err := transport.RoundTrip(out)
		if resp != nil {
			resp.Request = req
		}
		return resp, err
	}}
}

// intercepted returns a transport like the default one, which a session takes requests of.
func intercepted(t *testing.T, s *session) (*http.Transport, *Interceptor) {
	t.Helper()
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: new(net.Dialer).DialContext, ForceAttemptHTTP2: true}
	i := instrument(transport, func() Session {
		if s == nil {
			return nil
		}
		return s
	})
	t.Cleanup(func() {
		if s != nil {
			i.Leave(s)
		}
		transport.CloseIdleConnections()
		checkNoneLeft(t, i)
	})
	return transport, i
}

// checkNoneLeft fails if a goroutine of the package or a note of a request is left.
func checkNoneLeft(t *testing.T, i *Interceptor) {
	t.Helper()
	var stacks string
	for range 200 {
		all := make([]byte, 1<<20)
		stacks = string(all[:runtime.Stack(all, true)])
		i.lanes.mu.Lock()
		left := len(i.lanes.byAddress) + len(i.lanes.shared) + len(i.lanes.waiting)
		i.lanes.mu.Unlock()
		if !strings.Contains(stacks, "intercept.(*Interceptor).serve") && left == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("left: %d lanes, %d shared, %d waiting\n%s", len(i.lanes.byAddress), len(i.lanes.shared), len(i.lanes.waiting), stacks)
}

// both calls a test for http and https, in replay and while recording.
func both(t *testing.T, do func(t *testing.T, origin string, records bool)) {
	for _, scheme := range []string{"http", "https"} {
		for _, records := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, records=%v", scheme, records), func(t *testing.T) { do(t, scheme+"://api.example", records) })
		}
	}
}

// A seen is what a caller sees of a response.
type seen struct {
	Status        string
	Proto         string
	Header        http.Header
	Body          string
	Err           string
	Trailer       http.Header
	ContentLength int64
	Uncompressed  bool
	Close         bool
}

func see(resp *http.Response, err error) seen {
	if err != nil {
		return seen{Err: err.Error()}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	s := seen{resp.Status, resp.Proto, resp.Header, string(body), "", resp.Trailer, resp.ContentLength, resp.Uncompressed, resp.Close}
	if err != nil {
		s.Err = err.Error()
	}
	s.Header.Del("Date")
	return s
}

// What a clone reads is what a client of the session reads.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		about   string
		method  string
		header  http.Header
		body    string
		handler http.HandlerFunc
	}{
		{"a short text", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "hello") }},
		{"the request", "POST", http.Header{"X-One": {"a", "b"}}, strings.Repeat("ask", 50_000), func(rw http.ResponseWriter, req *http.Request) {
			req.Header.Set("X-Method", req.Method)
			_ = req.Header.Write(rw)
			_, _ = io.Copy(rw, req.Body)
		}},
		{"a long text", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = rw.Write(bytes.Repeat([]byte("0123456789"), 100_000))
		}},
		{"a text of known length", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "200000")
			_, _ = rw.Write(bytes.Repeat([]byte("01"), 100_000))
		}},
		{"nothing", "DELETE", nil, "", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNoContent) }},
		{"an empty body", "GET", nil, "", func(http.ResponseWriter, *http.Request) {}},
		{"not modified", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotModified) }},
		{"a failure", "POST", nil, "x", func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, "no", http.StatusTooManyRequests) }},
		{"a head", "HEAD", nil, "", func(rw http.ResponseWriter, _ *http.Request) { rw.Header().Set("Content-Length", "12345") }},
		{"headers", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
			rw.Header().Set("Connection", "close")
		}},
		{"trailers", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Trailer", "X-Sum")
			_, _ = io.WriteString(rw, "hello")
			rw.Header().Set("X-Sum", "1")
			rw.Header().Set(http.TrailerPrefix+"X-Other", "2")
		}},
		{"103", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Link", "</style.css>")
			rw.WriteHeader(http.StatusEarlyHints)
			_, _ = io.WriteString(rw, "hello")
		}},
		{"gzip that the transport asked for", "GET", nil, "", func(rw http.ResponseWriter, req *http.Request) {
			rw.Header().Set("Content-Encoding", req.Header.Get("Accept-Encoding"))
			_, _ = rw.Write(gzipped("hello, compressed"))
		}},
		{"gzip that the caller asked for", "GET", http.Header{"Accept-Encoding": {"gzip"}}, "", func(rw http.ResponseWriter, req *http.Request) {
			rw.Header().Set("Content-Encoding", req.Header.Get("Accept-Encoding"))
			_, _ = rw.Write(gzipped("hello, compressed"))
		}},
		{"a body that waits to be asked for", "POST", http.Header{"Expect": {"100-continue"}}, "asked", func(rw http.ResponseWriter, req *http.Request) { _, _ = io.Copy(rw, req.Body) }},
		{"a body cut off", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(rw, "hello")
			panic(http.ErrAbortHandler)
		}},
		{"a stream cut off", "GET", nil, "", func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(rw, "hello")
			_ = http.NewResponseController(rw).Flush()
			panic(http.ErrAbortHandler)
		}},
		{"no answer", "POST", nil, "x", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
	} {
		t.Run(c.about, func(t *testing.T) {
			both(t, func(t *testing.T, origin string, records bool) {
				s := served(t, c.handler)
				s.records = records
				transport, _ := intercepted(t, s)
				request := func() *http.Request {
					var body io.Reader
					if c.body != "" {
						body = strings.NewReader(c.body)
					}
					req, err := http.NewRequest(c.method, origin+"/path", body)
					if err != nil {
						t.Fatal(err)
					}
					req.Header = c.header.Clone()
					if req.Header == nil {
						req.Header = http.Header{}
					}
					return req
				}
				want := see(s.RoundTrip(request()))
				for _, client := range []*http.Transport{transport, transport.Clone(), {Proxy: transport.Proxy, DialContext: transport.DialContext, TLSClientConfig: transport.TLSClientConfig, DisableKeepAlives: true}} {
					for range 2 { // the second one on the same connection
						if got := see(client.RoundTrip(request())); !reflect.DeepEqual(got, want) {
							t.Errorf("got\n%+v\nwant\n%+v", got, want)
						}
					}
				}
				if n := len(s.asked); n != 7 || len(s.refused) > 0 {
					t.Errorf("the session was asked %q and refused %q", s.asked, s.refused)
				}
			})
		})
	}
}

func gzipped(text string) []byte {
	a := &answer{framing: byLength, Response: &http.Response{ContentLength: 1 << 20}}
	a.out.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff})
	a.out.Write(storedBlock(len(text)))
	a.out.WriteString(text)
	a.out.Write([]byte{1, 0, 0, 0xff, 0xff})
	return append(a.out.Bytes(), sumOf(text)...)
}

// An error of the session reaches the caller as it is, once.
func TestErrors(t *testing.T) {
	reason := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused for a reason")}
	both(t, func(t *testing.T, origin string, records bool) {
		s := &session{records: records}
		transport, _ := intercepted(t, s)
		for _, method := range []string{"GET", "POST", "GET", "POST"} {
			s.answer, s.asked = nil, nil
			for _, fails := range []bool{false, true} { // once on a connection that was used before
				if fails {
					s.answer = func(*http.Request) (*http.Response, error) { return nil, reason }
				}
				req, _ := http.NewRequest(method, origin, strings.NewReader("x"))
				_, err := (&http.Client{Transport: transport}).Do(req)
				if fails && (!errors.Is(err, reason) || errors.Unwrap(err) != error(reason)) {
					t.Errorf("%s: the error is %v", method, err)
				}
			}
			if len(s.asked) != 2 {
				t.Errorf("%s: the session was asked %q", method, s.asked)
			}
		}
	})
}

// The parts of a stream come as they are sent, and no sooner than they are asked for.
func TestParts(t *testing.T) {
	for _, gzip := range []bool{false, true} {
		both(t, func(t *testing.T, origin string, records bool) {
			var asked atomic.Int64
			s := &session{records: records, answer: func(req *http.Request) (*http.Response, error) {
				parts := []string{"one", "two", strings.Repeat("3", 3000)}
				body := readerFunc(func(p []byte) (int, error) {
					n := int(asked.Add(1))
					if n > len(parts) {
						return 0, io.EOF
					}
					return copy(p, parts[n-1]), nil
				})
				return &http.Response{StatusCode: 200, Proto: "HTTP/2.0", ProtoMajor: 2, Header: http.Header{}, ContentLength: -1, Uncompressed: gzip, Body: io.NopCloser(body)}, nil
			}}
			transport, _ := intercepted(t, s)
			resp, err := (&http.Client{Transport: transport}).Get(origin)
			if err != nil {
				t.Fatal(err)
			}
			if resp.Proto != "HTTP/2.0" || resp.Uncompressed != gzip {
				t.Errorf("the response is %+v", resp)
			}
			p := make([]byte, 4000)
			for n, want := range []string{"one", "two", strings.Repeat("3", 3000)} {
				if before := asked.Load(); before != int64(n) {
					t.Errorf("%d parts were read before part %d was asked for", before, n+1)
				}
				if got, err := resp.Body.Read(p); string(p[:got]) != want || err != nil {
					t.Errorf("read %q and %v, want %q", p[:got], err, want)
				}
			}
			if n, err := resp.Body.Read(p); n != 0 || err != io.EOF {
				t.Errorf("read %d bytes and %v at the end", n, err)
			}
			_ = resp.Body.Close()
		})
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A context that ends reaches the session, and the caller gets its cause.
func TestContext(t *testing.T) {
	cause := errors.New("enough")
	both(t, func(t *testing.T, origin string, records bool) {
		ctx, cancel := context.WithCancelCause(context.Background())
		var ended atomic.Bool
		s := &session{records: records, answer: func(req *http.Request) (*http.Response, error) {
			cancel(cause)
			<-req.Context().Done()
			ended.Store(true)
			return nil, context.Cause(req.Context())
		}}
		transport, _ := intercepted(t, s)
		for _, about := range []string{"while the session answers", "before"} {
			req, _ := http.NewRequestWithContext(ctx, "POST", origin, strings.NewReader("x"))
			_, err := transport.RoundTrip(req)
			if !errors.Is(err, cause) || !ended.Load() {
				t.Errorf("%s: the error is %v, and the session ended: %v", about, err, ended.Load())
			}
		}
		if len(s.asked) != 1 {
			t.Errorf("the session was asked %q", s.asked)
		}
	})
}

// The body of an answer that the caller does not read is closed.
func TestEarlyClose(t *testing.T) {
	both(t, func(t *testing.T, origin string, records bool) {
		closed := make(chan struct{})
		s := &session{records: records, answer: func(*http.Request) (*http.Response, error) {
			reads := 0
			body := readerFunc(func(p []byte) (int, error) {
				if reads++; reads > 1 {
					t.Error("more was read than the caller asked for")
				}
				return copy(p, "part"), nil
			})
			return &http.Response{StatusCode: 200, ContentLength: -1, Body: readCloser{body, sync.OnceFunc(func() { close(closed) })}}, nil
		}}
		transport, _ := intercepted(t, s)
		resp, err := (&http.Client{Transport: transport}).Get(origin)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = resp.Body.Read(make([]byte, 10))
		_ = resp.Body.Close()
		<-closed
	})
}

type readCloser struct {
	io.Reader
	close func()
}

func (r readCloser) Close() error {
	r.close()
	return nil
}

// Requests at the same time get their own answers.
func TestAtTheSameTime(t *testing.T) {
	both(t, func(t *testing.T, origin string, records bool) {
		s := &session{records: records, answer: func(req *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(req.Body)
			return &http.Response{StatusCode: 200, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body))}, err
		}}
		transport, _ := intercepted(t, s)
		clients := []*http.Transport{transport, transport.Clone(), transport.Clone()}
		var all sync.WaitGroup
		for n := range 60 {
			all.Add(1)
			go func() {
				defer all.Done()
				for m := range 5 {
					want := fmt.Sprintf("request %d of %d", m, n)
					got := see((&http.Client{Transport: clients[n%3]}).Post(origin, "text/plain", strings.NewReader(want)))
					if got.Body != want || got.Err != "" {
						t.Errorf("got %q %s, want %q", got.Body, got.Err, want)
					}
				}
			}()
		}
		all.Wait()
		for _, client := range clients {
			client.CloseIdleConnections()
		}
	})
}

// A body without an end is sent while the session reads it.
func TestStreamingBody(t *testing.T) {
	both(t, func(t *testing.T, origin string, records bool) {
		s := &session{records: records, answer: func(req *http.Request) (*http.Response, error) {
			p := make([]byte, 100)
			n, err := req.Body.Read(p)
			go func() { _, _ = io.Copy(io.Discard, req.Body) }()
			return &http.Response{StatusCode: 200, ContentLength: int64(n), Body: io.NopCloser(bytes.NewReader(p[:n]))}, err
		}}
		transport, _ := intercepted(t, s)
		reader, writer := io.Pipe()
		go func() { _, _ = io.WriteString(writer, "first") }()
		req, _ := http.NewRequest("POST", origin, reader)
		resp, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(writer, "second")
		_ = writer.Close()
		if got := see(resp, nil); got.Body != "first" {
			t.Errorf("got %+v", got)
		}
	})
}

// A switch of protocols gives both sides the connection.
func TestSwitch(t *testing.T) {
	both(t, func(t *testing.T, origin string, _ bool) {
		s := served(t, func(rw http.ResponseWriter, _ *http.Request) {
			conn, buffered, _ := http.NewResponseController(rw).Hijack()
			defer conn.Close()
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
			line, _ := buffered.ReadString('\n')
			_, _ = io.WriteString(conn, "echo "+line)
		})
		s.records = true
		transport, _ := intercepted(t, s)
		req, _ := http.NewRequest("GET", origin, http.NoBody)
		req.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		service := resp.Body.(io.ReadWriteCloser)
		_, _ = io.WriteString(service, "hello\n")
		got, err := io.ReadAll(service)
		if string(got) != "echo hello\n" || err != nil {
			t.Errorf("read %q and %v", got, err)
		}
		_ = service.Close()
	})
}

// A clone with settings of its own, for which a session cannot answer, is refused, and
// nothing is sent.
func TestRefusedClones(t *testing.T) {
	var served atomic.Int64
	stranger, _ := net.Listen("tcp", "127.0.0.1:0")
	defer stranger.Close()
	heard := make(chan string, 100)
	go func() {
		for {
			conn, err := stranger.Accept()
			if err != nil {
				return
			}
			served.Add(1)
			p := make([]byte, 1000)
			n, _ := conn.Read(p)
			heard <- string(p[:n])
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
			_ = conn.Close()
		}
	}()
	other := newAuthority()
	if other.prepare(); other.err != nil {
		t.Fatal(other.err)
	}
	certificate, err := other.configFor("client")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		about   string
		change  func(*http.Transport)
		url     string
		caller  string // part of what the caller gets
		refused string
	}{
		{"a client certificate", func(c *http.Transport) { c.TLSClientConfig.Certificates = certificate.Certificates }, "https://api.example",
			"a.yaml: a clone of http.DefaultTransport asked for https://api.example with a client certificate, which the session does not have; hand vcr.Client() to the code that made the clone, and set the configuration by vcr.Base",
			"a.yaml: a clone of http.DefaultTransport asked for https://api.example with a client certificate, which the session does not have; hand vcr.Client() to the code that made the clone, and set the configuration by vcr.Base"},
		{"certificates that it trusts", func(c *http.Transport) { c.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()} }, "https://api.example",
			"x509: certificate signed by unknown authority",
			"a.yaml: a clone of http.DefaultTransport with a TLSClientConfig of its own asked for https://api.example, and does not trust the session (remote error: tls: bad certificate); hand vcr.Client() to the code that made the clone, and set the configuration by vcr.Base"},
		{"a dialer", func(c *http.Transport) { c.DialContext = (&net.Dialer{Timeout: time.Second}).DialContext }, "https://api.example",
			"hand-vcr.Client-to-the-code-that-has-a-dialer-of-its-own",
			"a.yaml: GET https://api.example was sent with a clone of http.DefaultTransport that has a DialContext of its own, and cannot be answered there; hand vcr.Client() to the code that made the clone"},
		{"a dialer that goes to a stranger", func(c *http.Transport) {
			c.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, stranger.Addr().String())
			}
		}, "http://api.example", "proxyconnect tcp: tls: first record does not look like a TLS handshake",
			"a.yaml: GET http://api.example was sent with a clone of http.DefaultTransport that has a DialContext of its own, and cannot be answered there; hand vcr.Client() to the code that made the clone"},
		{"no proxy", func(c *http.Transport) { c.Proxy = nil }, "http://api.example",
			"a.yaml: a clone of http.DefaultTransport with a Proxy of its own was about to reach api.example:80, past the session; leave its Proxy as it is, or hand vcr.Client() to the code that made the clone",
			"a.yaml: a clone of http.DefaultTransport with a Proxy of its own was about to reach api.example:80, past the session; leave its Proxy as it is, or hand vcr.Client() to the code that made the clone"},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := &session{records: true}
			transport, i := intercepted(t, s)
			clone := transport.Clone()
			defer clone.CloseIdleConnections()
			c.change(clone)
			_, err := (&http.Client{Transport: clone}).Get(c.url)
			if err == nil || !strings.Contains(err.Error(), c.caller) {
				t.Errorf("the caller got %v", err)
			}
			i.Leave(s)
			if !slices.Equal(s.refused, []string{c.refused}) {
				t.Errorf("refused\n%q\nwant\n%q", s.refused, c.refused)
			}
			if len(s.asked) > 0 {
				t.Errorf("the session was asked %q", s.asked)
			}
			for len(heard) > 0 {
				if said := <-heard; !strings.HasPrefix(said, "\x16\x03\x01") && !strings.HasPrefix(said, "CONNECT ") {
					t.Errorf("a stranger heard %q", said)
				}
			}
		})
	}
}

// A transport speaks HTTP/2 where nothing is in force, and so do its clones.
func TestOutside(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) { _, _ = io.WriteString(rw, req.Proto) }))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for _, c := range []struct {
		about  string
		client func(*http.Transport) *http.Transport
		want   string
	}{
		{"itself", func(t *http.Transport) *http.Transport {
			t.TLSClientConfig.RootCAs.AddCert(server.Certificate())
			return t
		}, "HTTP/2.0"},
		{"a clone", func(t *http.Transport) *http.Transport {
			t.TLSClientConfig.RootCAs.AddCert(server.Certificate())
			return t.Clone()
		}, "HTTP/2.0"},
		{"a clone with a configuration", func(t *http.Transport) *http.Transport {
			c := t.Clone()
			c.TLSClientConfig = &tls.Config{RootCAs: roots}
			return c
		}, "HTTP/2.0"},
		{"a clone with a changed configuration", func(t *http.Transport) *http.Transport {
			c := t.Clone()
			c.TLSClientConfig.RootCAs = roots
			return c
		}, "HTTP/2.0"},
		{"a clone without HTTP/2", func(t *http.Transport) *http.Transport {
			c := t.Clone()
			c.TLSClientConfig = &tls.Config{RootCAs: roots}
			c.ForceAttemptHTTP2 = false
			return c
		}, "HTTP/1.1"},
	} {
		t.Run(c.about, func(t *testing.T) {
			transport, _ := intercepted(t, nil)
			client := c.client(transport)
			defer client.CloseIdleConnections()
			if got := see((&http.Client{Transport: client}).Get(server.URL)); got.Body != c.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// Connections from outside of a session are not used in it, nor the reverse.
func TestKeptConnections(t *testing.T) {
	var real atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { real.Add(1) }))
	defer server.Close()
	var current atomic.Pointer[session]
	transport := &http.Transport{DialContext: new(net.Dialer).DialContext}
	i := instrument(transport, func() Session {
		if s := current.Load(); s != nil {
			return s
		}
		return nil
	})
	clone := transport.Clone()
	defer clone.CloseIdleConnections()
	first, second := &session{loopback: true}, &session{loopback: true}
	for n, s := range []*session{nil, first, nil, second, nil} {
		if s == nil {
			current.Store(nil)
		} else {
			current.Store(s)
		}
		for range 2 {
			if got := see(clone.RoundTrip(httptest.NewRequest("GET", server.URL, nil))); got.Err != "" {
				t.Errorf("round %d: %s", n, got.Err)
			}
		}
		if s != nil {
			i.Leave(s)
		}
	}
	if real.Load() != 6 || len(first.asked) != 2 || len(second.asked) != 2 {
		t.Errorf("the server got %d requests, the sessions %q and %q", real.Load(), first.asked, second.asked)
	}
	checkNoneLeft(t, i)
}

// What the session sends past its tape is sent by the transport itself, once it is noted.
func TestPastTheTape(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "live") }))
	defer server.Close()
	for _, c := range []struct {
		about   string
		session *session
		client  func(*Interceptor, *http.Transport) http.RoundTripper
	}{
		{"nothing is in force", nil, func(_ *Interceptor, t *http.Transport) http.RoundTripper { return t.Clone() }},
		{"loopback", &session{}, func(_ *Interceptor, t *http.Transport) http.RoundTripper { return t.Clone() }},
		{"sent", &session{loopback: true, sends: true}, func(_ *Interceptor, t *http.Transport) http.RoundTripper { return t.Clone() }},
		{"a base", &session{loopback: true}, func(i *Interceptor, t *http.Transport) http.RoundTripper { return i.Base(t) }},
		{"the default base", &session{loopback: true}, func(i *Interceptor, _ *http.Transport) http.RoundTripper { return i.Base(nil) }},
	} {
		t.Run(c.about, func(t *testing.T) {
			transport, i := intercepted(t, c.session)
			client := &http.Client{Transport: c.client(i, transport)}
			defer client.CloseIdleConnections()
			if got := see(client.Get(server.URL)); got.Body != "live" {
				t.Errorf("got %+v", got)
			}
			if c.session != nil && len(c.session.asked) > 0 {
				t.Errorf("the session was asked %q", c.session.asked)
			}
		})
	}
}

// What a suite sets on the default transport is honoured, in a session as well.
func TestRenewed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) { _, _ = io.WriteString(rw, req.Host) }))
	defer server.Close()
	s := &session{records: true}
	transport, i := intercepted(t, s)
	s.answer = func(req *http.Request) (*http.Response, error) { return i.Base(nil).RoundTrip(req) }
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address != "stand-in.example:80" {
			t.Errorf("asked for %s", address)
		}
		return dial(ctx, network, strings.TrimPrefix(server.URL, "http://"))
	}
	i.Renew()
	for _, client := range []*http.Transport{transport, transport.Clone()} {
		if got := see(client.RoundTrip(httptest.NewRequest("GET", "http://stand-in.example/", nil))); got.Body != "stand-in.example" {
			t.Errorf("got %+v", got)
		}
	}
	if len(s.asked) != 2 {
		t.Errorf("the session was asked %q", s.asked)
	}
	i.functions.before.CloseIdleConnections()
}

// A panic in the session fails the request, and not the process.
func TestPanic(t *testing.T) {
	s := &session{records: true, answer: func(*http.Request) (*http.Response, error) { panic("a mistake") }}
	transport, _ := intercepted(t, s)
	_, err := transport.RoundTrip(httptest.NewRequest("GET", "http://api.example/", nil))
	if err == nil || !strings.HasPrefix(err.Error(), "a.yaml: a panic while GET http://api.example/ was sent: a mistake\n") || len(s.refused) != 1 {
		t.Errorf("the error is %v", err)
	}
}

// Got1xxResponse sees what the session passes on, and the request is left as it is.
func TestTrace(t *testing.T) {
	s := served(t, func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusEarlyHints) })
	transport, _ := intercepted(t, s)
	var codes []int
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
		codes = append(codes, code)
		return nil
	}})
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://api.example/", http.NoBody)
	before := *req
	if got := see(transport.RoundTrip(req)); got.Status != "200 OK" || !slices.Equal(codes, []int{103}) {
		t.Errorf("got %+v and %d", got, codes)
	}
	if !reflect.DeepEqual(*req, before) {
		t.Error("the request was changed")
	}
}

func sumOf(text string) []byte {
	a := &answer{framing: byChunks, asksGzip: true, Response: &http.Response{}}
	a.part([]byte(text))
	a.out.Reset()
	a.end()
	return a.out.Bytes()[len("d\r\n")+5 : len("d\r\n")+13]
}
