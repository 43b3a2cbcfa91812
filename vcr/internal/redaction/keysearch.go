package redaction

import (
	"encoding/binary"
	"math"
	"slices"
)

// A keySearcher finds keys in one pass over a text. It looks at every second place, and
// there at a block of three bytes. So it knows two blocks of each literal, one a byte after
// the other: those that are rarest in other texts.
type keySearcher struct {
	table      [1 << tableBits]uint8 // by the hash of a block: which candidates it has
	candidates [1 << 8][]candidate
	literals   []literal
}

// A literal is what the keys of one or more formats have.
type literal struct {
	text    string
	last    byte
	formats []int  // in keyFormats
	next    *class // what follows; nil if that may be anything
}

// A candidate is a block that may be at a place of a text: another may have its hash.
type candidate struct {
	bytes, mask uint32 // the three bytes, and which of their bits belong to the literal
	literal     uint16 // in keySearcher.literals
	offset      int16  // of the block in the literal
}

var keySearch = newKeySearcher()

func newKeySearcher() *keySearcher {
	s := &keySearcher{literals: literalsOf(keyFormats)}
	common := newTextModel(commonText)
	added := 0
	for n, l := range s.literals {
		for _, b := range l.rarestBlocks(common) {
			added++
			number := uint8(1 + added%(len(s.candidates)-1))
			for _, bytes := range b.bytes {
				s.add(bytes, number, candidate{b.bytes[0] & b.mask, b.mask, uint16(n), int16(b.offset)})
			}
		}
	}
	return s
}

// literalsOf returns the literals of all formats, each of them once.
func literalsOf(formats []keyFormat) []literal {
	var literals []literal
	numbers := map[string]int{}
	for n, f := range formats {
		for _, text := range f.literals {
			number, isKnown := numbers[text]
			if !isKnown {
				numbers[text] = len(literals)
				literals = append(literals, literal{text, text[len(text)-1], []int{n}, f.shape.next()})
				continue
			}
			l := &literals[number]
			l.formats, l.next = append(l.formats, n), l.next.or(f.shape.next())
		}
	}
	return literals
}

// add adds a candidate under a number, or under that of others with the same hash.
func (s *keySearcher) add(bytes uint32, number uint8, c candidate) {
	hash := hashBytes(bytes)
	if s.table[hash] == 0 {
		s.table[hash] = number
	}
	if candidates := &s.candidates[s.table[hash]]; !slices.Contains(*candidates, c) {
		*candidates = append(*candidates, c)
	}
}

// search returns the keys in a text, at most a number of them. They may overlap and be
// out of order, but no key starts inside one that precedes it in the list.
func (s *keySearcher) search(text []byte, most int) []foundKey {
	at := s.skip(text, 0)
	if at == len(text) {
		return nil // the common case
	}
	var hits keyHits
	for ; at < len(text) && len(hits.keys) < most; at = s.skip(text, at+8) {
		for n := at; n < at+8; n += 2 {
			three := binary.LittleEndian.Uint32(text[n:])
			number := s.table[hashBytes(three)]
			if number == 0 {
				continue
			}
			for _, c := range s.candidates[number] {
				if three&c.mask == c.bytes {
					hits.add(text, n-int(c.offset), &s.literals[c.literal])
				}
			}
		}
	}
	return hits.keys
}

// skip returns the next place of a text that may have a candidate in its eight bytes, or
// the length of the text. At the end, up to nine bytes are left: fewer than follow the
// literal of any key.
func (s *keySearcher) skip(text []byte, at int) int {
	for ; at+18 <= len(text); at += 16 { // twice the same, because that is faster
		now := text[at : at+18]
		if s.anyOf(binary.LittleEndian.Uint64(now), binary.LittleEndian.Uint32(now[6:])) != 0 {
			return at
		}
		if s.anyOf(binary.LittleEndian.Uint64(now[8:]), binary.LittleEndian.Uint32(now[14:])) != 0 {
			return at + 8
		}
	}
	if at+10 <= len(text) && s.anyOf(binary.LittleEndian.Uint64(text[at:]), binary.LittleEndian.Uint32(text[at+6:])) != 0 {
		return at
	}
	return len(text)
}

// anyOf is not 0 if one of the four blocks of eight bytes, or of the four that start with
// the last two of them, may have a candidate.
func (s *keySearcher) anyOf(eight uint64, four uint32) uint8 {
	return s.table[hashBytes(uint32(eight))] | s.table[hashBytes(uint32(eight>>16))] | s.table[hashBytes(uint32(eight>>32))] | s.table[hashBytes(four)]
}

const allKeys = math.MaxInt

// keyHits are the keys that a search has found.
type keyHits struct {
	keys []foundKey
	// No key starts between these places: they are in a key, or in data.
	from, to int
}

// add adds the keys that have a literal at a place, if it is there.
func (h *keyHits) add(text []byte, start int, l *literal) {
	end := start + len(l.text)
	if start < 0 || end > len(text) || text[end-1] != l.last || string(text[start:end]) != l.text || h.from < start && start < h.to {
		return
	}
	for _, format := range l.formats {
		from, to, ok := keyFormats[format].match(text, start, end)
		if to > h.to {
			h.from, h.to = start, to
		}
		if ok {
			h.keys = append(h.keys, foundKey{from, to, len(l.text), format})
		}
	}
}

