package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

func pruneCommand() *cobra.Command {
	var yes bool
	command := &cobra.Command{
		Use:   "prune REPORT...",
		Short: "List or remove the cassettes that a report calls unused",
		Long: `Prune lists the cassettes that reports of ginkgo --json-report call unused, because no
spec claims them, and the bodies in files that no other cassette names. With --yes it
removes them.

A run with a filter, a focus or an interruption is refused. Only cassettes below the
folder in which vcr starts are removed: nothing that is not a cassette, nothing behind
a symbolic link, and nothing that was recorded after the report.`,
		Example: "  ginkgo -r --json-report=report.json --output-dir=. && vcr prune report.json\n  vcr prune --yes report.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("name the reports that ginkgo --json-report wrote; see vcr prune --help")
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			p := newPruning(args)
			p.addBodies()
			stdout, stderr := command.OutOrStdout(), command.ErrOrStderr()
			if yes {
				p.remove()
			}
			return cmp.Or(p.write(stdout, yes, args), p.tell(stderr))
		},
	}
	command.Flags().BoolVar(&yes, "yes", false, "remove them")
	return command
}

// A pruning is what reports call unused, and may be removed.
type pruning struct {
	tree            // its cassettes are those to remove
	strays []string // bodies that no cassette names
	lost   []string // bodies that only those cassettes name
}

func newPruning(reports []string) *pruning {
	p := &pruning{}
	var suites []*suiteReport
	suites, p.problems = readReports(reports)
	unused := map[string]int{}        // how many reports call a file unused
	of := map[string]int{}            // how many reports there are of a suite
	folders := map[string]string{}    // of the suite, by file
	written := map[string]time.Time{} // the report
	for _, s := range suites {
		found, folder, err := s.unused()
		if err != nil {
			p.problems = append(p.problems, err)
			continue
		}
		of[folder]++
		for path := range found {
			unused[path]++
			folders[path] = folder
			if s.EndTime.After(written[path]) {
				written[path] = s.EndTime
			}
		}
	}
	for path, reports := range unused {
		if reports < of[folders[path]] {
			continue // another report knows who uses it
		}
		switch exists, err := mayRemove(path, written[path]); {
		case err != nil:
			p.problems = append(p.problems, err)
		case exists && filepath.Base(filepath.Dir(path)) == disk.BodiesFolder:
			p.strays = append(p.strays, path)
		case exists:
			p.cassettes = append(p.cassettes, path)
		}
	}
	slices.SortFunc(p.problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	slices.Sort(p.cassettes)
	slices.Sort(p.strays)
	return p
}

// unused returns the files that a suite does not use, and its folder.
func (s *suiteReport) unused() (files map[string]bool, folder string, err error) {
	found, err := s.findings("unused", "stray")
	if err != nil {
		return nil, "", err
	}
	if reason := s.incomplete(); reason != "" {
		return nil, "", fmt.Errorf("%s: does not tell what is unused: %s; run the whole suite", s.name(), reason)
	}
	found = slices.DeleteFunc(found, func(f reported) bool { return strings.Contains(f.Command, "git mv ") }) // a renamed spec needs it
	files = map[string]bool{}
	folder, err = s.eachFile(found, func(path string, _ reported) { files[path] = true })
	if err != nil {
		return nil, "", err
	}
	return files, folder, nil
}

// mayRemove returns an error for what is not ours to remove, and false for what is not
// there any more.
func mayRemove(path string, report time.Time) (exists bool, err error) {
	refuse := func(reason string) (bool, error) {
		return false, fmt.Errorf("%s: not removed: %s", slashed(path), reason)
	}
	if !filepath.IsLocal(path) {
		return refuse("it is not below this folder")
	}
	way := ""
	for _, name := range strings.Split(path, string(filepath.Separator)) {
		way = filepath.Join(way, name)
		info, err := os.Lstat(way)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return false, nil
		case err != nil:
			return false, err
		case info.Mode()&fs.ModeSymlink != 0:
			return refuse("there is a symbolic link on the way")
		case way == path && !info.Mode().IsRegular():
			return refuse("it is not a file")
		}
	}
	dir := filepath.Dir(path)
	if filepath.Base(dir) == disk.BodiesFolder {
		if !slices.Contains(disk.Stray(filepath.Dir(dir), slug.Extension), path) {
			return refuse("a cassette names it, or its name does not fit its content")
		}
		return true, nil
	}
	c, err := cassette.Load(path)
	if err != nil {
		return refuse("it is not a cassette that can be read; vcr check says why")
	}
	if !report.IsZero() && slices.ContainsFunc(c.Interactions, func(i *cassette.Interaction) bool { return i.Recorded.After(report) }) {
		return refuse("it was recorded after the report; run the suite again")
	}
	return true, nil
}

// addBodies finds the bodies that only the cassettes to remove name.
func (p *pruning) addBodies() {
	named := map[string]map[string]bool{} // by folder
	for _, path := range p.cassettes {
		root := bodiesRoot(path)
		if named[root] == nil {
			named[root] = map[string]bool{}
		}
		for _, name := range namesOf(path) {
			named[root][name] = true
		}
	}
	for root, names := range named {
		if len(names) == 0 {
			continue
		}
		kept := slices.DeleteFunc(walk([]string{root}).cassettes, func(path string) bool { return slices.Contains(p.cassettes, path) })
		for _, claimed := range forEach(kept, namesOf) {
			for _, name := range claimed {
				delete(names, name)
			}
		}
		for name := range names {
			path := filepath.Join(root, disk.BodiesFolder, name)
			if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
				p.lost = append(p.lost, path)
			}
		}
	}
	slices.Sort(p.lost)
}

func namesOf(path string) []string {
	content, _, _ := disk.ReadFile(path) // what cannot be read names nothing, and keeps all: see disk.Remove
	return namesIn(content)
}

// remove removes the cassettes with their bodies, and keeps those that are gone.
func (p *pruning) remove() {
	for _, path := range p.cassettes {
		if err := disk.Remove(bodiesRoot(path), path); err != nil {
			p.problems = append(p.problems, err)
		}
	}
	for _, path := range p.strays {
		if err := os.Remove(path); err != nil {
			p.problems = append(p.problems, err)
		}
	}
	for _, list := range []*[]string{&p.cassettes, &p.strays, &p.lost} {
		*list = slices.DeleteFunc(*list, func(path string) bool {
			_, err := os.Lstat(path)
			return err == nil
		})
	}
}

func (p *pruning) write(w io.Writer, removed bool, reports []string) error {
	var total int64
	files := slices.Concat(p.cassettes, p.lost, p.strays)
	for _, path := range files {
		fmt.Fprintln(w, inLine(slashed(path)))
		if info, err := os.Lstat(path); err == nil {
			total += info.Size()
		}
	}
	result := fmt.Sprintf("%s unused, %s: vcr prune --yes %s removes them", count(len(files), "file"), size(total).shown(), inLine(strings.Join(reports, " ")))
	switch {
	case len(files) == 0 && len(p.problems) > 0:
		return nil // which say why
	case len(files) == 0:
		result = "nothing is unused"
	case removed:
		result = count(len(files), "file") + " removed"
	}
	_, err := fmt.Fprintln(w, result)
	return err
}
