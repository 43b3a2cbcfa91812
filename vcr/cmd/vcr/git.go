package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// sinceRevision pairs the cassettes of a revision with those of the work tree, below the
// files and folders that are named. Those of the revision are written to a temporary
// folder.
func sinceRevision(revision string, args []string) (*recordings, error) {
	top, err := git(nil, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	commit, err := git(nil, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("%s: git knows no such revision", revision)
	}
	dir, err := os.MkdirTemp("", "vcr-diff-")
	if err != nil {
		return nil, err
	}
	d := &recordings{remove: func() { _ = os.RemoveAll(dir) }} // the system removes the rest
	if err := checkOut(strings.TrimSpace(string(commit)), args, dir); err != nil {
		d.remove()
		return nil, err
	}
	olds, news := map[string]*version{}, map[string]*version{}
	for _, path := range walk([]string{dir}).cassettes {
		name := nameBelow(dir, path)
		olds[name] = &version{path, revision + ":" + name}
	}
	now := &tree{}
	if there := existing(args); len(there) > 0 {
		now = walk(there)
	}
	for _, path := range now.cassettes {
		news[nameBelow(strings.TrimRight(string(top), "\r\n"), path)] = &version{path, slashed(path)}
	}
	d.pairs, d.problems = pairUp(olds, news), now.problems
	if len(d.pairs) == 0 {
		d.problems = append(d.problems, fmt.Errorf("neither %s nor the work tree has a cassette there; nothing was compared", revision))
	}
	return d, nil
}

// existing leaves out what the work tree does not have any more.
func existing(args []string) []string {
	if len(args) == 0 {
		return []string{"."}
	}
	var there []string
	for _, arg := range args {
		if _, err := os.Stat(arg); err == nil {
			there = append(there, arg)
		}
	}
	return there
}

// nameBelow is the name of a file in a folder, whatever links lead to either.
func nameBelow(dir, path string) string {
	whole := func(path string) string {
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute
		}
		if resolved, err := filepath.EvalSymlinks(path); err == nil {
			path = resolved
		}
		return path
	}
	name, err := filepath.Rel(whole(dir), whole(path))
	if err != nil {
		name = path
	}
	return filepath.ToSlash(name)
}

// checkOut writes the cassettes and bodies of a commit to a folder, by their names in the
// repository.
func checkOut(commit string, args []string, dir string) error {
	if len(args) == 0 {
		args = []string{"."}
	}
	list, err := git(nil, append([]string{"ls-tree", "-r", "-z", "--full-name", commit, "--"}, args...)...)
	if err != nil {
		return err
	}
	var objects, names []string
	for entry := range strings.SplitSeq(string(list), "\x00") {
		kind, name, _ := strings.Cut(entry, "\t")
		fields := strings.Fields(kind)                                                 // mode, type, object
		if len(fields) == 3 && strings.HasPrefix(fields[0], "100") && isWanted(name) { // no links
			objects, names = append(objects, fields[2]), append(names, name)
		}
	}
	contents, err := git([]byte(strings.Join(objects, "\n")), "cat-file", "--batch")
	if err != nil {
		return err
	}
	r := bufio.NewReader(bytes.NewReader(contents))
	for _, name := range names {
		var object, kind string
		var size int64
		if _, err := fmt.Fscanf(r, "%s %s %d\n", &object, &kind, &size); err != nil {
			return fmt.Errorf("%s: git did not return its content", name)
		}
		content := make([]byte, size)
		if _, err := io.ReadFull(r, content); err != nil {
			return err
		}
		_, _ = r.Discard(1) // a line feed; one that is missing is found above
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// isWanted is true for what may be a cassette, and for bodies.
func isWanted(name string) bool {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return false
	}
	_, isBody := disk.HashIn(filepath.Base(name))
	return isBody || filepath.Ext(name) == slug.Extension
}

// git runs git where the command was started, as hooks want it.
func git(stdin []byte, args ...string) ([]byte, error) {
	command := exec.Command("git", args...)
	command.Stdin = bytes.NewReader(stdin)
	output, err := command.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		if said := strings.TrimSpace(string(failed.Stderr)); said != "" {
			err = errors.New(said)
		}
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return output, err
}
