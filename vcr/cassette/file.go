package cassette

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// MaxSize is the size in bytes above which a file is not read: a cassette is
// untrusted input, and no recorder writes one so large.
const MaxSize = 128 << 20

// Load reads the cassette at path. The error is one of [Parse], or one of the
// file system; [os.ErrNotExist] when there is no file.
func Load(path string) (*Cassette, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular(): // a device may have no end
		return nil, &ParseError{File: path, Reason: "is not a file", Remedy: remedyDelete, Err: ErrSyntax}
	case info.Size() > MaxSize:
		return nil, &ParseError{File: path, Reason: fmt.Sprintf("has %d bytes, more than a cassette may have", info.Size()), Remedy: remedyDelete, Err: ErrSyntax}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseBeside(path, data, os.DirFS(filepath.Dir(path)))
}

// Save writes the cassette to path, whole or not at all, and returns the sum of
// what it wrote there. It writes a file beside the old one, document by document,
// and the bodies that belong beside it, syncs them to the disk and renames the
// file over the old one; then it removes the bodies to which the cassette does not
// refer any more, and what a save that was killed left behind. Missing folders are
// made. It does not look at what stands at path; who may overwrite what is the
// caller's to decide. Of two saves of one path at the same time, one may remove
// the bodies of the other.
//
// What [Open] left undecoded is checked, and the error is its [*ParseError] if it
// cannot be read: nothing is written then. Bodies of it that are in the folder of
// path are not read.
func (c *Cassette) Save(path string) (Sum, error) { return c.save(path, os.Rename) }

// Create is like [Cassette.Save], and fails with [os.ErrExist] if there is
// something at path, also when another process puts it there meanwhile.
func (c *Cassette) Create(path string) (Sum, error) { return c.save(path, placeNew) }

func (c *Cassette) save(path string, place func(temporary, path string) error) (Sum, error) {
	e := &encoder{dir: filepath.Dir(path), stem: stem(path), limit: cmp.Or(c.BodyLimit, DefaultBodyLimit), beside: map[string][]byte{}}
	var sum Sum
	err := writeFile(path, place, func(file io.Writer) error {
		written := newMeter(file)
		if err := e.cassette(written, c); err != nil {
			return unsaved(path, err)
		}
		if e.err != nil {
			return e.err
		}
		if largest := max(written.size, e.largest()); largest > MaxSize {
			return fmt.Errorf("%s: the cassette was not saved: a file of %d bytes is more than the %d that would be read again; send this request past the recording", path, largest, MaxSize)
		}
		sum = written.sum()
		return writeBeside(e.dir, e.beside)
	})
	if err != nil {
		return Sum{}, err
	}
	sweep(path, e.beside)
	return sum, nil
}

// Remove removes the cassette at path and the bodies beside it.
func Remove(path string) error {
	err := os.Remove(path)
	if err == nil {
		sweep(path, nil)
	}
	return err
}

// WriteFile puts data at path, whole or not at all.
func WriteFile(path string, data []byte) error {
	return writeFile(path, os.Rename, func(file io.Writer) error {
		if _, err := file.Write(data); err != nil {
			return unsaved(path, err)
		}
		return nil
	})
}

// writeFile lets write fill a file beside path, syncs it to the disk and lets place
// put it there. Where write fails, its error is returned and nothing is placed. A
// missing folder is made.
func writeFile(path string, place func(temporary, path string) error, write func(file io.Writer) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return unsaved(path, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, temporaryName(filepath.Base(path))), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return unsaved(path, err)
	}
	if err := write(f); err != nil {
		_ = f.Close() // err says what went wrong
		_ = os.Remove(f.Name())
		return err
	}
	err = errors.Join(f.Sync(), f.Close())
	if err == nil {
		err = place(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // it may not be there
		return unsaved(path, err)
	}
	syncDir(dir)
	return nil
}

// placeNew is like os.Rename, and fails with os.ErrExist if there is something.
func placeNew(temporary, path string) error {
	err := os.Link(temporary, path)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return os.Rename(temporary, path) // not every file system has links
	}
	_ = os.Remove(temporary) // the name, not the file
	return err
}

// syncDir makes the rename last through a power failure. Where folders cannot
// be synced, as on Windows, the file is whole all the same.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

func unsaved(path string, err error) error {
	remedy := "make its folder writable"
	if errors.Is(err, syscall.ENAMETOOLONG) {
		remedy = "give the cassette a shorter name"
	}
	return fmt.Errorf("%s: the cassette was not saved: %w; %s and record this spec again", path, err, remedy)
}
