package peer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
)

// A Tape is exchanges to be replayed, from a [Shelf]. Each peer keeps them in a file of its own
// format, which it makes when it needs it.
type Tape struct {
	Name      string // of the files, without an ending
	Exchanges []exchange.Exchange
	Beside    bool // large bodies lie beside the cassette, where the peer can do that
	Repeats   bool // each exchange may be asked for again and again

	shelf string
}

// file returns the path of one of the tape's files, which press writes if it is
// not there.
func (t *Tape) file(ending string, press func(path string) error) (string, error) {
	name := t.Name
	if t.Beside {
		name += "-beside"
	}
	path := filepath.Join(t.shelf, name+ending)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return path, err
	}
	if err := press(path); err != nil {
		return "", fmt.Errorf("making %s: %w", name+ending, err)
	}
	return path, nil
}

// sizeOf returns the size of files together, in bytes.
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
