package recorder

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// known are the errors of the standard library that callers look for with
// errors.Is, by the names that they have on a tape.
var known = []struct {
	name string
	err  error
}{
	{"context.Canceled", context.Canceled},
	{"context.DeadlineExceeded", context.DeadlineExceeded},
	{"io.EOF", io.EOF},
	{"io.ErrUnexpectedEOF", io.ErrUnexpectedEOF},
	{"net.ErrClosed", net.ErrClosed},
	{"os.ErrDeadlineExceeded", os.ErrDeadlineExceeded},
	{"syscall.ECONNREFUSED", syscall.ECONNREFUSED},
	{"syscall.ECONNRESET", syscall.ECONNRESET},
}

// failureOf returns what a tape keeps of an error that the transport returned.
func failureOf(c caller, err error) *cassette.TransportError {
	e := &cassette.TransportError{Message: err.Error(), Caller: c.over() != nil}
	var timeout interface{ Timeout() bool }
	var temporary interface{ Temporary() bool }
	e.Timeout = errors.As(err, &timeout) && timeout.Timeout()
	e.Temporary = errors.As(err, &temporary) && temporary.Temporary()
	for _, k := range known {
		if errors.Is(err, k.err) {
			e.Is = append(e.Is, k.name)
		}
	}
	var op *net.OpError
	if errors.As(err, &op) {
		e.Op = &cassette.OpError{Op: op.Op, Net: op.Net, Source: addressText(op.Source), Addr: addressText(op.Addr)}
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		e.DNS = &cassette.DNSError{Reason: dns.Err, Name: dns.Name, Server: dns.Server, NotFound: dns.IsNotFound}
	}
	return e
}

var errNoEnd = errors.New("the recorded exchange ended because the caller's context was over, and the context of this request never ends; give it one that does, or record this spec again")

// endedAgain returns the error of an exchange that the caller ended while it was
// recorded, now that its context is over in replay as well: that of the context,
// unless the transport had put the same in words of its own.
func endedAgain(c caller, failure *cassette.TransportError) error {
	err, recorded := c.over(), &replayedError{*failure}
	if err.Error() != failure.Message && errors.Is(recorded, c.ctx.Err()) {
		return recorded
	}
	return err
}

func addressText(a net.Addr) string {
	if a == nil {
		return ""
	}
	return a.String()
}

// A replayedError is the failure of a transport, played from the tape: it has
// the same text, answers Timeout and Temporary in the same way, and errors.Is
// and errors.As find in it the errors of the standard library that they found
// in the first one. Errors of other types are not made again.
type replayedError struct{ recorded cassette.TransportError }

func (e *replayedError) Error() string   { return e.recorded.Message }
func (e *replayedError) Timeout() bool   { return e.recorded.Timeout }
func (e *replayedError) Temporary() bool { return e.recorded.Temporary }

func (e *replayedError) Unwrap() []error {
	var errs []error
	for _, k := range known {
		for _, name := range e.recorded.Is {
			if k.name == name {
				errs = append(errs, k.err)
			}
		}
	}
	last := &cause{recorded: e.recorded, errs: errs}
	inner := error(last)
	if dns := e.recorded.DNS; dns != nil {
		inner = &net.DNSError{UnwrapErr: inner, Err: dns.Reason, Name: dns.Name, Server: dns.Server, IsNotFound: dns.NotFound, IsTimeout: e.recorded.Timeout, IsTemporary: e.recorded.Temporary}
	}
	if op := e.recorded.Op; op != nil {
		inner = &net.OpError{Op: op.Op, Net: op.Net, Source: address(op.Net, op.Source), Addr: address(op.Net, op.Addr), Err: inner}
	}
	// What the errors around it have in front is theirs.
	last.text = strings.TrimPrefix(e.recorded.Message, inner.Error())
	return []error{inner}
}

// A cause stands at the end of the chain, where the system's own error was.
type cause struct {
	recorded cassette.TransportError
	text     string
	errs     []error
}

func (c *cause) Error() string   { return c.text }
func (c *cause) Timeout() bool   { return c.recorded.Timeout }
func (c *cause) Temporary() bool { return c.recorded.Temporary }
func (c *cause) Unwrap() []error { return c.errs }

func address(network, text string) net.Addr {
	if text == "" {
		return nil
	}
	if addr, err := netip.ParseAddrPort(text); err == nil && network == "tcp" {
		return net.TCPAddrFromAddrPort(addr)
	}
	return plainAddr{network, text}
}

type plainAddr struct{ network, text string }

func (a plainAddr) Network() string { return a.network }
func (a plainAddr) String() string  { return a.text }
