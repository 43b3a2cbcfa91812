package redaction

import (
	"net/http"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Quotes are texts that look like placeholders and are none: a person typed one into a
// prompt, or a model repeats it. On a tape a quote has one colon more, as in
// [redacted::authorization], and is text like any other. A quote of that has two more.

// Quote adds a colon to what looks like a placeholder in an interaction, in place, before
// it is redacted. It reports whether there was one.
func Quote(i *cassette.Interaction) bool {
	request, changed := rewriteRequest(i.Request, quoteEdits)
	i.Request = request
	if rewriteResponse(&i.Response, func(_ media.Kind, text []byte) []media.Edit { return quoteEdits(text) }) {
		changed = true
	}
	if i.Error != nil {
		i.Error.Redact(func(text string) string {
			edits := quoteEdits([]byte(text))
			changed = changed || len(edits) > 0
			return string(media.Apply([]byte(text), edits))
		})
	}
	return changed
}

// QuoteRequest returns a request as a tape with quotes has it: with quotes in the place of all
// placeholders that no answer gave.
func QuoteRequest(r cassette.Request, isGiven func(placeholder string) bool) cassette.Request {
	quoted, _ := rewriteRequest(r, func(text []byte) []media.Edit {
		return editMarks(text, func(m mark) (media.Edit, bool) {
			return m.quoted(text), m.isQuote || !isGiven(m.placeholder(text))
		})
	})
	return quoted
}

// UnquoteRequest returns a request of a tape with quotes as it was sent.
func UnquoteRequest(r cassette.Request) cassette.Request {
	plain, _ := rewriteRequest(r, unquoteEdits)
	return plain
}

// quoteEdits returns the edits that add a colon to placeholders and quotes.
func quoteEdits(text []byte) []media.Edit {
	return editMarks(text, func(m mark) (media.Edit, bool) { return m.quoted(text), true })
}

// unquoteEdits returns the edits that remove the first colon of quotes.
func unquoteEdits(text []byte) []media.Edit {
	return editMarks(text, func(m mark) (media.Edit, bool) { return m.unquoted(), m.isQuote })
}

// quoted returns the edit that adds a colon, spelled as the first one.
func (m mark) quoted(text []byte) media.Edit {
	return media.Edit{Start: m.colonEnd, End: m.colonEnd, Text: string(text[m.colonStart:m.colonEnd])}
}

func (m mark) unquoted() media.Edit { return media.Edit{Start: m.colonStart, End: m.colonEnd} }

// editMarks returns the edits that an edit function makes of placeholders and quotes.
func editMarks(text []byte, edit func(m mark) (media.Edit, bool)) (edits []media.Edit) {
	if !holdsBracket(text) {
		return nil // the common case
	}
	for m, ok := nextMark(text, 0); ok; m, ok = nextMark(text, m.end) {
		if e, ok := edit(m); ok {
			edits = append(edits, e)
		}
	}
	return edits
}

// rewriteRequest returns a request with edits in its URL, headers and body. It leaves r
// as it is.
func rewriteRequest(r cassette.Request, edit func(text []byte) []media.Edit) (rewritten cassette.Request, changed bool) {
	rewritten = r
	if mayHoldMark(r.URL) {
		edits := edit([]byte(r.URL))
		rewritten.URL, changed = string(media.Apply([]byte(r.URL), edits)), len(edits) > 0
	}
	header, isOther := rewriteHeader(r.Header, edit)
	rewritten.Header, changed = header, changed || isOther
	if body, edits, _ := rewriteBody(r.Header, r.Body, edit); len(edits) > 0 {
		if !isOther {
			rewritten.Header = r.Header.Clone()
		}
		adjustContentLength(rewritten.Header, body.Len()-r.Body.Len())
		rewritten.Body, changed = body, true
	}
	return rewritten, changed
}

// rewriteResponse edits the headers, the trailers and the body of a response, and
// reports whether it has changed. Lengths and chunks follow.
func rewriteResponse(r *cassette.Response, edit func(kind media.Kind, text []byte) []media.Edit) (changed bool) {
	var inHeader, inTrailer bool
	ofText := func(text []byte) []media.Edit { return edit(media.Other, text) }
	r.Header, inHeader = rewriteHeader(r.Header, ofText)
	r.Trailer, inTrailer = rewriteHeader(r.Trailer, ofText)
	kind := media.KindOf(headerValue(r.Header, "Content-Type"))
	body, edits, isCoded := rewriteBody(r.Header, r.Body, func(text []byte) []media.Edit { return edit(kind, text) })
	if len(edits) == 0 {
		return inHeader || inTrailer
	}
	if r.Chunks = moveChunks(r.Chunks, edits); isCoded {
		r.Chunks = nil
	}
	setBody(r, body)
	return true
}

// rewriteHeader returns header itself without edits, and else a copy.
func rewriteHeader(header http.Header, edit func(text []byte) []media.Edit) (rewritten http.Header, changed bool) {
	rewritten = header
	for name, values := range header {
		for n, value := range values {
			if !mayHoldMark(value) {
				continue
			}
			if edits := edit([]byte(value)); len(edits) > 0 {
				if !changed {
					rewritten, changed = header.Clone(), true
				}
				rewritten[name][n] = string(media.Apply([]byte(value), edits))
			}
		}
	}
	return rewritten, changed
}

// mayHoldMark is a cheap test that most texts fail.
func mayHoldMark(text string) bool { return strings.Contains(text, "redacted") }

// rewriteBody returns a body with edits, which are those of the decoded body, and
// whether it is compressed. Edits of the text of frames replace frames.
func rewriteBody(header http.Header, body cassette.Body, edit func(text []byte) []media.Edit) (_ cassette.Body, edits []media.Edit, isCoded bool) {
	coding, text := headerValue(header, "Content-Encoding"), body.Bytes()
	plain, isCoded := media.Decompress(coding, text)
	if isCoded {
		text = plain
	}
	if f, ok := openFrames(header, text); ok {
		edits = append(f.edits(edit(f.text)), moved(edit(text[len(f.body):]), len(f.body))...)
	} else {
		edits = edit(text)
	}
	if len(edits) == 0 {
		return body, nil, isCoded
	}
	if text = media.Apply(text, edits); isCoded {
		text = media.Compress(coding, text)
	}
	return cassette.NewBody(text), edits, isCoded
}
