package recorder_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

const exchangesOfATape = 500

// What a caller sees of an exchange is the same without a recorder, while it
// records, and in replay, byte for byte.
func TestWhatIsSeenIsSeenAgain(t *testing.T) {
	tapes := 20
	if testing.Short() || raceDetector {
		tapes = 2
	}
	for seed := range tapes {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			c := chance{rand.New(rand.NewPCG(uint64(seed), 0))}
			exchanges := make(map[string]exchange, exchangesOfATape)
			var order []string
			for n := range exchangesOfATape {
				e := c.exchange(n)
				order = append(order, e.path)
				exchanges[e.path] = e
			}
			server := &wire{answer: func(req *http.Request) wireAnswer { return exchanges[req.URL.RequestURI()].answer }}
			transport := server.transport(t)
			d := newRig(t, nil)
			recording := d.open(recorder.Config{Base: transport})
			seen := map[string]string{}
			for _, path := range order {
				e := exchanges[path]
				seen[path] = see(recording, e)
				if bare := see(transport, e); bare != seen[path] {
					t.Errorf("recorded %s %s: %.400q\n%s", e.method, path, e.answer.parts, difference(bare, seen[path]))
				}
			}
			equal(t, "recorded", len(d.end(recording, true).Recorded), exchangesOfATape)
			replaying := d.open(recorder.Config{Mode: recorder.None, Base: unreachable(t)})
			for _, path := range order {
				e := exchanges[path]
				if replayed := see(replaying, e); replayed != seen[path] {
					t.Errorf("replayed %s %s: %.400q\n%s", e.method, path, e.answer.parts, difference(seen[path], replayed))
				}
			}
			equal(t, "replayed", len(d.end(replaying, true).Replayed), exchangesOfATape)
		})
	}
}

func see(transport http.RoundTripper, e exchange) string {
	req := e.request()
	if req.Body != nil && req.Body != http.NoBody {
		defer func(body io.ReadCloser) { _ = body.Close() }(req.Body)
	}
	resp, err := transport.RoundTrip(req)
	return sight(resp, err, e.reader)
}

// An exchange is a request, the bytes of its answer, and how the caller reads that.
type exchange struct {
	method, path, accepts string
	sent                  string
	unknown               bool // the length of what is sent is not known
	answer                wireAnswer
	reader                reader
}

func (e exchange) request() *http.Request {
	var body io.Reader
	if e.sent != "" {
		body = strings.NewReader(e.sent)
	}
	if e.unknown {
		body = struct{ io.Reader }{body}
	}
	req, err := http.NewRequest(e.method, "http://api.example.com"+e.path, body)
	if err != nil {
		panic(err)
	}
	if e.accepts != "" {
		req.Header.Set("Accept-Encoding", e.accepts)
	}
	return req
}

// A chance makes exchanges: the same ones from the same seed.
type chance struct{ *rand.Rand }

func pick[T any](c chance, values ...T) T { return values[c.IntN(len(values))] }

