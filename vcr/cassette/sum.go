package cassette

import (
	"hash/maphash"
	"io"
)

// A Sum is equal for equal contents of a file. It holds within one process only.
// The zero Sum is that of no content, not even an empty one.
type Sum struct {
	hash uint64
	size int
}

var sumSeed = maphash.MakeSeed()

// SumOf returns the sum of the content of a file.
func SumOf(content []byte) Sum { return sumOf(maphash.Bytes(sumSeed, content), len(content)) }

// sumOf adds one to the size, so that an empty file has one.
func sumOf(hash uint64, size int) Sum { return Sum{hash, size + 1} }

// A meter writes a file, but for what goes beyond the largest size that is read
// again, and knows the sum of it.
type meter struct {
	w    io.Writer
	hash maphash.Hash
	size int
}

func newMeter(w io.Writer) *meter {
	m := &meter{w: w}
	m.hash.SetSeed(sumSeed)
	return m
}

func (m *meter) Write(part []byte) (int, error) {
	_, _ = m.hash.Write(part)
	if m.size += len(part); m.size > MaxSize {
		return len(part), nil
	}
	return m.w.Write(part)
}

func (m *meter) sum() Sum { return sumOf(m.hash.Sum64(), m.size) }
