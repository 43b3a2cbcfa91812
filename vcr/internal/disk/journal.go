package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A Journal is a file to which one process appends, and which another finds when that
// process was killed. Git ignores its folder, which is there only as long as there are
// journals in it.
//
// Where the system has locks that end with a process, nobody takes a journal from a
// process that lives. A journal is not synced: it outlives its process, and not the
// machine. It is not safe for concurrent use.
type Journal struct {
	path string
	file *os.File
	size int
}

// CreateJournal makes a journal at path. The error is [os.ErrExist] if there is one.
func CreateJournal(path string) (*Journal, error) {
	j := &Journal{path: path}
	for range 3 { // another process may remove the folder in between
		err := j.create()
		if !errors.Is(err, fs.ErrNotExist) {
			return j, err
		}
	}
	return j, j.create()
}

func (j *Journal) create() error {
	folder := filepath.Dir(j.path)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if err := checkFolder(folder); err != nil {
		return err
	}
	if err := hideFromGit(folder); err != nil {
		return err
	}
	file, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	j.file = file
	lock(file) // nobody else knows it yet
	return nil
}

// checkFolder refuses a link, which could lead anywhere.
func checkFolder(folder string) error {
	info, err := os.Lstat(folder)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s: not a folder", folder)
	}
	return err
}

const ignoreFile = ".gitignore"

func hideFromGit(folder string) error {
	path, content := filepath.Join(folder, ignoreFile), []byte("*\n")
	if isContent(path, content) {
		return nil
	}
	return os.WriteFile(path, content, 0o666) // as a journal, it is not synced
}

// TakeJournal returns the journal at path with its content. All are nil if there is
// none, or if the process that writes it lives.
func TakeJournal(path string) (*Journal, []byte, error) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || checkFolder(filepath.Dir(path)) != nil {
		return nil, nil, nil // only a file of ours is taken
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	j := &Journal{path: path, file: file}
	if !lock(file) || !j.isInPlace() {
		_ = file.Close() // nothing was written
		return nil, nil, nil
	}
	content, size, err := ReadFile(path)
	j.size = int(size)
	return j, content, err
}

// isInPlace reports whether the file is still at its path: its process may have
// removed it just now.
func (j *Journal) isInPlace() bool {
	ours, err := j.file.Stat()
	if err != nil {
		return false
	}
	found, err := os.Stat(j.path)
	return err == nil && os.SameFile(ours, found)
}

// errFull means that a journal would be too large to be read again.
var errFull = fmt.Errorf("it would have more than the %d bytes that are read again", MaxSize)

// Append writes data at the end.
func (j *Journal) Append(data []byte) error {
	if j.size+len(data) > MaxSize {
		return errFull
	}
	n, err := j.file.Write(data)
	j.size += n
	return err
}

// Rewrite replaces the content, at once for whoever takes the journal.
func (j *Journal) Rewrite(data []byte) error {
	next := &Journal{path: j.path + ".new"}
	var err error
	if next.file, err = os.OpenFile(next.path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666); err != nil {
		return err
	}
	lock(next.file)
	if err = next.Append(data); err == nil {
		err = os.Rename(next.path, j.path)
	}
	if err != nil {
		_ = next.file.Close()
		_ = os.Remove(next.path)
		return err
	}
	_ = j.file.Close() // it has no name any more
	j.file, j.size = next.file, next.size
	return nil
}

// Leave lets go of the journal, which stays for the next process.
func (j *Journal) Leave() { _ = j.file.Close() }

// Remove removes the journal, and its folder with the last one. What cannot be
// removed does no harm.
func (j *Journal) Remove() {
	removed := os.Remove(j.path) == nil // while it is locked
	_ = j.file.Close()
	if !removed {
		_ = os.Remove(j.path) // Windows removes no open file
	}
	folder := filepath.Dir(j.path)
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || entries[0].Name() != ignoreFile {
		return
	}
	_ = os.Remove(filepath.Join(folder, ignoreFile))
	if os.Remove(folder) != nil { // another process has put a journal there meanwhile
		_ = hideFromGit(folder)
	}
}
