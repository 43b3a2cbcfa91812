package cassette_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// transportErrors are failures of a transport, and how they are written.
var transportErrors = []struct {
	failure cassette.TransportError
	want    string
}{
	{cassette.TransportError{}, "message: \"\"\n"},
	{cassette.TransportError{Message: "EOF", Is: []string{"io.EOF"}}, "message: EOF\nis: [io.EOF]\n"},
	{cassette.TransportError{Message: "a: b\n#", Is: []string{}}, "message: \"a: b\\n#\"\nis: []\n"},
	{cassette.TransportError{Message: "context canceled", Caller: true, Is: []string{"context.Canceled"}},
		"message: context canceled\ncaller: true\nis: [context.Canceled]\n"},
	{cassette.TransportError{Message: "i/o timeout", Timeout: true, Temporary: true, Op: &cassette.OpError{Op: "dial"}},
		"message: i/o timeout\ntimeout: true\ntemporary: true\nop:\n  op: dial\n"},
	{cassette.TransportError{
		Message: "read tcp [::1]:1->[::1]:2: connection reset by peer",
		Is:      []string{"syscall.ECONNRESET", "net.ErrClosed"},
		Op:      &cassette.OpError{Op: "read", Net: "tcp", Source: "[::1]:1", Addr: "[::1]:2"},
	}, "message: \"read tcp [::1]:1->[::1]:2: connection reset by peer\"\nis: [syscall.ECONNRESET, net.ErrClosed]\n" +
		"op:\n  op: read\n  net: tcp\n  source: \"[::1]:1\"\n  addr: \"[::1]:2\"\n"},
	{cassette.TransportError{
		Message: "lookup tape.test: no such host",
		Op:      &cassette.OpError{Op: "dial", Net: "tcp"},
		DNS:     &cassette.DNSError{Reason: "no such host", Name: "tape.test", Server: "127.0.0.1:53", NotFound: true},
	}, "message: \"lookup tape.test: no such host\"\nop:\n  op: dial\n  net: tcp\n" +
		"dns:\n  reason: no such host\n  name: tape.test\n  server: 127.0.0.1:53\n  not_found: true\n"},
	{cassette.TransportError{Message: "nothing known", Op: &cassette.OpError{}, DNS: &cassette.DNSError{}},
		"message: nothing known\nop:\n  op: \"\"\ndns:\n  reason: \"\"\n"},
}

// failures has each failure without a response, and while reading a body.
func failures() *cassette.Cassette {
	c := new(cassette.Cassette)
	for _, e := range transportErrors {
		failed := &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: "http://tape.test/"}, Error: &e.failure}
		aborted := get("http://tape.test/", "data: 1\n\nda")
		aborted.Response.End, aborted.Error = cassette.EndAborted, &e.failure
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
