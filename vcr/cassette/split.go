package cassette

import "bytes"

var byteOrderMark = []byte("\ufeff")

// A document is one YAML document of a file: its separator line, if it has
// one, and what follows up to the next separator.
type document struct {
	source []byte // with the separator line
	start  int    // of what follows that
	line   int    // 1-based line of the file on which that starts
	odd    bool   // there is more than a comment on the separator line
}

func (d document) content() []byte { return d.source[d.start:] }

// split cuts a file at its separators: lines that are "---", alone or followed
// by a blank. No block of a cassette has a line that starts in column 0, so
// that nothing has to be parsed to find them. What cannot stand in a cassette is
// found on the same way.
func split(file string, data []byte) ([]document, error) {
	if err := refuse(file, data); err != nil {
		return nil, err
	}
	documents := make([]document, 0, 4) // most cassettes are small
	current, start := document{line: 1}, 0
	at := len(data) - len(bytes.TrimPrefix(data, byteOrderMark))
	for line := 1; at < len(data); line++ {
		end, plain := lineEnd(data, at)
		if text := data[at:end]; !plain || isMark(text[0]) {
			if err := refuseLine(file, line, text); err != nil {
				return nil, err
			}
			if rest, ok := bytes.CutPrefix(text, []byte("---")); ok && startsBlank(rest) {
				current.source = data[start:at]
				documents = append(documents, current)
				comment := bytes.TrimSpace(rest)
				current = document{start: end - at, line: line + 1, odd: len(comment) > 0 && comment[0] != '#'}
				start = at
			}
		}
		at = end
	}
	current.source = data[start:]
	documents = append(documents, current)
	if len(documents) > 1 && isBlank(documents[0].source) {
		// A file may start with a separator; what stands before it belongs to
		// the header.
		before := len(documents[0].source)
		documents = documents[1:]
		documents[0].source = data[:before+len(documents[0].source)]
		documents[0].start += before
	}
	return documents, nil
}

// lineEnd returns where the line that starts at data[at] ends, behind its line
// feed, and whether all of it is printable ASCII.
func lineEnd(data []byte, at int) (end int, plain bool) {
	at += printable(data[at:])
	if at < len(data) && data[at] == '\n' {
		return at + 1, true // as most lines
	}
	n := bytes.IndexByte(data[at:], '\n')
	if n < 0 {
		return len(data), false
	}
	return at + n + 1, false
}

// isMark reports whether a line that begins with c may be more than text.
func isMark(c byte) bool { return c == '-' || c == '.' || c == '%' || c == '<' || c == '>' }

// startsBlank reports whether a marker that is followed by rest stands alone.
func startsBlank(rest []byte) bool {
	return len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0
}

// isBlank reports whether a document holds nothing but comments and blank lines.
func isBlank(content []byte) bool {
	for line := range bytes.Lines(bytes.TrimPrefix(content, byteOrderMark)) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}
