package disk

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// Content writes the content of a file, and returns the bodies to which it refers by
// name. One whose content is nil is there already, and stays.
type Content func(file io.Writer) (bodies map[string][]byte, err error)

// A TooLargeError means that a file would have more bytes than are read again.
type TooLargeError struct{ Size int }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("a file of %d bytes is more than the %d that would be read again; send this request past the recording", e.Size, MaxSize)
}

// Put is [Replace] or [Create].
type Put func(root, path string, content Content) (Sum, error)

// Replace writes the file at path, and its bodies to the folder of bodies in root, and
// returns the sum of the file. Whatever is at path is replaced. Missing folders are made.
// Path is below root; "" stands for its folder.
//
// Content writes to a temporary file, which is synced and renamed to path. Then
// the bodies to which no file below root refers any more are removed, and what a killed
// process left behind. Nothing is placed if content fails: its error is returned.
//
// Several processes may write files below one root at once.
func Replace(root, path string, content Content) (Sum, error) {
	return save(root, path, os.Rename, content)
}

// Create is like [Replace], and fails with [os.ErrExist] if there is something at
// path, also when another process puts it there meanwhile.
func Create(root, path string, content Content) (Sum, error) {
	return save(root, path, placeNew, content)
}

// WriteFile writes data at path, and leaves all bodies alone.
func WriteFile(path string, data []byte) error {
	return write(path, os.Rename, func(file io.Writer) error {
		if _, err := file.Write(data); err != nil {
			return unsaved(path, err)
		}
		return nil
	})
}

func save(root, path string, place func(temporary, path string) error, content Content) (Sum, error) {
	root = cmp.Or(root, filepath.Dir(path))
	dropped := namesIn(path)
	var sum Sum
	var bodies map[string][]byte
	var wrote bool
	err := write(path, place, func(file io.Writer) (err error) {
		written := newMeter(file)
		bodies, err = content(written)
		switch {
		case written.err != nil:
			return unsaved(path, written.err)
		case err != nil:
			return err
		}
		largest := written.size
		for _, content := range bodies {
			largest = max(largest, len(content))
		}
		if largest > MaxSize {
			return fmt.Errorf("%s: the cassette was not saved: %w", path, &TooLargeError{largest})
		}
		sum = written.sum()
		wrote, err = writeBodies(root, path, bodies)
		return err
	})
	if err != nil {
		return Sum{}, err
	}
	// Another process may have swept a body away before the file claimed it.
	if err := writeMissing(root, path, bodies); err != nil {
		return Sum{}, err
	}
	sweepTemporaries(path)
	dropped = slices.DeleteFunc(dropped, func(name string) bool { _, stays := bodies[name]; return stays })
	if wrote || len(dropped) > 0 {
		sweep(root, filepath.Ext(path), dropped)
	}
	return sum, nil
}

// write lets fill write a temporary file beside path, syncs that and lets place
// put it at path. If fill fails, its error is returned and nothing is placed.
func write(path string, place func(temporary, path string) error, fill func(file io.Writer) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return unsaved(path, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, temporaryName(filepath.Base(path))), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return unsaved(path, err)
	}
	if err := fill(f); err != nil {
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

// placeNew is like os.Rename, and fails with os.ErrExist if path exists.
func placeNew(temporary, path string) error {
	err := os.Link(temporary, path)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return os.Rename(temporary, path) // not every file system has links
	}
	_ = os.Remove(temporary) // the name, not the file
	return err
}

// syncDir makes the rename survive a power failure. Where folders cannot be
// synced, as on Windows, the file is whole all the same.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

func unsaved(path string, err error) error {
	return fmt.Errorf("%s: the cassette was not saved: %w; %s and record this spec again", path, err, remedyFor(err))
}

// remedyFor says what mends an error of the system.
func remedyFor(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full: free space on it"
	case errors.Is(err, syscall.EDQUOT):
		return "your quota of the disk is used up: free space"
	case errors.Is(err, syscall.EROFS):
		return "the file system is read-only: mount it for writing, or choose another folder,"
	case errors.Is(err, syscall.ENAMETOOLONG):
		return "give the cassette a shorter name"
	}
	return "make its folder writable"
}
