package cassette

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// refuse names the files that are something else than a cassette, and the
// lines that a reader of YAML would take for something else than we do.
func refuse(file string, data []byte) error {
	if isLFSPointer(data) {
		return &ParseError{File: file, Reason: "is a Git LFS pointer, its content was not fetched", Remedy: "run git lfs pull", Err: ErrLFSPointer}
	}
	if isBlank(data) {
		return &ParseError{File: file, Reason: "is empty", Remedy: remedyDelete, Err: ErrSyntax}
	}
	d := &decoder{file: file}
	line := 0
	for text := range bytes.Lines(bytes.TrimPrefix(data, byteOrderMark)) {
		line++
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
		if !utf8.Valid(text) {
			return d.fail(line, "", "not UTF-8", remedySyntax)
		}
		// YAML forbids some of these; others end a line for it, and not for us.
		if n := bytes.IndexFunc(text, func(r rune) bool { return !inLiteral(r) }); n >= 0 {
			r, _ := utf8.DecodeRune(text[n:])
			return d.fail(line, "", fmt.Sprintf("%U stands in the file as it is", r), `escape it between double quotes, as in "\x00" and "\u2028"`)
		}
	}
	return nil
}
