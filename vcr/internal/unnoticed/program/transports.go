package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// show prints a response or an error, without the ports, which differ from run to run.
func show(resp *http.Response, err error) {
	if err != nil {
		fmt.Println("error:", clean(err.Error()))
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	resp.Header.Del("Date")
	fmt.Println(resp.Proto, resp.Status, resp.Header, clean(string(body)), err, resp.Trailer, resp.ContentLength, resp.Uncompressed, resp.TransferEncoding, resp.TLS != nil)
}

var ports = map[string]string{}

func clean(text string) string {
	for address, name := range ports {
		text = strings.ReplaceAll(text, address, name)
	}
	return text
}

var handler = http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var certificates int
	if req.TLS != nil {
		certificates = len(req.TLS.PeerCertificates)
	}
	fmt.Fprintln(rw, req.Method, req.Host, req.URL, req.Proto, req.Header, string(body), certificates)
})

// serve starts a server of TLS and HTTP/2 for example.com, and trusts it as a user does.
func serve(handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	note(server)
	return server
}

func note(server *httptest.Server) {
	address := server.Listener.Addr().String()
	ports[address], ports[strings.Replace(address, "127.0.0.1", "localhost", 1)] = "SERVER", "LOCALHOST"
}

// serveFirst is serve without HTTP/2: a transport that does not want it may still offer it.
func serveFirst() *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	note(server)
	return server
}

func trust(server *httptest.Server) {
	file := filepath.Join(os.TempDir(), fmt.Sprintf("roots-%d.pem", os.Getpid()))
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		panic(err)
	}
	os.Setenv("SSL_CERT_FILE", file) // before anything was verified
	os.Setenv("SSL_CERT_DIR", os.TempDir()+"/none")
}

func roots(server *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return pool
}

func theDefault() *http.Transport { return http.DefaultTransport.(*http.Transport) }

// ask sends some requests.
func ask(transport http.RoundTripper, url string) {
	client := &http.Client{Transport: transport}
	show(client.Get(url + "/get"))
	show(client.Head(url))
	show(client.Post(url, "text/plain", strings.NewReader("body")))
	show(client.Post(url, "text/plain", io.MultiReader(strings.NewReader("streamed body"))))
	client.CloseIdleConnections()
}

func defaultClient() {
	server := httptest.NewServer(handler)
	note(server)
	ask(nil, server.URL)
	show(http.Get(strings.Replace(server.URL, "127.0.0.1", "localhost", 1)))
	server.Close()
	show(http.Get(server.URL))
	show(http.Get("http://127.0.0.1:99999"))
	show(http.Get("ftp://example.com"))
}

func defaultHTTP2() {
	server := serve(handler)
	trust(server)
	ask(nil, server.URL)
}

func requiredHTTP2() {
	server := serve(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if req.ProtoMajor < 2 {
			rw.WriteHeader(http.StatusHTTPVersionNotSupported)
		}
	}))
	trust(server)
	ask(nil, server.URL)
	ask(theDefault().Clone(), server.URL)
	forced := theDefault().Clone()
	forced.ForceAttemptHTTP2 = true
	ask(forced, server.URL)
}

func untrusted() {
	server := serve(handler)
	ask(nil, server.URL)
	ask(theDefault().Clone(), server.URL)
}

func clone() {
	server := serve(handler)
	trust(server)
	clone := theDefault().Clone()
	clone.MaxIdleConns = 1
	ask(clone, server.URL)
	fmt.Println(clone.ForceAttemptHTTP2, clone.Protocols, clone.TLSClientConfig.NextProtos)
}

func cloneWithRoots() {
	for _, force := range []bool{true, false} {
		server := serveFirst()
		if force {
			server = serve(handler)
		}
		replaced := theDefault().Clone()
		replaced.ForceAttemptHTTP2 = force
		replaced.TLSClientConfig = &tls.Config{RootCAs: roots(server)}
		ask(replaced, server.URL)
		changed := theDefault().Clone()
		changed.ForceAttemptHTTP2 = force
		changed.TLSClientConfig.RootCAs = roots(server)
		ask(changed, server.URL)
		ask(nil, server.URL)
	}
}

