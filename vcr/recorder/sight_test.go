package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
)

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
