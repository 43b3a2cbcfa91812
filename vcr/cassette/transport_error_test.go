package cassette_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// transportErrors are failures of a transport, and how they are written.
var transportErrors = []struct {
	failure cassette.Failure
	want    string
}{
	{cassette.Failure{}, "message: \"\"\n"},
	{cassette.Failure{Message: "EOF", Is: []string{"io.EOF"}}, "message: EOF\nis: [io.EOF]\n"},
	{cassette.Failure{Message: "a: b\n#", Is: []string{}}, "message: \"a: b\\n#\"\nis: []\n"},
	{cassette.Failure{Message: "context canceled", Caller: true, Is: []string{"context.Canceled"}},
		"message: context canceled\ncaller: true\nis: [context.Canceled]\n"},
	{cassette.Failure{Message: "i/o timeout", Timeout: true, Temporary: true, Op: []string{"dial", "", "", ""}},
		"message: i/o timeout\ntimeout: true\ntemporary: true\nop:\n  op: dial\n"},
	{cassette.Failure{
		Message: "read tcp [::1]:1->[::1]:2: connection reset by peer",
		Is:      []string{"syscall.ECONNRESET", "net.ErrClosed"},
		Op:      []string{"read", "tcp", "[::1]:1", "[::1]:2"},
	}, "message: \"read tcp [::1]:1->[::1]:2: connection reset by peer\"\nis: [syscall.ECONNRESET, net.ErrClosed]\n" +
		"op:\n  op: read\n  net: tcp\n  source: \"[::1]:1\"\n  addr: \"[::1]:2\"\n"},
	{cassette.Failure{
		Message: "lookup tape.test: no such host",
		Op:      []string{"dial", "tcp", "", ""},
		DNS:     []string{"no such host", "tape.test", "127.0.0.1:53"}, NotFound: true,
	}, "message: \"lookup tape.test: no such host\"\nop:\n  op: dial\n  net: tcp\n" +
		"dns:\n  reason: no such host\n  name: tape.test\n  server: 127.0.0.1:53\n  not_found: true\n"},
	{cassette.Failure{Message: "nothing known", Op: make([]string, 4), DNS: make([]string, 3)},
		"message: nothing known\nop:\n  op: \"\"\ndns:\n  reason: \"\"\n"},
}

// failures has each failure without a response, and while reading a body.
func failures() *cassette.Cassette {
	c := new(cassette.Cassette)
	for _, e := range transportErrors {
		failed := &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: "http://tape.test/"}, Error: e.failure.TransportError()}
		aborted := get("http://tape.test/", "data: 1\n\nda")
		aborted.Response.End, aborted.Error = cassette.EndAborted, e.failure.TransportError()
		c.Interactions = append(c.Interactions, failed, aborted)
	}
	return c
}

func TestFailures(t *testing.T) {
	c := failures()
	checkRoundTrip(t, c)
	for n, document := range strings.Split(string(c.Encode()), "---\n")[1:] {
		_, written, _ := strings.Cut(document, "error:\n")
		indent := strings.Repeat("  ", 1+n%2)
		want := indent + strings.ReplaceAll(strings.TrimSuffix(transportErrors[n/2].want, "\n"), "\n", "\n"+indent) + "\n"
		if written != want {
			t.Errorf("written is\n%s\nnot\n%s", written, want)
		}
	}
}

