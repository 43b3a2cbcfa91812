package cassette

import (
	"fmt"
	"strconv"
)

// The remedies that more than one error names.
const (
	remedySyntax = "mend the line, or delete the file and record this spec again"
	remedyDelete = "delete it and record this spec again"
)

// Parse reads a cassette. file is its path, for errors only. The cassette
// shares the bytes of data, which must not be changed afterwards.
//
// Every error is a [*ParseError]. Parse never runs code, follows no alias and
// needs memory in proportion to len(data).
func Parse(file string, data []byte) (*Cassette, error) {
	if n := len(data); n > 0 && data[n-1] != '\n' {
		// Otherwise a block at the end of the file would change when an
		// interaction is added behind it.
		data = append(data[:n:n], '\n')
	}
	if err := refuse(file, data); err != nil {
		return nil, err
	}
	c := new(Cassette)
	for n, doc := range split(data) {
		d := &decoder{file: file, line: doc.line}
		if len(doc.separator) > 0 && doc.separator[0] != '#' {
			return nil, d.fail(doc.line-1, "", "content on a separator line", remedySyntax)
		}
		if n == 0 {
			if err := d.header(doc, c); err != nil {
				return nil, err
			}
			continue
		}
		i, err := d.interaction(doc)
		if err != nil {
			return nil, err
		}
		c.Interactions = append(c.Interactions, i)
	}
	return c, nil
}

// A decoder reads one document and knows where in the file it stands.
type decoder struct {
	file string
	line int // of the document's first line
}

func (d *decoder) fail(line int, key, reason, remedy string) error {
	return &ParseError{File: d.file, Line: line, Key: key, Reason: reason, Remedy: remedy, Err: ErrSyntax}
}

func (d *decoder) header(doc document, c *Cassette) error {
	top, err := d.parse(doc.content)
	if err != nil {
		return err
	}
	version, ok := top.child("ginkgo-vcr")
	if !ok {
		return d.fail(doc.line, "", "no cassette: the first document has no key ginkgo-vcr", remedySyntax)
	}
	number, convErr := strconv.Atoi(version.node.Value)
	switch {
	case convErr != nil || number < 1:
		return version.fail(fmt.Sprintf("is %.60q, not a format version such as %d", version.node.Value, Version), remedySyntax)
	case number > Version:
		return &ParseError{File: d.file, Line: version.line(), Key: "ginkgo-vcr",
			Reason: fmt.Sprintf("format version %d is newer than %d, the newest that this ginkgo-vcr reads", number, Version),
			Remedy: "upgrade ginkgo-vcr", Err: ErrVersion}
	}
	err = top.fields(map[string]func(value) error{
		"ginkgo-vcr": func(value) error { return nil },
		"suite":      into(&c.Suite),
		"spec":       into(&c.Spec),
		"partial":    intoBool(&c.Partial),
	})
	c.read = header{c.Suite, c.Spec, c.Partial, doc.source}
	return err
}

func (d *decoder) interaction(doc document) (*Interaction, error) {
	top, err := d.parse(doc.content)
	if err != nil {
		return nil, err
	}
	i := &Interaction{source: doc.source, line: doc.line}
	err = top.fields(map[string]func(value) error{
		"request":  func(v value) error { return v.request(&i.Request) },
		"response": func(v value) error { return v.response(i) },
		"error":    func(v value) error { return v.transportError(&i.Error) },
		"recorded": intoTime(&i.Recorded),
		"took":     intoDuration(&i.Took),
	}, "request")
	if err != nil {
		return nil, err
	}
	_, responded := top.child("response")
	_, failed := top.child("error")
	if responded == failed {
		return nil, top.fail("should have either a response or an error", remedySyntax)
	}
	return i, nil
}

func (v value) request(r *Request) error {
	return v.fields(map[string]func(value) error{
		"method":  into(&r.Method),
		"url":     into(&r.URL),
		"headers": intoHeader(&r.Header),
		"body":    func(v value) error { return v.body(&r.Body) },
	}, "method", "url")
}

func (v value) response(i *Interaction) error {
	r := &i.Response
	return v.fields(map[string]func(value) error{
		"status":       intoInt(&r.Status),
		"reason":       into(&r.Reason),
		"proto":        into(&r.Proto),
		"headers":      intoHeader(&r.Header),
		"body":         func(v value) error { return v.body(&r.Body) },
		"trailers":     intoHeader(&r.Trailer),
		"uncompressed": intoBool(&r.Uncompressed),
		"end":          intoWord(&r.End, EndClosed, EndAborted),
		"error":        func(v value) error { return v.transportError(&i.Error) },
	}, "status")
}

func (v value) transportError(e **TransportError) error {
	*e = new(TransportError)
	return v.fields(map[string]func(value) error{
		"message": into(&(*e).Message),
		"timeout": intoBool(&(*e).Timeout),
	}, "message")
}
