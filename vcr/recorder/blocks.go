package recorder

import (
	"bytes"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// The first block is as large as the first part, since most bodies are one; the
// largest one bounds what is left unused.
const (
	secondBlock  = 4 << 10
	largestBlock = 4 << 20
)

// blocks are a body that comes in parts. Unlike a slice that grows, they do not
// copy what they hold: a large body needs its size only, and that once more when
// it is joined.
type blocks struct {
	list [][]byte
	size int
}

// expect makes room for a body whose length is known.
func (b *blocks) expect(length int64) {
	if b.list == nil && length > 0 {
		b.list = [][]byte{make([]byte, 0, min(length, cassette.MaxSize))}
	}
}

func (b *blocks) add(part []byte) {
	b.size += len(part)
	if b.list == nil {
		b.list = [][]byte{bytes.Clone(part)}
		return
	}
	for len(part) > 0 {
		last := len(b.list) - 1
		if len(b.list[last]) == cap(b.list[last]) {
			b.list = append(b.list, make([]byte, 0, min(max(b.size, secondBlock), largestBlock)))
			last++
		}
		room := min(cap(b.list[last])-len(b.list[last]), len(part))
		b.list[last] = append(b.list[last], part[:room]...)
		part = part[room:]
	}
}

// join returns the body in one piece and lets go of the blocks.
func (b *blocks) join() []byte {
	list := b.list
	*b = blocks{}
	if len(list) == 1 && cap(list[0]) <= 2*len(list[0]) {
		return slices.Clip(list[0])
	}
	return slices.Concat(list...)
}
