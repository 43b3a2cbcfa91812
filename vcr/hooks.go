package vcr

import (
	"cmp"
	"context"
	"fmt"
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
	ginkgo.ReportAfterSuite("ginkgo-vcr", reportAfterSuite, types.NewCustomCodeLocation("what became of the cassettes"))
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
	s, attemptAt, err := suite.currentSpec()
	suite.runs(s)
	if s == nil {
		return
	}
	p := s.plan()
	live := p.live && goesLive()
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
	recording.attempt = attemptAt
	if s.last != nil && attemptAt > 1 {
		recording.again(s.last)
	} else {
		recording.open()
	}
	s.last = &attempt{recording: recording}
	deck.spec.Store(recording)
	ginkgo.DeferCleanup(func() error { return closeSpec(s) }, s.leaf.location)
	// Options of the suite may be known no earlier than here.
	if unusable := cmp.Or(p.wrong, recording.unusable); unusable != nil {
		ginkgo.Fail(fmt.Sprintf("%v\n  in the spec at %s", unusable, recording.location))
	}
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
	s.last.outcome = currentOutcome()
	deck.spec.CompareAndSwap(s.last.recording, nil)
	return s.last.recording.close(s.last.outcome)
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
