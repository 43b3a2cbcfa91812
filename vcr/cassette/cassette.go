package cassette

import (
	"net/http"
	"slices"
	"time"
)

// A Cassette is what one recording keeps on disk: who recorded it, and the
// exchanges in the order in which their requests started.
//
// The zero value is an empty cassette. A Cassette is not safe for concurrent
// use while it is being changed; reading one from several goroutines is safe.
type Cassette struct {
	// Suite is the import path of the package whose suite recorded the
	// cassette, empty when it is not known.
	Suite string
	// Spec names the spec for people: the texts of its nodes, joined by " / ".
	Spec string
	// Partial says that the spec had not passed when the cassette was saved, so
	// that recordings may be missing at its end.
	Partial bool
	// Interactions are the recorded exchanges, in tape order.
	Interactions []*Interaction
	// BodyLimit is the size in bytes above which Save keeps a body in a file
	// beside the cassette: 0 stands for [DefaultBodyLimit], -1 for no limit. It is
	// not on the disk.
	BodyLimit int

	read header // as it stood in the file, to keep its bytes when nothing changed
}

type header struct {
	suite, spec string
	partial     bool
	source      []byte
}

// An Interaction is one request and what came back: a response, or the error
// of the transport when there was none.
//
// An Interaction that was read from a file is written back with the bytes it
// had there, comments included. It must therefore not be changed in place:
// change a [Interaction.Clone] and put that in its stead. Interactions of one file
// may share headers and bytes.
//
// [Open] reads only the request. The other fields of an interaction that it made
// are zero until [Interaction.Decode] has returned nil; of a copy by assignment
// they may stay so.
type Interaction struct {
	Request  Request
	Response Response
	// Error is what the transport failed with. Response is then the zero value,
	// unless a response had begun: it ends with [EndAborted], and Error is the
	// failure of reading its body.
	Error *TransportError
	// Recorded is when the request started, in UTC and whole seconds on disk;
	// the zero value is not written.
	Recorded time.Time
	// Took is the time from the start of the request to the end of the response
	// body, in whole milliseconds on disk; zero is not written.
	Took time.Duration

	source []byte // the document with its separator line, as read
	line   int
	beside map[string][]byte // the files beside the cassette to which source refers
	rest   *rest             // what Open left of source; nil if it left nothing
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
	c.Response.Transfer = slices.Clone(i.Response.Transfer)
	c.Response.Announced = slices.Clone(i.Response.Announced)
	if length := i.Response.Length; length != nil {
		own := *length
		c.Response.Length = &own
	}
	c.Error = i.Error.clone()
	if err == nil {
		c.source, c.line, c.beside, c.rest = nil, 0, nil, nil
	}
	return &c
}

// Line returns the 1-based line of the file on which i starts, 0 when i was
// not read from a file.
func (i *Interaction) Line() int { return i.line }

// A Request is the recorded half of an exchange that the caller sent.
type Request struct {
	Method string      // never empty on a tape
	URL    string      // absolute, with its query, without user information and fragment
	Header http.Header // names as they were sent, nil when there are none
	Body   Body
}

// A Response is the recorded half of an exchange that the server sent.
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
	// came as one, or when its length was known beforehand. What they leave of the
	// body is one more part.
	Chunks  []Chunk
	Trailer http.Header // nil when there are none
	// Announced names the trailers that were known before the body was read; nil
	// means all of Trailer.
	Announced []string
	// Transfer, Close and Length are what [http.Response] calls TransferEncoding,
	// Close and ContentLength. Length is kept only where it does not follow from
	// the rest.
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
