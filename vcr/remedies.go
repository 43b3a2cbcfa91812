package vcr

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// remedies are what mends a miss of the spec at a location.
func remedies(location types.CodeLocation, cassette string, why *matching.Explanation) []harness.Remedy {
	if location.FileName == "" {
		return suiteRemedies()
	}
	// The slash keeps the focus from files whose names end in the same way.
	focus := fmt.Sprintf("/%s:%d", filepath.Base(location.FileName), location.LineNumber)
	dir := process.PackageInModule()
	record := func(does string, mode recorder.Mode) harness.Remedy {
		return harness.Remedy{Does: does, Commands: []string{
			fmt.Sprintf("%s=%s ginkgo --focus-file=%s %s", process.ModeVariable, mode, focus, dir),
			fmt.Sprintf("%s=%s go test -count=1 %s -ginkgo.focus-file=%s", process.ModeVariable, mode, dir, focus),
		}}
	}
	switch {
	case why.RenamedFrom != "":
		return []harness.Remedy{
			{Does: "to move the cassette (with mv, if git does not know it yet)", Commands: move(why.RenamedFrom, cassette)},
			record("if this is another spec, to record it", recorder.NewEpisodes),
		}
	case why.Later.Recording > 0: // it is on the tape, so that new_episodes records nothing
		return []harness.Remedy{
			record("to record this spec again", recorder.All),
			{Does: "to play them in any order, leave out", Commands: []string{"vcr.InOrder()"}},
		}
	}
	all := []harness.Remedy{
		record("to record this spec again", recorder.All),
		record("to add what is new and keep the rest", recorder.NewEpisodes),
	}
	if why.Recordings == 0 {
		all = []harness.Remedy{record("to record this spec", recorder.Once)}
	}
	if options := why.Loosened.Options(); len(options) > 0 {
		all = append(all, harness.Remedy{Does: why.ToIgnore(), Commands: []string{"vcr.Recorded(" + strings.Join(options, ", ") + ")"}})
	}
	if len(why.Used) > 0 {
		all = append(all, harness.Remedy{Does: "to play the last one again", Commands: []string{"vcr.Recorded(vcr.AllowRepeats())"}})
	}
	return all
}

// suiteRemedies are what mends a miss of BeforeSuite or AfterSuite, which run with
// any spec.
func suiteRemedies() []harness.Remedy {
	dir := process.PackageInModule()
	record := func(does string, mode recorder.Mode) harness.Remedy {
		return harness.Remedy{Does: does, Commands: []string{
			fmt.Sprintf("%s=%s ginkgo %s", process.ModeVariable, mode, dir),
			fmt.Sprintf("%s=%s go test -count=1 %s", process.ModeVariable, mode, dir),
		}}
	}
	return []harness.Remedy{
		record("to add what is new to the cassettes of this suite", recorder.NewEpisodes),
		record("to record this suite again, with all of its specs", recorder.All),
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
	return !slices.ContainsFunc(tree.CassettesIn(dir), func(file string) bool {
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
