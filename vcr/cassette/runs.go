package cassette

import (
	"bytes"
	"unicode/utf8"
)

// A way is how lines of text are shown.
type way int

const (
	asBlock  way = iota
	withCRLF     // as a block, with eol: crlf
	inQuotes     // double ones
	inBase64
)

// A run is neighbouring lines of a text that are shown in one way.
type run struct {
	way   way
	text  []byte
	lines int
}

// appendText writes what is not JSON. Where some lines need quotes or other line ends
// than the rest, the text is written in parts, so that an odd line costs no more than
// that line.
func appendText(dst, b []byte, column int) []byte {
	runs := runsOf(b)
	if len(runs) == 1 {
		return runs[0].append(dst, column)
	}
	dst = append(dst, "parts:\n"...)
	for _, r := range runs {
		dst = r.append(appendItem(dst, column), column+2)
	}
	return dst
}

func (r run) append(dst []byte, column int) []byte {
	switch r.way {
	case asBlock:
		return appendLiteral(append(dst, "text: "...), r.text, column+2)
	case withCRLF:
		dst = appendIndent(append(dst, "eol: crlf\n"...), column)
		return appendLiteral(append(dst, "text: "...), fromCRLF(r.text), column+2)
	case inQuotes:
		return appendQuoted(append(dst, "text: "...), r.text, column+2)
	}
	return appendBase64(append(dst, "base64: "...), r.text, column+2)
}

func fromCRLF(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte{'\n'}) }

func toCRLF(b []byte) []byte { return bytes.ReplaceAll(b, []byte{'\n'}, []byte("\r\n")) }

// runsOf cuts b into runs. What is binary for the most part is one.
func runsOf(b []byte) []run {
	switch {
	case fitsLiteral(b):
		return []run{{way: asBlock, text: b}} // as most bodies
	case len(b) == 0:
		return []run{{way: inQuotes}}
	}
	if !utf8.Valid(b) && isBinary(b) {
		return []run{{way: inBase64, text: b}}
	}
	var runs []run
	for rest := b; len(rest) > 0; {
		line, end := rest, len(rest)
		if n := bytes.IndexByte(rest, '\n'); n >= 0 {
			line, end = rest[:n+1], n+1
		}
		runs = join(runs, run{wayOf(line), line, 1})
		rest = rest[end:]
	}
	if n := len(runs) - 1; n > 0 && runs[n-1].way == withCRLF && runs[n].way == asBlock && runs[n].lines == 1 && b[len(b)-1] != '\n' {
		runs[n].way = withCRLF // the last line has no end that would tell
		runs = join(runs[:n], runs[n])
	}
	if len(runs) > 1 {
		quoteShort(runs)
	}
	var shown []run
	for _, r := range runs {
		if r.isOnlyBreaks() {
			r.way = inQuotes
		}
		shown = join(shown, r)
	}
	return shown
}

// quoteShort puts single lines between quotes, where that is shorter than a block: one
// with CR LF, and one beside others between quotes that needs no escape.
func quoteShort(runs []run) {
	for n := range runs {
		if runs[n].way == withCRLF && runs[n].lines == 1 {
			runs[n].way = inQuotes
		}
	}
	isQuoted := func(n int) bool { return n < 0 || n == len(runs) || runs[n].way == inQuotes }
	for n, r := range runs {
		if r.way == asBlock && r.lines == 1 && isQuoted(n-1) && isQuoted(n+1) && !bytes.ContainsAny(r.text, `"\`) {
			runs[n].way = inQuotes
		}
	}
}

// join adds a run, to the last one if both are shown in the same way.
func join(runs []run, r run) []run {
	if n := len(runs) - 1; n >= 0 && runs[n].way == r.way {
		runs[n].text = runs[n].text[:len(runs[n].text)+len(r.text)] // they are neighbours
		runs[n].lines += r.lines
		return runs
	}
	return append(runs, r)
}

// isBinary reports whether more than one line in eight is not UTF-8.
func isBinary(b []byte) bool {
	lines, invalid := 0, 0
	for line := range bytes.Lines(b) {
		lines++
		if !utf8.Valid(line) {
			invalid++
		}
	}
	return 8*invalid > lines
}

func wayOf(line []byte) way {
	text, ended := bytes.CutSuffix(line, []byte{'\n'})
	withoutCR, hasCR := bytes.CutSuffix(text, []byte{'\r'})
	switch {
	case !utf8.Valid(line):
		return inBase64
	case forbidden(withoutCR) < len(withoutCR) || endsBlank(withoutCR) || hasCR && !ended:
		return inQuotes
	case hasCR:
		return withCRLF
	}
	return asBlock
}

// isOnlyBreaks reports whether a run has nothing that a block could show.
func (r run) isOnlyBreaks() bool {
	return (r.way == asBlock || r.way == withCRLF) && len(bytes.Trim(r.text, "\r\n")) == 0
}
