package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// suiteOf returns the folder of the package that recorded a cassette: the one that its
// header names, in the module around it, or else the nearest above it with tests.
func suiteOf(path string, c *cassette.Cassette) (string, error) {
	for dir := filepath.Dir(path); ; dir = parent(dir) {
		if module, ok := moduleIn(dir); ok {
			if folder, ok := packageIn(dir, module, c.Suite); ok && hasTests(folder) {
				return folder, nil
			}
		}
		if isRoot(dir) {
			break
		}
	}
	for dir := filepath.Dir(path); ; dir = parent(dir) {
		if hasTests(dir) {
			return dir, nil
		}
		if isRoot(dir) {
			return "", fmt.Errorf("%s: no package with tests around it; it names the suite %q", slashed(path), c.Suite)
		}
	}
}

// parent is filepath.Dir, which goes on above the folder in which the command started.
func parent(dir string) string {
	if dir == "." || strings.HasSuffix(dir, "..") {
		return filepath.Join(dir, "..")
	}
	return filepath.Dir(dir)
}

func isRoot(dir string) bool {
	absolute, err := filepath.Abs(dir)
	return err != nil || absolute == filepath.Dir(absolute)
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`)

// moduleIn returns the path of the module whose root a folder is.
func moduleIn(dir string) (string, bool) {
	content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return "", false
	}
	match := moduleLine.FindSubmatch(content)
	if match == nil {
		return "", false
	}
	return string(match[1]), true
}

// packageIn returns the folder of a package of a module.
func packageIn(root, module, suite string) (string, bool) {
	if suite == module {
		return root, true
	}
	below, ok := strings.CutPrefix(suite, module+"/")
	if !ok || !filepath.IsLocal(filepath.FromSlash(below)) {
		return "", false
	}
	return filepath.Join(root, filepath.FromSlash(below)), true
}

// moduleOf returns the root of the module of a folder, and the folder as a package there.
func moduleOf(folder string) (root, pkg string, err error) {
	for dir := folder; ; dir = parent(dir) {
		if _, ok := moduleIn(dir); ok {
			below, err := filepath.Rel(dir, folder)
			if err != nil {
				return "", "", err
			}
			if below == "." {
				return dir, ".", nil
			}
			return dir, "./" + path.Clean(filepath.ToSlash(below)), nil
		}
		if isRoot(dir) {
			return "", "", fmt.Errorf("%s: no go.mod in it or above it", slashed(folder))
		}
	}
}

// hasTests reports whether a folder is a package with tests.
func hasTests(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "_test.go") && !entry.IsDir() {
			return true
		}
	}
	return false
}
