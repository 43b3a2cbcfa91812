package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// Remove removes the cassette at path, and the bodies below root that only it referred
// to.
func Remove(root, path string) error {
	dropped := namesIn(path)
	err := os.Remove(path)
	if err == nil && len(dropped) > 0 {
		sweep(root, filepath.Ext(path), dropped)
	}
	return err
}

// temporaryName returns the name of a file before it gets its own.
func temporaryName(base string) string {
	return fmt.Sprintf(".%s.%016x", base, rand.Uint64())
}

var temporary = regexp.MustCompile(`^\.(.+)\.[0-9a-f]{16}$`)

// staleAfter is the age of a file that nobody is writing any more.
const staleAfter = time.Hour

// isStale is false for a file that another process may be writing just now.
func isStale(entry fs.DirEntry) bool {
	info, err := entry.Info()
	return err == nil && time.Since(info.ModTime()) > staleAfter
}

// sweepTemporaries removes the temporary files of path that a killed process left. What
// cannot be removed does no harm.
func sweepTemporaries(path string) {
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return
	}
	for _, entry := range entries {
		match := temporary.FindStringSubmatch(entry.Name())
		if match != nil && match[1] == base && !entry.IsDir() && isStale(entry) {
			_ = os.Remove(filepath.Join(dir, entry.Name()))
		}
	}
}

// sweep removes the bodies in root to which no cassette below root refers: the dropped
// ones, and what killed processes left long ago. What cannot be removed does no harm.
//
// Another process may be saving a cassette that refers to such a body. It looks for its
// bodies once more when its cassette is in place, and writes again what is not there.
// So a body is put aside first. Then either the cassette is found here, and the body put
// back, or the other process finds the body gone.
func sweep(root, extension string, dropped []string) {
	dir := filepath.Join(root, BodiesFolder)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var useless []string
	for _, entry := range entries {
		name := entry.Name()
		_, isBody := HashIn(name)
		switch stale := isStale(entry); {
		case !entry.Type().IsRegular():
		case isBody && (stale || slices.Contains(dropped, name)):
			useless = append(useless, name)
		case stale && temporary.MatchString(name):
			_ = os.Remove(filepath.Join(dir, name))
		}
	}
	useless = slices.DeleteFunc(unclaimed(root, extension, useless), func(name string) bool { return !isIntact(filepath.Join(dir, name)) })
	aside := map[string]string{}
	for _, name := range useless {
		path, hidden := filepath.Join(dir, name), filepath.Join(dir, temporaryName(name))
		now := time.Now()
		_ = os.Chtimes(path, now, now) // so that nobody takes it for stale
		if os.Rename(path, hidden) == nil {
			aside[name] = hidden
		}
	}
	useless = unclaimed(root, extension, useless)
	for name, hidden := range aside {
		if slices.Contains(useless, name) {
			_ = os.Remove(hidden)
		} else {
			_ = os.Rename(hidden, filepath.Join(dir, name))
		}
	}
}

// isIntact reports whether the content of a file fits its name. If not, somebody
// else wrote it.
func isIntact(path string) bool {
	content, _, err := ReadFile(path)
	hash, _ := HashIn(filepath.Base(path))
	_, fits := Original(content, hash)
	return err == nil && fits
}

// unclaimed returns those of the names that are in no cassette below root; none if that
// cannot be known. Extension is one that cassettes have besides the usual ones.
func unclaimed(root, extension string, names []string) []string {
	if len(names) == 0 {
		return nil
	}
	extensions := []string{extension, ".yaml", ".yml", ".json"}
	left := make(map[string]bool, len(names))
	for _, name := range names {
		left[name] = true
	}
	root, err := filepath.EvalSymlinks(root) // a walk follows no link
	if err != nil {
		return nil
	}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // it was removed meanwhile
		case err != nil:
			return err
		case entry.Type()&fs.ModeSymlink != 0:
			return errors.New("what is behind a link may name them all")
		case entry.IsDir() && (entry.Name() == BodiesFolder || entry.Name() == ".git"):
			return filepath.SkipDir
		case !entry.Type().IsRegular() || !slices.Contains(extensions, filepath.Ext(path)):
			return nil
		}
		content, _, err := ReadFile(path) // nobody reads one that is too large
		eachName(content, func(name string) { delete(left, name) })
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return err
	})
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !left[name] })
}

// namesIn returns the names of bodies in the cassette at path.
func namesIn(path string) (names []string) {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return nil // a pipe would be waited for
	}
	content, _, _ := ReadFile(path)
	return Names(content)
}

// Names returns what may be the names of bodies in the content of a cassette.
func Names(content []byte) (names []string) {
	eachName(content, func(name string) { names = append(names, name) })
	return names
}

// eachName calls visit for what may be the name of a body in a cassette.
func eachName(content []byte, visit func(name string)) {
	const digits = 16
	for _, extension := range []string{".json", ".txt", ".bin"} {
		for at := 0; ; {
			n := bytes.Index(content[at:], []byte(extension))
			if n < 0 {
				break
			}
			end := at + n + len(extension)
			if start := at + n - digits; start >= 0 {
				if _, ok := HashIn(string(content[start:end])); ok {
					visit(string(content[start:end]))
				}
			}
			at = end
		}
	}
}
