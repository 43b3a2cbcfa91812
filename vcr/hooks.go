package vcr

import (
	"context"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// addHooks puts the package's nodes into the suite. The BeforeEach stands
// outside of all containers and before the nodes of every package that imports
// this one, so that whatever a spec does is recorded.
func addHooks() {
	ginkgo.BeforeEach(beforeEach)
	ginkgo.ReportAfterSuite("ginkgo-vcr", reportAfterSuite)
}

// addSuiteHooksAgain is called for each top-level container. One that comes
// after a run can only belong to a suite that globals.Reset started, without
// the nodes of the first.
func addSuiteHooksAgain() {
	if suite.over && !suite.hooked {
		suite.hooked = true
		addHooks()
	}
}

// hookedIn is the generation of the tree in which the top-level BeforeEach ran.
var hookedIn atomic.Int64

func beforeEach() {
	hookedIn.Store(int64(suite.generation))
	openSpec()
}

// beforeEachAgain does the work of beforeEach in a tree that has lost it.
func beforeEachAgain() {
	if hookedIn.Load() != int64(suite.generation) {
		openSpec()
	}
}

// An attempt is one run of a spec, and its recording.
type attempt struct {
	recording *Recording
	outcome   outcome
}

// openSpec starts the recording of the spec that begins.
func openSpec() {
	deck.spec.Store(nil)
	report := ginkgo.CurrentSpecReport()
	s, err := suite.find(report)
	if s == nil {
		return
	}
	p := s.plan()
	live := p.live && goesLive(report.Labels())
	if !p.recorded {
		if !s.leaf.isLive() {
			return
		}
		if reason := skipReason(live); reason != "" {
			ginkgo.Skip(reason)
		}
	}
	if err == nil {
		err = p.err
	}
	if err == nil {
		err = shared(suite.claimed()[claimKey(p.file())])
	}
	recording := newRecording(p, live, err)
	recording.location = s.leaf.location
	recording.attempt = report.NumAttempts
	if s.last != nil && report.NumAttempts > 1 {
		recording.again(s.last)
	} else {
		recording.open()
	}
	s.last = &attempt{recording: recording}
	deck.spec.Store(recording)
	ginkgo.DeferCleanup(func() error { return closeSpec(s) }, s.leaf.location)
}

// skipReason says why a spec that is only live does not run; "" when it does.
func skipReason(selected bool) string {
	switch mode := commandedMode().mode; {
	case mode == recorder.None:
		return "a live spec, and the record mode none sends nothing"
	case !selected && mode != recorder.Live:
		return "a live spec: it runs when the label filter selects it, as with ginkgo --label-filter=live"
	}
	return ""
}

func closeSpec(s *spec) error {
	s.last.outcome = outcomeOf(ginkgo.CurrentSpecReport())
	deck.spec.CompareAndSwap(s.last.recording, nil)
	return s.last.recording.close(s.last.outcome)
}

func outcomeOf(report types.SpecReport) outcome {
	if report.State == types.SpecStatePassed {
		return passed
	}
	return failed
}

// isLive reports whether vcr.Live decorates the node or one around it. The
// label by itself does not count: on a spec that is not recorded it is the
// user's own.
func (n *node) isLive() bool {
	for ; n != nil; n = n.parent {
		if n.mark.live {
			return true
		}
	}
	return false
}

// A containerRecording is the recording of the BeforeAll and AfterAll nodes of
// one ordered container.
type containerRecording struct {
	container *node
	plan      func() plan
	last      *attempt
	open      bool
	failed    bool // one of them did not complete
}

func newContainerRecording(container *node, path []*node) *containerRecording {
	return &containerRecording{container: container, plan: onceOf(func() plan { return planOf(path, containerCassette) })}
}

// enter is called in the BeforeAll and AfterAll nodes of the container.
func (c *containerRecording) enter() func(completed bool) {
	around := deck.container.Load()
	if !c.plan().recorded {
		// Requests must not land on the tape of whichever spec runs first.
		deck.override.Store(nothing)
		return func(bool) { deck.override.Store(nil) }
	}
	if !c.open {
		c.open, c.failed = true, false
		p := c.plan()
		recording := newRecording(p, p.live && goesLive(ginkgo.CurrentSpecReport().Labels()), p.err)
		recording.location = c.container.location
		if c.last != nil {
			recording.again(c.last)
		} else {
			recording.open()
		}
		c.last = &attempt{recording: recording}
		deck.container.Store(recording)
		ginkgo.DeferCleanup(func() error { return c.close(around) }, c.container.location)
	}
	deck.override.Store(c.last.recording)
	return func(completed bool) {
		c.failed = c.failed || !completed
		deck.override.Store(nil)
	}
}

func (c *containerRecording) close(around *Recording) error {
	c.open = false
	deck.container.Store(around)
	c.last.outcome = passed
	if c.failed || c.last.recording.refusedAny() {
		c.last.outcome = failed
	}
	return c.last.recording.close(c.last.outcome)
}

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
	if suiteNodesFailed || recording.refusedAny() {
		return recording.close(failed)
	}
	return recording.close(passed)
}

// suitePlan records what reaches vcr.Client(); requests of the default transport
// are the suite's own affair unless RunSpecs is decorated.
func suitePlan() plan {
	p := planOf(nil, suiteCassette)
	p.name = "BeforeSuite"
	p.settings.open = p.settings.open || !suiteIsRecorded
	return p
}

var suiteIsRecorded bool

// recordSuite is called when RunSpecs is decorated, before each node.
func recordSuite(options Options) {
	if !suiteIsRecorded {
		suiteIsRecorded = true
		suiteOptions = append(suiteOptions, options...)
	}
}

// aroundNode gives each node a context that a miss cancels, so that clients
// which try again stop at once.
func aroundNode(ctx context.Context, body func(context.Context)) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	outer := deck.cancel.Swap(&cancel)
	defer deck.cancel.CompareAndSwap(&cancel, outer)
	body(ctx)
}
