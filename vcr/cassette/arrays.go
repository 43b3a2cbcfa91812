package cassette

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// arrayLimit is the size in bytes above which an array of numbers in a JSON body, such as
// an embedding, is kept beside the cassette. Nobody reads it, and it hides what stands
// around it.
const arrayLimit = 16 << 10

// setArraysApart puts the large arrays of numbers of a laid out JSON body beside the
// cassette, and the name of its file in the place of each: <4eefb9a7a40a8b31.json>. That
// is not JSON, so no body has it.
func (e *encoder) setArraysApart(layout []byte) []byte {
	if e.beside == nil || e.limit < 0 || len(layout) <= arrayLimit {
		return layout
	}
	written, read := 0, 0 // what is written was read before
	for at := 0; at < len(layout); at++ {
		switch layout[at] {
		case '"':
			at = stringEnd(layout, at)
		case '[':
			end := numbersEnd(layout, at)
			if end-at <= arrayLimit {
				at = max(at, end-1)
				continue
			}
			array := bytes.ReplaceAll(layout[at:end], []byte{' '}, nil)
			file := disk.NameOf(array, "json")
			e.beside[file] = array
			written += copy(layout[written:], layout[read:at])
			written += copy(layout[written:], "<"+file+">")
			read, at = end, end-1
		}
	}
	return append(layout[:written], layout[read:]...)
}

// stringEnd returns the index of the quote that ends the string that opens at text[at];
// the length of text if there is none.
func stringEnd(text []byte, at int) int {
	for at++; at < len(text) && text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return min(at, len(text))
}

// numbersEnd returns the index after the array that opens at text[at] if it holds numbers
// only, else 0.
func numbersEnd(text []byte, at int) int {
	for at++; at < len(text); at++ {
		switch c := text[at]; {
		case c == ']':
			return at + 1
		case '0' <= c && c <= '9' || bytes.IndexByte([]byte(" .,-+eE"), c) >= 0:
		default:
			return 0
		}
	}
	return 0
}

// endOfName is in all shown JSON that names arrays beside the cassette.
const endOfName = ".json>"

// An arrayError says why an array cannot be put in its place.
type arrayError struct {
	line int // of the shown JSON, from 0
	flaw *ParseError
}

func (e *arrayError) Error() string { return e.flaw.Reason }

// insertArrays puts the arrays beside the cassette in their places in shown JSON. Read
// returns an array by the name of its file, and nil where only the names are wanted.
func insertArrays(shown []byte, read func(file string) ([]byte, *ParseError)) ([]byte, error) {
	var whole []byte
	start := 0
	for at := 0; at < len(shown); at++ {
		if shown[at] == '"' {
			at = stringEnd(shown, at)
		}
		if at == len(shown) || shown[at] != '<' {
			continue
		}
		file, _, _ := bytes.Cut(shown[at+1:min(at+32, len(shown))], []byte{'>'})
		if _, ok := disk.HashIn(string(file)); !ok || !bytes.HasSuffix(file, []byte(".json")) {
			continue // which is found not to be JSON
		}
		array, flaw := read(string(file))
		switch {
		case flaw == nil && array == nil:
			array = []byte("[]")
		case flaw == nil && (len(array) == 0 || array[0] != '[' || numbersEnd(array, 0) != len(array)):
			flaw = &ParseError{Reason: string(file) + " is not an array of numbers", Remedy: remedySyntax, err: ErrSyntax}
		}
		if flaw != nil {
			return nil, &arrayError{bytes.Count(shown[:at], []byte{'\n'}), flaw}
		}
		whole = append(append(whole, shown[start:at]...), array...)
		at += len(file) + 1
		start = at + 1
	}
	return append(whole, shown[start:]...), nil
}

// array reads an array of numbers from its file. Of all arrays together no more is read
// than a file may have: a short cassette could name a long one again and again.
func (f *folder) array(file string) ([]byte, *ParseError) {
	array, flaw := f.body(file)
	if flaw == nil && f.inserted.Add(int64(len(array))) > disk.MaxSize {
		flaw = &ParseError{Reason: fmt.Sprintf("with %s the arrays beside the cassette are more than %d bytes", file, disk.MaxSize), Remedy: remedyDelete, err: ErrSyntax}
	}
	return array, flaw
}

// json restores a JSON body with its arrays.
func (s *scanner) json(shown []byte) (_ []byte, err error) {
	if bytes.Contains(shown, []byte(endOfName)) {
		shown, err = insertArrays(shown, func(file string) ([]byte, *ParseError) {
			if s.folder == nil {
				s.note(file, nil)
				return nil, nil
			}
			array, flaw := s.folder.array(file)
			s.note(file, array)
			return array, flaw
		})
		if err != nil {
			return nil, err
		}
	}
	return restoreJSON(&s.scratch, shown)
}

// insertArrays puts the arrays beside the cassette in their places.
func (v value) insertArrays(shown string) (string, error) {
	if !strings.Contains(shown, endOfName) {
		return shown, nil
	}
	whole, err := insertArrays([]byte(shown), func(file string) ([]byte, *ParseError) {
		array, flaw := v.d.folder.array(file)
		v.d.note(file, array)
		return array, flaw
	})
	var failed *arrayError
	if errors.As(err, &failed) {
		failed.flaw.File, failed.flaw.Line, failed.flaw.Key = v.d.file, v.line(), v.path
		if v.isBlock() {
			failed.flaw.Line += 1 + failed.line
		}
		return "", failed.flaw
	}
	return string(whole), nil
}
