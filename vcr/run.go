package vcr

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A run is one time that something with a cassette runs: an attempt at a spec,
// the BeforeAll of a container with its AfterAll, or the nodes of the suite. It
// ties their session to Ginkgo.
type run struct {
	session  *recorder.Session
	plan     *tree.Plan
	settings *settings
	location types.CodeLocation
	selects  func() tree.Selection // what records it alone; nil for the suite
	attempt  int                   // from 1; 0 for the suite
	live     bool
	isSpec   bool   // rather than a container or the suite, whose nodes may have other things to do
	discard  bool   // another process saves
	around   []*run // that were open when this one began
	inner    []*run // of containers that began in this one, with their BeforeAll

	err        error // refuses every request
	sessionErr error // why the session that was asked for cannot be
	refused    atomic.Bool
	closes     atomic.Bool // no request comes any more
	told       atomic.Bool // on stderr, by this attempt or an earlier one
	bypasses   bypasses
	lookups    lookups
	mayRecord  func() bool           // nil if nothing is sent
	untold     atomic.Pointer[error] // what fails the spec at its end
	missed     misses
	passed     bool // known when it is closed
}

// open starts the session, after the run before, which is nil at first.
func (r *run) open(last *run) {
	interceptor.Renew()
	r.err = cmp.Or(r.err, modeError())
	only, _ := chosenOnly() // of which modeError tells what is wrong
	var earlier *recorder.Session
	if last != nil {
		earlier = last.session
		r.told.Store(last.told.Load())
	}
	var around []*recorder.Session
	for _, outer := range r.around {
		around = append(around, outer.session)
	}
	session, err := recorder.OpenSpec(r.config(), r.spec(only), earlier, around...)
	if err != nil {
		if r.err == nil { // what is wrong with the plan comes first
			r.err, r.sessionErr = err, err
		}
		session = refusingSession(harness.Spec{RefuseWith: r.err, OnRefuse: r.fail})
	}
	r.session = session
}

func (r *run) config() recorder.Config {
	s := r.settings
	return recorder.Config{
		Dir: r.plan.Dir, Path: r.plan.Path, Mode: r.mode(), AllowRepeats: s.allowRepeats, InOrder: s.inOrder, Include: s.include,
		PassThrough: s.passThrough, Base: interceptor.Base(s.base), Pace: s.pace, InstantRetries: s.instantRetries, ShiftTimes: s.shiftTimes, BodyLimit: s.bodyLimit,
		RestoreOnReplay: s.restore, RecordOnlyPassed: s.recordOnlyPassed, FailOnDrift: s.failOnDrift, DriftRules: s.driftRules,
		MaxAge: s.maxAge, RecordStale: s.recordStale,
		LiveCalls: s.liveCalls, LiveTokens: s.liveTokens, RateLimit: s.rateLimit, MaxConcurrentCalls: s.maxConcurrentCalls,
	}
}

func (r *run) spec(only *choice.Choice) harness.Spec {
	return harness.Spec{
		Suite: process.Package, Name: r.plan.Title, Shared: r.plan.Shared, LookedIn: r.plan.LookedIn, Discard: r.discard, Pinned: r.settings.pinned,
		Opened: func(mayRecord func() bool) { r.mayRecord = mayRecord },
		Rules:  r.settings.rules, Redaction: r.settings.redact.With(redaction.Rules{Secrets: r.secrets}),
		Only: only, OnChosen: r.noteChosen, RecordIncluded: recordIncluded, Bypasses: r.bypasses.list, Note: r.note,
		ClientRemedy: "obtain the client in the spec that uses it, or use vcr.Client()",
		PlaceRemedy:  "give one of them another vcr.Name or vcr.Dir",
		Orphans:      suite.Orphans, Dummies: dummies, OnRefuse: r.fail, RefuseWith: r.err, Trace: trace(),
		Guide: r.guide, Run: runName(),
	}
}

// refusingSession returns a session without a cassette that refuses every request.
func refusingSession(spec harness.Spec) *recorder.Session {
	session, _ := recorder.OpenSpec(recorder.Config{Mode: recorder.None}, spec, nil) // nothing can be wrong
	return session
}

// secrets are the values that [Getenv] returned, and those that the sessions around
// this one have learned: the code uses in a spec what it got in a BeforeAll or
// BeforeSuite.
func (r *run) secrets() []redaction.Secret {
	all := secrets()
	for _, around := range r.around {
		all = append(all, around.session.Learned()...)
	}
	return all
}

