package vcr

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// guide says how to mend a miss of a run.
func (r *run) guide() harness.Guide {
	guide := harness.Guide{Noun: "spec", Where: process.Where(), Options: true, Paste: "vcr.Recorded", Move: move}
	if r.selects == nil { // BeforeSuite and AfterSuite run with any spec
		guide.Noun, guide.Paste, guide.Whole = "suite", "vcr.Configure", true
		guide.Record = func(mode string) []string { return commands(mode) }
		return guide
	}
	selection := r.selects()
	if selection.Ordered {
		guide.Noun = "ordered container"
	}
	guide.Pinned = r.staysPinned()
	guide.Record = func(mode string) []string {
		all := commands(mode, flagsFor(selection)...)
		for n := 0; guide.Pinned && n < len(all); n++ {
			all[n] = "rm " + process.ShellQuoted(process.InModule(r.Cassette())) + " && " + all[n]
		}
		return all
	}
	return guide
}

// staysPinned reports whether the cassette replays in every mode.
func (r *run) staysPinned() bool { return r.settings.pinned && exists(r.plan.File()) }

// recordIncluded returns the commands that record a cassette which does not exist.
func recordIncluded(file string) []string {
	selection, ok := suite.SelectionFor(file)
	if !ok {
		return nil
	}
	return commands(string(recorder.Once), flagsFor(selection)...)
}

// flagsFor returns the flags of Ginkgo that select specs.
func flagsFor(selection tree.Selection) []string {
	var flags []string
	if selection.File != "" {
		flags = append(flags, "focus-file="+process.ShellQuoted(tree.FocusFile(selection.File, selection.Line)))
	}
	if selection.Texts != "" {
		flags = append(flags, "focus="+process.ShellQuoted(selection.Texts))
	}
	return flags
}

// commands run the specs that flags of Ginkgo select in a record mode, with ginkgo or
// with the go command.
func commands(mode string, flags ...string) []string {
	var ofGinkgo, ofGo []string
	for _, flag := range flags {
		ofGinkgo, ofGo = append(ofGinkgo, "--"+flag), append(ofGo, "-ginkgo."+flag)
	}
	return []string{
		process.Ginkgo(mode, strings.Join(ofGinkgo, " ")),
		process.GoTest(mode, strings.Join(ofGo, " ")),
	}
}

// move returns the commands that move a cassette to where its spec now looks for
// it: its whole folder, if that is what was renamed, and if nothing else in it
// is claimed, else the file. The bodies of the suite stay where they are.
func move(from, to string) []string {
	if oldDir, newDir := renamedDir(from, to); oldDir != "" && !exists(newDir) && allOrphans(oldDir) {
		return []string{gitMove(oldDir, newDir)}
	}
	if dir := path.Dir(to); !exists(dir) {
		return []string{"mkdir -p " + process.ShellQuoted(process.InModule(dir)), gitMove(from, to)}
	}
	return []string{gitMove(from, to)}
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
	orphans := suite.Orphans()
	return !slices.ContainsFunc(disk.Files(dir, slug.Extension), func(file string) bool {
		return !slices.ContainsFunc(orphans, func(orphan string) bool { return process.Shown(orphan) == process.Shown(file) })
	})
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func gitMove(from, to string) string {
	return "git mv " + process.ShellQuoted(process.InModule(from)) + " " + process.ShellQuoted(process.InModule(to))
}