func (c chance) exchange(n int) exchange {
	e := exchange{
		method: pick(c, "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "BREW"),
		path:   fmt.Sprintf("/%d?q=%d", n, c.IntN(10)),
	}
	if e.method != "GET" && e.method != "HEAD" && c.IntN(4) > 0 {
		e.sent, e.unknown = string(c.body(c.kind())), c.IntN(4) == 0
		e.unknown = e.unknown && e.sent != ""
	}
	e.accepts = pick(c, "", "", "gzip", "identity")
	r := c.response(e.method, e.accepts != "identity")
	e.answer = r.answer(c)
	e.reader = reader{buffer: pick(c, 1, 7, 512, 32<<10, 1<<20)}
	if ended := c.IntN(8); ended == 0 {
		e.answer = c.cut(e.answer, r.head)
	} else if ended == 1 && len(r.body) > 0 && !r.coded {
		e.reader.closes, e.reader.after = true, c.IntN(len(r.body))
	}
	return e
}

// cut breaks an answer off: mostly in the body, now and then before.
func (c chance) cut(answer wireAnswer, head int) wireAnswer {
	all := strings.Join(answer.parts, "")
	if c.IntN(8) > 0 && head < len(all) {
		return wireAnswer{parts: []string{all[:head], all[head : head+c.IntN(len(all)-head)]}, hangUp: true}
	}
	return wireAnswer{parts: []string{all[:c.IntN(head)]}, hangUp: true}
}

// kind names one of the media types that are treated in a way of their own.
func (c chance) kind() string {
	return pick(c, "application/json", "text/plain; charset=utf-8", "application/octet-stream", "text/event-stream", "application/x-ndjson", "")
}

func (c chance) body(kind string) []byte {
	var b bytes.Buffer
	parts := pick(c, 0, 1, 1, 2, 5, 40)
	switch kind {
	case "application/json":
		fmt.Fprintf(&b, `{"n": %d, "list" : [`, c.IntN(100))
		for n := range parts {
			fmt.Fprintf(&b, `{"text":%q,"x":1.50},`, fmt.Sprint("line\n", n))
		}
		b.WriteString(pick(c, `0]}`, "0]}\n", "0]")) // not always JSON
	case "text/event-stream", "application/x-ndjson":
		for n := range parts {
			fmt.Fprintf(&b, pick(c, "data: {\"n\":%d}\n\n", "data: %d\r\n\r\n", "{\"n\":%d}\n", "event: %d\n"), n)
		}
	case "application/octet-stream":
		for range parts * c.IntN(100) {
			b.WriteByte(byte(c.Uint32()))
		}
	default:
		for range parts * 3 {
			b.WriteString(pick(c, "\n", "\r\n", "---\n", " ", "\t", "grüße ", "a: b", "#", "\"", "\u2028", "🙂", "\x00", "\xff", "{}", "word "))
		}
	}
	return b.Bytes()
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

// A wireResponse is a response as it goes over the wire.
type wireResponse struct {
	proto, status string
	fields        []string // lines of the header
	body          []byte
	coded         bool     // body is compressed
	bodiless      bool     // by its method or status
	framing       string   // "length", "chunked" or "close"
	trailers      []string // lines
	missing       int      // bytes that the length promises beyond the body
	head          int      // length of what comes before the body, known after answer
}

func (c chance) response(method string, mayCode bool) *wireResponse {
	kind := c.kind()
	r := &wireResponse{
		proto:   pick(c, "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"),
		status:  pick(c, "200 OK", "200 OK", "200 OK", "201 Created", "204 No Content", "206 Partial Content", "299 Odd", "200 Fine  then", "200 ", "302 Found", "304 Not Modified", "404 Not Found", "429 Too Many Requests", "503 Service Unavailable", "599 ", "799 "),
		framing: pick(c, "length", "length", "chunked", "chunked", "close"),
	}
	if r.proto == "HTTP/1.0" && r.framing == "chunked" {
		r.framing = "close"
	}
	r.bodiless = method == http.MethodHead || strings.HasPrefix(r.status, "204") || strings.HasPrefix(r.status, "304")
	r.body = c.body(kind)
	if kind != "" {
		r.fields = append(r.fields, pick(c, "Content-Type: ", "content-type: ")+kind)
	}
	r.fields = append(r.fields, c.oddFields()...)
	if mayCode && c.IntN(4) == 0 {
		r.coded, r.body = true, compress(r.body)
		r.fields = append(r.fields, "Content-Encoding: gzip")
	}
	if r.framing == "length" && c.IntN(8) == 0 {
		r.missing = 1 + c.IntN(20)
	}
	if r.framing == "chunked" {
		c.addTrailers(r)
	}
	return r
}

func (c chance) oddFields() []string {
	var fields []string
	for range c.IntN(4) {
		fields = append(fields, pick(c,
			"X-Many: b", "x-many: a", "X-MANY: b", "X-Empty:", "x_under: 1", "X-Quote: \"a\", 'b' [c] {d}: #e", "X-Latin: caf\xe9", "X-Utf: grüße 🙂",
			"X-Blank:   in   the middle ", "X-Tab: a\tb", "Date: Sun, 22 Nov 2026 12:00:00 GMT", "Etag: W/\"1\"", "Retry-After: 3", "X-Long: "+strings.Repeat("long ", 300),
			"1: 2", "Null: null", "True: true", "Connection: close", "X-Percent: %20%zz", "!#$%&'*+-.^_`|~: token"))
	}
	return fields
}

// addTrailers adds some that were announced and some that were not.
func (c chance) addTrailers(r *wireResponse) {
	switch c.IntN(6) {
	case 0:
		r.fields = append(r.fields, "Trailer: X-Sum, X-Other")
		r.trailers = []string{"X-Sum: 6", "x-sum: six", "X-Other: "}
	case 1:
		r.fields = append(r.fields, "Trailer: X-Sum, X-Never-Sent")
		r.trailers = []string{"X-Sum: 6", "X-Unannounced: 7"}
	case 2:
		r.trailers = []string{"X-Unannounced: 7"}
	case 3:
		r.fields = append(r.fields, "Trailer: X-Never-Sent")
	}
}

func (r *wireResponse) answer(c chance) wireAnswer {
	fields := r.fields
	switch {
	case r.framing == "length":
		fields = append(fields, fmt.Sprintf("Content-Length: %d", len(r.body)+r.missing))
	case r.framing == "chunked":
		fields = append(fields, "Transfer-Encoding: chunked")
	case r.bodiless && r.proto == "HTTP/1.1":
		fields = append(fields, "Connection: close")
	}
	head := r.proto + " " + r.status + "\r\n" + strings.Join(append(fields, "", ""), "\r\n")
	r.head = len(head)
	answer := wireAnswer{parts: []string{head}, hangUp: r.framing == "close" || r.proto == "HTTP/1.0" || slices.Contains(fields, "Connection: close")}
	if r.bodiless {
		return answer
	}
	for rest := string(r.body); rest != ""; {
		part := rest[:1+c.IntN(len(rest))]
		rest = rest[len(part):]
		if r.framing == "chunked" {
			part = fmt.Sprintf("%x%s\r\n%s\r\n", len(part), pick(c, "", "", ";extension=1"), part)
		}
		answer.parts = append(answer.parts, part)
	}
	if r.framing == "chunked" {
		answer.parts = append(answer.parts, "0\r\n"+strings.Join(append(r.trailers, "", ""), "\r\n"))
	}
	answer.hangUp = answer.hangUp || r.missing > 0
	return answer
}

// A wire is a server that answers with bytes as they are, over connections
// within the process.
type wire struct {
	answer func(*http.Request) wireAnswer
}

// A wireAnswer is written part by part; hangUp closes the connection then.
type wireAnswer struct {
	parts  []string
	hangUp bool
}

// transport returns the real transport over connections to the wire.
func (w *wire) transport(t *testing.T) *http.Transport {
	transport := &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go w.serve(server)
			return client, nil
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func (w *wire) serve(connection net.Conn) {
	defer func() { _ = connection.Close() }()
	reader := bufio.NewReader(connection)
	for {
		req, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return
		}
		answer := w.answer(req)
		for _, part := range answer.parts {
			if _, err := io.WriteString(connection, part); err != nil {
				return
			}
		}
		if answer.hangUp {
			return
		}
	}
}

// unreachable fails the test when something is sent.
func unreachable(t *testing.T) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent", req.Method, req.URL)
		return nil, errBroken
	})
}

