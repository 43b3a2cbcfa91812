package cassette

import "io/fs"

// ParseWhole is Parse, and decodes all of the cassette.
func ParseWhole(file string, data []byte, beside fs.FS) (*Cassette, error) {
	return parse(file, data, beside, whole)
}

// ParseYAML is ParseWhole without the reader of the canonical form.
func ParseYAML(file string, data []byte, beside fs.FS) (*Cassette, error) {
	return parse(file, data, beside, asYAML)
}

const DefaultBodyLimit = defaultBodyLimit

// A Failure has the fields of a TransportError.
type Failure struct {
	Message                    string
	Timeout, Temporary, Caller bool
	Is                         []string
	Op                         []string // op, net, source and addr; nil if there is none
	DNS                        []string // reason, name and server; nil if there is none
	NotFound                   bool
}

// TransportError returns an error with the fields of f.
func (f Failure) TransportError() *TransportError {
	e := &TransportError{Message: f.Message, timeout: f.Timeout, temporary: f.Temporary, byCaller: f.Caller, is: f.Is}
	if f.Op != nil {
		e.op = &opError{f.Op[0], f.Op[1], f.Op[2], f.Op[3]}
	}
	if f.DNS != nil {
		e.dns = &dnsError{f.DNS[0], f.DNS[1], f.DNS[2], f.NotFound}
	}
	return e
}

// FailureOf returns the fields of e. It shares the list of known errors.
func FailureOf(e *TransportError) Failure {
	f := Failure{Message: e.Message, Timeout: e.timeout, Temporary: e.temporary, Caller: e.byCaller, Is: e.is}
	if e.op != nil {
		f.Op = []string{e.op.op, e.op.net, e.op.source, e.op.addr}
	}
	if e.dns != nil {
		f.DNS, f.NotFound = []string{e.dns.reason, e.dns.name, e.dns.server}, e.dns.notFound
	}
	return f
}
