package vcr

import (
	"cmp"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

type outcome = recorder.Outcome

const (
	passed = recorder.Passed
	failed = recorder.Failed
)

// A Recording is what records or replays one spec, the BeforeAll of a container
// or the BeforeSuite of a suite. [Current] returns it; the matchers of package
// matchers ask it what was played. It is safe for concurrent use.
type Recording struct {
	session  *recorder.Session // nil when nothing is recorded
	plan     *plan
	live     bool
	err      error        // refuses every request
	unusable error        // why the session that was asked for cannot be
	around   []*Recording // that were open when this one began
	discard  bool
	attempt  int
	location types.CodeLocation
	refused  atomic.Bool
}

func newRecording(p *plan, live bool, err error) *Recording {
	return &Recording{plan: p, live: live, err: err, around: openRecordings()}
}

// Client returns an http.Client that is bound to this recording: once it is
// over, requests fail.
func (r *Recording) Client() *http.Client { return &http.Client{Transport: r.Transport()} }

// Transport returns the transport of [Recording.Client].
func (r *Recording) Transport() http.RoundTripper { return boundTransport{r} }

type boundTransport struct{ recording *Recording }

func (t boundTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.recording.roundTrip(req)
}

// Snapshot returns what was played and recorded so far, which is what the
// matchers look at.
func (r *Recording) Snapshot() recorder.Snapshot {
	if r.session == nil {
		return recorder.Snapshot{Err: ErrNotRecording}
	}
	return r.session.Snapshot()
}

// GomegaString names the recording and counts what was played.
func (r *Recording) GomegaString() string { return r.Snapshot().GomegaString() }

// Looseness tells how loose the rules of this recording are: which changes of
// the requests on its tape they do not see. An error is returned where nothing
// is recorded, and for a cassette that cannot be read.
func (r *Recording) Looseness() (match.Looseness, error) {
	if r.session == nil {
		return match.Looseness{}, ErrNotRecording
	}
	return r.session.Looseness()
}

// Cassette returns the path of the cassette as people see it: relative to the
// folder of the suite, where it lies below; empty when nothing is recorded.
func (r *Recording) Cassette() string {
	if r.session == nil {
		return ""
	}
	return r.session.Cassette()
}

func (r *Recording) roundTrip(req *http.Request) (*http.Response, error) {
	if r.session == nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errNotRecording
	}
	return r.session.RoundTrip(req)
}

func (r *Recording) config() recorder.Config {
	s := &r.plan.settings
	mode := modeOf(r.plan, r.live)
	if !r.plan.recorded && r.live {
		mode = recorder.Live
	}
	return recorder.Config{
		Dir: r.plan.dir, Path: r.plan.path, Suite: suitePackage, Spec: r.plan.name, Shared: isShared(s.dir),
		Mode: mode, Pinned: s.pinned, AllowRepeats: s.allowRepeats, PassThrough: s.passThrough, Base: baseOf(s.base), Discard: r.discard,
		Pace: s.pace, InstantRetries: s.instantRetries, BodyLimit: s.bodyLimit,
		Rules: s.rules, InOrder: s.inOrder, Include: s.include, Orphans: suite.orphans,
		Redact: s.redact.With(redact.Rules{Secrets: r.secrets}), Restore: s.restore, Dummies: dummies, OnRefuse: r.refuse, Refuse: r.err,
		Remedies: func(m *recorder.Miss) []recorder.Remedy { return remedies(r.location, m) },
	}
}

// secrets are the values that [Getenv] returned, and what the recordings around
// this one have learned: the code uses in a spec what it got in a BeforeAll or
// BeforeSuite.
func (r *Recording) secrets() []redact.Secret {
	all := secrets()
	for _, around := range r.around {
		all = append(all, around.session.Learned()...)
	}
	return all
}

func (r *Recording) open() {
	if err := modeError(); err != nil && r.err == nil {
		r.err = err
	}
	session, err := recorder.Open(r.config())
	if err != nil {
		if r.err == nil { // what is wrong with the plan comes first
			r.err, r.unusable = err, err
		}
		config := r.config()
		config.Mode, config.Dir, config.Path = recorder.None, "", "none"+extension
		config.Rules, config.Include = match.Rules{}, nil
		session, _ = recorder.Open(config)
	}
	r.session = session
}

// again continues after an earlier attempt of the same spec.
func (r *Recording) again(last *attempt) {
	r.session = last.recording.session.Again(r.config(), last.outcome)
}

// refuse makes an error of the recorder the failure of the spec, when it
// happens: the code under test may swallow the error, try again or wait.
func (r *Recording) refuse(err error) {
	r.refused.Store(true)
	defer func() {
		_ = recover() // Fail panics, which must not go through the user's code
		if cancel := deck.cancel.Load(); cancel != nil {
			(*cancel)(err)
		}
	}()
	message, skip := err.Error(), framesTo(inTestFile)
	if skip == 0 && r.location.FileName != "" {
		message += fmt.Sprintf("\n  in the spec at %s", r.location) // a goroutine that shows no test
	}
	ginkgo.Fail(message, skip)
}

func inTestFile(frame runtime.Frame) bool { return strings.HasSuffix(frame.File, "_test.go") }

// framesTo is how many frames the caller of this function's caller is away from the
// first that is looked for, 0 when there is none on this goroutine.
func framesTo(isIt func(runtime.Frame) bool) int {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for skip := 1; ; skip++ {
		frame, more := frames.Next()
		if isIt(frame) {
			return skip
		}
		if !more {
			return 0
		}
	}
}

// close saves what was recorded and leaves a note for the report of the suite.
func (r *Recording) close(o outcome) error {
	result, err := r.session.Close(o)
	if r.discard {
		return err // the process that saves tells
	}
	entry := reporters.EntryOf(result, r.plan.name, r.attempt, o == passed)
	if entry.Notable() {
		ginkgo.AddReportEntry(reporters.EntryName, entry, ginkgo.ReportEntryVisibilityNever, r.location)
	}
	if result.Rejected != "" && err == nil {
		ginkgo.AddReportEntry("ginkgo-vcr", reporters.Rejected(result), ginkgo.ReportEntryVisibilityFailureOrVerbose, r.location)
	}
	return cmp.Or(err, r.unused(result, o))
}

// unused fails a spec that left recordings unplayed, if it is to fail for that.
func (r *Recording) unused(result recorder.Result, o outcome) error {
	if !r.plan.settings.failOnUnused || o != passed || len(result.Unplayed) == 0 {
		return nil
	}
	const most = 20
	list := result.Unplayed
	if more := len(list) - most; more > 0 {
		list = append(list[:most:most], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%s: %d of %d recordings were not played; ask for them, or record this spec again:\n  %s",
		result.Cassette, len(result.Unplayed), result.Loaded, strings.Join(list, "\n  "))
}
