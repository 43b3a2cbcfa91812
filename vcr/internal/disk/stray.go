package disk

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A name is also told without the file that it is beside.
var nameOfBody = regexp.MustCompile(`^(?:.+\.)?([0-9a-f]{16})\.(?:json|txt|bin)$`)

// Stray returns the files below a folder that hold what was too large for a file with
// an extension, such as ".yaml", and that no such file names any more: somebody removed
// or moved that alone. What has another content than its name says, or is in a hidden
// folder, is not returned. Where a file cannot be read, nothing is.
func Stray(dir, extension string) []string {
	var bodies, files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || !entry.Type().IsRegular():
			return err
		case filepath.Ext(path) == extension:
			files = append(files, path)
		case nameOfBody.MatchString(entry.Name()) && !isHidden(dir, path):
			bodies = append(bodies, path)
		}
		return nil
	})
	if err != nil {
		return nil
	}
	for _, file := range files {
		if len(bodies) == 0 {
			return nil
		}
		content, _, err := ReadFile(file)
		if err != nil || content == nil {
			return nil // it may name all of them
		}
		bodies = slices.DeleteFunc(bodies, func(body string) bool { return bytes.Contains(content, []byte(filepath.Base(body))) })
	}
	return slices.DeleteFunc(bodies, func(body string) bool {
		content, _, err := ReadFile(body)
		return err != nil || Hash(content) != nameOfBody.FindStringSubmatch(filepath.Base(body))[1]
	})
}

// isHidden reports whether a path below a folder, or a folder between them, is hidden.
func isHidden(dir, path string) bool {
	below, err := filepath.Rel(dir, path)
	return err != nil || strings.HasPrefix(below, ".") || strings.Contains(filepath.ToSlash(below), "/.")
}