// A reader says how a caller reads a body: with a buffer of so many bytes, and
// whether it closes the body after so many of them.
type reader struct {
	buffer int
	closes bool
	after  int
}

// sight writes down all that a caller sees of an exchange.
func sight(resp *http.Response, err error, how reader) string {
	if err != nil {
		return "no response: " + sightOfError(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q %d, %s %d %d\n", resp.Status, resp.StatusCode, resp.Proto, resp.ProtoMajor, resp.ProtoMinor)
	fmt.Fprintf(&b, "header %s\nlength %d, transfer %q, close %t, uncompressed %t\n", sightOfHeader(resp.Header), resp.ContentLength, resp.TransferEncoding, resp.Close, resp.Uncompressed)
	fmt.Fprintf(&b, "trailer before %s\n", sightOfHeader(resp.Trailer))
	body, readErr := how.read(resp.Body)
	fmt.Fprintf(&b, "body %q, then %s\n", body, sightOfError(readErr))
	if !how.closes {
		_, again := resp.Body.Read(make([]byte, 8))
		fmt.Fprintf(&b, "then again %s\n", sightOfError(again))
	}
	fmt.Fprintf(&b, "close %v", resp.Body.Close())
	n, closed := resp.Body.Read(make([]byte, 8)) // with an error of each body's own
	fmt.Fprintf(&b, ", then %d bytes, error %t\ntrailer after %s\nno body %t\n", n, closed != nil, sightOfHeader(resp.Trailer), resp.Body == http.NoBody)
	return b.String()
}

func (how reader) read(body io.Reader) ([]byte, error) {
	if how.closes {
		read := make([]byte, how.after)
		n, err := io.ReadFull(body, read)
		return read[:n], err
	}
	var read []byte
	buffer := make([]byte, how.buffer)
	for {
		n, err := body.Read(buffer)
		read = append(read, buffer[:n]...)
		if err != nil {
			return read, err
		}
	}
}

func sightOfHeader(header http.Header) string {
	if header == nil {
		return "nil"
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(header)) {
		fmt.Fprintf(&b, "%q: %q; ", name, header[name])
	}
	return b.String()
}

var foundErrors = map[string]error{
	"context.Canceled": context.Canceled, "context.DeadlineExceeded": context.DeadlineExceeded,
	"io.EOF": io.EOF, "io.ErrUnexpectedEOF": io.ErrUnexpectedEOF,
	"net.ErrClosed": net.ErrClosed, "os.ErrDeadlineExceeded": os.ErrDeadlineExceeded,
	"ECONNREFUSED": syscall.ECONNREFUSED, "ECONNRESET": syscall.ECONNRESET,
}

// sightOfError writes down what a caller may ask an error.
func sightOfError(err error) string {
	if err == nil {
		return "no error"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%q", err)
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		b.WriteString(" timeout")
	}
	var temporary interface{ Temporary() bool }
	if errors.As(err, &temporary) && temporary.Temporary() {
		b.WriteString(" temporary")
	}
	for _, name := range slices.Sorted(maps.Keys(foundErrors)) {
		if errors.Is(err, foundErrors[name]) {
			b.WriteString(" is " + name)
		}
	}
	var op *net.OpError
	if errors.As(err, &op) {
		fmt.Fprintf(&b, " op %q %q %q %v %v %t %t", op, op.Op, op.Net, op.Source, op.Addr, op.Timeout(), op.Temporary())
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		fmt.Fprintf(&b, " dns %q %q %q %q %t %t %t", dns, dns.Err, dns.Name, dns.Server, dns.IsNotFound, dns.IsTimeout, dns.IsTemporary)
	}
	return b.String()
}

// difference shows the lines in which two sights differ.
func difference(before, after string) string {
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	var lines []string
	for n := range max(len(was), len(is)) {
		if n >= len(was) || n >= len(is) || was[n] != is[n] {
			lines = append(lines, "- "+strings.Join(was[min(n, len(was)):min(n+1, len(was))], ""), "+ "+strings.Join(is[min(n, len(is)):min(n+1, len(is))], ""))
		}
	}
	return strings.Join(lines, "\n")
}
