package disk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// NameBeside returns the name of the file beside path that holds content:
// <stem>.<hash>.<extension>. The extension is json, txt or bin. Ok is false if
// such a name could lead out of the folder.
func NameBeside(path string, content []byte, extension string) (name string, ok bool) {
	name = stem(path) + "." + Hash(content) + "." + extension
	_, _, ok = SplitName(name)
	return name, ok
}

// Hash returns the hash that the name of a file with this content has.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// stem returns what the names of the files beside path begin with. Only the usual
// extension is cut off, so that a.yaml and a.yml share no files.
func stem(path string) string {
	return strings.TrimSuffix(filepath.Base(path), ".yaml")
}

var nameBeside = regexp.MustCompile(`^([^/\\:\x00-\x1f]+)\.([0-9a-f]{16})\.(?:json|txt|bin)$`)

// SplitName returns the parts of a name that [NameBeside] made. Ok is false for
// every other name, above all for one that leads out of the folder.
func SplitName(name string) (stem, hash string, ok bool) {
	match := nameBeside.FindStringSubmatch(name)
	if match == nil || !fs.ValidPath(name) {
		return "", "", false
	}
	return match[1], match[2], true
}

// writeBeside writes the files that are not in the folder yet.
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

// holds compares the bytes: somebody may have changed a file since it got its name.
func holds(path string, content []byte) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, content)
}

// Remove removes the file at path and those beside it.
func Remove(path string) error {
	err := os.Remove(path)
	if err == nil {
		sweep(path, nil)
	}
	return err
}

// temporaryName returns the name of a file before it gets its own.
func temporaryName(base string) string {
	return fmt.Sprintf(".%s.%016x", base, rand.Uint64())
}

var temporary = regexp.MustCompile(`^\.(.+)\.[0-9a-f]{16}$`)

// sweep removes the files beside path that are not in used, and the temporary
// files that a killed process left. What cannot be removed does no harm.
func sweep(path string, used map[string][]byte) {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		_, isUsed := used[name]
		useless := isBeside(base, name) && !isUsed && isIntact(filepath.Join(dir, name)) && !isNamedIn(dir, entries, base, name)
		if match := temporary.FindStringSubmatch(name); match != nil && (match[1] == base || isBeside(base, match[1])) {
			useless = isStale(entry)
		}
		if useless && !entry.IsDir() {
			_ = os.Remove(filepath.Join(dir, name))
		}
	}
}

// isBeside reports whether name is that of a file beside the file base.
func isBeside(base, name string) bool {
	of, _, ok := SplitName(name)
	return ok && of == stem(base)
}

// isNamedIn reports whether another file of the folder holds a name: one that was
// renamed still refers to the files beside its old name.
func isNamedIn(dir string, entries []fs.DirEntry, base, name string) bool {
	for _, entry := range entries {
		if !entry.Type().IsRegular() || entry.Name() == base || filepath.Ext(entry.Name()) != filepath.Ext(base) {
			continue
		}
		content, _, err := ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil || bytes.Contains(content, []byte(name)) {
			return true // what cannot be read may hold it
		}
	}
	return false
}

// isIntact reports whether the content of a file fits its name. If not, somebody
// else wrote it.
func isIntact(path string) bool {
	content, err := os.ReadFile(path)
	_, hash, _ := SplitName(filepath.Base(path))
	_, fits := Original(content, hash)
	return err == nil && fits
}

// staleAfter is the age of a temporary file that nobody is writing any more.
const staleAfter = time.Hour

// isStale is false for a file that another process may be writing just now.
func isStale(entry fs.DirEntry) bool {
	info, err := entry.Info()
	return err == nil && time.Since(info.ModTime()) > staleAfter
}