// An error of a transport is replayed as it was recorded: with the same text, and
// the same answers to the questions that callers ask.
func TestReplayedErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		err  error
		want string
	}{
		{broken, `"broken"`},
		{io.EOF, `"EOF" is io.EOF`},
		{fmt.Errorf("http2: %w", io.ErrUnexpectedEOF), `"http2: unexpected EOF" is io.ErrUnexpectedEOF`},
		{context.DeadlineExceeded, `"context deadline exceeded" timeout temporary is context.DeadlineExceeded`},
		{errors.Join(context.Canceled, net.ErrClosed), `"context canceled\nuse of closed network connection" is context.Canceled is net.ErrClosed`},
		{&net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, Addr: &net.TCPAddr{IP: net.IPv6loopback, Port: 2}, Err: os.NewSyscallError("read", syscall.ECONNRESET)},
			strings.ReplaceAll(`"read tcp 127.0.0.1:1->[::1]:2: read: PEER" is syscall.ECONNRESET op "read" "tcp" 127.0.0.1:1 [::1]:2 "read: PEER"`, "PEER", syscall.ECONNRESET.Error())},
		{&net.OpError{Op: "dial", Net: "unix", Addr: &net.UnixAddr{Name: "/socket", Net: "unix"}, Err: os.ErrDeadlineExceeded},
			`"dial unix /socket: i/o timeout" timeout temporary is os.ErrDeadlineExceeded op "dial" "unix" <nil> /socket "i/o timeout"`},
		{fmt.Errorf("proxyconnect: %w", &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "tape.test", Server: "192.0.2.1:53", IsNotFound: true}}),
			`"proxyconnect: dial tcp: lookup tape.test on 192.0.2.1:53: no such host" op "dial" "tcp" <nil> <nil> "lookup tape.test on 192.0.2.1:53: no such host" dns "no such host" "tape.test" "192.0.2.1:53" true`},
	} {
		recorded := cassette.NewTransportError(c.err, false)
		if got := describe(recorded.Err()); got != describe(c.err) {
			t.Errorf("replayed is\n\t%s\nnot\n\t%s", got, describe(c.err))
		} else if got != c.want {
			t.Errorf("recorded is\n\t%s\nnot\n\t%s", got, c.want)
		}
		read := parse(t, (&cassette.Cassette{Interactions: []*cassette.Interaction{{Request: get("http://tape.test/", "").Request, Error: recorded}}}).Encode()).Interactions[0].Error
		if got := describe(read.Err()); got != c.want || read.ByCaller() {
			t.Errorf("saved and replayed is\n\t%s\nnot\n\t%s", got, c.want)
		}
	}
	if !cassette.NewTransportError(broken, true).ByCaller() {
		t.Error("the caller did not end it")
	}
}

// describe says what callers can tell of an error.
func describe(err error) string {
	text := fmt.Sprintf("%q", err)
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		text += " timeout"
	}
	var temporary interface{ Temporary() bool }
	if errors.As(err, &temporary) && temporary.Temporary() {
		text += " temporary"
	}
	for _, known := range []struct {
		name string
		err  error
	}{
		{"context.Canceled", context.Canceled}, {"context.DeadlineExceeded", context.DeadlineExceeded}, {"io.EOF", io.EOF},
		{"io.ErrUnexpectedEOF", io.ErrUnexpectedEOF}, {"net.ErrClosed", net.ErrClosed}, {"os.ErrDeadlineExceeded", os.ErrDeadlineExceeded},
		{"syscall.ECONNREFUSED", syscall.ECONNREFUSED}, {"syscall.ECONNRESET", syscall.ECONNRESET},
	} {
		if errors.Is(err, known.err) {
			text += " is " + known.name
		}
	}
	var op *net.OpError
	if errors.As(err, &op) {
		text += fmt.Sprintf(" op %q %q %v %v %q", op.Op, op.Net, op.Source, op.Addr, op.Err)
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		text += fmt.Sprintf(" dns %q %q %q %t", dns.Err, dns.Name, dns.Server, dns.IsNotFound)
	}
	return text
}

// Redact reaches every text that may hold a host.
func TestRedactedErrors(t *testing.T) {
	e := cassette.NewTransportError(&net.OpError{
		Op: "dial", Net: "tcp", Source: &net.UnixAddr{Name: "secret:1"}, Addr: &net.UnixAddr{Name: "secret:2"},
		Err: &net.DNSError{Err: "secret is unknown", Name: "secret", Server: "secret:3"},
	}, false)
	e.Redact(func(text string) string { return strings.ReplaceAll(text, "secret", "****") })
	want := `"dial tcp ****:1->****:2: lookup **** on ****:3: **** is unknown" timeout false op ["dial" "tcp" "****:1" "****:2"] dns ["**** is unknown" "****" "****:3"] false`
	if got := showFailure(e); got != want {
		t.Errorf("redacted is\n\t%s\nnot\n\t%s", got, want)
	}
}
