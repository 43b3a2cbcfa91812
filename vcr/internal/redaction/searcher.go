package redaction

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A searcher finds all of its patterns in one pass over a text and reads only a
// fraction of its bytes. The algorithm is that of Wu and Manber (A fast algorithm for
// multi-pattern searching, 1994). Adding a pattern costs about the same however many
// there are. Several goroutines may search, but not while a pattern is added.
type searcher[T any] struct {
	window   int                     // how many bytes of each pattern decide the step
	block    int                     // how many bytes are hashed together
	steps    []uint8                 // by the hash of a block: how far the window may move; nil without patterns
	buckets  map[uint16][]pattern[T] // by the hash of the block at the end of the window
	patterns []pattern[T]
}

const (
	tableBits     = 15 // a table of 32 KB, which stays in the fastest cache
	longestWindow = 16
)

type pattern[T any] struct {
	text  []byte
	value T
}

// newSearcher returns a searcher for patterns of at least three bytes. The steps
// grow with the length of the shortest.
func newSearcher[T any](patterns ...pattern[T]) *searcher[T] {
	s := new(searcher[T])
	s.rebuild(patterns)
	return s
}

func (s *searcher[T]) empty() bool { return len(s.patterns) == 0 }

// add adds patterns of at least three bytes.
func (s *searcher[T]) add(patterns []pattern[T]) {
	for _, p := range patterns {
		if len(s.patterns) == 0 || len(p.text) < s.window {
			s.rebuild(append(s.patterns, patterns...))
			return
		}
	}
	s.patterns = append(s.patterns, patterns...)
	for _, p := range patterns {
		s.insert(p)
	}
}

// rebuild makes the window as long as the shortest pattern.
func (s *searcher[T]) rebuild(patterns []pattern[T]) {
	s.patterns, s.buckets = patterns, map[uint16][]pattern[T]{}
	s.window = longestWindow
	for _, p := range patterns {
		s.window = min(s.window, len(p.text))
	}
	// Longer blocks are rarer in a text, and leave shorter steps.
	s.block = 3
	if s.window < 6 {
		s.block = 2
	}
	if len(patterns) == 0 {
		return // the first pattern makes the table
	}
	s.steps = bytes.Repeat([]byte{s.longestStep()}, 1<<tableBits)
	for _, p := range patterns {
		s.insert(p)
	}
}

func (s *searcher[T]) longestStep() uint8 { return uint8(s.window - s.block + 1) }

func (s *searcher[T]) insert(p pattern[T]) {
	for end := s.block; end <= s.window; end++ {
		var four [4]byte
		copy(four[:], p.text[end-s.block:end])
		hash := hashBlock(binary.LittleEndian.Uint32(four[:]), s.mask())
		s.steps[hash] = min(s.steps[hash], uint8(s.window-end))
		if end == s.window {
			// If one pattern starts another, the longer one comes first.
			bucket := s.buckets[hash]
			n, _ := slices.BinarySearchFunc(bucket, p, func(a, b pattern[T]) int { return len(b.text) - len(a.text) })
			s.buckets[hash] = slices.Insert(bucket, n, p)
		}
	}
}

// hashBlock hashes the block at the start of four bytes. The mask drops the others.
func hashBlock(four, mask uint32) uint16 {
	return uint16(four & mask * 0x9E3779B1 >> (32 - tableBits))
}

func (s *searcher[T]) mask() uint32 { return 1<<(8*s.block) - 1 }

// search calls visit for each pattern in a text, from left to right. Visit returns
// where the search goes on. Of patterns at the same place, the longest comes first;
// the others follow only if visit returns start.
func (s *searcher[T]) search(text []byte, visit func(start, end int, value T) (next int)) {
	if s.empty() || len(text) < s.window {
		return
	}
	mask, longest := s.mask(), int(s.longestStep())
	back := s.window - s.block // from a block to the start of its window
	at := back
	for at+4 <= len(text) {
		if longest == 2 {
			at = s.skipInTwos(text, at)
		}
		hash := hashBlock(binary.LittleEndian.Uint32(text[at:]), mask)
		switch step := int(s.steps[hash]); step {
		case longest:
			at += longest // the common case: the processor need not wait for the table
		case 0:
			at = s.visitAt(text, at-back, hash, visit) + back
		default:
			at += step
		}
	}
	for ; at+s.block <= len(text); at++ { // the last bytes are fewer than four
		var four [4]byte
		copy(four[:], text[at:])
		at = s.visitAt(text, at-back, hashBlock(binary.LittleEndian.Uint32(four[:]), mask), visit) + back - 1
	}
}

// occursIn reports whether a text holds a pattern.
func (s *searcher[T]) occursIn(text []byte) bool {
	occurs := false
	s.search(text, func(int, int, T) int {
		occurs = true
		return len(text)
	})
	return occurs
}

// skipInTwos makes four steps of two bytes at once, while all four may be made and
// four more bytes are left. Steps are this short when a pattern has three bytes.
func (s *searcher[T]) skipInTwos(text []byte, at int) int {
	const mask = 1<<16 - 1
	for at+8+4 <= len(text) {
		eight := binary.LittleEndian.Uint64(text[at:])
		if s.steps[hashBlock(uint32(eight), mask)]&s.steps[hashBlock(uint32(eight>>16), mask)]&
			s.steps[hashBlock(uint32(eight>>32), mask)]&s.steps[hashBlock(uint32(eight>>48), mask)] != 2 {
			break
		}
		at += 8
	}
	return at
}

// visitAt visits the patterns at the start of a window, and returns where the next
// window starts.
func (s *searcher[T]) visitAt(text []byte, start int, hash uint16, visit func(start, end int, value T) (next int)) int {
	for _, p := range s.buckets[hash] {
		if bytes.HasPrefix(text[start:], p.text) {
			if next := visit(start, start+len(p.text), p.value); next > start {
				return next
			}
		}
	}
	return start + 1
}
