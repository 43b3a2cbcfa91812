package vcr

import (
	"path"

	"github.com/onsi/ginkgo/v2"
)

// suiteNodesFailed says that one of the suite's own nodes did not complete.
var suiteNodesFailed bool

// enterSuiteNode is called in the suite's own nodes. The recording is in force
// while one of them, or a cleanup that one of them deferred, runs.
func enterSuiteNode() func(completed bool) {
	if deck.suite.Load() == nil {
		recording := newRecording(suitePlan(), false, nil)
		if config, _ := ginkgo.GinkgoConfiguration(); config.ParallelProcess > 1 {
			recording.discard = true // every process does the same; the first one saves it
		}
		recording.open()
		deck.suite.Store(recording)
		ginkgo.DeferCleanup(closeSuite)
	}
	return func(completed bool) { suiteNodesFailed = suiteNodesFailed || !completed }
}

func closeSuite() error {
	recording := deck.suite.Swap(nil)
	if suiteNodesFailed || recording.refused.Load() {
		return recording.close(failed)
	}
	return recording.close(passed)
}

// suitePlan records what reaches vcr.Client(); requests of the default transport
// are the suite's own affair unless RunSpecs is decorated.
func suitePlan() *plan {
	p := planOf(nil, suiteCassette+extension)
	if isShared(p.settings.dir) {
		p.path = hashed(suiteCassette+"_"+slug(path.Base(suitePackage)), suitePackage, longestSegment) + extension
	}
	p.name = "BeforeSuite"
	p.settings.open = p.settings.open || !suiteIsRecorded
	return p
}

var (
	suiteIsRecorded bool    // RunSpecs is decorated
	runSpecsOptions Options // with these
)

// recordSuite is called when RunSpecs is decorated, before each node.
func recordSuite(options Options) {
	if !suiteIsRecorded {
		suiteIsRecorded = true
		runSpecsOptions = options
	}
}
