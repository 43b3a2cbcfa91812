package redaction

import (
	"bytes"
	"net/http"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// body replaces in a body, also in a compressed one. The edits are those of the body
// as it is sent, nil without any.
func (w *walk) body(place string, header http.Header, body cassette.Body) (cassette.Body, []media.Edit) {
	if body.Len() == 0 {
		return body, nil
	}
	contentType, coding := headerValue(header, "Content-Type"), headerValue(header, "Content-Encoding")
	if coding != "" {
		// A body that breaks off may hold secrets before its end.
		plain, whole := media.Decompress(coding, body.Bytes())
		if edits := w.bodyEdits(contentType, plain); edits != nil {
			w.reportBody(place, contentType, plain, edits)
			return cassette.NewBody(media.Compress(coding, media.Apply(plain, edits))), nil
		}
		if whole {
			return body, nil // compressed again, it might have other bytes
		}
	}
	var framed []media.Edit
	rest := body.Bytes()
	if f, ok := openFrames(header, rest); ok {
		if edits := w.bodyEdits(textOfFrames, f.text); edits != nil {
			w.reportBody(place, textOfFrames, f.text, edits)
			framed = f.edits(edits)
		}
		rest = rest[len(f.body):]
	}
	edits := w.bodyEdits(contentType, rest)
	if edits != nil {
		w.reportBody(place, contentType, rest, edits)
	}
	if edits = append(framed, moved(edits, body.Len()-len(rest))...); edits == nil {
		return body, nil
	}
	return cassette.NewBody(media.Apply(body.Bytes(), edits)), edits
}

// bodyEdits returns the edits of a body that is not compressed.
func (w *walk) bodyEdits(contentType string, body []byte) []media.Edit {
	switch kind := media.KindOf(contentType); kind {
	case media.Form:
		edits := w.formEdits(body, inForm, false, "", 0)
		if w.layer != byValue {
			return edits
		}
		return merge(w.valueEdits(body), edits)
	case media.Multipart:
		return w.multipartEdits(contentType, body)
	default:
		// JSON may also be in text/plain and in bodies without a type.
		return w.documentEdits(kind, body, 0)
	}
}

// documentEdits returns the edits of a text that may be JSON, or a stream of it.
func (w *walk) documentEdits(kind media.Kind, text []byte, depth int) []media.Edit {
	w.kept = w.keptIn(kind, text)
	edits := merge(w.textEdits(text, depth, document), w.streamEdits(kind, text))
	w.kept = nil
	if w.layer == byName && len(w.r.paths) > 0 {
		edits = merge(edits, w.pathEdits(kind, text))
	}
	return edits
}

// multipartEdits returns the edits of parts with secret names, and of the text and
// JSON in all others.
func (w *walk) multipartEdits(contentType string, body []byte) []media.Edit {
	var edits []media.Edit
	if w.layer == byValue {
		edits = w.valueEdits(body) // also in files of any type and in the headers of parts
	}
	parts, _ := media.Parts(contentType, body)
	end := 0 // of the part before
	for _, part := range parts {
		if w.layer == byName {
			edits = append(edits, moved(w.partHeaderEdits(body[end:part.Start]), end)...)
		}
		end = part.End
		content := body[part.Start:part.End]
		kind := media.KindOf(part.ContentType)
		if w.layer == byName && !part.File && (kind == media.Text || part.ContentType == "") {
			if v := w.r.names.verdict(inForm, []byte(part.Name)); v != kept {
				if replacement, ok := w.replacementFor(inForm, part.Name, content, v); ok {
					edits = append(edits, media.Edit{Start: part.Start, End: part.End, Text: replacement, Note: w.note(part.Name)})
					continue
				}
			}
		}
		if (kind == media.Other || kind == media.Frames) && bytes.IndexByte(content, 0) >= 0 {
			continue // an image or a sound, which holds no fields
		}
		edits = append(edits, moved(w.documentEdits(kind, content, 0), part.Start)...)
	}
	return sorted(edits)
}

// partHeaderEdits returns the edits of secret headers in the lines above a part.
func (w *walk) partHeaderEdits(lines []byte) (edits []media.Edit) {
	at := 0
	for line := range bytes.Lines(lines) {
		name, _, found := bytes.Cut(line, []byte(":"))
		value := bytes.TrimSpace(line[min(len(line), len(name)+1):])
		if v := w.headerVerdict(name, string(value)); found && v != kept {
			start := at + len(name) + bytes.Index(line[len(name):], value)
			edits = append(edits, w.spanEdits(lines, start, start+len(value), inHeader, string(name), v, false)...)
		}
		at += len(line)
	}
	return edits
}

// eachRecord calls visit for each record of a stream, and once for any other text.
func eachRecord(kind media.Kind, text []byte, visit func(record []byte, start int)) {
	start := 0
	for _, end := range media.Records(kind, text) {
		visit(text[start:end], start)
		start = end
	}
	if start < len(text) {
		visit(text[start:], start)
	}
}

// keptIn returns where the values are that the JSONPaths of Rules.KeepBody select.
func (w *walk) keptIn(kind media.Kind, text []byte) (spans []span) {
	if w.layer != byName || len(w.r.keptPaths) == 0 {
		return nil
	}
	w.eachSelected(w.r.keptPaths, kind, text, func(_ string, from, to int) { spans = append(spans, span{from, to}) })
	return spans
}

// isKept reports whether a value of JSON that starts at a place is kept.
func (w *walk) isKept(at int) bool {
	if len(w.kept) == 0 {
		return false
	}
	n, _ := slices.BinarySearchFunc(w.kept, at, func(s span, at int) int { return s.end - at })
	return n < len(w.kept) && w.kept[n].start <= at
}

// pathEdits returns the edits of the values that Rules.Body selects.
func (w *walk) pathEdits(kind media.Kind, text []byte) []media.Edit {
	var edits []media.Edit
	w.eachSelected(w.r.paths, kind, text, func(name string, from, to int) {
		edits = append(edits, moved(w.scalarEdits(name, text[from:to]), from)...)
	})
	return edits
}

// eachSelected calls visit for each scalar that JSONPaths select, or that is in what
// they select.
func (w *walk) eachSelected(paths jsonPaths, kind media.Kind, text []byte, visit func(name string, from, to int)) {
	eachRecord(kind, text, func(record []byte, start int) {
		before := jsonIn(record)
		record, start = record[before:], start+before
		selected := paths.selectIn(record)
		if len(selected) == 0 {
			return
		}
		media.Walk(record, func(path []media.Step, from, to int) {
			if name, ok := selected.nameOf(path); ok {
				visit(name, start+from, start+to)
			}
		})
	})
}

// scalarEdits returns the edit that replaces a value of JSON by one of its type.
func (w *walk) scalarEdits(name string, value []byte) []media.Edit {
	switch c := value[0]; {
	case c == '"' && len(value) > 2:
		return moved(w.jsonStringEdits(name, value[1:len(value)-1], forced), 1)
	case (c == '-' || isDigit(c)) && string(value) != "0":
		return []media.Edit{{Start: 0, End: len(value), Text: "0", Note: w.note(name)}}
	}
	return nil
}

// A piece is the content of a string in one record of a stream.
type piece struct {
	start, end int // in the body
	length     int // decoded
}

// streamEdits returns the edits of secrets that are split over the records of a
// stream. APIs send text and the arguments of tools in deltas: strings at the same
// place of consecutive events. Together, they are read as one text. The piece where a
// secret starts gets the replacement; the other pieces lose their part.
func (w *walk) streamEdits(kind media.Kind, body []byte) []media.Edit {
	if kind != media.SSE && kind != media.NDJSON {
		return nil
	}
	var edits []media.Edit
	for _, pieces := range piecesOf(kind, body) {
		if len(pieces) > 1 {
			edits = append(edits, w.pieceEdits(body, pieces)...)
		}
	}
	return sorted(edits)
}

func (w *walk) pieceEdits(body []byte, pieces []piece) []media.Edit {
	var text []byte
	for n := range pieces {
		before := len(text)
		text = media.Unquote(text, body[pieces[n].start:pieces[n].end])
		pieces[n].length = len(text) - before
	}
	var edits []media.Edit
	at := 0 // where the first of pieces starts in text
	for _, e := range w.textEdits(text, 1, said) {
		for len(pieces) > 0 {
			first := pieces[0]
			from, to := max(e.Start-at, 0), min(e.End-at, first.length)
			if from < to {
				part := []media.Edit{{Start: from, End: to, Text: e.Text, Note: e.Note}}
				edits = append(edits, moved(media.Requote(body[first.start:first.end], part), first.start)...)
				e.Text, e.Note = "", ""
			}
			if e.End <= at+first.length {
				break // the next edit may start in this piece too
			}
			at += first.length
			pieces = pieces[1:]
		}
	}
	return edits
}

// piecesOf returns the strings of a stream by their place in its records. A stream may
// hold several texts at once: strings at one place belong together only in records
// with the same index and type.
func piecesOf(kind media.Kind, body []byte) [][]piece {
	var texts [][]piece
	numbers := map[uint64]int{} // place -> index of texts
	var places []uint64
	var pieces []piece
	eachRecord(kind, body, func(record []byte, start int) {
		places, pieces = places[:0], pieces[:0]
		var text uint64 // which text the record belongs to
		media.Walk(record, func(path []media.Step, from, to int) {
			switch last := path[len(path)-1]; {
			case distinguishesTexts(last.Key):
				text ^= media.HashName(last.Hash, record[from:to])
			case record[from] == '"':
				if to-1 > from && record[to-1] == '"' {
					to--
				}
				places = append(places, last.Hash)
				pieces = append(pieces, piece{start: start + from + 1, end: start + to})
			}
		})
		for n, place := range places {
			number, ok := numbers[place^text]
			if !ok {
				number = len(texts)
				numbers[place^text] = number
				texts = append(texts, nil)
			}
			texts[number] = append(texts[number], pieces[n])
		}
	})
	return texts
}

// distinguishesTexts reports whether a field distinguishes the texts of a stream, at
// OpenAI, Anthropic and Cohere.
func distinguishesTexts(key []byte) bool {
	for _, name := range [][]byte{[]byte("index"), []byte("output_index"), []byte("content_index"), []byte("type")} {
		if bytes.Equal(key, name) {
			return true
		}
	}
	return false
}

// moveChunks keeps the cuts between the chunks of a body in place after edits. A cut
// inside what was replaced stays inside the replacement. What follows a chunk of which
// nothing is left waits for what that waited for.
func moveChunks(chunks []cassette.Chunk, edits []media.Edit) []cassette.Chunk {
	var kept []cassette.Chunk
	cut, before := 0, 0 // in the old body, and the last one in the new body
	grown := 0          // by the edits that end before the cut
	var after []int
	for _, chunk := range chunks {
		cut += chunk.Size
		for len(edits) > 0 && edits[0].End <= cut {
			grown += len(edits[0].Text) - (edits[0].End - edits[0].Start)
			edits = edits[1:]
		}
		now := cut + grown
		if len(edits) > 0 && edits[0].Start < cut {
			e := edits[0]
			now = e.Start + grown + min(cut-e.Start, len(e.Text))
		}
		after = append(after, chunk.After...)
		if chunk.Size = now - before; chunk.Size > 0 {
			chunk.After, after = after, nil
			kept = append(kept, chunk)
		}
		before = now
	}
	if after != nil {
		kept = append(kept, cassette.Chunk{After: after})
	}
	return kept
}
