package cassette

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// What can be wrong with a cassette. Every error of [Parse] and [Load], except
// those of the file system, is a [*ParseError] that wraps one of these.
var (
	// ErrSyntax means that the file is not a cassette, or that a part of it is
	// not what the format says.
	ErrSyntax = errors.New("not a valid cassette")
	// ErrVersion means that a newer version of the format wrote the file.
	ErrVersion = errors.New("newer cassette format")
	// ErrConflict means that git left conflict markers in the file.
	ErrConflict = errors.New("unresolved merge conflict")
	// ErrLFSPointer means that Git LFS has not fetched the content of the file.
	ErrLFSPointer = errors.New("git lfs pointer")
)

// A ParseError says where in a cassette what is wrong, and what to do about it.
type ParseError struct {
	File   string // as it was given to Parse or Load
	Line   int    // 1-based; 0 when the whole file is meant
	Key    string // the path of keys, such as "request.headers"; may be empty
	Reason string // what is wrong
	Remedy string // what to do about it
	err    error  // ErrVersion, ErrConflict, ErrLFSPointer or nil, which is ErrSyntax
}

// Error returns "file:line: key: reason; remedy".
func (e *ParseError) Error() string {
	at := e.File
	if e.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, e.Line)
	}
	if e.Key != "" {
		at += ": " + e.Key
	}
	return fmt.Sprintf("%s: %s; %s", at, e.Reason, e.Remedy)
}

// Unwrap returns ErrSyntax, ErrVersion, ErrConflict or ErrLFSPointer.
func (e *ParseError) Unwrap() error { return cmp.Or(e.err, ErrSyntax) }

// The remedies of several errors.
const (
	orRecord     = ", or delete the file and record this spec again"
	remedySyntax = "mend the line" + orRecord
	remedyDelete = "delete it and record this spec again"
	remedyFile   = "put the file itself there, or delete it and record this spec again"
)

// Parse reads a cassette. File is its path, for errors only. Bodies in files are read
// from the folder beside, such as os.DirFS("cassettes/_bodies"); with nil they are an
// error. The cassette shares the bytes of data, which must not be changed afterwards.
//
// Of a document in canonical form Parse reads only the request, and
// [Interaction.Decode] reads the rest later. Documents in another form are decoded
// at once.
//
// The error is a [*ParseError]: of the file, the header, a request, or a document
// in another form. Decode returns those of the other responses. Parse never runs
// code, follows no alias and needs at most four times the memory of data, and a few
// MiB. A file that would need more is an error.
func Parse(file string, data []byte, beside fs.FS) (*Cassette, error) {
	return parse(file, data, beside, requests)
}

// A reading says how the documents of a file are read.
type reading int

const (
	whole    reading = iota // all of a document
	requests                // only the request, if the document is in canonical form
	asYAML                  // all of it, with yaml.v3
)

func parse(file string, data []byte, beside fs.FS, how reading) (*Cassette, error) {
	if n := len(data); n > 0 && data[n-1] != '\n' {
		// Otherwise a block at the end of the file would change when an
		// interaction is added after it.
		data = append(data[:n:n], '\n')
	}
	left := budgetOf(data)
	documents, err := split(file, data, &left)
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
		if doc.hasContent {
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
		if d.foreign > mostForeign {
			return nil, tooMany(file, doc.line, fmt.Sprintf("documents (more than %d) in another form than that in which cassettes are written", mostForeign))
		}
		if !left.spend((s.takeFields() + d.takeFields()) * fieldCost) {
			return nil, tooMany(file, doc.line, "headers")
		}
		c.Interactions = append(c.Interactions, i)
	}
	c.Suite, c.Spec, c.Partial, c.Quotes, c.Replacements = c.read.suite, c.read.spec, c.read.partial, c.read.quotes, c.read.replaced
	return c, nil
}

