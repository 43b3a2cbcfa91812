package main

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// cassettesFolder is what the folder of a suite's cassettes is called, unless its options
// say otherwise.
const cassettesFolder = "cassettes"

// A tree is what one walk over files and folders found. Paths begin as the arguments do.
type tree struct {
	roots     []string // the folders that were walked
	cassettes []string // sorted
	bodies    []string // folders with bodies in files
	folders   []string // of cassettes: those called so, and those with bodies
	others    []string // files that were named, and are neither cassettes nor bodies
	named     []string // bodies that were named
	problems  []error  // what could not be read, and links that are not followed
}

// walk finds the cassettes of files and folders, each once.
func walk(args []string) *tree {
	if len(args) == 0 {
		args = []string{"."}
	}
	t := &tree{}
	for _, arg := range args {
		arg = filepath.Clean(arg)
		switch info, err := os.Stat(arg); {
		case err != nil:
			t.problems = append(t.problems, err)
		case info.IsDir():
			t.folder(arg)
		default:
			t.file(arg)
		}
	}
	for _, list := range []*[]string{&t.cassettes, &t.bodies, &t.folders, &t.named} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return t
}

// file adds a file that an argument names.
func (t *tree) file(path string) {
	_, isBody := disk.HashIn(filepath.Base(path))
	switch {
	case isBody && filepath.Base(filepath.Dir(path)) == disk.BodiesFolder:
		t.named = append(t.named, path)
	case filepath.Ext(path) == slug.Extension && (isBelowCassettes(path) || disk.BeginsAsCassette(path)):
		t.cassettes = append(t.cassettes, path)
	default:
		t.others = append(t.others, path)
	}
}

// folder adds what is below a folder that an argument names, which may be a link itself.
func (t *tree) folder(root string) {
	t.roots = append(t.roots, root)
	start := root
	if resolved, err := filepath.EvalSymlinks(root); err == nil {
		start = resolved
	}
	whole, _ := filepath.Abs(root)
	inside := filepath.Base(whole) == cassettesFolder
	var unsure []string
	_ = filepath.WalkDir(start, func(path string, entry fs.DirEntry, err error) error {
		shown := path
		if below, relErr := filepath.Rel(start, path); relErr == nil {
			shown = filepath.Join(root, below)
		}
		switch {
		case err != nil:
			if !errors.Is(err, fs.ErrNotExist) { // it was removed meanwhile
				t.problems = append(t.problems, err)
			}
			return skipIf(entry != nil && entry.IsDir())
		case entry.IsDir():
			if path != start {
				return t.enter(shown, entry.Name())
			}
			if inside {
				t.folders = append(t.folders, shown)
			}
		case entry.Type()&fs.ModeSymlink != 0:
			if inside || entry.Name() == cassettesFolder || isBelowCassettes(shown) {
				t.problems = append(t.problems, &disk.Flaw{Path: shown, Is: "a symbolic link, which is not followed"})
			}
		case strings.HasPrefix(entry.Name(), ".") || filepath.Ext(path) != slug.Extension:
		case inside || isBelowCassettes(shown):
			t.cassettes = append(t.cassettes, shown)
		case entry.Type().IsRegular():
			unsure = append(unsure, shown)
		}
		return nil
	})
	for n, is := range forEach(unsure, disk.BeginsAsCassette) {
		if is {
			t.cassettes = append(t.cassettes, unsure[n])
		}
	}
}

// enter says whether to walk into a folder.
func (t *tree) enter(path, name string) error {
	switch {
	case name == disk.BodiesFolder:
		t.bodies = append(t.bodies, path)
		t.folders = append(t.folders, filepath.Dir(path))
		return fs.SkipDir
	case name == "vendor" || name == "node_modules" || name[0] == '.' || name[0] == '_':
		return fs.SkipDir
	}
	if name == cassettesFolder {
		t.folders = append(t.folders, path)
	}
	return nil
}

// covers reports whether a folder was walked, with all below it.
func (t *tree) covers(folder string) bool {
	return slices.ContainsFunc(t.roots, func(root string) bool {
		below, err := filepath.Rel(root, folder)
		return err == nil && filepath.IsLocal(below)
	})
}

func skipIf(isFolder bool) error {
	if isFolder {
		return fs.SkipDir
	}
	return nil
}

// isBelowCassettes reports whether a folder of a path is called cassettes.
func isBelowCassettes(path string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(filepath.Dir(path)), "/"), cassettesFolder)
}

// forEach calls a function for each file, or pair of files, as many at once as there are
// processors, and returns the results in their order.
func forEach[F, T any](files []F, read func(file F) T) []T {
	results := make([]T, len(files))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(len(files), runtime.GOMAXPROCS(0)) {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := next.Add(1) - 1; n < int64(len(files)); n = next.Add(1) - 1 {
				results[n] = read(files[n])
			}
		}()
	}
	group.Wait()
	return results
}

// slashed is how people see a path.
func slashed(path string) string { return filepath.ToSlash(cmp.Or(path, ".")) }
