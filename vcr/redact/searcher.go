package redact

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A searcher finds all of its patterns in one pass over a text, and looks at a
// fraction of its bytes: the algorithm of Wu and Manber (A fast algorithm for
// multi-pattern searching, 1994). Adding a pattern costs about the same however
// many there are. It may be read from several goroutines, and must not
// be read while a pattern is added.
type searcher[T any] struct {
	window   int                     // bytes of each pattern that decide about a step
	block    int                     // bytes that are looked at together
	steps    []uint8                 // by the hash of a block: how far the window may move; nil without patterns
	buckets  map[uint16][]pattern[T] // by the hash of the block at a window's end
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

// newSearcher returns a searcher for patterns of three bytes at least. The longer
// the shortest is, the longer are the steps.
func newSearcher[T any](patterns ...pattern[T]) *searcher[T] {
	s := new(searcher[T])
	s.rebuild(patterns)
	return s
}

func (s *searcher[T]) empty() bool { return len(s.patterns) == 0 }

// add adds patterns, of three bytes at least each.
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
		return // the table is made with the first
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
		hash := slot(binary.LittleEndian.Uint32(four[:]), s.mask())
		s.steps[hash] = min(s.steps[hash], uint8(s.window-end))
		if end == s.window {
			// Where one pattern is the beginning of another one, the longer is found.
			bucket := s.buckets[hash]
			n, _ := slices.BinarySearchFunc(bucket, p, func(a, b pattern[T]) int { return len(b.text) - len(a.text) })
			s.buckets[hash] = slices.Insert(bucket, n, p)
		}
	}
}

// slot returns where a block is in the tables, given four bytes that begin with
// it and a mask that drops the others.
func slot(four, mask uint32) uint16 {
	return uint16(four & mask * 0x9E3779B1 >> (32 - tableBits))
}

func (s *searcher[T]) mask() uint32 { return 1<<(8*s.block) - 1 }

// find calls found for the patterns in text from left to right. Found returns
// where the search goes on; of patterns that begin at the same place, it is
// asked about the longer ones first until it says something behind start.
func (s *searcher[T]) find(text []byte, found func(start, end int, value T) (next int)) {
	if s.empty() || len(text) < s.window {
		return
	}
	mask, longest := s.mask(), int(s.longestStep())
	back := s.window - s.block // from a block to the start of its window
	at := back
	for at+4 <= len(text) {
		if longest == 2 {
			at = s.inTwos(text, at)
		}
		hash := slot(binary.LittleEndian.Uint32(text[at:]), mask)
		switch step := int(s.steps[hash]); step {
		case longest:
			at += longest // as most steps are: the processor need not wait for the table
		case 0:
			at = s.candidates(text, at-back, hash, found) + back
		default:
			at += step
		}
	}
	for ; at+s.block <= len(text); at++ { // the last bytes are fewer than four
		var four [4]byte
		copy(four[:], text[at:])
		at = s.candidates(text, at-back, slot(binary.LittleEndian.Uint32(four[:]), mask), found) + back - 1
	}
}

// any reports whether a pattern is in text.
func (s *searcher[T]) any(text []byte) bool {
	found := false
	s.find(text, func(int, int, T) int {
		found = true
		return len(text)
	})
	return found
}

// inTwos makes four steps of two bytes at once, as long as all may be made and
// four bytes are left. So short are the steps where a pattern has three bytes.
func (s *searcher[T]) inTwos(text []byte, at int) int {
	const mask = 1<<16 - 1
	for at+8+4 <= len(text) {
		eight := binary.LittleEndian.Uint64(text[at:])
		if s.steps[slot(uint32(eight), mask)]&s.steps[slot(uint32(eight>>16), mask)]&
			s.steps[slot(uint32(eight>>32), mask)]&s.steps[slot(uint32(eight>>48), mask)] != 2 {
			break
		}
		at += 8
	}
	return at
}

// candidates returns where the next window starts.
func (s *searcher[T]) candidates(text []byte, start int, hash uint16, found func(start, end int, value T) (next int)) int {
	for _, p := range s.buckets[hash] {
		if bytes.HasPrefix(text[start:], p.text) {
			if next := found(start, start+len(p.text), p.value); next > start {
				return next
			}
		}
	}
	return start + 1
}
