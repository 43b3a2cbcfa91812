package recorder

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// readFile returns nil for a file that does not exist.
func readFile(file string) ([]byte, error) {
	data, size, err := readUpTo(file, cassette.MaxSize)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: the cassette cannot be read: %w; mend that and run the spec again", Shown(file), err)
	case size > cassette.MaxSize:
		return nil, fmt.Errorf("%s: the cassette has %d bytes, more than any recorder writes; delete it and record this spec again", Shown(file), size)
	}
	return data, nil
}

// errGrew is what reading a file fails with that is longer than it says.
var errGrew = errors.New("it grew while it was read, or is no file")

// readUpTo reads a file, unless it is larger than limit. It is os.ReadFile, which
// looks at the size as well, and does not tell it before it has read on.
func readUpTo(file string, limit int64) (data []byte, size int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if size = info.Size(); size > limit {
		return nil, size, nil
	}
	data = make([]byte, size+1)
	n, err := io.ReadFull(f, data)
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, size, cmp.Or(err, errGrew)
	}
	return data[:n], size, nil
}

// errChanged means that the file is not what was read or written last.
var errChanged = errors.New("changed by somebody else")

// saving keeps two sessions of a process from looking at one file and then both
// writing it. Of several processes, one makes a new file.
var saving sync.Mutex

// replace writes the file, unless somebody else has changed it.
func (t *tape) replace(next *cassette.Cassette) error {
	saving.Lock()
	defer saving.Unlock()
	same, err := t.untouched()
	switch {
	case err != nil:
		return err
	case !same:
		return errChanged
	}
	save := next.Save
	if t.disk == (cassette.Sum{}) {
		save = next.Create
	}
	sum, err := save(t.place.file)
	switch {
	case errors.Is(err, fs.ErrExist):
		return errChanged
	case err == nil:
		t.disk = sum
	}
	return err
}

// untouched reports whether the file still is what was read or written last.
func (t *tape) untouched() (bool, error) {
	now, err := readFile(t.place.file)
	return err == nil && sumOf(now) == t.disk, err
}

// sumOf returns the sum of what stands on disk, zero where there is no file.
func sumOf(file []byte) cassette.Sum {
	if file == nil {
		return cassette.Sum{}
	}
	return cassette.SumOf(file)
}
