package disk

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// A Flaw is the error for what a folder holds in the place of a file.
type Flaw struct {
	Path string
	Is   string // what it is instead, to be read after "is"
}

func (f *Flaw) Error() string { return f.Path + ": is " + f.Is }

const (
	notFile = "not a file" // a folder, pipe, socket or device
	outside = "a symbolic link that leads out of its folder"
)

// errGrew means that a file was longer than its size said.
var errGrew = errors.New("it grew while it was read")

// ReadFile reads a file and returns its size. The data of a file larger than
// [MaxSize] is not read, and nil; that of an empty file is not nil.
//
// Unlike os.ReadFile it looks at the size before it reads, does not wait for what
// writes into a pipe, and follows no link out of the folder of the file. The folder
// itself may be a link.
func ReadFile(path string) (data []byte, size int64, err error) {
	f, err := Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if size = info.Size(); size > MaxSize {
		return nil, size, nil
	}
	data = make([]byte, size+1)
	n, err := io.ReadFull(f, data)
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, size, cmp.Or(err, errGrew)
	}
	return data[:n], size, nil
}

// Open opens a file to be read, on the conditions of [ReadFile].
func Open(path string) (*os.File, error) {
	dir, base := filepath.Split(path)
	root, err := os.OpenRoot(filepath.Clean(dir))
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(base)
	switch {
	case err != nil:
		return nil, located(path, err)
	case !info.Mode().IsRegular(): // opening a device may do something
		return nil, &Flaw{path, notFile}
	}
	f, err := root.OpenFile(base, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, located(path, err)
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = &Flaw{path, notFile}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Inside returns an error if a folder below dir, on the way to name, is a symbolic
// link that leads out of dir, or something else than a folder. It may not exist yet.
func Inside(dir, name string) error {
	below := filepath.Dir(name)
	if below == "." {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if _, err = root.Stat(below); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return located(filepath.Join(dir, below), err)
}

// located returns an error of an [os.Root] with the whole path.
func located(path string, err error) error {
	var failed *fs.PathError
	if err == nil || !errors.As(err, &failed) {
		return err
	}
	if _, isSystem := failed.Err.(syscall.Errno); !isSystem && !errors.Is(err, fs.ErrNotExist) {
		return &Flaw{path, outside} // package os exports no name for that error
	}
	return &fs.PathError{Op: "open", Path: path, Err: failed.Err}
}
