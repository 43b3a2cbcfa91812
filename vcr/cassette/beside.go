package cassette

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// DefaultBodyLimit is the size in bytes above which a body is kept in a file
// beside the cassette.
const DefaultBodyLimit = 256 << 10

// An encoder writes a cassette and collects the bodies that belong beside it.
type encoder struct {
	dir    string            // of the cassette
	stem   string            // of the files beside
	limit  int               // in bytes
	beside map[string][]byte // name -> content, nil if it stays as it is; a nil map keeps all bodies in the cassette
	err    error             // the first document that cannot be read
	shown  []byte            // the layout of a body
}

func (e *encoder) belongsBeside(body []byte) bool {
	return e.beside != nil && e.limit >= 0 && len(body) > e.limit
}

// keeps reports whether the document of i keeps its bytes, and notes the files to
// which these refer. Files that are in the folder already need not be read.
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
		return true // what cannot be read is not to be overwritten
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
		if content == nil && (e.beside == nil || !isFile(filepath.Join(e.dir, name))) {
			return false
		}
	}
	return true
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// put keeps a body beside the cassette, if it belongs there, and returns the
// name of its file. The name says what it holds, so that a body which did not
// change keeps its file.
func (e *encoder) put(contentType string, body []byte) (file string, ok bool) {
	if !e.belongsBeside(body) {
		return "", false
	}
	file = e.stem + "." + hashOf(body) + "." + extension(contentType, body)
	if _, _, ok := splitBeside(file); !ok {
		return "", false // a stem that would lead somewhere else
	}
	e.beside[file] = body
	return file, true
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
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

// stem returns what the files beside a cassette begin with. Another ending than
// the usual one stays, so that a.yaml and a.yml share no files.
func stem(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".yaml")
}

var besideName = regexp.MustCompile(`^([^/\\:\x00-\x1f]+)\.([0-9a-f]{16})\.(?:json|txt|bin)$`)

// splitBeside takes the name of a file beside a cassette apart. It is false for
// every name that put does not make, above all for those that lead elsewhere.
func splitBeside(file string) (stem, hash string, ok bool) {
	match := besideName.FindStringSubmatch(file)
	if match == nil || !fs.ValidPath(file) {
		return "", "", false
	}
	return match[1], match[2], true
}

// A folder is where the bodies beside a cassette are. Each is read once, however
// often a file refers to it. It is safe for concurrent use.
type folder struct {
	files fs.FS // nil when only the cassette is known

	mu   sync.Mutex
	read map[string][]byte
}

// body reads a body from its file. The error does not say yet where that is
// referred to.
func (f *folder) body(file string) ([]byte, *ParseError) {
	const remedy = "restore the file, or delete the cassette and record this spec again"
	fail := func(reason, remedy string) *ParseError {
		return &ParseError{Reason: reason, Remedy: remedy, Err: ErrSyntax}
	}
	_, hash, ok := splitBeside(file)
	switch {
	case !ok:
		return nil, fail(fmt.Sprintf("is %.120q, which is no file beside a cassette", file), remedySyntax)
	case f.files == nil:
		return nil, fail(fmt.Sprintf("%.280s stands beside the cassette, which was given without its folder", file), "read the cassette with Load or ParseBeside")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if content, known := f.read[file]; known {
		return content, nil
	}
	content, err := readBeside(f.files, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(fmt.Sprintf("%.280s is not there", file), remedy)
	case err != nil:
		return nil, fail(fmt.Sprintf("%.280s cannot be read: %v", file, err), remedy)
	case hashOf(content) == hash:
		if f.read == nil {
			f.read = map[string][]byte{}
		}
		f.read[file] = content
		return content, nil
	case isLFSPointer(content):
		return nil, &ParseError{Reason: file + " is a Git LFS pointer, its content was not fetched", Remedy: "run git lfs pull", Err: ErrLFSPointer}
	}
	return nil, fail(file+" was changed: its name is not that of its content", remedy)
}

// besideFile reads a body from its file.
func (v value) besideFile(file string) ([]byte, error) {
	content, flaw := v.d.folder.body(file)
	if flaw != nil {
		flaw.File, flaw.Line, flaw.Key = v.d.file, v.line(), v.path
		return nil, flaw
	}
	if v.d.beside == nil {
		v.d.beside = map[string][]byte{}
	}
	v.d.beside[file] = content
	return content, nil
}

func readBeside(files fs.FS, file string) ([]byte, error) {
	info, err := fs.Stat(files, file)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a file")
	case info.Size() > MaxSize:
		return nil, fmt.Errorf("%d bytes are more than a body may have", info.Size())
	}
	return fs.ReadFile(files, file)
}

func isLFSPointer(content []byte) bool {
	return bytes.HasPrefix(content, []byte("version https://git-lfs.github.com/spec/"))
}

// largest is the size in bytes of the largest body beside the cassette.
func (e *encoder) largest() int {
	largest := 0
	for _, body := range e.beside {
		largest = max(largest, len(body))
	}
	return largest
}

// writeBeside writes the files to which a cassette refers, but for those that
// are there already, or were not read because they are.
func writeBeside(dir string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(dir, name)
		if content == nil || holds(path, content) {
			continue
		}
		if err := WriteFile(path, content); err != nil {
			return err
		}
	}
	return nil
}

// holds compares the bytes: a file may have been changed since it got its name.
func holds(path string, content []byte) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	there, err := os.ReadFile(path)
	return err == nil && bytes.Equal(there, content)
}
