// Package peer has the libraries that are compared, each behind the same few
// methods, and the limits beside which they are held: a stub, a server on
// loopback, and the bare decoding of the same data.
package peer

import (
	"net/http"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// A Player answers requests from a tape.
type Player interface {
	Name() string
	// Play opens a tape; whatever the peer reads lazily has been read then.
	Play(*Tape) (*Deck, error)
}

// A Loader opens the file of a tape.
type Loader interface {
	Name() string
	// Prepare makes the file.
	Prepare(*Tape) (*File, error)
}

// A File is the file of a tape, and the bodies beside it.
type File struct {
	Size int64 // in bytes, of all that is read
	// Open opens the file; close is nil where there is nothing to be closed.
	Open func() (close func() error, err error)
}

// A Recorder sends requests and records what comes back.
type Recorder interface {
	Name() string
	// Record starts a recording that Close of the deck saves in a folder, with
	// bodies in the cassette, or beside it where the peer can do that.
	Record(folder string, base http.RoundTripper, beside bool) (*Deck, error)
}

// A Deck is an open recording.
type Deck struct {
	Transport http.RoundTripper
	Server    string // where requests go, as http://127.0.0.1:8080; "" is the address in the exchanges
	Static    bool   // every answer is that of the first exchange
	Plays     int    // how often each exchange of a tape that repeats is played; 0 is for ever
	Close     func() error
}

// Client returns an http.Client that sends through the deck.
func (d *Deck) Client() *http.Client { return &http.Client{Transport: d.Transport} }

// Requests returns what to ask the deck for to hear the tape, and the answers to
// expect.
func (d *Deck) Requests(t *Tape) []exchange.Exchange {
	requests := slices.Clone(exchange.At(d.Server, t.Exchanges))
	if d.Static {
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
	return []Loader{Ours{}, Session{}, ReadFile{}, UTF8{}, YAML{}, JSON{}, GoVCR{}, HTTPReplay{}}
}

// Recorders returns all that record, ours first. Loopback records nothing, and Held
// saves nothing.
func Recorders() []Recorder {
	return []Recorder{Ours{}, Loopback{}, Held{}, GoVCR{}, HTTPReplay{}}
}