// close saves what was recorded and leaves an entry for the report of the suite.
func (r *run) close(passed bool) error {
	r.closes.Store(true)
	interceptor.Leave(r)
	untold := r.untold.Load()
	r.passed = passed && untold == nil
	did, err := r.session.Close(r.passed)
	if r.discard {
		return err // the process that saves reports the rest
	}
	if tree.IsSkipped() {
		did.Partial = false // it may be whole for a spec that skips itself: only one that fails or passes tells
	}
	did.Idle = did.Idle && r.isSpec && !r.hasAskedBefore()
	if name, entry := reporters.EntryOf(did, r.about(), func() string { return r.again(did) }); entry != nil {
		ginkgo.AddReportEntry(name, entry, ginkgo.ReportEntryVisibilityNever, r.location)
	}
	r.leaveMisses()
	if did.Rejected != "" && err == nil {
		ginkgo.AddReportEntry("ginkgo-vcr", r.rejected(did), ginkgo.ReportEntryVisibilityFailureOrVerbose, r.location)
	}
	if did.Partial && did.Refused == 0 && r.location.FileName != "" && len(did.Unplayed) < len(did.Loaded) && tree.HasFailed() {
		ginkgo.AddReportEntry("ginkgo-vcr", r.guide().Partial(did.Cassette), ginkgo.ReportEntryVisibilityFailureOrVerbose, r.location)
	}
	switch {
	case untold != nil && passed:
		return *untold
	case untold != nil: // Ginkgo shows one failure
		ginkgo.AddReportEntry("ginkgo-vcr", (*untold).Error(), ginkgo.ReportEntryVisibilityFailureOrVerbose, r.location)
	}
	return cmp.Or(err, r.unplayed(did), r.amended(did))
}

// about is what the report of the suite says of this run beside what it did.
func (r *run) about() reporters.Spec {
	about := reporters.Spec{Name: r.plan.Title, Attempt: r.attempt, Passed: r.passed, Skipped: tree.IsSkipped(), Missed: r.missed.all()}
	if r.location.FileName != "" {
		about.Place = process.InRepository(r.location.FileName) + ":" + strconv.Itoa(r.location.LineNumber)
	}
	return about
}

// again returns the command that records this run again, or moves its cassette. What
// the suite's own nodes miss is recorded with any spec, whose recordings stay.
func (r *run) again(did recorder.Snapshot) string {
	mode := string(recorder.All)
	if inForce := r.mode(); inForce == recorder.Live || inForce == recorder.Refresh || len(did.Stale) > 0 {
		mode = string(recorder.Refresh)
	}
	switch {
	case r.missed.renamedFrom() != "":
		return strings.Join(move(r.missed.renamedFrom(), did.Cassette), " && ")
	case r.selects == nil && len(r.missed.all()) > 0:
		return commands(string(recorder.NewEpisodes))[0]
	case r.selects == nil:
		return commands(mode)[0]
	}
	return r.guide().Record(mode)[0]
}

// hasAskedBefore reports whether a BeforeAll sent a request, on whose answer the spec
// may live.
func (r *run) hasAskedBefore() bool {
	return slices.ContainsFunc(slices.Concat(r.around, r.inner), func(other *run) bool {
		did := other.session.Snapshot()
		return other.attempt > 0 && len(did.Replayed)+len(did.Recorded)+len(did.Live) > 0
	})
}

// rejected says, for the failure of a spec, where its recording went.
func (r *run) rejected(did recorder.Snapshot) string {
	before := "was not written"
	if exists(r.plan.File()) {
		before = "stays as it was"
	}
	return fmt.Sprintf("%s %s; what this spec recorded is in %s", did.Cassette, before, did.Rejected)
}

// note tells people of a thing that fails nothing.
func (r *run) note(text string) {
	ginkgo.AddReportEntry("ginkgo-vcr", text, ginkgo.ReportEntryVisibilityAlways, r.location)
}

// unplayed fails a spec that passed and left recordings unplayed, if its options
// say so.
func (r *run) unplayed(did recorder.Snapshot) error {
	if !r.settings.failOnUnused || !r.passed || len(did.Unplayed) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %d of %d recordings were not played; ask for them, or record this spec again:\n  %s",
		did.Cassette, len(did.Unplayed), len(did.Loaded), strings.Join(titles(did, did.Unplayed), "\n  "))
}

// amended fails a spec that passed with answers to other requests than were recorded, if
// its options say so. It lets the run pass that amends them.
func (r *run) amended(did recorder.Snapshot) error {
	if !r.settings.failOnAmended || !r.passed || len(did.Amended) == 0 || did.Mode == recorder.Amend {
		return nil
	}
	guide := r.guide()
	return fmt.Errorf("%s: %d of %d interactions amended and not recorded again:\n  %s\nto record this %s again%s:\n  %s",
		did.Cassette, len(did.Amended), len(did.Loaded), strings.Join(titles(did, did.Amended), "\n  "), guide.Noun, guide.Where, strings.Join(guide.Record(string(recorder.All)), "\n  "))
}

