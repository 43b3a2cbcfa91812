package cassette

import (
	"fmt"
	"io/fs"
	"slices"
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
//
// A body in a file beside the cassette is an error; see [ParseBeside].
func Parse(file string, data []byte) (*Cassette, error) { return ParseBeside(file, data, nil) }

// ParseBeside is like [Parse], and reads the bodies that the cassette keeps in
// files beside it from their folder.
func ParseBeside(file string, data []byte, beside fs.FS) (*Cassette, error) {
	return parse(file, data, beside, whole)
}

// A reading is how the documents of a file are read.
type reading int

const (
	whole    reading = iota
	requests         // what follows the requests of canonical documents is left
	asYAML           // as documents are read that are not in canonical form
)

func parse(file string, data []byte, beside fs.FS, how reading) (*Cassette, error) {
	if n := len(data); n > 0 && data[n-1] != '\n' {
		// Otherwise a block at the end of the file would change when an
		// interaction is added behind it.
		data = append(data[:n:n], '\n')
	}
	documents, err := split(file, data)
	if err != nil {
		return nil, err
	}
	f := &folder{files: beside}
	c := new(Cassette)
	c.Interactions = slices.Grow(c.Interactions, len(documents)-1)
	s := newScanner(f)
	defer s.release()
	d := &decoder{file: file, folder: f}
	for n, doc := range documents {
		d.line, d.beside = doc.line, nil
		if doc.odd {
			return nil, d.fail(doc.line-1, "", "content on a separator line", remedySyntax)
		}
		if n == 0 {
			if c.read, err = d.readHeader(s, doc, how); err != nil {
				return nil, err
			}
			continue
		}
		i, err := d.read(s, doc, how)
		if err != nil {
			return nil, err
		}
		c.Interactions = append(c.Interactions, i)
	}
	c.Suite, c.Spec, c.Partial = c.read.suite, c.read.spec, c.read.partial
	return c, nil
}

// A decoder reads one document after another and knows where in the file it stands.
type decoder struct {
	file string
	line int // of the first line of the document

	folder *folder
	beside map[string][]byte // the files of the folder to which the document refers
}

func (d *decoder) readHeader(s *scanner, doc document, how reading) (h header, err error) {
	s.open(doc.content(), 0)
	if h = s.header(); how == asYAML || !s.done() {
		h, err = d.header(doc)
	}
	h.source = doc.source
	return h, err
}

// read reads an interaction with s, or with yaml.v3 what s does not know.
func (d *decoder) read(s *scanner, doc document, how reading) (*Interaction, error) {
	if how == asYAML {
		return d.interaction(doc)
	}
	i := &Interaction{source: doc.source, line: doc.line}
	s.open(doc.source, doc.start)
	s.request(&i.Request)
	if how == requests && s.atOutcome() {
		i.rest = &rest{file: d.file, folder: d.folder, beside: s.beside, start: doc.start, at: s.at}
		return i, nil
	}
	if s.outcome(i); s.done() {
		return i, nil
	}
	return d.interaction(doc)
}

func (d *decoder) fail(line int, key, reason, remedy string) error {
	return &ParseError{File: d.file, Line: line, Key: key, Reason: reason, Remedy: remedy, Err: ErrSyntax}
}

func (d *decoder) header(doc document) (h header, err error) {
	top, err := d.parse(doc.content())
	if err != nil {
		return h, err
	}
	version, ok := top.child("ginkgo-vcr")
	if !ok {
		return h, d.fail(doc.line, "", "no cassette: the first document has no key ginkgo-vcr", remedySyntax)
	}
	number, convErr := strconv.Atoi(version.node.Value)
	switch {
	case convErr != nil || number < 1:
		return h, version.fail(fmt.Sprintf("is %.60q, not a format version such as %d", version.node.Value, Version), remedySyntax)
	case number > Version:
		return h, &ParseError{File: d.file, Line: version.line(), Key: "ginkgo-vcr",
			Reason: fmt.Sprintf("format version %d is newer than %d, the newest that this ginkgo-vcr reads", number, Version),
			Remedy: "upgrade ginkgo-vcr", Err: ErrVersion}
	}
	err = top.fields(map[string]func(value) error{
		"ginkgo-vcr": func(value) error { return nil },
		"suite":      into(&h.suite),
		"spec":       into(&h.spec),
		"partial":    intoBool(&h.partial),
	})
	return h, err
}

func (d *decoder) interaction(doc document) (*Interaction, error) {
	top, err := d.parse(doc.content())
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
	i.beside = d.beside
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
	var chunks, delays []string
	err := v.fields(map[string]func(value) error{
		"status":    intoParsed(&r.Status, "a status code such as 200", parseStatus),
		"reason":    into(&r.Reason),
		"proto":     into(&r.Proto),
		"headers":   intoHeader(&r.Header),
		"body":      func(v value) error { return v.body(&r.Body) },
		"chunks":    intoCounts(&chunks, "B", 1),
		"delays":    intoCounts(&delays, "", 0),
		"trailers":  intoHeader(&r.Trailer),
		"announced": intoList(&r.Announced),
		"transfer":  intoList(&r.Transfer),
		"close":     intoBool(&r.Close),
		"length": func(v value) error {
			r.Length = new(int64)
			return intoParsed(r.Length, "a number", parseLength)(v)
		},
		"uncompressed": intoBool(&r.Uncompressed),
		"end":          intoWord(&r.End, EndClosed, EndAborted),
		"error":        func(v value) error { return v.transportError(&i.Error) },
	}, "status")
	r.readChunks(chunks, delays)
	return err
}

// parseStatus reads what can stand in a status line.
func parseStatus(text string) (int, error) {
	status, err := strconv.Atoi(text)
	if err == nil && (status < 0 || status > 999) {
		err = strconv.ErrRange
	}
	return status, err
}

func parseLength(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }
