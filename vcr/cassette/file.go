package cassette

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
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
	return Parse(path, data)
}

// Save writes the cassette to path, whole or not at all: it writes a file
// beside it, syncs that to the disk and renames it over the old one. Missing
// folders are made. It does not look at what stands at path; who may overwrite
// what is the caller's to decide.
func (c *Cassette) Save(path string) error {
	return WriteFile(path, c.Encode())
}

// WriteFile puts data at path in the way of [Cassette.Save].
func WriteFile(path string, data []byte) error { return writeFile(path, data, os.Rename) }

// CreateFile is like [WriteFile], and fails with [os.ErrExist] if there is
// something at path, also when another process puts it there meanwhile.
func CreateFile(path string, data []byte) error {
	return writeFile(path, data, func(temporary, path string) error {
		err := os.Link(temporary, path)
		if err != nil && !errors.Is(err, os.ErrExist) {
			return os.Rename(temporary, path) // not every file system has links
		}
		_ = os.Remove(temporary) // the name, not the file
		return err
	})
}

func writeFile(path string, data []byte, move func(temporary, path string) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return unsaved(path, err)
	}
	temporary := filepath.Join(dir, "."+filepath.Base(path)+"."+strconv.FormatUint(rand.Uint64(), 36))
	err := writeSynced(temporary, data)
	if err == nil {
		err = move(temporary, path)
	}
	if err != nil {
		_ = os.Remove(temporary) // it may not be there; err says what went wrong
		return unsaved(path, err)
	}
	syncDir(dir)
	return nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
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
	return fmt.Errorf("%s: the cassette was not saved: %w; make its folder writable and record this spec again", path, err)
}
