package redaction

import (
	"bytes"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// escape begins the codes with which programs colour what they write to a terminal. JSON
// has it in no place but as \u001b in a string.
const escape = 0x1B

// A colour is a code such as ESC[1;32m, which was cut out of a text.
type colour struct {
	at  int // in the text without codes
	sum int // the length of this code and of those before it
}

// holdsColour reports whether a text may have a code. Octets have some by chance.
func holdsColour(text []byte) bool {
	return bytes.Contains(text, []byte("\x1b[")) && bytes.IndexByte(text, 0) < 0
}

// withoutColours cuts the codes of a terminal out of a text, so that none is taken for a
// part of a name or a value.
func withoutColours(text []byte) (plain []byte, colours []colour) {
	sum := 0
	for len(text) > 0 {
		at := bytes.IndexByte(text, escape)
		if at < 0 {
			at = len(text)
		}
		plain = append(plain, text[:at]...)
		text = text[at:]
		switch length := colourLength(text); {
		case length > 0:
			sum += length
			colours = append(colours, colour{len(plain), sum})
			text = text[length:]
		case len(text) > 0:
			plain = append(plain, escape)
			text = text[1:]
		}
	}
	return plain, colours
}

// colourLength returns the length of the code at the start of a text, 0 without one.
func colourLength(text []byte) int {
	const longest = 40
	if len(text) < 3 || text[1] != '[' {
		return 0
	}
	at := 2
	for at < min(len(text), longest) && (isDigit(text[at]) || text[at] == ';' || text[at] == ':' || text[at] == '?') {
		at++
	}
	if at == len(text) || !isLetter(text[at]) {
		return 0
	}
	return at + 1
}

// recoloured returns edits of a text without codes as edits of the text with them. What is
// replaced loses the codes in it, and keeps those around it.
func recoloured(edits []media.Edit, colours []colour) []media.Edit {
	n, before := 0, 0
	for e := range edits {
		edit := &edits[e]
		for ; n < len(colours) && colours[n].at <= edit.Start; n++ {
			before = colours[n].sum
		}
		edit.Start += before
		for ; n < len(colours) && colours[n].at < edit.End; n++ {
			before = colours[n].sum
		}
		edit.End += before
	}
	return edits
}
