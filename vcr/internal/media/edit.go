package media

import "bytes"

// An Edit puts Text in the place of the bytes from Start up to End of some text. Note is for whoever made the edit, and stays with it.
type Edit struct {
	Start, End int
	Text, Note string
}

// Apply returns text with its edits made, which must come from left to right and not overlap. Without edits, it is text itself.
func Apply(text []byte, edits []Edit) []byte {
	if len(edits) == 0 {
		return text
	}
	size := len(text)
	for _, e := range edits {
		size += len(e.Text) - (e.End - e.Start)
	}
	edited := make([]byte, 0, size)
	copied := 0
	for _, e := range edits {
		edited = append(append(edited, text[copied:e.Start]...), e.Text...)
		copied = e.End
	}
	return append(edited, text[copied:]...)
}

// A notation is a way to write a text inside another one.
type notation struct {
	// unit appends what the first unit of a text stands for, an escape or a byte, and returns the unit's length.
	unit   func(decoded []byte, text []byte) ([]byte, int)
	encode func(text string) string
}

// rewrite returns, for edits of what raw stands for, the edits of raw. Every unit without an edit stays as it is spelled.
func (n notation) rewrite(raw []byte, edits []Edit) []Edit {
	rewritten := make([]Edit, len(edits))
	at, decoded := 0, 0
	var scratch [16]byte
	for i, e := range edits {
		start := at
		for at < len(raw) && decoded < e.End {
			unit, length := n.unit(scratch[:0], raw[at:])
			if decoded+len(unit) <= e.Start {
				start = at + length
			}
			at += length
			decoded += len(unit)
		}
		rewritten[i] = Edit{start, at, n.encode(e.Text), e.Note}
	}
	return rewritten
}

// zeroFree calls visit for the runs of text between zero bytes, which are no part of any text: JSON in a binary frame is found, and
// what looks like a quote in the frame around it does no harm.
func zeroFree(text []byte, visit func(run []byte, start int)) {
	for start := 0; ; {
		end := bytes.IndexByte(text[start:], 0)
		if end < 0 {
			visit(text[start:], start)
			return
		}
		visit(text[start:start+end], start)
		start += end + 1
	}
}
