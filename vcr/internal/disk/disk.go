// Package disk writes a file whole or not at all, and tells later whether
// somebody else has changed it.
//
// What is too large for a file is in a file of its own, in a folder that all files below
// a root share. Its name comes from its content, so that it never changes, and equal
// contents are one file:
//
//	_bodies/4eefb9a7a40a8b31.json
//	chat/answers.yaml
//
// It is written before the file that refers to it, and removed when no file below the
// root does any more. So a process that is killed leaves files too many; a later write
// removes them.
package disk

import (
	"cmp"
	"errors"
	"hash/maphash"
	"io"
	"os"
)

// MaxSize is the size in bytes of the largest file that is read, and thus of the
// largest that is written: a cassette is untrusted input.
const MaxSize = 128 << 20

// errGrew means that a file was longer than its size said.
var errGrew = errors.New("it grew while it was read, or is not a file")

// ReadFile reads a file and returns its size. The data of a file larger than
// [MaxSize] is not read, and nil; that of an empty file is not nil.
//
// Unlike os.ReadFile it looks at the size before it reads.
func ReadFile(path string) (data []byte, size int64, err error) {
	f, err := os.Open(path)
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

// A Sum is equal for equal contents of a file, within one process. The zero Sum
// stands for no file; an empty file has another.
type Sum struct {
	hash uint64
	size int // one more than that of the file
}

var seed = maphash.MakeSeed()

// SumOf returns the sum of the content of a file; nil stands for no file.
func SumOf(content []byte) Sum {
	if content == nil {
		return Sum{}
	}
	return Sum{maphash.Bytes(seed, content), len(content) + 1}
}

// A meter writes to w up to [MaxSize] bytes, drops the rest, and knows the sum and
// the size of all.
type meter struct {
	w    io.Writer
	hash maphash.Hash
	size int
	err  error // of w
}

func newMeter(w io.Writer) *meter {
	m := &meter{w: w}
	m.hash.SetSeed(seed)
	return m
}

func (m *meter) Write(part []byte) (int, error) {
	_, _ = m.hash.Write(part)
	if m.size += len(part); m.size > MaxSize {
		return len(part), nil
	}
	n, err := m.w.Write(part)
	m.err = cmp.Or(m.err, err)
	return n, err
}

func (m *meter) sum() Sum { return Sum{m.hash.Sum64(), m.size + 1} }
