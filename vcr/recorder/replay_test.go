package recorder_test

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

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
	d := newDeck(t, answers())
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	s := d.open(recorder.Config{})
	var direct, recorded []string
	for _, request := range requests {
		direct = append(direct, d.seen(transport, request))
		recorded = append(recorded, d.seen(s, request))
	}
	d.end(s, recorder.Passed)
	sent := d.Served()
	s = d.open(recorder.Config{Mode: recorder.None})
	for n, request := range requests {
		equal(t, "recorded: "+request, recorded[n], direct[n])
		equal(t, "replayed: "+request, d.seen(s, request), direct[n])
	}
	equal(t, "sent in replay", d.Served(), sent)
}

// seen describes all that a response shows.
func (d *deck) seen(transport http.RoundTripper, request string) string {
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
	d := newDeck(t, answers())
	s := d.open(recorder.Config{})
	want := d.seen(s, "GET /trailers")
	d.end(s, recorder.Passed)
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
	d := newDeck(t, nil)
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
		d.end(s, recorder.Passed)
	}
	equal(t, "method", d.load(d.file()).Interactions[0].Request.Method, http.MethodGet)
}

// From 101 on it is a connection: it goes through and is not recorded.
func TestSwitchingProtocols(t *testing.T) {
	d := newDeck(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
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
	equal(t, "recorded", d.end(s, recorder.Passed).Recorded, 0)
	equal(t, "files", d.leftovers(), "")

	_, err = d.open(recorder.Config{Mode: recorder.None}).RoundTrip(req)
	equal(t, "replayed", errorText(err), d.file()+": GET "+d.URL+"/ asks for a switch to echo, which is passed on while recording and cannot be replayed; run this spec live, or put a stand-in there")
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
			d := newDeck(t, nil)
			s := d.open(recorder.Config{Base: roundTrip(func(*http.Request) (*http.Response, error) { return nil, c.err })})
			_, err := s.RoundTrip(d.request("/"))
			equal(t, "recording", err, c.err)
			d.end(s, recorder.Passed)

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
