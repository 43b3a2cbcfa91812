package redact

import (
	"bytes"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A piece is the content of a string in one record of a stream.
type piece struct {
	start, end int // in the body
	length     int // of what it stands for
}

// split returns the edits of what is spread over the records of a stream: APIs
// send text and the arguments of tools in deltas, strings that stand at the same
// place of consecutive events. They are looked at as the one text that they make
// up. The piece in which something begins gets its replacement, and those in
// which it goes on lose their part.
func (p *pass) split(kind media.Kind, body []byte) []media.Edit {
	if kind != media.SSE && kind != media.NDJSON {
		return nil
	}
	var edits []media.Edit
	for _, pieces := range piecesOf(kind, body) {
		if len(pieces) > 1 {
			edits = append(edits, p.spread(body, pieces)...)
		}
	}
	return sorted(edits)
}

func (p *pass) spread(body []byte, pieces []piece) []media.Edit {
	var text []byte
	for n := range pieces {
		before := len(text)
		text = media.Unquote(text, body[pieces[n].start:pieces[n].end])
		pieces[n].length = len(text) - before
	}
	var edits []media.Edit
	at := 0 // where the first of pieces begins in text
	for _, e := range p.inside(text, 1) {
		for len(pieces) > 0 {
			first := pieces[0]
			from, to := max(e.Start-at, 0), min(e.End-at, first.length)
			if from < to {
				part := []media.Edit{{Start: from, End: to, Text: e.Text, Note: e.Note}}
				edits = append(edits, moved(media.Requote(body[first.start:first.end], part), first.start)...)
				e.Text, e.Note = "", ""
			}
			if e.End <= at+first.length {
				break // the next edit may begin in this piece, too
			}
			at += first.length
			pieces = pieces[1:]
		}
	}
	return edits
}

// piecesOf returns the strings of a stream by their place in its records. Strings
// at one place belong together only in records that say the same index and type:
// a stream may hold several texts at once.
func piecesOf(kind media.Kind, body []byte) [][]piece {
	var texts [][]piece
	numbers := map[uint64]int{} // place -> index of texts
	var places []uint64
	var pieces []piece
	records(kind, body, func(record []byte, start int) {
		places, pieces = places[:0], pieces[:0]
		var which uint64
		media.Walk(record, func(path []media.Step, from, to int) {
			switch last := path[len(path)-1]; {
			case tellsTexts(last.Key):
				which ^= media.HashName(last.Hash, record[from:to])
			case record[from] == '"':
				if to-1 > from && record[to-1] == '"' {
					to--
				}
				places = append(places, last.Hash)
				pieces = append(pieces, piece{start: start + from + 1, end: start + to})
			}
		})
		for n, place := range places {
			number, ok := numbers[place^which]
			if !ok {
				number = len(texts)
				numbers[place^which] = number
				texts = append(texts, nil)
			}
			texts[number] = append(texts[number], pieces[n])
		}
	})
	return texts
}

// tellsTexts knows the fields by which OpenAI, Anthropic and Cohere tell several
// texts in one stream apart.
func tellsTexts(key []byte) bool {
	for _, name := range [][]byte{[]byte("index"), []byte("output_index"), []byte("content_index"), []byte("type")} {
		if bytes.Equal(key, name) {
			return true
		}
	}
	return false
}
