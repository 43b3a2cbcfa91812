package disk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// BodiesFolder is the name of the folders of bodies. No spec has a cassette there: the
// paths that are made of the texts of specs do not begin so.
const BodiesFolder = "_bodies"

// NameOf returns the name of the file that holds a body: <hash>.<extension>. The
// extension is json, txt or bin.
func NameOf(body []byte, extension string) string { return Hash(body) + "." + extension }

// Hash returns the hash that the name of a file with this content has.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

var nameOfBody = regexp.MustCompile(`^([0-9a-f]{16})\.(?:json|txt|bin)$`)

// HashIn returns the hash in a name that [NameOf] made. Ok is false for every other
// name, above all for one that leads out of the folder.
func HashIn(name string) (hash string, ok bool) {
	match := nameOfBody.FindStringSubmatch(name)
	if match == nil {
		return "", false
	}
	return match[1], true
}

// Bodies returns the bodies of the cassette at path by name. They are in the folder
// _bodies beside the cassette, or in that of a folder above: so cassettes that are moved
// within a suite find theirs.
func Bodies(path string) fs.FS {
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path // it is told when a file cannot be opened
	}
	return bodies(filepath.Dir(absolute))
}

// bodies is the folder of a cassette.
type bodies string

// mostFolders is how many folders are searched upwards.
const mostFolders = 32

// Open opens a file of one of the folders of bodies.
func (b bodies) Open(name string) (fs.File, error) {
	if _, ok := HashIn(name); !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	file, err := b.open(name)
	for deadline := time.Now().Add(longestAside); errors.Is(err, fs.ErrNotExist) && b.isAside(name) && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
		file, err = b.open(name)
	}
	if errors.Is(err, fs.ErrNotExist) { // it may have been put back since
		file, err = b.open(name)
	}
	return file, err
}

// longestAside bounds how long a body is waited for that another process has put aside,
// and puts back if a cassette needs it: see sweep.
const longestAside = 2 * time.Second

func (b bodies) open(name string) (fs.File, error) {
	path, err := b.find(name)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if err := Inside(filepath.Dir(dir), filepath.Join(BodiesFolder, name)); err != nil {
		return nil, err
	}
	f, err := Open(path)
	if err != nil {
		return nil, err // not a nil *os.File
	}
	return f, nil
}

// isAside reports whether a process has put a body aside.
func (b bodies) isAside(name string) bool {
	for dir := range b.folders() {
		entries, _ := os.ReadDir(dir) // none where there is no folder
		if slices.ContainsFunc(entries, func(entry fs.DirEntry) bool { return strings.HasPrefix(entry.Name(), "."+name+".") }) {
			return true
		}
	}
	return false
}

// folders are those in which a body may be, the nearest first.
func (b bodies) folders() iter.Seq[string] {
	return func(yield func(dir string) bool) {
		dir := string(b)
		for range mostFolders {
			above := filepath.Dir(dir)
			if !yield(filepath.Join(dir, BodiesFolder)) || above == dir {
				return
			}
			dir = above
		}
	}
}

// find returns the path of a body.
func (b bodies) find(name string) (string, error) {
	for dir := range b.folders() {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return path, err
		}
	}
	return "", &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// writeBodies writes the bodies of the cassette at path that are not there yet to the
// folder of bodies in root, and reports whether there were any.
func writeBodies(root, path string, files map[string][]byte) (wrote bool, err error) {
	for name, content := range files {
		if content == nil || holds(path, name, content) {
			continue
		}
		if err := Inside(root, filepath.Join(BodiesFolder, name)); err != nil {
			return wrote, unsaved(path, err)
		}
		if err := WriteFile(filepath.Join(root, BodiesFolder, name), content); err != nil {
			return wrote, err
		}
		wrote = true
	}
	return wrote, nil
}

// writeMissing is like writeBodies, and trusts what is there.
func writeMissing(root, path string, files map[string][]byte) error {
	missing := map[string][]byte{}
	for name, content := range files {
		if _, err := Bodies(path).(bodies).find(name); err != nil {
			missing[name] = content
		}
	}
	_, err := writeBodies(root, path, missing)
	return err
}

// holds compares the bytes: somebody may have changed a file since it got its name.
func holds(path, name string, content []byte) bool {
	file, err := Bodies(path).(bodies).find(name)
	return err == nil && isContent(file, content)
}

// isContent reports whether a file has a content.
func isContent(path string, content []byte) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	old, _, err := ReadFile(path)
	return err == nil && bytes.Equal(old, content)
}
