package disk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
	path, err := b.find(name)
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

// find returns the path of a body.
func (b bodies) find(name string) (string, error) {
	dir := string(b)
	for range mostFolders {
		path := filepath.Join(dir, BodiesFolder, name)
		if _, err := os.Lstat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return path, err
		}
		above := filepath.Dir(dir)
		if above == dir {
			break
		}
		dir = above
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
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, content)
}
