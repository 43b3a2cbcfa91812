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
//
// Folders come with a repository, and anybody may have put anything there. So only
// regular files are read, opening never waits, and no symbolic link leads out.
package disk

import (
	"cmp"
	"hash/maphash"
	"io"
)

// MaxSize is the size in bytes of the largest file that is read, and thus of the
// largest that is written: a cassette is untrusted input.
const MaxSize = 128 << 20

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
