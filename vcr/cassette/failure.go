package cassette

import "slices"

// A TransportError is the failure of an exchange that brought no response, or
// the failure of reading a body that broke off.
type TransportError struct {
	Message            string // the text of the error, without method and URL
	Timeout, Temporary bool   // what its methods of that name reported
	// Caller says that the caller's own context ended the exchange.
	Caller bool
	// Is names errors of the standard library for which errors.Is holds, such as
	// "io.ErrUnexpectedEOF" and "syscall.ECONNREFUSED".
	Is  []string
	Op  *OpError  // the *net.OpError in it; nil when there is none
	DNS *DNSError // the *net.DNSError in it; nil when there is none
}

// An OpError is what a tape keeps of a *net.OpError.
type OpError struct {
	Op, Net, Source, Addr string
}

// A DNSError is what a tape keeps of a *net.DNSError.
type DNSError struct {
	Reason, Name, Server string
	NotFound             bool
}

func (e *TransportError) clone() *TransportError {
	if e == nil {
		return nil
	}
	c := *e
	c.Is = slices.Clone(e.Is)
	if e.Op != nil {
		op := *e.Op
		c.Op = &op
	}
	if e.DNS != nil {
		dns := *e.DNS
		c.DNS = &dns
	}
	return &c
}

func appendError(dst []byte, e *TransportError, indent int) []byte {
	dst = append(appendIndent(dst, indent), "error:\n"...)
	dst = appendField(dst, "message", e.Message, indent+2)
	dst = appendTrue(dst, "timeout", e.Timeout, indent+2)
	dst = appendTrue(dst, "temporary", e.Temporary, indent+2)
	dst = appendTrue(dst, "caller", e.Caller, indent+2)
	dst = appendList(dst, "is", e.Is, indent+2)
	if op := e.Op; op != nil {
		dst = append(appendIndent(dst, indent+2), "op:\n"...)
		dst = appendField(dst, "op", op.Op, indent+4)
		dst = appendOptional(dst, "net", op.Net, indent+4)
		dst = appendOptional(dst, "source", op.Source, indent+4)
		dst = appendOptional(dst, "addr", op.Addr, indent+4)
	}
	if dns := e.DNS; dns != nil {
		dst = append(appendIndent(dst, indent+2), "dns:\n"...)
		dst = appendField(dst, "reason", dns.Reason, indent+4)
		dst = appendOptional(dst, "name", dns.Name, indent+4)
		dst = appendOptional(dst, "server", dns.Server, indent+4)
		dst = appendTrue(dst, "not_found", dns.NotFound, indent+4)
	}
	return dst
}

// failure reads what appendError writes.
func (s *scanner) failure(indent int) *TransportError {
	e := &TransportError{Message: s.field("message", indent)}
	e.Timeout = s.isTrue("timeout", indent)
	e.Temporary = s.isTrue("temporary", indent)
	e.Caller = s.isTrue("caller", indent)
	e.Is = s.list("is", indent)
	if s.key("op", indent) {
		s.expect("\n")
		e.Op = &OpError{s.field("op", indent+2), s.optional("net", indent+2), s.optional("source", indent+2), s.optional("addr", indent+2)}
	}
	if s.key("dns", indent) {
		s.expect("\n")
		e.DNS = &DNSError{s.field("reason", indent+2), s.optional("name", indent+2), s.optional("server", indent+2), s.isTrue("not_found", indent+2)}
	}
	return e
}

func (v value) transportError(e **TransportError) error {
	read := new(TransportError)
	*e = read
	return v.fields(map[string]func(value) error{
		"message":   into(&read.Message),
		"timeout":   intoBool(&read.Timeout),
		"temporary": intoBool(&read.Temporary),
		"caller":    intoBool(&read.Caller),
		"is":        intoList(&read.Is),
		"op": func(v value) error {
			read.Op = new(OpError)
			return v.fields(map[string]func(value) error{
				"op": into(&read.Op.Op), "net": into(&read.Op.Net), "source": into(&read.Op.Source), "addr": into(&read.Op.Addr),
			}, "op")
		},
		"dns": func(v value) error {
			read.DNS = new(DNSError)
			return v.fields(map[string]func(value) error{
				"reason": into(&read.DNS.Reason), "name": into(&read.DNS.Name), "server": into(&read.DNS.Server), "not_found": intoBool(&read.DNS.NotFound),
			}, "reason")
		},
	}, "message")
}