func (d *decoder) readHeader(s *scanner, doc document, how reading) (h header, err error) {
	s.open(doc.content(), 0)
	if h = s.header(); how == asYAML || !s.done() {
		h, err = d.header(doc)
	}
	h.source = doc.source
	return h, err
}

// read reads an interaction with s, or with yaml.v3 if s cannot read it.
func (d *decoder) read(s *scanner, doc document, how reading) (*Interaction, error) {
	if how == asYAML {
		return d.interaction(doc)
	}
	i := &Interaction{source: doc.source, line: doc.line}
	s.open(doc.source, doc.start)
	s.request(&i.Request)
	if how == requests && s.atOutcome() {
		i.rest = &rest{file: d.file, folder: d.folder, beside: s.beside, start: doc.start, at: s.at}
		i.Amended = amendedAtEnd(doc.source)
		return i, nil
	}
	if s.outcome(i); s.done() {
		return i, nil
	}
	d.foreign++
	return d.interaction(doc)
}

// A rest is the part of a document that follows the request, not decoded yet.
type rest struct {
	file   string
	folder *folder
	beside map[string][]byte // the files to which the request refers
	start  int               // of the document in its source
	at     int               // of the rest in it

	mu   sync.Mutex
	done atomic.Bool
	err  error // once it is done
}

// Decode decodes what [Parse] left of i: response, error, times and number. If that cannot
// be read, every call returns the same [*ParseError], and these fields stay zero.
// It does nothing to an interaction that is decoded or was not read from a file.
// It is safe for concurrent use; read the fields after it.
func (i *Interaction) Decode() error {
	r := i.rest
	if r == nil {
		return nil
	}
	if !r.done.Load() {
		r.decode(i)
	}
	return r.err
}

func (r *rest) decode(i *Interaction) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done.Load() {
		return
	}
	read, ok := r.scan(i, r.folder)
	if !ok {
		d := &decoder{file: r.file, line: i.line, folder: r.folder}
		read, r.err = d.interaction(document{source: i.source, start: r.start, line: i.line})
	}
	if r.err == nil {
		i.Response, i.Error, i.Recorded, i.Took, i.Number, i.beside = read.Response, read.Error, read.Recorded, read.Took, read.Number, read.beside
		if i.Amended.IsZero() && !read.Amended.IsZero() { // else it is known, and may be being read
			i.Amended = read.Amended
		}
	}
	r.done.Store(true)
}

// scan reads the rest if it is in canonical form. Without a folder it reads no
// bodies beside the cassette.
func (r *rest) scan(i *Interaction, folder *folder) (*Interaction, bool) {
	s := newScanner(folder)
	defer s.release()
	s.open(i.source, r.at)
	s.beside = maps.Clone(r.beside)
	read := new(Interaction)
	s.outcome(read)
	return read, s.done()
}

// files returns the files beside the cassette to which the document of i refers.
// The content of a file that was not read yet is nil.
func (i *Interaction) files() (map[string][]byte, error) {
	if i.rest != nil && !i.rest.done.Load() {
		if noted, ok := i.rest.scan(i, nil); ok {
			return noted.beside, nil
		}
	}
	err := i.Decode()
	return i.beside, err
}

// A document is one YAML document of a file: its separator line, if it has
// one, and the lines up to the next separator.
type document struct {
	source     []byte // with the separator line
	start      int    // of the line after that in source
	line       int    // of that line in the file, 1-based
	hasContent bool   // on the separator line, not only a comment
}

func (d document) content() []byte { return d.source[d.start:] }

var byteOrderMark = []byte("\ufeff")

