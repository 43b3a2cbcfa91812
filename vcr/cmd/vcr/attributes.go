package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// checkAttributes asks git how it treats the cassettes, and tells each folder once. Where
// there is no git or no repository, nothing can be wrong.
func checkAttributes(t *tree) []finding {
	wrong := map[string]string{} // by folder
	for dir, paths := range byRepository(slices.Concat(t.cassettes, t.named)) {
		for path, reason := range wrongAttributes(dir, paths) {
			wrong[cassetteRoot(path)] = reason
		}
	}
	var findings []finding
	for folder, reason := range wrong {
		base := filepath.Base(folder)
		if base == "." {
			base = cassettesFolder
		}
		text := fmt.Sprintf("%s; add this line to .gitattributes: **/%s/** -text -merge", reason, base)
		findings = append(findings, finding{slashed(folder), 0, "attributes", text})
	}
	return findings
}

// byRepository groups paths by the folder in which git is to be asked. A hook starts in
// the root of its repository, and tells git so: that is asked about all that is below.
func byRepository(paths []string) map[string][]string {
	groups := map[string][]string{}
	for _, path := range paths {
		dir := "."
		if !filepath.IsLocal(path) {
			dir = filepath.Dir(path)
		}
		groups[dir] = append(groups[dir], path)
	}
	return groups
}

// wrongAttributes returns what is wrong for paths, by path.
func wrongAttributes(dir string, paths []string) map[string]string {
	var asked bytes.Buffer
	for _, path := range paths {
		if below, err := filepath.Rel(dir, path); err == nil {
			asked.WriteString(filepath.ToSlash(below) + "\x00")
		}
	}
	git := exec.Command("git", "check-attr", "-z", "--stdin", "text", "merge")
	git.Dir, git.Stdin = dir, &asked
	answer, err := git.Output()
	if err != nil {
		return nil
	}
	wrong := map[string]string{}
	fields := strings.Split(string(answer), "\x00")
	for ; len(fields) > 3; fields = fields[3:] {
		path, attribute, value := filepath.Join(dir, filepath.FromSlash(fields[0])), fields[1], fields[2]
		switch {
		case attribute == "text" && value != "unset":
			wrong[path] = "git may change line ends"
		case attribute == "merge" && value != "unset" && value != "binary" && wrong[path] == "":
			wrong[path] = "git may mix two recordings of a spec line by line"
		}
	}
	return wrong
}

// cassetteRoot is the folder of all cassettes of a suite: the outermost of a path that is
// called cassettes, or else the own one of the cassette.
func cassetteRoot(path string) string {
	dir := filepath.Dir(path)
	if filepath.Base(dir) == disk.BodiesFolder {
		dir = filepath.Dir(dir)
	}
	root := dir
	for above := dir; above != filepath.Dir(above); above = filepath.Dir(above) {
		if filepath.Base(above) == cassettesFolder {
			root = above
		}
	}
	return root
}
