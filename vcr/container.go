package vcr

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
)

// A containerState is the state of an ordered container: of its BeforeAll,
// AfterAll, and setup nodes that are OncePerOrdered.
type containerState struct {
	container *tree.Container
	run       *run // the last one; nil before the first
	outer     *run // of the container around this one
	entered   int  // nodes that have run, and whose cleanups have not
	failed    bool // one of them did not complete
}

// containers holds the containers that have run a node.
var containers = map[*tree.Container]*containerState{}

func stateOf(container *tree.Container) *containerState {
	if containers[container] == nil {
		containers[container] = &containerState{container: container}
	}
	return containers[container]
}

// enterContainer is called in each of the nodes. The run stays open until the
// cleanups that the nodes deferred have run.
func enterContainer(container *tree.Container) (leave func(completed bool)) {
	c := stateOf(container)
	if container.Plan().Recorded {
		if c.entered == 0 {
			c.begin()
		}
		c.entered++
		ginkgo.DeferCleanup(c.leave, container.Location)
	}
	restore := overrideSpec(container)
	return func(completed bool) {
		c.failed = c.failed || !completed
		restore()
	}
}

// overrideSpec puts the run of a container into force before that of the spec,
// until the function that it returns is called.
func overrideSpec(container *tree.Container) (restore func()) {
	r := nothing
	if c := stateOf(container); c.entered > 0 {
		r = c.run
	}
	before := runs.override.Swap(r)
	return func() { runs.override.Store(before) }
}

func (c *containerState) begin() {
	p := c.container.Plan()
	r := &run{
		plan: p, settings: settingsOf(p), live: p.MayGoLive && tree.GoesLive(), around: openRuns(), location: c.container.Location,
		attempt: 1, err: p.Err, selects: func() tree.Selection { return suite.SelectionOfContainer(c.container) },
	}
	if c.run != nil {
		r.attempt = c.run.attempt + 1
	}
	r.open(c.run)
	c.run, c.failed = r, false
	if spec := runs.spec.Load(); spec != nil {
		spec.inner = append(spec.inner, r)
	}
	c.outer = runs.container.Swap(r)
}

// leave is called when the cleanups of a node have run.
func (c *containerState) leave() error {
	if c.entered--; c.entered > 0 {
		return nil
	}
	interceptor.End(c.run)
	runs.container.Store(c.outer)
	return c.run.close(!c.failed && !c.run.refused.Load())
}

// suiteFailed says that one of the suite's own nodes did not complete.
var suiteFailed bool

// enterSuite is called in the suite's own nodes. Their run is in force while one
// of them, or a cleanup that one of them deferred, runs.
func enterSuite() (leave func(completed bool)) {
	if runs.suite.Load() == nil {
		beginSuite()
	}
	return func(completed bool) { suiteFailed = suiteFailed || !completed }
}

// beginSuite starts the run of BeforeSuite and AfterSuite. It records what reaches
// [Client]; requests of the default transport are the suite's own affair unless
// RunSpecs is decorated.
func beginSuite() {
	p := suite.SuitePlan()
	s := *settingsOf(p)
	s.noIntercept = s.noIntercept || !suite.IsSuiteRecorded()
	r := &run{plan: p, settings: &s, around: openRuns()}
	if config, _ := ginkgo.GinkgoConfiguration(); config.ParallelProcess > 1 {
		r.discard = true // every process does the same; the first one saves it
	}
	r.open(nil)
	suiteFailed = false
	runs.suite.Store(r)
	ginkgo.DeferCleanup(endSuite)
}

func endSuite() error {
	r := runs.suite.Load()
	interceptor.End(r)
	runs.suite.Store(nil)
	return r.close(!suiteFailed && !r.refused.Load())
}
