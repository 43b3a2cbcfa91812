package redact

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A searcher finds all of its patterns in one pass over a text, and looks at a
// fraction of its bytes: the algorithm of Wu and Manber (A fast algorithm for
// multi-pattern searching, 1994). Patterns can be added, which costs the same
// however many there are. It may be read from several goroutines, and must not
// be read while a pattern is added.
type searcher[T any] struct {
	window   int                     // bytes of each pattern that decide about a step
	block    int                     // bytes that are looked at together
	steps    [1 << tableBits]uint8   // by the hash of a block: how far the window may move
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

// newSearcher returns a searcher for patterns of least bytes and more. Where
// longer ones come, it takes longer steps.
func newSearcher[T any](patterns ...pattern[T]) *searcher[T] {
	s := new(searcher[T])
	s.rebuild(patterns)
	return s
}

func (s *searcher[T]) empty() bool { return len(s.patterns) == 0 }

// add adds patterns, of four bytes at least each.
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
	for n := range s.steps {
		s.steps[n] = s.longestStep()
	}
	for _, p := range patterns {
		s.insert(p)
	}
}

func (s *searcher[T]) longestStep() uint8 { return uint8(s.window - s.block + 1) }

func (s *searcher[T]) insert(p pattern[T]) {
	for end := s.block; end <= s.window; end++ {
		var four [4]byte
		copy(four[:], p.text[end-s.block:end])
		hash := s.hash(binary.LittleEndian.Uint32(four[:]))
		s.steps[hash] = min(s.steps[hash], uint8(s.window-end))
		if end == s.window {
			bucket := append(s.buckets[hash], p)
			// Where one pattern is the beginning of another one, the longer is found.
			slices.SortStableFunc(bucket, func(a, b pattern[T]) int { return len(b.text) - len(a.text) })
			s.buckets[hash] = bucket
		}
	}
}

// hash needs the four bytes that begin with a block.
func (s *searcher[T]) hash(four uint32) uint16 {
	four <<= 32 - 8*s.block
	return uint16(four * 0x9E3779B1 >> (32 - tableBits))
}

// find calls found for the patterns in text from left to right. Found returns
// where the search goes on; of patterns that begin at the same place, it is
// asked about the longer ones first until it says something behind start.
func (s *searcher[T]) find(text []byte, found func(start, end int, value T) (next int)) {
	if s.empty() || len(text) < s.window {
		return
	}
	longest, shift := int(s.longestStep()), 32-8*s.block
	back := s.window - s.block // from a block to the start of its window
	at := back
	for at+4 <= len(text) {
		four := binary.LittleEndian.Uint32(text[at:]) << shift
		step := int(s.steps[four*0x9E3779B1>>(32-tableBits)])
		if step == longest {
			at += longest // as most steps are: the processor need not wait for the table
			continue
		}
		if step > 0 {
			at += step
			continue
		}
		at = s.candidates(text, at-back, uint16(four*0x9E3779B1>>(32-tableBits)), found) + back
	}
	for ; at+s.block <= len(text); at++ { // the last bytes are fewer than four
		var four [4]byte
		copy(four[:], text[at:])
		at = s.candidates(text, at-back, s.hash(binary.LittleEndian.Uint32(four[:])), found) + back - 1
	}
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
