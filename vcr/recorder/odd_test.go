package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// raw answers each connection with the bytes of a server that does not care.
func raw(t *testing.T, answer string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// What net/http takes from a server can be read from the tape again.
func TestOddAnswersCanBeReplayed(t *testing.T) {
	for _, c := range []struct{ name, answer, status, header string }{
		{"the highest status", "HTTP/1.1 999 Odd\r\n\r\n", "999 Odd", ""},
		{"a CR and NUL in the reason", "HTTP/1.1 200 O\rK\x00!\r\n\r\n", "200 O K !", ""},
		{"a name with a blank", "HTTP/1.1 200 OK\r\nX Odd: a\r\n\r\n", "200 OK", "a"},
		{"Latin-1 in a value", "HTTP/1.1 200 OK\r\nX Odd: caf\xe9\r\n\r\n", "200 OK", "caf\xe9"},
		{"a folded value", "HTTP/1.1 200 OK\r\nX Odd: a\r\n b\r\n\r\n", "200 OK", "a b"},
		{"no length for a HEAD", "HTTP/1.0 304 Not Modified\r\nContent-Length: 7\r\n\r\n", "304 Not Modified", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, nil)
			at := raw(t, c.answer)
			for _, mode := range []recorder.Mode{recorder.Once, recorder.None} {
				s := d.open(recorder.Config{Mode: mode})
				resp, err := s.Client().Get(at)
				if err != nil {
					t.Fatalf("mode %s: %v", mode, err)
				}
				_ = d.body(resp)
				if mode == recorder.None {
					equal(t, "status", resp.Status, c.status)
					equal(t, "header", strings.Join(resp.Header["X Odd"], "|"), c.header)
				}
				d.end(s, true)
			}
		})
	}
}

// answering is a transport that makes its answers itself.
type answering http.Response

func (a *answering) RoundTrip(*http.Request) (*http.Response, error) {
	resp := http.Response(*a)
	resp.Body = io.NopCloser(strings.NewReader("body"))
	return &resp, nil
}

func TestAnswersOfOwnTransports(t *testing.T) {
	many := http.Header{}
	for n := range 1001 {
		many.Set(fmt.Sprintf("H%d", n), "a")
	}
	const fix = "; mend the server, or send this request past the recording"
	for _, c := range []struct {
		name   string
		base   answering
		reason string // "" if the answer is recorded
	}{
		{"no status", answering{}, "its status is 0, not from 100 to 999" + fix},
		{"a status beyond all", answering{StatusCode: 1000}, "its status is 1000, not from 100 to 999" + fix},
		{"many headers", answering{StatusCode: 200, Header: many}, "its headers hold more than 2000 names and values" + fix},
		{"line feeds", answering{StatusCode: 200, Status: "200 a\nb", Proto: "HTTP/1.1\n", ContentLength: -7,
			Header: http.Header{"A\n": {"a\r\nb: c\x00"}}, Trailer: http.Header{"B": {"\n"}}, TransferEncoding: []string{"\n"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, nil)
			s := d.open(recorder.Config{Base: &c.base})
			resp, err := s.Client().Get("http://tape.test/")
			if c.reason != "" {
				var failed *url.Error
				want := d.file() + ": the answer to GET http://tape.test/ cannot be recorded: " + c.reason
				if !errors.As(err, &failed) || !errors.Is(err, recorder.ErrRefused) || failed.Err.Error() != want {
					t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
				}
				d.end(s, true)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "recorded", d.body(resp), "body")
			d.end(s, true)
			s = d.open(recorder.Config{Mode: recorder.None})
			resp, err = s.Client().Get("http://tape.test/")
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "replayed", d.body(resp), "body")
			equal(t, "header", fmt.Sprint(resp.Header), fmt.Sprint(http.Header{"A ": {"a  b: c "}}))
			d.end(s, true)
		})
	}
}

// Requests that no transport of net/http sends are not recorded either.
func TestRequestsThatHTTPCannotCarry(t *testing.T) {
	for reason, change := range map[string]func(r *http.Request){
		`method is "GE T", not a method`:                                 func(r *http.Request) { r.Method = "GE T" },
		"URL is not an absolute URL":                                     func(r *http.Request) { r.URL, r.Host = &url.URL{Path: "/relative"}, "" },
		`header "X-Odd" holds U+000A, which HTTP does not allow there`:   func(r *http.Request) { r.Header["X-Odd"] = []string{"a\nb"} },
		`header "X-Odd\r" holds U+000D, which HTTP does not allow there`: func(r *http.Request) { r.Header["X-Odd\r"] = nil },
	} {
		d := newRig(t, counting())
		s := d.open(recorder.Config{})
		request, err := http.NewRequest("GET", d.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		change(request)
		_, err = s.RoundTrip(request)
		if want := d.file() + ": a request cannot be recorded: its " + reason + "; mend the code that makes it"; err == nil || err.Error() != want || !errors.Is(err, recorder.ErrRefused) {
			t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
		}
		d.end(s, true)
		equal(t, "sent", d.Served(), 0)
		equal(t, "tape", d.read(d.file()), "")
	}
}
