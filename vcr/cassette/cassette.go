package cassette

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// A Cassette is the file of one spec: who recorded it, and the interactions in
// the order in which their requests started. What is recorded again takes the place of
// what it replaces.
//
// The zero value is an empty cassette. Several goroutines may read a Cassette at
// once; none may use it while another changes it.
type Cassette struct {
	// Suite is the import path of the package whose suite recorded the
	// cassette, empty when it is not known.
	Suite string
	// Spec names the spec for people: the texts of its nodes, joined by " / ".
	Spec string
	// Partial says that the spec had not passed when the cassette was saved, so
	// that recordings may be missing at its end.
	Partial bool
	// Replacements are the texts in the responses of the tape that a user's function
	// wrote in the place of secrets. Unlike placeholders, they look like any text.
	Replacements []string
	// Quotes says that a text on the tape that looks like a placeholder, and is none,
	// has a colon more: [redacted::token] stands for [redacted:token].
	Quotes bool
	// Interactions are the tape.
	Interactions []*Interaction
	// BodyLimit is the size in bytes above which Save keeps a body in a file
	// of its own: 0 stands for 256 KiB, -1 for no limit, also for arrays of
	// numbers. It is not saved.
	BodyLimit int

	read header // of the file, to keep its bytes when nothing changed
}

type header struct {
	suite, spec string
	partial     bool
	replaced    []string // Replacements
	quotes      bool
	source      []byte
}

// header returns what is written before the interactions.
func (c *Cassette) header() header {
	return header{suite: c.Suite, spec: c.Spec, partial: c.Partial, replaced: c.Replacements, quotes: c.Quotes}
}

// Load reads the cassette at path, with the bodies beside it, and decodes all of
// it. The error is a [*ParseError], or one of the file system: [os.ErrNotExist]
// when there is no file. Load never waits for a pipe, and follows no symbolic link
// out of the folder of path, which may be a link itself.
func Load(path string) (*Cassette, error) {
	data, size, err := disk.ReadFile(path)
	var flaw *disk.Flaw
	switch {
	case errors.As(err, &flaw):
		return nil, &ParseError{File: path, Reason: "is " + flaw.Is, Remedy: remedyFile}
	case err != nil:
		return nil, err
	case size > disk.MaxSize:
		return nil, &ParseError{File: path, Reason: fmt.Sprintf("has %d bytes, more than a cassette may have", size), Remedy: remedyDelete, err: ErrSyntax}
	}
	return parse(path, data, disk.Bodies(path), whole)
}

// Save writes the cassette to path, whole or not at all, and its large bodies to the
// folder _bodies beside it. It replaces what is at path, removes the bodies to which no
// cassette there refers any more, and makes missing folders.
//
// Interactions that [Parse] left undecoded keep their bytes. The error is a
// [*ParseError] if one of them cannot be read; nothing is written then. Save reads
// no body that is in the folder of path.
func (c *Cassette) Save(path string) error {
	_, err := c.SaveWith(disk.Replace, "", path)
	return err
}

// SaveWith is for package recorder. It is like [Cassette.Save], says how the file
// is put at path and which folder above it the cassettes share bodies in, and returns
// the sum of the file.
func (c *Cassette) SaveWith(put disk.Put, root, path string) (disk.Sum, error) {
	e := &encoder{bodies: disk.Bodies(path), limit: cmp.Or(c.BodyLimit, defaultBodyLimit), beside: map[string][]byte{}}
	return put(root, path, func(file io.Writer) (beside map[string][]byte, err error) {
		err = e.cassette(file, c)
		return e.beside, cmp.Or(err, e.err)
	})
}

// An Interaction is one request and what came back: a response, or the error
// of the transport when there was none.
//
// An Interaction that was read from a file is written back with the bytes it
// had there, comments included. So do not change it in place: change a
// [Interaction.Clone] and replace it with that. Interactions of one file may share
// headers and bytes.
//
// [Parse] may read only the request. The other fields are zero until
// [Interaction.Decode] has returned nil; in a copy by assignment they may stay
// zero.
type Interaction struct {
	Request  Request
	Response Response
	// Error is the failure of the transport. Response is then the zero value,
	// unless a response had begun: it ends with [EndAborted], and Error is the
	// failure of reading its body.
	Error *TransportError
	// Recorded is when the request started, in UTC and whole seconds on disk;
	// the zero value is not written.
	Recorded time.Time
	// Took is the time from the start of the request to the end of the response
	// body, in whole milliseconds on disk; zero is not written.
	Took time.Duration
	// Number is the name by which parts of streams refer to i; see [Chunk]. Zero
	// means that none does.
	Number int
	// Amended is when the request took the place of the one that was sent, in UTC and
	// whole seconds on disk: the response may be another today. The zero value means
	// that the request was sent. Parse reads it where Save writes it, at the end.
	Amended time.Time

	source []byte // the document with its separator line, as read
	line   int
	beside map[string][]byte // the files beside the cassette to which source refers
	rest   *rest             // of source, not decoded yet; nil if Parse decoded all
	frame  *frame            // what keeps its bytes around an amended request; nil for none
}