func cloneWithMoreRoots() {
	certificate, err := tls.X509KeyPair(otherCertificate())
	check(err)
	other := httptest.NewUnstartedServer(handler)
	other.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	other.StartTLS()
	note(other)
	trust(other) // as one of the system's
	server := serve(handler)
	more := theDefault().Clone()
	pool := more.TLSClientConfig.RootCAs
	if pool == nil {
		pool, _ = x509.SystemCertPool()
	}
	pool.AddCert(server.Certificate())
	more.TLSClientConfig.RootCAs = pool
	ask(more, server.URL)
	ask(more, other.URL)
}

// otherCertificate returns a certificate that is not that of httptest, and its key.
func otherCertificate() (certificate, key []byte) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	check(err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	check(err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}

func cloneInsecure() {
	server := serve(handler)
	clone := theDefault().Clone()
	clone.TLSClientConfig.InsecureSkipVerify = true
	ask(clone, server.URL)
}

func cloneWithCertificate() {
	server := serve(handler)
	clone := theDefault().Clone()
	clone.TLSClientConfig = &tls.Config{RootCAs: roots(server), Certificates: server.TLS.Certificates}
	ask(clone, server.URL)
}

func cloneWithoutHTTP2() {
	server := serveFirst()
	trust(server)
	never := theDefault().Clone()
	never.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	ask(never, server.URL)
	unforced := theDefault().Clone()
	unforced.ForceAttemptHTTP2 = false
	ask(unforced, server.URL)
	first := theDefault().Clone()
	first.Protocols = new(http.Protocols)
	first.Protocols.SetHTTP1(true)
	ask(first, server.URL)
}

func cloneHTTP2Alone() {
	server := serve(handler)
	trust(server)
	second := theDefault().Clone()
	second.Protocols = new(http.Protocols)
	second.Protocols.SetHTTP2(true)
	ask(second, server.URL)

	plain := httptest.NewUnstartedServer(handler)
	plain.Config.Protocols = new(http.Protocols)
	plain.Config.Protocols.SetUnencryptedHTTP2(true)
	plain.Start()
	note(plain)
	unencrypted := theDefault().Clone()
	unencrypted.Protocols = new(http.Protocols)
	unencrypted.Protocols.SetUnencryptedHTTP2(true)
	ask(unencrypted, plain.URL)
}

// to dials a server, whatever the address.
func to(server *httptest.Server) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		fmt.Println("dials", clean(address))
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
}

func cloneWithDialer() {
	server, plain := serve(handler), httptest.NewServer(handler)
	trust(server)
	clone := theDefault().Clone()
	clone.DialContext = to(server)
	ask(clone, "https://example.com")
	clone.DialContext = to(plain)
	ask(clone, "http://example.com")
	tlsDialer := theDefault().Clone()
	tlsDialer.DialTLSContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&tls.Dialer{Config: &tls.Config{RootCAs: roots(server), ServerName: "example.com"}}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	ask(tlsDialer, "https://example.com")
	unreachable := theDefault().Clone()
	unreachable.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, fmt.Errorf("no network") }
	ask(unreachable, "http://example.com")
}

func defaultWithDialer() {
	server, plain := serve(handler), httptest.NewServer(handler)
	trust(server)
	theDefault().DialContext = to(plain)
	ask(nil, "http://fake.example")
	theDefault().DialContext = to(server)
	ask(nil, "https://example.com")
	ask(theDefault().Clone(), "https://example.com")
}

// proxy is a proxy that passes on to one server.
func proxy(server *httptest.Server) *httptest.Server {
	through := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodConnect {
			fmt.Println("proxy:", req.Method, clean(req.URL.String()), req.Header.Get("Proxy-Authorization"))
			handler(rw, req)
			return
		}
		fmt.Println("proxy:", req.Method, clean(req.Host), req.Header)
		target, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			panic(err)
		}
		conn, buffered, _ := http.NewResponseController(rw).Hijack()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(target, buffered)
			_ = target.Close()
		}()
		_, _ = io.Copy(conn, target)
		_ = conn.Close()
	}))
	ports[through.Listener.Addr().String()] = "PROXY"
	return through
}

func proxied() {
	server := serve(handler)
	trust(server)
	address, _ := url.Parse(proxy(server).URL)
	address.User = url.UserPassword("user", "password")
	clone := theDefault().Clone()
	clone.Proxy = http.ProxyURL(address)
	clone.ProxyConnectHeader = http.Header{"X-Proxy": {"1"}}
	ask(clone, "http://example.com")
	ask(clone, "https://example.com")
	theDefault().Proxy = http.ProxyURL(address)
	ask(nil, "https://example.com")
}

