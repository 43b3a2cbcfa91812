package vcr

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Ginkgo runs every node on a new goroutine and returns its report of a spec by
// value, in more than a kilobyte. What asks for it is not inlined, so that the
// stack on which requests are answered does not have to grow for that.

// currentSpec finds the spec that runs, and says which attempt at it this is.
//
//go:noinline
func (t *tree) currentSpec() (s *spec, attempt int, err error) {
	report := ginkgo.CurrentSpecReport()
	s, err = t.find(&report)
	return s, report.NumAttempts, err
}

//go:noinline
func currentOutcome() outcome {
	if ginkgo.CurrentSpecReport().State == types.SpecStatePassed {
		return passed
	}
	return failed
}

//go:noinline
func currentLabels() []string { return ginkgo.CurrentSpecReport().Labels() }

// inSuiteNode reports whether one of the suite's own nodes runs, or one of their
// cleanups.
//
//go:noinline
func inSuiteNode() bool {
	return ginkgo.CurrentSpecReport().LeafNodeType.Is(types.NodeTypesForSuiteLevelNodes | types.NodeTypeCleanupAfterSuite)
}
