// Package peer has the libraries that are compared, each with the same few methods.
// It also has the limits: a stub, a server on loopback, and plain decoding of the
// same data.
package peer

import (
	"net/http"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// A Player answers requests from a tape.
type Player interface {
	Name() string
	// Play opens a tape and reads all of it, also what the peer would read later.
	Play(*Tape) (*Session, error)
}

// A Loader opens the file of a tape.
type Loader interface {
	Name() string
	// Prepare makes the file.
	Prepare(*Tape) (*File, error)
}

// A File is the file of a tape, with the bodies beside it.
type File struct {
	Size int64 // in bytes, of all that is read
	// Open opens the file; close is nil if there is nothing to close.
	Open func() (close func() error, err error)
}

// A Recorder sends requests and records what comes back.
type Recorder interface {
	Name() string
	// Record starts a session whose Close saves into a folder. Bodies are in the
	// cassette, or beside it if the peer can do that.
	Record(folder string, base http.RoundTripper, beside bool) (*Session, error)
}

// A Session plays a tape or records one, from open to close.
type Session struct {
	Transport http.RoundTripper
	Server    string // where requests go, such as http://127.0.0.1:8080; "" for the address in the exchanges
	Static    bool   // every response is that of the first exchange
	Plays     int    // how often each exchange of a tape that repeats can be played; 0 for no limit
	Close     func() error
}

// Client returns an http.Client that sends through the session.
func (s *Session) Client() *http.Client { return &http.Client{Transport: s.Transport} }

// Requests returns the requests that play the tape, with the responses to expect.
func (s *Session) Requests(t *Tape) []exchange.Exchange {
	requests := slices.Clone(exchange.At(s.Server, t.Exchanges))
	if s.Static {
		for n := range requests {
			requests[n].Response = requests[0].Response
		}
	}
	return requests
}

func nothing() error { return nil }

// Players returns all peers that replay, ours first.
func Players() []Player { return []Player{Ours{}, Stub{}, Held{}, Loopback{}, GoVCR{}, HTTPReplay{}} }

// Loaders returns all that read a file, ours first.
func Loaders() []Loader {
	return []Loader{Ours{}, OursSession{}, ReadFile{}, UTF8{}, YAML{}, JSON{}, GoVCR{}, HTTPReplay{}}
}

// Recorders returns all that record, ours first. Loopback records nothing, and Held
// saves nothing.
func Recorders() []Recorder {
	return []Recorder{Ours{}, Loopback{}, Held{}, GoVCR{}, HTTPReplay{}}
}
