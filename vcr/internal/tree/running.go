package tree

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Ginkgo runs every node on a new goroutine and returns its report of a spec by
// value, in more than a kilobyte. The functions that ask for it are not inlined,
// so that the stack on which requests are answered does not have to grow.

// currentSpec finds the spec that runs, nil if it is not known, and says which
// attempt at it this is.
//
//go:noinline
func currentSpec(specs map[leaf][]*Spec) (s *Spec, attempt int, err error) {
	report := ginkgo.CurrentSpecReport()
	s, err = find(specs, &report)
	return s, report.NumAttempts, err
}

// find returns the spec that a report is about, nil if it is not known.
func find(specs map[leaf][]*Spec, report *types.SpecReport) (match *Spec, err error) {
	for _, s := range specs[leafOf(report.LeafNodeText, report.LeafNodeLocation)] {
		switch {
		case !s.isIn(report):
		case match == nil:
			match = s
		case match.Plan().File() != s.Plan().File():
			return match, fmt.Errorf("%s: several specs have these texts and this place, with different options, and cannot be told apart; give each a text of its own", match.Plan().Title)
		}
	}
	return match, nil
}

// HasPassed reports whether the spec that runs has passed so far.
//
//go:noinline
func HasPassed() bool { return ginkgo.CurrentSpecReport().State == types.SpecStatePassed }

// HasFailed reports whether the spec that runs has failed so far. One that was skipped
// has not.
//
//go:noinline
func HasFailed() bool { return ginkgo.CurrentSpecReport().Failed() }

// IsSkipped reports whether the spec that runs was skipped.
//
//go:noinline
func IsSkipped() bool { return ginkgo.CurrentSpecReport().State == types.SpecStateSkipped }

// InSuiteNode reports whether one of the suite's own nodes runs, or one of their
// cleanups.
//
//go:noinline
func InSuiteNode() bool {
	return ginkgo.CurrentSpecReport().LeafNodeType.Is(types.NodeTypesForSuiteLevelNodes | types.NodeTypeCleanupAfterSuite)
}

// GoesLive reports whether the label filter of this run selects the spec that runs
// for being live: the filter matches its labels, and no longer does once that one
// is taken away. Filters such as "", "!slow" and "live || vcr" do not.
func GoesLive() bool {
	filter := ginkgo.GinkgoLabelFilter()
	if filter == "" {
		return false
	}
	labels := currentLabels()
	if !hasLabel(labels, liveLabel) {
		return false
	}
	matches, err := types.ParseLabelFilter(filter)
	if err != nil {
		return false // Ginkgo says so
	}
	rest := slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return strings.EqualFold(l, liveLabel) })
	return matches(labels) && !matches(rest)
}

//go:noinline
func currentLabels() []string { return ginkgo.CurrentSpecReport().Labels() }

// initialising reports whether it is called while a package is initialised, as
// it is when a node is declared in a variable. Where the runtime has no function of
// that name, the answer is no.
func initialising() bool {
	return CallersTo(func(frame runtime.Frame) bool { return strings.HasPrefix(frame.Function, "runtime.doInit") }) > 0
}

// CallersTo returns how many frames lie between the caller of CallersTo and the
// nearest frame on this goroutine that matches, counted as ginkgo.Fail counts
// them: 1 is the caller's caller. It is 0 when no frame matches.
func CallersTo(matches func(runtime.Frame) bool) int {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for skip := 1; ; skip++ {
		frame, more := frames.Next()
		if matches(frame) {
			return skip
		}
		if !more {
			return 0
		}
	}
}
