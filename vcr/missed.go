package vcr

import (
	"encoding/json"
	"errors"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A miss leaves an entry in the report of its spec, so that the section about
// cassettes can name one command for all of them, whichever process they ran in.
const missEntry = "ginkgo-vcr miss"

// misses are those of a run. They may come from any goroutine.
type misses struct {
	mu       sync.Mutex
	list     []reporters.Miss
	toRecord bool // and to record again mends one
}

// mostMisses is how many a run tells: code that tries again misses again.
const mostMisses = 100

// noteMiss notes an error of the session if it is a miss.
func (r *run) noteMiss(err error) {
	var miss *recorder.Miss
	if !errors.As(err, &miss) {
		return
	}
	m := &r.missed
	m.mu.Lock()
	defer m.mu.Unlock()
	m.toRecord = m.toRecord || miss.Explanation().RenamedFrom == "" && !r.staysPinned()
	told := reporters.Miss{Request: miss.Method + " " + miss.URL, Place: placeInTest()}
	if len(m.list) < mostMisses && !slices.Contains(m.list, told) {
		m.list = append(m.list, told)
	}
}

func (m *misses) all() []reporters.Miss {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.list)
}

func (m *misses) isToRecord() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.toRecord
}

// placeInTest returns the place of the nearest test on this goroutine, "" if there is
// none.
func placeInTest() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if inTestFile(frame) {
			return process.InRepository(frame.File) + ":" + strconv.Itoa(frame.Line)
		}
		if !more {
			return ""
		}
	}
}

// missEntry is what records this run again: the zero value is the whole suite.
func (r *run) missEntry() tree.Selection {
	if r.selects == nil {
		return tree.Selection{}
	}
	return r.selects()
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
			selection, ok := decodeMiss(entry)
			if !ok {
				continue
			}
			found = true
			if selection.File == "" {
				whole = true // a BeforeSuite, or a node that does not tell its place
			}
			places[selection.File] = append(places[selection.File], selection.Line)
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
func decodeMiss(entry types.ReportEntry) (selection tree.Selection, ok bool) {
	if entry.Name != missEntry {
		return selection, false
	}
	if selection, ok = entry.Value.GetRawValue().(tree.Selection); ok {
		return selection, true
	}
	err := json.Unmarshal([]byte(entry.Value.AsJSON), &selection)
	return selection, err == nil
}
