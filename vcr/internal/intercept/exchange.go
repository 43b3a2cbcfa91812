package intercept

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
)

// An exchange is a request that a session takes, and the answer to it.
//
// If the session replays, it is asked at once, in the goroutine of the caller: so a
// miss has its place in the code, and an error reaches the caller as it is. If the
// session may send the request, it is asked when the request has arrived on a lane.
// Only then it is known that the transport has no dialer or certificate of its own,
// which the session would send the request without.
type exchange struct {
	session Session
	sent    *http.Request
	lane    *lane          // on which it waits; guarded by lanes.mu
	played  *http.Response // nil if the session is asked later
	arrived chan struct{}  // closed when the request did

	mu   sync.Mutex
	stop func() bool // ends the watch of the context; nil if it has no end
}

// playFirst asks a session that sends nothing.
func (x *exchange) playFirst() error {
	if x.session.MayRecord() {
		return nil
	}
	req := x.sent.WithContext(x.sent.Context())
	if hasBody(x.sent) {
		if x.sent.GetBody == nil {
			return nil // it can be read only once, and the transport does
		}
		var err error
		if req.Body, err = x.sent.GetBody(); err != nil {
			return err
		}
	}
	var err error
	x.played, err = x.session.RoundTrip(req)
	return err
}

func (x *exchange) setStop(stop func() bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.stop = stop
}

// arrive is called when the request has arrived.
func (x *exchange) arrive() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stop != nil {
		x.stop()
	}
	close(x.arrived)
}

// discard lets go of an answer that nobody waits for.
func (x *exchange) discard() {
	if x.played != nil {
		_ = x.played.Body.Close()
	}
}

func (x *exchange) method() string {
	if x.sent.Method == "" {
		return http.MethodGet
	}
	return x.sent.Method
}

// mayBeRepeated reports whether a transport sends the request again if the connection
// ends before the answer begins. It does so only on one that was used before.
func (x *exchange) mayBeRepeated() bool {
	if x.played != nil || hasBody(x.sent) && x.sent.GetBody == nil {
		return false
	}
	switch x.method() {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	_, key := x.sent.Header["Idempotency-Key"]
	_, other := x.sent.Header["X-Idempotency-Key"]
	return key || other
}

func hasBody(req *http.Request) bool { return req.Body != nil && req.Body != http.NoBody }

// serve answers the requests that arrive on a connection of a lane.
func (i *Interceptor) serve(l *lane, c *pipeEnd) {
	conn, refusal := i.secure(l, c)
	if conn == nil {
		return
	}
	reader := bufio.NewReader(conn)
	for {
		arrived, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		x := i.lanes.arrive(l, c)
		if x == nil {
			return
		}
		x.arrive()
		if refusal != nil {
			x.discard()
			c.fail(l.session.Refuse(refusal))
			return
		}
		if !x.answer(c, conn, reader, arrived) || !i.lanes.rests(l, c) {
			return
		}
	}
}

// secure speaks TLS as a proxy does, or as the service behind one. It returns nil if
// that fails, and why the session may not answer.
func (i *Interceptor) secure(l *lane, c *pipeEnd) (conn io.ReadWriter, refusal error) {
	host := laneHost
	if l.scheme == "https" {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return nil, err
		}
		if _, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
			return nil, err
		}
		host = l.host
	}
	config, err := i.authority.configFor(host)
	if err != nil {
		return nil, err
	}
	server := tls.Server(c, config)
	const advice = "hand vcr.Client() to the code that made the clone, and set the configuration by vcr.Base"
	if err := server.Handshake(); err != nil {
		// A transport that does not trust us has a configuration of its own.
		if told := new(net.OpError); errors.As(err, &told) && told.Op == "remote error" {
			i.lanes.distrusted(l)
			_ = l.session.Refuse(fmt.Errorf("%s: a clone of http.DefaultTransport with a TLSClientConfig of its own asked for %s://%s, and does not trust the session (%w); %s", l.session.Cassette(), l.scheme, l.host, err, advice))
		}
		return nil, err
	}
	if l.scheme == "https" && len(server.ConnectionState().PeerCertificates) > 0 {
		return server, fmt.Errorf("%s: a clone of http.DefaultTransport asked for https://%s with a client certificate, which the session does not have; %s", l.session.Cassette(), l.host, advice)
	}
	return server, nil
}

// answer writes what the session answers. It reports whether the connection can be
// used again.
func (x *exchange) answer(c *pipeEnd, conn io.ReadWriter, reader *bufio.Reader, arrived *http.Request) bool {
	resp := x.played
	body := &sentBody{body: arrived.Body, conn: conn, mustContinue: arrived.Header.Get("Expect") == "100-continue"}
	if resp == nil {
		ctx, cancel := context.WithCancelCause(x.sent.Context())
		defer cancel(nil)
		stop := c.whenLeft(func() { cancel(errLeft) })
		defer stop()
		req := x.sent.WithContext(ctx)
		if hasBody(x.sent) {
			req.Body = body
		}
		var err error
		if resp, err = x.ask(req); err != nil {
			c.fail(err)
			return false
		}
	}
	asksGzip := arrived.Header.Get("Accept-Encoding") == "gzip" && x.sent.Header.Get("Accept-Encoding") == ""
	a := &answer{Response: resp, connection: c, to: conn, from: reader, method: arrived.Method, asksGzip: asksGzip, isPlayed: x.played != nil}
	return a.write() && body.drain() && !arrived.Close
}

var errLeft = errors.New("the transport has closed the connection")

// ask is called on a goroutine of ours, where a panic would end the process.
func (x *exchange) ask(req *http.Request) (_ *http.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = x.session.Refuse(fmt.Errorf("%s: a panic while %s %s was sent: %v\n%s", x.session.Cassette(), x.method(), x.sent.URL.Redacted(), p, debug.Stack()))
		}
	}()
	return x.session.RoundTrip(req)
}

// A sentBody is the body of a request, as it arrives.
type sentBody struct {
	mu           sync.Mutex
	body         io.Reader
	conn         io.Writer
	mustContinue bool // the transport waits for an answer before it sends the body
}

func (b *sentBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.mustContinue {
		b.mustContinue = false
		if _, err := io.WriteString(b.conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return 0, err
		}
	}
	return b.body.Read(p)
}

// Close leaves the rest to drain.
func (b *sentBody) Close() error { return nil }

// drain reads what the session did not, after which the next request comes.
func (b *sentBody) drain() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, err := io.Copy(io.Discard, b.body)
	return err == nil
}
