package vcr

import (
	"fmt"
	"path"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// suitePackage is the import path of the suite's package, and suiteModule that
// of its module; empty when the binary does not tell.
var suitePackage, suiteModule = func() (string, string) {
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasSuffix(info.Path, ".test") {
		return "", ""
	}
	return strings.TrimSuffix(info.Path, ".test"), info.Main.Path
}()

// inModule returns a path below the suite's folder as it is in the root of the
// module, where the commands of remedies run: from there ginkgo takes folders
// and go test takes packages.
func inModule(file string) string {
	below, ok := strings.CutPrefix(suitePackage, suiteModule+"/")
	if filepath.IsAbs(file) || !ok || suiteModule == "" {
		return file
	}
	return path.Join(below, file)
}

// remedies are what mends a miss of the spec at a place.
func remedies(location types.CodeLocation, m *recorder.Miss) []recorder.Remedy {
	focus := fmt.Sprintf("%s:%d", filepath.Base(location.FileName), location.LineNumber)
	dir := "."
	if below := inModule("."); below != "." {
		dir = "./" + below
	}
	record := func(does string, mode recorder.Mode) recorder.Remedy {
		return recorder.Remedy{Does: does, Commands: []string{
			fmt.Sprintf("%s=%s ginkgo --focus-file=%s %s", recorder.ModeVariable, mode, focus, dir),
			fmt.Sprintf("%s=%s go test -count=1 %s -ginkgo.focus-file=%s", recorder.ModeVariable, mode, dir, focus),
		}}
	}
	switch {
	case m.RenamedFrom != "":
		return []recorder.Remedy{
			{Does: "to move the cassette (with mv, if git does not know it yet)", Commands: move(m.RenamedFrom, m.Cassette)},
			record("if this is another spec, to record it", recorder.NewEpisodes),
		}
	case m.Later.Recording > 0: // it is on the tape, so that new_episodes records nothing
		return []recorder.Remedy{
			record("to record this spec again", recorder.All),
			{Does: "to play them in any order, leave out", Commands: []string{"vcr.InOrder()"}},
		}
	}
	all := []recorder.Remedy{
		record("to record this spec again", recorder.All),
		record("to add what is new and keep the rest", recorder.NewEpisodes),
	}
	if m.Recordings == 0 {
		all = []recorder.Remedy{record("to record this spec", recorder.Once)}
	}
	if options := optionsFor(m.Loosened); len(options) > 0 {
		all = append(all, recorder.Remedy{Does: m.ToIgnore(), Commands: []string{"vcr.Recorded(" + strings.Join(options, ", ") + ")"}})
	}
	if len(m.Used) > 0 {
		all = append(all, recorder.Remedy{Does: "to play the last one again", Commands: []string{"vcr.Recorded(vcr.AllowRepeats())"}})
	}
	return all
}

// optionsFor returns the code of the options that set rules.
func optionsFor(r match.Rules) []string {
	var options []string
	call := func(option string, arguments []string) {
		if len(arguments) > 0 {
			options = append(options, "vcr."+option+"("+strings.Join(arguments, ", ")+")")
		}
	}
	each := func(words []string, code func(string) string) []string {
		var list []string
		for _, word := range words {
			list = append(list, code(word))
		}
		return list
	}
	var parts []string
	for _, part := range r.MatchOn {
		parts = append(parts, part.Code())
	}
	call("MatchOn", parts)
	call("IgnoreQuery", each(r.IgnoreQuery, strconv.Quote))
	call("IgnoreHeaders", each(r.IgnoreHeaders, strconv.Quote))
	call("IgnoreBody", each(r.IgnoreBody, strconv.Quote))
	return options
}
