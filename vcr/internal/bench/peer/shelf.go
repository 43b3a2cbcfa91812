package peer

import (
	"os"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// ShelfVariable is the environment variable that names the folder in which the
// tapes of all processes of one run are kept. Without it, each process makes
// its own.
const ShelfVariable = "BENCH_SHELF"

// A Shelf is a folder of tapes.
type Shelf struct {
	Path      string
	temporary bool
}

// OpenShelf returns the shelf that the environment names, or a temporary one.
func OpenShelf() (Shelf, error) {
	if path := os.Getenv(ShelfVariable); path != "" {
		return Shelf{Path: path}, nil
	}
	path, err := os.MkdirTemp("", "bench-shelf-")
	return Shelf{path, true}, err
}

// Close removes a temporary shelf.
func (s Shelf) Close() error {
	if !s.temporary {
		return nil
	}
	return os.RemoveAll(s.Path)
}

// Tape returns a tape of this shelf. The name stands for the exchanges: it must
// not be used for others.
func (s Shelf) Tape(name string, exchanges ...exchange.Exchange) *Tape {
	return &Tape{Name: name, Exchanges: exchanges, shelf: s.Path}
}