// Clone returns a copy of i that is written in canonical form, with its own
// headers and the same body bytes. It decodes i first. A document that
// [Interaction.Decode] cannot read keeps its bytes, and its error, in the clone.
func (i *Interaction) Clone() *Interaction {
	err := i.Decode()
	c := *i
	c.Request.Header = i.Request.Header.Clone()
	c.Response.Header = i.Response.Header.Clone()
	c.Response.Trailer = i.Response.Trailer.Clone()
	c.Response.Chunks = slices.Clone(i.Response.Chunks)
	for n := range c.Response.Chunks {
		c.Response.Chunks[n].After = slices.Clone(c.Response.Chunks[n].After)
	}
	c.Response.Transfer = slices.Clone(i.Response.Transfer)
	c.Response.Announced = slices.Clone(i.Response.Announced)
	if length := i.Response.Length; length != nil {
		own := *length
		c.Response.Length = &own
	}
	c.Error = i.Error.clone()
	if err == nil {
		c.source, c.line, c.beside, c.rest, c.frame = nil, 0, nil, nil, nil
	}
	return &c
}

// Line returns the 1-based line of the file on which i starts, 0 when i was
// not read from a file.
func (i *Interaction) Line() int { return i.line }

// A Request is what the caller sent.
type Request struct {
	Method string      // never empty on a tape
	URL    string      // absolute, with its query, without user information and fragment
	Header http.Header // names as they were sent, nil when there are none
	Body   Body
}

// A Response is what the server sent.
type Response struct {
	Status int // the code, such as 200
	// Reason is the text after the code in the status line when it is not the
	// usual one for the code.
	Reason string
	// Proto is the version of HTTP, such as "HTTP/2.0". Empty means HTTP/1.1.
	Proto  string
	Header http.Header // nil when there are none
	Body   Body
	// Chunks are the parts in which a streamed body arrived, in order; nil when it
	// came as one, or when its length was known beforehand. The bytes after the
	// last chunk are one more part.
	Chunks  []Chunk
	Trailer http.Header // nil when there are none
	// Announced names the trailers that were known before the body was read; nil
	// means all of Trailer.
	Announced []string
	// Transfer, Close and Length are what [http.Response] calls TransferEncoding,
	// Close and ContentLength. Length is nil where it follows from the rest.
	Transfer []string
	Close    bool
	Length   *int64
	// Uncompressed says that the transport decompressed the body by itself, as
	// in [http.Response].
	Uncompressed bool
	// End says how the body ended: "" at its end, or [EndClosed] or [EndAborted].
	End string
}

// How a response body ended when it did not reach its end.
const (
	EndClosed  = "closed"  // the caller closed it before its end
	EndAborted = "aborted" // reading it failed
)

// A Chunk is a part of a streamed body that arrived together.
type Chunk struct {
	Size int // in bytes
	// Delay is the time since the part before it arrived, or the headers: whole
	// milliseconds on disk, and an hour at most.
	Delay time.Duration
	// After has the numbers of interactions whose requests had begun when the part
	// arrived, but not when the part before it did. Nil means none. A last chunk with
	// a Size of 0 says so of the end of the body.
	After []int
}

// A Body is the bytes of a request or response body. The zero value is an
// empty body. A Body is immutable and safe for concurrent use.
type Body struct {
	bytes []byte
}

// NewBody returns a Body of b, which it keeps: b must not be changed afterwards.
func NewBody(b []byte) Body { return Body{bytes: b} }

// Bytes returns the bytes of the body. They are shared and must not be changed.
func (b Body) Bytes() []byte { return b.bytes }

// Len returns the length of the body in bytes.
func (b Body) Len() int { return len(b.bytes) }

// String returns the body as text.
func (b Body) String() string { return string(b.bytes) }