func proxiedByEnvironment() {
	server := serve(handler)
	trust(server)
	through := proxy(server)
	os.Setenv("HTTP_PROXY", through.URL)
	os.Setenv("HTTPS_PROXY", through.URL)
	for _, transport := range []http.RoundTripper{nil, theDefault().Clone()} {
		ask(transport, "http://example.com")
		ask(transport, "https://example.com")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func registered() {
	own := roundTrip(func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusTeapot, Status: "418 own", Header: http.Header{}, Body: io.NopCloser(strings.NewReader(req.URL.Scheme)), Request: req}, nil
	})
	for _, scheme := range []string{"http", "https", "file"} {
		func() {
			defer func() { fmt.Println(scheme, recover()) }()
			theDefault().RegisterProtocol(scheme, own)
		}()
		show(http.Get(scheme + "://example.com/"))
	}
}

func itsDialer() {
	server := httptest.NewServer(handler)
	conn, err := theDefault().DialContext(context.Background(), "tcp", server.Listener.Addr().String())
	if err != nil {
		panic(err)
	}
	fmt.Printf("%T\n", conn)
	var kind string
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { kind = fmt.Sprintf("%T %v", info.Conn, info.Reused) }})
	for range 2 {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			panic(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		fmt.Println(kind)
	}
}

func switched() {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		conn, buffered, _ := http.NewResponseController(rw).Hijack()
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := buffered.ReadString('\n')
		_, _ = io.WriteString(conn, "echo "+line)
	}))
	for _, transport := range []*http.Transport{theDefault(), theDefault().Clone()} {
		req, _ := http.NewRequest(http.MethodGet, server.URL, nil)
		req.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(resp.Body.(io.Writer), "hello\n")
		line, err := bufio.NewReader(resp.Body).ReadString('\n')
		fmt.Println(resp.Status, resp.Header, line, err)
		_ = resp.Body.Close()
	}
}

func response() {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		rw.WriteHeader(http.StatusEarlyHints)
		rw.Header().Set("Trailer", "X-Sum")
		rw.Header().Set("Content-Encoding", req.Header.Get("Accept-Encoding"))
		if req.Header.Get("Accept-Encoding") == "gzip" {
			writer := gzip.NewWriter(rw)
			_, _ = io.Copy(writer, req.Body)
			_ = writer.Close()
		}
		rw.Header().Set("X-Sum", "1")
	}))
	for _, transport := range []http.RoundTripper{nil, theDefault().Clone(), &http.Transport{DisableKeepAlives: true, DialContext: theDefault().DialContext}} {
		for _, header := range []http.Header{{}, {"Accept-Encoding": {"gzip"}}, {"Expect": {"100-continue"}}, {"Range": {"bytes=0-1"}}} {
			req, _ := http.NewRequest(http.MethodPost, server.URL, strings.NewReader("body"))
			req.Header = header
			show((&http.Client{Transport: transport}).Do(req))
		}
	}
}

func ended() {
	started := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		started <- struct{}{}
		<-req.Context().Done()
	}))
	note(server)
	for _, transport := range []http.RoundTripper{nil, theDefault().Clone()} {
		ctx, cancel := context.WithCancelCause(context.Background())
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		go func() {
			<-started
			cancel(fmt.Errorf("enough"))
		}()
		show((&http.Client{Transport: transport}).Do(req))
		show((&http.Client{Transport: transport}).Do(req))
	}
}

func kept() {
	var opened atomic.Int64
	server := httptest.NewUnstartedServer(handler)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	for _, transport := range []*http.Transport{theDefault(), theDefault().Clone()} {
		for range 3 {
			resp, err := (&http.Client{Transport: transport}).Get(server.URL)
			if err != nil {
				panic(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
		fmt.Println(opened.Load())
		transport.CloseIdleConnections()
	}
}

func ofHTTPTest() {
	for _, server := range []*httptest.Server{httptest.NewServer(handler), httptest.NewTLSServer(handler), serve(handler)} {
		note(server)
		ask(server.Client().Transport, server.URL)
		server.Close()
	}
}

func private() {
	server := serve(handler)
	trust(server)
	ask(&http.Transport{}, server.URL)
	ask(&http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots(server)}}, server.URL)
}
