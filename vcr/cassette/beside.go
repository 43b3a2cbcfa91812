package cassette

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// DefaultBodyLimit is the size in bytes above which a body is kept in a file
// beside the cassette.
const DefaultBodyLimit = 256 << 10

// An encoder writes a cassette and collects the bodies that belong beside it.
type encoder struct {
	stem   string            // of the files beside
	limit  int               // in bytes
	beside map[string][]byte // name -> content; nil keeps all bodies in the cassette
}

// put keeps a body beside the cassette, if it belongs there, and returns the
// name of its file. The name says what it holds, so that a body which did not
// change keeps its file.
func (e *encoder) put(contentType string, body []byte) (file string, ok bool) {
	if e.beside == nil || e.limit < 0 || len(body) <= e.limit {
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
// often a file refers to it.
type folder struct {
	files fs.FS // nil when only the cassette is known
	read  map[string][]byte
}

// besideFile reads a body from its file.
func (v value) besideFile(file string) ([]byte, error) {
	const remedy = "restore the file, or delete the cassette and record this spec again"
	_, hash, ok := splitBeside(file)
	folder := v.d.folder
	switch {
	case !ok:
		return nil, v.fail(fmt.Sprintf("is %.120q, which is no file beside a cassette", file), remedySyntax)
	case folder.files == nil:
		return nil, v.fail(fmt.Sprintf("%.280s stands beside the cassette, which was given without its folder", file), "read the cassette with Load or ParseBeside")
	}
	content, known := folder.read[file]
	if !known {
		var err error
		switch content, err = readBeside(folder.files, file); {
		case errors.Is(err, fs.ErrNotExist):
			return nil, v.fail(fmt.Sprintf("%.280s is not there", file), remedy)
		case err != nil:
			return nil, v.fail(fmt.Sprintf("%.280s cannot be read: %v", file, err), remedy)
		case hashOf(content) == hash:
			folder.read[file] = content
		case isLFSPointer(content):
			return nil, &ParseError{File: v.d.file, Line: v.line(), Key: v.path, Reason: file + " is a Git LFS pointer, its content was not fetched", Remedy: "run git lfs pull", Err: ErrLFSPointer}
		default:
			return nil, v.fail(file+" was changed: its name is not that of its content", remedy)
		}
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
// are there already.
func writeBeside(dir string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(dir, name)
		if holds(path, content) {
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
