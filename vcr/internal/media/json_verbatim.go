package media

import "math/bits"

// verbatim returns the index of the first byte of text, from an index on, that ends a JSON string or does not stand for itself in
// one: a quote, a backslash or a control character; the length of text if there is none. Most of JSON is such runs, so eight bytes
// are looked at together.
func verbatim[T string | []byte](text T, from int) int {
	const each, high = 0x0101010101010101, 0x8080808080808080
	at := from
	for ; at+8 <= len(text); at += 8 {
		run := text[at : at+8]
		eight := uint64(run[0]) | uint64(run[1])<<8 | uint64(run[2])<<16 | uint64(run[3])<<24 |
			uint64(run[4])<<32 | uint64(run[5])<<40 | uint64(run[6])<<48 | uint64(run[7])<<56
		quote, backslash := eight^'"'*each, eight^'\\'*each
		// A byte that is 0 falls below it, and so does one below a blank. The first mark is right; those behind it may come of what
		// that one borrowed.
		if found := ((quote-each)&^quote | (backslash-each)&^backslash | (eight-' '*each)&^eight) & high; found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for at < len(text) && text[at] != '"' && text[at] != '\\' && text[at] >= ' ' {
		at++
	}
	return at
}
