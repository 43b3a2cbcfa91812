package cassette

import (
	"encoding/binary"
	"math/bits"
)

// printable returns the length of the run of printable ASCII that b begins with.
// Most of a cassette is such runs, which need no closer look: eight bytes are
// compared at once.
func printable(b []byte) int {
	at := 0
	for ; len(b)-at >= 32; at += 32 {
		run := (*[32]byte)(b[at:])
		if (marks(binary.LittleEndian.Uint64(run[:]))|marks(binary.LittleEndian.Uint64(run[8:]))|
			marks(binary.LittleEndian.Uint64(run[16:]))|marks(binary.LittleEndian.Uint64(run[24:])))&highBits != 0 {
			break
		}
	}
	for ; len(b)-at >= 8; at += 8 {
		if found := marks(binary.LittleEndian.Uint64(b[at:])) & highBits; found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for at < len(b) && ' ' <= b[at] && b[at] <= '~' {
		at++
	}
	return at
}

// One in each of eight bytes, and the high bit of each.
const (
	eachByte = 0x0101010101010101
	highBits = 0x8080808080808080
)

// marks sets the high bit of the first of eight bytes that is not printable ASCII,
// and of no byte before it: without ' ' one falls below 0, or has the bit still,
// and with 1 the others come to have it or keep it. Bytes behind that one may be
// marked by what was borrowed or carried.
func marks(eight uint64) uint64 {
	return (eight - ' '*eachByte) | (eight + eachByte)
}
