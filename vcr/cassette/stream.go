package cassette

import (
	"bytes"
	"errors"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/rows"
)

// appendStream writes a stream with templates and rows, as form does. Ok is false if they
// do not make it shorter, or a literal block cannot hold them.
func appendStream(dst []byte, contentType string, b []byte, column int) (_ []byte, ok bool) {
	var key string
	var form rows.Form
	switch media.KindOf(contentType) {
	case media.SSE, media.Frames:
		key, form = "events: ", rows.Events
	case media.NDJSON:
		key, form = "lines: ", rows.Lines
	default:
		return dst, false
	}
	isCRLF := bytes.Contains(b, []byte("\r\n"))
	if isCRLF {
		lf := fromCRLF(b)
		if !bytes.Equal(toCRLF(lf), b) {
			return dst, false
		}
		b = lf
	}
	shown, ok := rows.Show(form, b)
	if !ok || !fitsLiteral(shown) {
		return dst, false
	}
	if isCRLF {
		dst = appendIndent(append(dst, "eol: crlf\n"...), column)
	}
	return appendLiteral(append(dst, key...), shown, column+2), true
}

// stream reads a stream as appendStream writes it. Ok is false if another form comes next.
func (s *scanner) stream(column int) (body []byte, ok bool) {
	start := s.at
	isCRLF := s.skip("eol: crlf\n") && s.skip(blanks[:column])
	var form rows.Form
	switch {
	case s.skip("events: "):
		form = rows.Events
	case s.skip("lines: "):
		form = rows.Lines
	default:
		s.at = start
		return nil, false
	}
	margin := blanks[:column+2]
	lines := s.literal(margin)
	text := lines.appendText(slices.Grow(s.scratch[:0], len(lines.lines)), margin)
	if cap(text) <= largestScratch {
		s.scratch = text
	}
	body, err := rows.Restore(form, text)
	if err != nil {
		s.lose()
	}
	if isCRLF {
		body = toCRLF(body)
	}
	return body, true
}

func (v value) restoreEvents(text string) ([]byte, error) { return v.restoreStream(rows.Events, text) }

func (v value) restoreLines(text string) ([]byte, error) { return v.restoreStream(rows.Lines, text) }

func (v value) restoreStream(form rows.Form, text string) ([]byte, error) {
	body, err := rows.Restore(form, []byte(text))
	var flaw *rows.Error
	if !errors.As(err, &flaw) {
		return body, nil
	}
	line := v.line()
	if v.isBlock() {
		line += flaw.Line // the lines of other scalars are not those of the file
	}
	return nil, v.d.fail(line, v.path, flaw.Reason, flaw.Remedy)
}