// split cuts a file at its separators: lines that are "---", alone or followed
// by a blank. No line of a value starts in column 0, so the documents need not be
// parsed for that. It also refuses lines that no cassette may have.
func split(file string, data []byte, left *budget) ([]document, error) {
	if err := refuse(file, data); err != nil {
		return nil, err
	}
	documents := make([]document, 0, 4) // most cassettes are small
	current, start := document{line: 1}, 0
	at := len(data) - len(bytes.TrimPrefix(data, byteOrderMark))
	for line := 1; at < len(data); line++ {
		end, plain := lineEnd(data, at)
		if text := data[at:end]; !plain || startsMarker(text[0]) {
			if err := refuseLine(file, line, text); err != nil {
				return nil, err
			}
			if rest, ok := bytes.CutPrefix(text, []byte("---")); ok && startsBlank(rest) {
				current.source = data[start:at]
				if documents = append(documents, current); !left.spend(documentCost) {
					return nil, tooMany(file, line, "interactions")
				}
				comment := bytes.TrimSpace(rest)
				current = document{start: end - at, line: line + 1, hasContent: len(comment) > 0 && comment[0] != '#'}
				start = at
			}
		}
		at = end
	}
	current.source = data[start:]
	documents = append(documents, current)
	if len(documents) > 1 && isBlank(documents[0].source) {
		// A file may start with a separator; the lines before it belong to the
		// header.
		before := len(documents[0].source)
		documents = documents[1:]
		documents[0].source = data[:before+len(documents[0].source)]
		documents[0].start += before
	}
	return documents, nil
}

// lineEnd returns where the line that starts at data[at] ends, after its line
// feed, and whether all of it is printable ASCII.
func lineEnd(data []byte, at int) (end int, plain bool) {
	at += printable(data[at:])
	if at < len(data) && data[at] == '\n' {
		return at + 1, true // as most lines
	}
	n := bytes.IndexByte(data[at:], '\n')
	if n < 0 {
		return len(data), false
	}
	return at + n + 1, false
}

// startsMarker reports whether a line that begins with c may be more than text.
func startsMarker(c byte) bool { return c == '-' || c == '.' || c == '%' || c == '<' || c == '>' }

// startsBlank reports whether a marker followed by rest is one.
func startsBlank(rest []byte) bool {
	return len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0
}

// isBlank reports whether a document holds nothing but comments and blank lines.
func isBlank(content []byte) bool {
	for line := range bytes.Lines(bytes.TrimPrefix(content, byteOrderMark)) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// refuse returns an error for files that are not cassettes.
func refuse(file string, data []byte) error {
	if isLFSPointer(data) {
		return &ParseError{File: file, Reason: "is a Git LFS pointer, its content was not fetched", Remedy: "run git lfs pull", err: ErrLFSPointer}
	}
	if isBlank(data) {
		return &ParseError{File: file, Reason: "is empty", Remedy: remedyDelete, err: ErrSyntax}
	}
	return nil
}

func isLFSPointer(content []byte) bool {
	return bytes.HasPrefix(content, []byte("version https://git-lfs.github.com/spec/"))
}

// refuseLine returns an error for lines that readers of YAML understand in another
// way than this package.
func refuseLine(file string, line int, text []byte) error {
	d := &decoder{file: file}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\r'})
	if bytes.HasPrefix(text, []byte("<<<<<<< ")) || bytes.HasPrefix(text, []byte(">>>>>>> ")) {
		return &ParseError{File: file, Line: line, Reason: "git conflict marker", Remedy: "take one side, or delete the file, and record this spec again", err: ErrConflict}
	}
	if bytes.HasPrefix(text, []byte{'%'}) {
		return d.fail(line, "", "directives are not part of the format", remedySyntax)
	}
	if rest, ok := bytes.CutPrefix(text, []byte("...")); ok && startsBlank(rest) {
		return d.fail(line, "", "document ends are not part of the format", `remove the line, or write "---"`)
	}
	n := forbidden(text)
	switch {
	case n == len(text):
		return nil
	case !utf8.Valid(text):
		return d.fail(line, "", "not UTF-8", remedySyntax)
	}
	// YAML forbids some of these; others end a line in YAML, and not here.
	r, _ := utf8.DecodeRune(text[n:])
	return d.fail(line, "", fmt.Sprintf("%U is not escaped", r), `escape it between double quotes, as in "\x00" and "\u2028"`)
}