// ignoredBits is how many of the low bits of the first byte are not part of the hash. So
// there are 64 hashes for a block whose first byte may be any.
const ignoredBits = 2

// hashBytes hashes the lower three bytes. The multiplier is one with few collisions
// between the blocks of keys and those of prose and numbers.
func hashBytes(three uint32) uint16 {
	const multiplier = 0xb36ad << (8 + ignoredBits)
	return uint16(three >> ignoredBits * multiplier >> (32 - tableBits))
}

// A block is three bytes in a row. One of them may be outside the literal: then it is
// one of several.
type block struct {
	bytes  []uint32
	mask   uint32 // which bits belong to the literal
	offset int
}

func bytesAt(text string, at int) uint32 { return joined(text[at], text[at+1], text[at+2]) }

func joined(a, b, c byte) uint32 { return uint32(a) | uint32(b)<<8 | uint32(c)<<16 }

// rarestBlocks returns two blocks of a literal, one a byte after the other. Blocks of a
// short literal may start a byte before it, and may end a byte after it.
func (l literal) rarestBlocks(common *textModel) []block {
	blocks := l.blocks()
	rarest, least := 0, math.Inf(1)
	previous := common.frequency(blocks[0])
	for n, b := range blocks[1:] {
		frequency := common.frequency(b)
		if previous+frequency < least {
			rarest, least = n, previous+frequency
		}
		previous = frequency
	}
	return blocks[rarest : rarest+2]
}

func (l literal) blocks() []block {
	const short = 5 // longer ones have rare blocks
	var blocks []block
	if len(l.text) <= short {
		before := block{make([]uint32, 0, 1<<(8-ignoredBits)), 0xFFFF00, -1}
		for c := 0; c < 1<<8; c += 1 << ignoredBits {
			before.bytes = append(before.bytes, joined(byte(c), l.text[0], l.text[1]))
		}
		blocks = append(blocks, before)
	}
	for offset := range len(l.text) - 2 {
		blocks = append(blocks, block{[]uint32{bytesAt(l.text, offset)}, 0xFFFFFF, offset})
	}
	if len(l.text) <= short && l.next != nil {
		after := block{make([]uint32, 0, 1<<6), 0x00FFFF, len(l.text) - 2}
		for c, isNext := range l.next {
			if isNext {
				after.bytes = append(after.bytes, joined(l.text[after.offset], l.last, byte(c)))
			}
		}
		blocks = append(blocks, after)
	}
	return blocks
}

// A textModel estimates how often blocks are in texts like one.
type textModel struct {
	size   float64
	blocks map[uint32]float64              // by the bits that count: how many there are
	firsts [1 << (8 - ignoredBits)]float64 // by the bits that count: which share of all bytes they have
	others [1 << 8]float64
}

func newTextModel(text string) *textModel {
	m := &textModel{size: float64(len(text)), blocks: make(map[uint32]float64, len(text))}
	for at := range len(text) - 2 {
		m.blocks[bytesAt(text, at)>>ignoredBits]++
		m.firsts[text[at]>>ignoredBits] += 1 / m.size
		m.others[text[at]] += 1 / m.size
	}
	return m
}

// frequency estimates how often a block, or another with its hash, is in the text.
func (m *textModel) frequency(b block) float64 {
	const numbers = 100 // they are in long lists
	const seldom = 1e-4
	sum := 0.0
	for _, three := range b.bytes {
		first, second, third := byte(three), byte(three>>8), byte(three>>16)
		share := (m.firsts[first>>ignoredBits]+seldom)*(m.others[second]+seldom)*(m.others[third]+seldom) + 1.0/(1<<tableBits)
		sum += m.blocks[three>>ignoredBits] + m.size*share
		if isDigit(first) && isDigit(second) && isDigit(third) {
			sum += numbers
		}
	}
	return sum
}

// commonText stands for what most bodies hold: prose, the names of fields, and numbers.
const commonText = `[-0.0123456789,0.0298761054,-0.0345097128,1.0567890213,-0.0043210987,11.0,21.5]
{"id":"chatcmpl-","object":"chat.completion","created":1795348800,"model":"gpt-4o-mini","choices":[{"index":0,
"message":{"role":"assistant","content":"The code of this function returns the name of a product and its description.
It is safe for concurrent use, but the caller may not change what the service has sent. Each request has a header, a
body and a path; the response says why it failed, and how to repair that. Ask for this task, or that. What other
people would like to know is whether these records, which were written in the same second, are compared with those
at the beginning of the test. Please provide an answer in one sentence, and give an example about data, time, people,
history, animals, or places such as Paris, the capital of France. An api is rapid. See https://api.example.com/docs or www.example.org.
Here are some steps: open the project, select the package, check each option."},"finish_reason":"stop"}],
"usage":{"prompt_tokens":140,"completion_tokens":520,"total_tokens":660},"type":"text"}`
