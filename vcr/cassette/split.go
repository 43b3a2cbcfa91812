package cassette

import "bytes"

var byteOrderMark = []byte("\ufeff")

// A document is one YAML document of a file: its separator line, if it has
// one, and what follows up to the next separator.
type document struct {
	source    []byte // with the separator line
	content   []byte // without it
	line      int    // 1-based line of content
	separator []byte // what follows "---" on the separator line
}

// split cuts a file at its separators: lines that are "---", alone or followed
// by a blank. No block of a cassette has a line that starts in column 0, so
// that nothing has to be parsed to find them.
func split(data []byte) []document {
	var documents []document
	current := document{line: 1}
	start, content, line := 0, 0, 1
	at := len(data) - len(bytes.TrimPrefix(data, byteOrderMark))
	for ; at < len(data); line++ {
		end := len(data)
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			end = at + n + 1
		}
		if rest, ok := bytes.CutPrefix(data[at:end], []byte("---")); ok && startsBlank(rest) {
			current.source, current.content = data[start:at], data[content:at]
			documents = append(documents, current)
			current = document{line: line + 1, separator: bytes.TrimSpace(rest)}
			start, content = at, end
		}
		at = end
	}
	current.source, current.content = data[start:], data[content:]
	documents = append(documents, current)
	if len(documents) > 1 && isBlank(documents[0].content) {
		// A file may start with a separator; what stands before it belongs to
		// the header.
		documents[1].source = data[:len(documents[0].source)+len(documents[1].source)]
		documents = documents[1:]
	}
	return documents
}

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
