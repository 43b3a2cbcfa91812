package peer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// A Tape has the exchanges to replay. It is kept on a [Shelf]: each peer has a file
// in its own format there, and writes it when it first needs it.
type Tape struct {
	Name      string // of the files, without an ending
	Exchanges []exchange.Exchange
	Beside    bool // large bodies are beside the cassette, if the peer can do that
	Repeats   bool // each exchange may be played again and again

	shelf string
}

// file returns the path of one of the tape's files. If it is missing, write makes
// it.
func (t *Tape) file(ending string, write func(path string) error) (string, error) {
	name := t.Name
	if t.Beside {
		name += "-beside"
	}
	path := filepath.Join(t.shelf, name+ending)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return path, err
	}
	if err := write(path); err != nil {
		return "", fmt.Errorf("%s: writing the tape: %w", path, err)
	}
	return path, nil
}

// sizeOf returns the total size of files, in bytes.
func sizeOf(paths ...string) (int64, error) {
	var size int64
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return 0, err
		}
		size += info.Size()
	}
	return size, nil
}

// ShelfVariable is the environment variable that names the folder of tapes. The
// processes of one run share it. Without it, each process makes its own.
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

// Tape returns a tape of this shelf. One name must
// always be given the same exchanges, since a file that is there is not written again.
func (s Shelf) Tape(name string, exchanges ...exchange.Exchange) *Tape {
	return &Tape{Name: name, Exchanges: exchanges, shelf: s.Path}
}
