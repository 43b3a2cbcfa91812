package cassette

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
)

// A TransportError is the failure of an exchange that brought no response, or
// the failure of reading a body that broke off.
//
// [NewTransportError] records one, [TransportError.Err] replays it. One that holds
// a Message alone is replayed as an error with that text. The methods are safe for
// concurrent use while nobody changes the error.
type TransportError struct {
	Message string // the text of the error, without method and URL

	timeout, temporary bool     // what its methods of that name reported
	byCaller           bool     // the caller's own context ended the exchange
	is                 []string // names of the known errors in it
	op                 *opError
	dns                *dnsError
}

// An opError is what a cassette keeps of a *net.OpError.
type opError struct{ op, net, source, addr string }

// A dnsError is what a cassette keeps of a *net.DNSError.
type dnsError struct {
	reason, name, server string
	notFound             bool
}

// knownErrors are the errors of the standard library that callers look for with
// errors.Is, with their names in a cassette.
var knownErrors = []struct {
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

// NewTransportError records the error of a transport. ByCaller says that the
// context of the request ended the exchange.
func NewTransportError(err error, byCaller bool) *TransportError {
	e := &TransportError{Message: err.Error(), byCaller: byCaller}
	var timeout interface{ Timeout() bool }
	var temporary interface{ Temporary() bool }
	e.timeout = errors.As(err, &timeout) && timeout.Timeout()
	e.temporary = errors.As(err, &temporary) && temporary.Temporary()
	for _, known := range knownErrors {
		if errors.Is(err, known.err) {
			e.is = append(e.is, known.name)
		}
	}
	var op *net.OpError
	if errors.As(err, &op) {
		e.op = &opError{op: op.Op, net: op.Net, source: addressText(op.Source), addr: addressText(op.Addr)}
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		e.dns = &dnsError{reason: dns.Err, name: dns.Name, server: dns.Server, notFound: dns.IsNotFound}
	}
	return e
}

func addressText(a net.Addr) string {
	if a == nil {
		return ""
	}
	return a.String()
}

// ByCaller reports whether the caller's own context ended the exchange.
func (e *TransportError) ByCaller() bool { return e.byCaller }

// Redact replaces the texts that may hold a secret: the message, and the names and
// addresses of hosts.
func (e *TransportError) Redact(replace func(text string) string) {
	e.Message = replace(e.Message)
	if op := e.op; op != nil {
		op.source, op.addr = replace(op.source), replace(op.addr)
	}
	if dns := e.dns; dns != nil {
		dns.reason, dns.name, dns.server = replace(dns.reason), replace(dns.name), replace(dns.server)
	}
}

func (e *TransportError) clone() *TransportError {
	if e == nil {
		return nil
	}
	c := *e
	c.is = slices.Clone(e.is)
	if e.op != nil {
		op := *e.op
		c.op = &op
	}
	if e.dns != nil {
		dns := *e.dns
		c.dns = &dns
	}
	return &c
}

// Err returns the error to replay. It has the same text, answers Timeout and
// Temporary in the same way, and errors.Is and errors.As find in it the errors of
// package net and of the list in the format that they found in the first one.
// Errors of other types are not made again.
func (e *TransportError) Err() error { return &replayedError{*e} }

type replayedError struct{ recorded TransportError }

func (e *replayedError) Error() string   { return e.recorded.Message }
func (e *replayedError) Timeout() bool   { return e.recorded.timeout }
func (e *replayedError) Temporary() bool { return e.recorded.temporary }

func (e *replayedError) Unwrap() []error {
	var errs []error
	for _, known := range knownErrors {
		for _, name := range e.recorded.is {
			if known.name == name {
				errs = append(errs, known.err)
			}
		}
	}
	last := &cause{recorded: e.recorded, errs: errs}
	inner := error(last)
	if dns := e.recorded.dns; dns != nil {
		inner = &net.DNSError{UnwrapErr: inner, Err: dns.reason, Name: dns.name, Server: dns.server, IsNotFound: dns.notFound, IsTimeout: e.recorded.timeout, IsTemporary: e.recorded.temporary}
	}
	if op := e.recorded.op; op != nil {
		inner = &net.OpError{Op: op.op, Net: op.net, Source: addressOf(op.net, op.source), Addr: addressOf(op.net, op.addr), Err: inner}
	}
	// The errors around it add the text in front.
	last.text = strings.TrimPrefix(e.recorded.Message, inner.Error())
	return []error{inner}
}

// A cause is the last error of the chain, in place of the system's own.
type cause struct {
	recorded TransportError
	text     string
	errs     []error
}

func (c *cause) Error() string   { return c.text }
func (c *cause) Timeout() bool   { return c.recorded.timeout }
func (c *cause) Temporary() bool { return c.recorded.temporary }
func (c *cause) Unwrap() []error { return c.errs }

func addressOf(network, text string) net.Addr {
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

func appendError(dst []byte, e *TransportError, indent int) []byte {
	dst = append(appendIndent(dst, indent), "error:\n"...)
	dst = appendField(dst, "message", e.Message, indent+2)
	dst = appendTrue(dst, "timeout", e.timeout, indent+2)
	dst = appendTrue(dst, "temporary", e.temporary, indent+2)
	dst = appendTrue(dst, "caller", e.byCaller, indent+2)
	dst = appendList(dst, "is", e.is, indent+2)
	if op := e.op; op != nil {
		dst = append(appendIndent(dst, indent+2), "op:\n"...)
		dst = appendField(dst, "op", op.op, indent+4)
		dst = appendOptional(dst, "net", op.net, indent+4)
		dst = appendOptional(dst, "source", op.source, indent+4)
		dst = appendOptional(dst, "addr", op.addr, indent+4)
	}
	if dns := e.dns; dns != nil {
		dst = append(appendIndent(dst, indent+2), "dns:\n"...)
		dst = appendField(dst, "reason", dns.reason, indent+4)
		dst = appendOptional(dst, "name", dns.name, indent+4)
		dst = appendOptional(dst, "server", dns.server, indent+4)
		dst = appendTrue(dst, "not_found", dns.notFound, indent+4)
	}
	return dst
}

// transportError reads what appendError writes.
func (s *scanner) transportError(indent int) *TransportError {
	e := &TransportError{Message: s.field("message", indent)}
	e.timeout = s.isTrue("timeout", indent)
	e.temporary = s.isTrue("temporary", indent)
	e.byCaller = s.isTrue("caller", indent)
	e.is = s.list("is", indent)
	if s.key("op", indent) {
		s.expect("\n")
		e.op = &opError{s.field("op", indent+2), s.optional("net", indent+2), s.optional("source", indent+2), s.optional("addr", indent+2)}
	}
	if s.key("dns", indent) {
		s.expect("\n")
		e.dns = &dnsError{s.field("reason", indent+2), s.optional("name", indent+2), s.optional("server", indent+2), s.isTrue("not_found", indent+2)}
	}
	return e
}

func (v value) transportError(e **TransportError) error {
	read := new(TransportError)
	*e = read
	return v.fields(map[string]func(value) error{
		"message":   into(&read.Message),
		"timeout":   intoBool(&read.timeout),
		"temporary": intoBool(&read.temporary),
		"caller":    intoBool(&read.byCaller),
		"is":        intoList(&read.is),
		"op": func(v value) error {
			op := new(opError)
			read.op = op
			return v.fields(map[string]func(value) error{"op": into(&op.op), "net": into(&op.net), "source": into(&op.source), "addr": into(&op.addr)}, "op")
		},
		"dns": func(v value) error {
			dns := new(dnsError)
			read.dns = dns
			return v.fields(map[string]func(value) error{
				"reason": into(&dns.reason), "name": into(&dns.name), "server": into(&dns.server), "not_found": intoBool(&dns.notFound),
			}, "reason")
		},
	}, "message")
}
