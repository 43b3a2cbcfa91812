package vcr

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// move returns the commands that move a cassette to where its spec now looks for
// it: its whole folder, if that is what was renamed, and if nothing else in it
// is claimed, else the file with the bodies beside it.
func move(from, to string) []string {
	if oldDir, newDir := renamedDir(from, to); oldDir != "" && !exists(newDir) && allOrphans(oldDir) {
		return []string{gitMove(oldDir, newDir)}
	}
	var commands []string
	if dir := path.Dir(to); !exists(dir) {
		commands = append(commands, "mkdir -p "+shellQuoted(inModule(dir)))
	}
	commands = append(commands, gitMove(from, to))
	if path.Dir(from) != path.Dir(to) {
		// The cassette names these files, which keep their names.
		beside, _ := filepath.Glob(strings.TrimSuffix(from, extension) + ".*.*")
		for _, file := range beside {
			file = filepath.ToSlash(file)
			commands = append(commands, gitMove(file, path.Join(path.Dir(to), path.Base(file))))
		}
	}
	return commands
}

// renamedDir returns the outermost folder in which two paths differ, when that is
// all in which they do.
func renamedDir(from, to string) (oldDir, newDir string) {
	a, b := strings.Split(from, "/"), strings.Split(to, "/")
	if len(a) != len(b) {
		return "", ""
	}
	differs := -1
	for n := range a {
		switch {
		case a[n] == b[n]:
		case differs >= 0 || n == len(a)-1:
			return "", ""
		default:
			differs = n
		}
	}
	if differs < 0 {
		return "", ""
	}
	return strings.Join(a[:differs+1], "/"), strings.Join(b[:differs+1], "/")
}

// allOrphans reports whether no spec claims a cassette in a folder.
func allOrphans(dir string) bool {
	orphans := suite.orphans()
	return !slices.ContainsFunc(cassettesIn(dir), func(file string) bool {
		return !slices.ContainsFunc(orphans, func(orphan string) bool { return recorder.Shown(orphan) == recorder.Shown(file) })
	})
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func gitMove(from, to string) string {
	return "git mv " + shellQuoted(inModule(from)) + " " + shellQuoted(inModule(to))
}

// shellQuoted returns a path as a shell takes it for one word. Those of
// cassettes need no quotes, folders may.
func shellQuoted(file string) string {
	if !strings.ContainsFunc(file, func(r rune) bool { return strings.ContainsRune(" \t\"'$`\\*?[](){}<>|&;#~!", r) }) {
		return file
	}
	return "'" + strings.ReplaceAll(file, "'", `'\''`) + "'"
}
