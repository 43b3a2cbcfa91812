package cassette

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// put keeps a body beside the cassette, if it belongs there, and returns the
// name of its file.
func (e *encoder) put(contentType string, body []byte) (file string, ok bool) {
	if !e.isLarge(len(body)) {
		return "", false
	}
	file = disk.NameOf(body, extension(contentType, body))
	e.beside[file] = body
	return file, true
}

// isLarge reports whether so many bytes belong beside the cassette.
func (e *encoder) isLarge(size int) bool {
	return e.beside != nil && e.limit >= 0 && size > e.limit
}

func extension(contentType string, body []byte) string {
	switch {
	case media.KindOf(contentType) == media.JSON:
		return "json"
	case utf8.Valid(body):
		return "txt"
	default:
		return "bin"
	}
}

// keeps reports whether the document of i keeps its bytes, and notes the files to
// which it refers. Files that are in the folder already are not read.
func (e *encoder) keeps(i *Interaction) bool {
	if i.source == nil {
		return false
	}
	files, err := i.files()
	if err == nil && !e.has(files) {
		err = i.Decode()
		files = i.beside
	}
	switch {
	case err != nil:
		e.err = cmp.Or(e.err, err)
		return true // a document that cannot be read is not overwritten
	case e.beside == nil:
		return len(files) == 0
	}
	for name, content := range files {
		if e.beside[name] == nil {
			e.beside[name] = content
		}
	}
	return true
}

// has reports whether each of the files was read or is in the folder.
func (e *encoder) has(files map[string][]byte) bool {
	for name, content := range files {
		if content == nil && (e.beside == nil || !isFile(e.bodies, name)) {
			return false
		}
	}
	return true
}

func isFile(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}

// A folder holds the bodies beside a cassette. It reads each of them once, and is
// safe for concurrent use.
type folder struct {
	files fs.FS // nil when the folder is not known

	mu   sync.Mutex
	read map[string][]byte

	inserted atomic.Int64 // bytes of arrays that were put in their places
}

// body reads a body from its file. The error lacks the place that names the file.
func (f *folder) body(file string) ([]byte, *ParseError) {
	const remedy = "restore the file, or delete the cassette and record this spec again"
	fail := func(reason, remedy string) *ParseError {
		return &ParseError{Reason: reason, Remedy: remedy, err: ErrSyntax}
	}
	hash, ok := disk.HashIn(file)
	switch {
	case !ok:
		return nil, fail(fmt.Sprintf("is %.120q, not the name of a file beside a cassette", file), remedySyntax)
	case f.files == nil:
		return nil, fail(fmt.Sprintf("%.280s is beside the cassette, which was parsed without its folder", file), "read the cassette with Load, or give Parse its folder")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if content, known := f.read[file]; known {
		return content, nil
	}
	content, err := readBeside(f.files, file)
	var flaw *disk.Flaw
	switch {
	case errors.As(err, &flaw):
		return nil, fail(fmt.Sprintf("%.280s is %s", file, flaw.Is), "put the file itself there, or delete the cassette and record this spec again")
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(fmt.Sprintf("%.280s is in no folder %s beside the cassette or above it", file, disk.BodiesFolder), remedy)
	case err != nil:
		return nil, fail(fmt.Sprintf("%.280s cannot be read: %v", file, err), remedy)
	}
	if original, fits := disk.Original(content, hash); fits {
		if f.read == nil {
			f.read = map[string][]byte{}
		}
		f.read[file] = original
		return original, nil
	}
	switch {
	case isLFSPointer(content):
		return nil, &ParseError{Reason: file + " is a Git LFS pointer, its content was not fetched", Remedy: "run git lfs pull", err: ErrLFSPointer}
	case bytes.Contains(content, []byte("\n")):
		return nil, fail(file+" was changed: its name does not fit its content; perhaps git changed its line ends", "put **/cassettes/** -text -merge into .gitattributes, and "+remedy)
	}
	return nil, fail(file+" was changed: its name does not fit its content", remedy)
}

func readBeside(files fs.FS, file string) ([]byte, error) {
	info, err := fs.Stat(files, file)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &disk.Flaw{Path: file, Is: "not a file"}
	case info.Size() > disk.MaxSize:
		return nil, fmt.Errorf("%d bytes are more than a body may have", info.Size())
	}
	return fs.ReadFile(files, file)
}

// file reads a body from its file. Without a folder it notes only the name.
func (s *scanner) file(name string) (content []byte) {
	if s.lost {
		return nil
	}
	if s.folder != nil {
		var flaw *ParseError
		if content, flaw = s.folder.body(name); flaw != nil {
			s.lose()
			return nil
		}
	}
	s.note(name, content)
	return content
}

// note keeps in mind to which file the document refers.
func (s *scanner) note(file string, content []byte) {
	if s.beside == nil {
		s.beside = map[string][]byte{}
	}
	s.beside[file] = content
}

// besideFile reads a body from its file.
func (v value) besideFile(file string) ([]byte, error) {
	content, flaw := v.d.folder.body(file)
	if flaw != nil {
		flaw.File, flaw.Line, flaw.Key = v.d.file, v.line(), v.path
		return nil, flaw
	}
	v.d.note(file, content)
	return content, nil
}

func (d *decoder) note(file string, content []byte) {
	if d.beside == nil {
		d.beside = map[string][]byte{}
	}
	d.beside[file] = content
}
