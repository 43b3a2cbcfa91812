package vcr

import (
	"cmp"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// beginSpec starts the run of an attempt at a spec, if the spec has a cassette.
func beginSpec(s *tree.Spec, attempt int, err error) {
	runs.spec.Store(nil)
	last.begin(s)
	if s == nil {
		return
	}
	p := s.Plan()
	live := p.MayGoLive && tree.GoesLive()
	if !p.Recorded {
		if !s.IsLive() {
			return
		}
		if reason := skipReason(live); reason != "" {
			ginkgo.Skip(reason)
		}
	}
	r := &run{
		plan: p, settings: settingsOf(p), live: live, around: openRuns(), location: s.Location(), attempt: attempt, isSpec: true,
		selects: func() tree.Selection { return suite.SelectionOf(s) },
		err:     cmp.Or(err, p.Err, suite.ClaimedTwice(p)),
	}
	if attempt > 1 {
		r.open(last.of(s))
	} else {
		r.open(nil)
	}
	last.run = r
	runs.spec.Store(r)
	ginkgo.DeferCleanup(func() error { return endSpec(r) }, r.location)
	// Options of the suite may be known no earlier than here.
	if unusable := cmp.Or(p.OptionErr, r.sessionErr); unusable != nil {
		r.untold.Store(&unusable)
	}
}

func endSpec(r *run) error {
	passed := tree.HasPassed()
	interceptor.End(r)
	runs.spec.CompareAndSwap(r, nil)
	return r.close(passed)
}

// skipReason says why a spec that is only live does not run; "" when it does.
func skipReason(selected bool) string {
	switch mode := commandedMode().mode; {
	case mode == recorder.None, mode == recorder.Amend:
		return "a live spec, and the record mode " + string(mode) + " sends nothing"
	case !selected && mode != recorder.Live:
		return "a live spec: it runs when the label filter selects it, as with ginkgo --label-filter=live"
	}
	return ""
}

// last is the last run of the spec that runs, after which its next attempt goes on.
var last lastRun

type lastRun struct {
	spec *tree.Spec
	run  *run // nil before the first
}

// begin notes which spec runs, nil for one that is not known. It lets go of what
// another spec played: a large suite would hold all of its cassettes in the end.
func (l *lastRun) begin(s *tree.Spec) {
	if l.spec != s {
		*l = lastRun{spec: s}
	}
}

// of returns the last run of a spec, nil for none.
func (l *lastRun) of(s *tree.Spec) *run {
	if l.spec != s {
		return nil
	}
	return l.run
}
