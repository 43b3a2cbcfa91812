package vcr

import (
	"cmp"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// misses are those of a run, for the report of its suite. They may come from any
// goroutine.
type misses struct {
	mu      sync.Mutex
	list    []reporters.Miss
	renamed string // the name under which the cassette is to be found, if it has another
}

// mostMisses is how many a run tells: code that tries again misses again.
const mostMisses = 100

// noteMiss notes an error of the session if it is a miss.
func (r *run) noteMiss(err error) {
	var miss *recorder.Miss
	if !errors.As(err, &miss) {
		return
	}
	told := reporters.Miss{Request: miss.Method + " " + miss.URL, Place: placeInTest()}
	m := &r.missed
	m.mu.Lock()
	defer m.mu.Unlock()
	m.renamed = cmp.Or(m.renamed, miss.Explanation().RenamedFrom)
	if len(m.list) < mostMisses && !slices.Contains(m.list, told) {
		m.list = append(m.list, told)
	}
}

// A missedRun is what is left for VCR_RECORD_ONLY and for the command vcr.
type missedRun struct {
	tree.Selection // what records it again; the zero value is the whole suite
	choice.Miss
}

// leaveMisses leaves an entry where to record again mends a miss.
func (r *run) leaveMisses() {
	if len(r.missed.all()) == 0 || r.missed.renamedFrom() != "" || r.staysPinned() {
		return
	}
	left := missedRun{Miss: choice.Miss{Suite: process.Package, Cassette: r.session.Cassette()}}
	if r.selects != nil {
		left.Selection = r.selects()
	}
	ginkgo.AddReportEntry(choice.MissEntry, left, ginkgo.ReportEntryVisibilityNever, r.location)
}

func (m *misses) all() []reporters.Miss {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.list)
}

// renamedFrom is the cassette that is to be moved, and not recorded again; "" for none.
func (m *misses) renamedFrom() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.renamed
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
