package disk

import (
	"os"
	"path/filepath"
)

// Stray returns the bodies below a root that no cassette names any more: somebody removed
// or moved that alone. What has another content than its name says is not returned. Where
// a cassette cannot be read, nothing is: it may name all of them.
func Stray(root, extension string) []string {
	dir := filepath.Join(root, BodiesFolder)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var bodies, stray []string
	for _, entry := range entries {
		if _, ok := HashIn(entry.Name()); ok && entry.Type().IsRegular() {
			bodies = append(bodies, entry.Name())
		}
	}
	for _, name := range unclaimed(root, extension, bodies) {
		if path := filepath.Join(dir, name); isIntact(path) {
			stray = append(stray, path)
		}
	}
	return stray
}
