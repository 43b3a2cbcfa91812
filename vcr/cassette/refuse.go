package cassette

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// refuse names the files that are something else than a cassette.
func refuse(file string, data []byte) error {
	if isLFSPointer(data) {
		return &ParseError{File: file, Reason: "is a Git LFS pointer, its content was not fetched", Remedy: "run git lfs pull", Err: ErrLFSPointer}
	}
	if isBlank(data) {
		return &ParseError{File: file, Reason: "is empty", Remedy: remedyDelete, Err: ErrSyntax}
	}
	return nil
}

// refuseLine names the lines that a reader of YAML would take for something else
// than we do.
func refuseLine(file string, line int, text []byte) error {
	d := &decoder{file: file}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\r'})
	if bytes.HasPrefix(text, []byte("<<<<<<< ")) || bytes.HasPrefix(text, []byte(">>>>>>> ")) {
		return &ParseError{File: file, Line: line, Reason: "git conflict marker", Remedy: "take one side, or delete the file, and record this spec again", Err: ErrConflict}
	}
	if bytes.HasPrefix(text, []byte{'%'}) {
		return d.fail(line, "", "directives are not part of the format", remedySyntax)
	}
	if rest, ok := bytes.CutPrefix(text, []byte("...")); ok && startsBlank(rest) {
		return d.fail(line, "", "document ends are not part of the format", `remove the line, or write "---"`)
	}
	n := forbidden(text)
	switch {
	case n == len(text):
		return nil
	case !utf8.Valid(text):
		return d.fail(line, "", "not UTF-8", remedySyntax)
	}
	// YAML forbids some of these; others end a line for it, and not for us.
	r, _ := utf8.DecodeRune(text[n:])
	return d.fail(line, "", fmt.Sprintf("%U stands in the file as it is", r), `escape it between double quotes, as in "\x00" and "\u2028"`)
}

// forbidden returns the index of the first character that cannot stand in a
// literal block, or is not UTF-8; the length of text if there is none.
func forbidden(text []byte) int {
	at := 0
	for {
		at += printable(text[at:])
		if at == len(text) {
			return at
		}
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 || !inLiteral(r) {
			return at
		}
		at += size
	}
}
