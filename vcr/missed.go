package vcr

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A miss leaves an entry in the report of its spec, so that the section about
// cassettes can name one command for all of them, whichever process they ran in.
const missEntry = choice.MissEntry

// A missed run is what such an entry holds.
type missedRun struct {
	tree.Selection // what records it again; the zero value is the whole suite
	choice.Miss
}

// noteMiss notes an error of the session if it is a miss that is mended by recording
// again.
func (r *run) noteMiss(err error) {
	var miss *recorder.Miss
	if errors.As(err, &miss) && miss.Explanation().RenamedFrom == "" && !r.staysPinned() {
		r.missed.Store(true)
	}
}

func (r *run) missEntry() missedRun {
	missed := missedRun{Miss: choice.Miss{Suite: process.Package, Cassette: r.session.Cassette()}}
	if r.selects != nil {
		missed.Selection = r.selects()
	}
	return missed
}

// recordAgain returns the command that records all specs with a miss again, "" if
// there is none.
func recordAgain(report types.Report) string {
	places := map[string][]int{} // lines of each file
	whole, found := false, false
	for _, spec := range report.SpecReports {
		if spec.NumAttempts > 1 && !spec.Failed() {
			continue // the last attempt missed nothing
		}
		for _, entry := range spec.ReportEntries {
			missed, ok := decodeMiss(entry)
			if !ok {
				continue
			}
			found = true
			if missed.File == "" {
				whole = true // a BeforeSuite, or a node that does not tell its place
			}
			places[missed.File] = append(places[missed.File], missed.Line)
		}
	}
	switch {
	case !found:
		return ""
	case whole:
		return commands(string(recorder.NewEpisodes))[0]
	}
	var flags []string
	for _, file := range slices.Sorted(maps.Keys(places)) {
		lines := slices.Sorted(slices.Values(places[file]))
		flags = append(flags, "focus-file="+process.ShellQuoted(tree.FocusFile(file, slices.Compact(lines)...)))
	}
	return commands(string(recorder.All), flags...)[0]
}

// decodeMiss reads an entry that came from this process, as it is, or from another
// one, as JSON.
func decodeMiss(entry types.ReportEntry) (missed missedRun, ok bool) {
	if entry.Name != missEntry {
		return missed, false
	}
	if missed, ok = entry.Value.GetRawValue().(missedRun); ok {
		return missed, true
	}
	err := json.Unmarshal([]byte(entry.Value.AsJSON), &missed)
	return missed, err == nil
}