// titles names interactions, the first ones of many.
func titles(did recorder.Snapshot, interactions []*cassette.Interaction) []string {
	const most = 20
	var list []string
	for _, i := range interactions[:min(len(interactions), most)] {
		list = append(list, did.Title(i))
	}
	if more := len(interactions) - most; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return list
}

// What follows makes a run an [intercept.Session].

// RoundTrip hands a request to the session.
func (r *run) RoundTrip(req *http.Request) (*http.Response, error) { return r.session.RoundTrip(req) }

// Cassette is the path of the cassette, for people.
func (r *run) Cassette() string { return r.session.Cassette() }

// MayRecord reports whether requests without a recording are sent.
func (r *run) MayRecord() bool { return r.err == nil && r.mayRecord != nil && r.mayRecord() }

// Refuse makes an error the failure of the spec and returns it for the code.
func (r *run) Refuse(err error) error {
	err = harness.Final(err)
	r.fail(err)
	return err
}

// fail makes an error of the session the failure of the spec, when it happens: the
// code under test may swallow the error, try again or wait. On a goroutine that shows
// no code of the user, it waits for the end of the spec: Ginkgo takes the place of a
// failure from the stack, and of that of a cleanup from us.
func (r *run) fail(err error) {
	r.refused.Store(true)
	if !r.told.Swap(true) {
		process.Notice(err, r.where())
	}
	r.noteMiss(err)
	defer func() {
		_ = recover() // Fail panics, which must not go through the user's code
		if cancel := cancelNode.Load(); cancel != nil {
			(*cancel)(err)
		}
	}()
	skip := tree.CallersTo(inTestFile)
	if skip == 0 && r.location.FileName != "" {
		err = fmt.Errorf("%w\n  in the spec at %s", err, r.location)
		if skip = tree.CallersTo(inUsersModule); skip == 0 && (runs.spec.Load() == r || r.closes.Load()) {
			r.untold.CompareAndSwap(nil, &err)
			return
		}
	}
	r.untold.Store(nil)
	ginkgo.Fail(err.Error(), skip)
}

// where says which part of the suite runs.
func (r *run) where() string {
	if r.location.FileName == "" {
		return "BeforeSuite or AfterSuite"
	}
	return fmt.Sprintf("the spec at %s", r.location)
}

func inTestFile(frame runtime.Frame) bool { return strings.HasSuffix(frame.File, "_test.go") }

func inUsersModule(frame runtime.Frame) bool {
	return process.InModuleUnderTest(frame.Function) && !strings.HasPrefix(frame.Function, reflect.TypeFor[run]().PkgPath())
}

// cancelNode cancels the context of the node that runs.
var cancelNode atomic.Pointer[context.CancelCauseFunc]

// aroundNode gives each node a context that a miss cancels, so that clients
// which try again stop at once.
func aroundNode(ctx context.Context, body func(context.Context)) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	outer := cancelNode.Swap(&cancel)
	defer cancelNode.CompareAndSwap(&cancel, outer)
	body(ctx)
}

// mode returns the mode in force, the strongest first: the variable or the flag,
// live by the label filter, the options, the default.
func (r *run) mode() recorder.Mode {
	commanded := commandedMode().mode
	configured := r.settings.mode
	switch {
	case r.live && !r.plan.Recorded:
		return recorder.Live
	case commanded != "":
		return commanded
	case isLimited():
		return recorder.Once
	case r.live:
		return recorder.Live
	case process.InCI():
		return recorder.None // no option can make a run in CI record
	case configured == "":
		return recorder.Once
	default:
		return configured
	}
}

var modeFlag = flag.String("vcr.record-mode", "", "record mode of ginkgo-vcr: none, once, new_episodes, all, refresh, amend or live (the variable VCR_RECORD_MODE is stronger)")

// commandedMode is the mode that the variable or the flag names, "" if none does.
var commandedMode = sync.OnceValue(func() commanded {
	setting, word := process.ModeVariable, os.Getenv(process.ModeVariable)
	if word == "" {
		setting, word = "-vcr.record-mode", *modeFlag
	}
	if word == "" {
		return commanded{}
	}
	mode, err := recorder.ParseMode(word)
	if err != nil {
		// Where nothing could report the error so far, nothing is sent.
		return commanded{recorder.None, fmt.Errorf("%s: %w", setting, err)}
	}
	return commanded{mode, nil}
})

type commanded struct {
	mode recorder.Mode
	err  error
}

// modeError returns what is wrong with the variables of a run.
func modeError() error {
	_, err := chosenOnly()
	return cmp.Or(commandedMode().err, err)
}
