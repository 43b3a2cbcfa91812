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
		run := b[at : at+32]
		if unprintable(binary.LittleEndian.Uint64(run))|unprintable(binary.LittleEndian.Uint64(run[8:]))|
			unprintable(binary.LittleEndian.Uint64(run[16:]))|unprintable(binary.LittleEndian.Uint64(run[24:])) != 0 {
			break
		}
	}
	for ; len(b)-at >= 8; at += 8 {
		if found := unprintable(binary.LittleEndian.Uint64(b[at:])); found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for at < len(b) && ' ' <= b[at] && b[at] <= '~' {
		at++
	}
	return at
}

// unprintable sets the high bit of the first byte that is not printable ASCII:
// one that has it already, falls below 0 without ' ', or rises to 0x80 with 1.
// Bytes behind that one may be marked by what was borrowed or carried.
func unprintable(eight uint64) uint64 {
	const each, high = 0x0101010101010101, 0x8080808080808080
	return (eight | (eight - ' '*each) | (eight + each)) & high
}
