package recorder

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// ForTest starts a session for a plain go test, and ends it when the test ends:
//
//	func TestCapital(t *testing.T) {
//		session := recorder.ForTest(t, recorder.Config{})
//		answer, err := ask(session.Context(t.Context()), session.Client(), "What is the capital of France?")
//		...
//	}
//
// The cassette is testdata/cassettes/testcapital.yaml; that of a subtest is in a
// folder of its test's name. Config.Dir and Config.Path set another place. The first
// run sends the requests and records them; later runs replay. A test that fails
// leaves a partial cassette, and the next run records what is missing.
//
// A request without a recording fails the test, even if the code ignores the error.
// In CI nothing is recorded unless VCR_RECORD_MODE says so: it is stronger than
// Config.Mode, and Config.Mode does not count in CI.
//
// ForTest calls t.Fatal if [Open] would return an error, and if another test, or
// another session of this test, has the same cassette. Call it in the goroutine of
// the test; the session may be used from several.
func ForTest(t testing.TB, cfg Config) *Session {
	t.Helper()
	test := &plainTest{t: t}
	if err := test.complete(&cfg); err != nil {
		t.Fatal(err)
	}
	session, err := OpenSpec(cfg, harness.Spec{
		Suite: process.Package, Name: t.Name(), Only: test.only, OnRefuse: test.fail, Guide: test.guide, Note: func(text string) { t.Log(text) }, Trace: test.tracer(),
	}, nil)
	if err == nil {
		err = test.claim(session.tape.place.file)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		t.Helper()
		test.end()
		final, err := session.Close(!t.Failed() && !t.Skipped() && !isUnwinding())
		if err != nil {
			t.Error(err)
		}
		if d := final.Drift; d != nil {
			if _, drifted, failed := d.Counts(); drifted+failed > 0 {
				t.Log(d)
			}
		}
		if len(final.Stale) > 0 {
			t.Log(test.stale(final))
		}
		if final.Rejected != "" {
			t.Logf("what this test recorded is in %s", final.Rejected)
		}
		if t.Failed() && final.Partial && final.Refused == 0 && len(final.Unplayed) < len(final.Loaded) {
			t.Log(test.guide().Partial(final.Cassette))
		}
	})
	return session
}

// Context returns a context that ends at the first request that the session
// refuses, so that clients which try again stop at once. It ends with its parent
// and with the session as well. [context.Cause] returns the error of the request.
func (s *Session) Context(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed.Load() {
		cancel(s.errClosed())
	} else {
		s.cancels = append(s.cancels, cancel)
	}
	return ctx
}

// A plainTest is a test without a framework.
type plainTest struct {
	t testing.TB

	only *choice.Choice // as in harness.Spec

	told sync.Once // on stderr

	mu    sync.Mutex
	ended bool // a call of t.Error would panic now
}

// complete sets what a test need not say.
func (p *plainTest) complete(cfg *Config) error {
	only, err := choiceOfEnvironment()
	if err != nil {
		return err
	}
	p.only = only
	commanded, err := commandedMode()
	switch {
	case err != nil:
		return err
	case commanded != "":
		cfg.Mode = commanded
	case only != nil:
		cfg.Mode = Once
	case process.InCI():
		cfg.Mode = None
	}
	if cfg.Dir == "" && cfg.Path == "" {
		cfg.Dir = filepath.Join("testdata", "cassettes")
	}
	if cfg.Path == "" {
		var segments []string
		for name := range strings.SplitSeq(p.t.Name(), "/") {
			segments = append(segments, slug.Of(name))
		}
		cfg.Path, err = slug.Path(segments)
	}
	return err
}

// claims holds the last test of this process for the file of each cassette.
var claims sync.Map

func (p *plainTest) claim(file string) error {
	last, taken := claims.Swap(file, p)
	if !taken {
		return nil
	}
	other := last.(*plainTest)
	if other.t.Name() != p.t.Name() {
		return fmt.Errorf("%s: %s and %s have this cassette; set Config.Path in one of them", process.Shown(file), other.t.Name(), p.t.Name())
	}
	other.mu.Lock()
	defer other.mu.Unlock()
	if !other.ended { // else the test runs again, with -count
		return fmt.Errorf("%s: two sessions of %s have this cassette; set Config.Path in one of them", process.Shown(file), p.t.Name())
	}
	return nil
}

// fail makes an error of the session a failure of the test when it happens: the
// code under test may ignore the error, try again, or end the process.
func (p *plainTest) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.told.Do(func() { process.Notice(err, p.t.Name()) })
	if place := inTestFile(); place != "" {
		p.t.Errorf("%v\n  in the request at %s", err, place)
		return
	}
	p.t.Error(err)
}

// stale says which of what was played is stale, and what refreshes it.
func (p *plainTest) stale(did Snapshot) string {
	var recordings []string
	for _, i := range did.Stale {
		recordings = append(recordings, fmt.Sprintf("%s, recorded on %s", did.Title(i), i.Recorded.UTC().Format(time.DateOnly)))
	}
	return p.guide().Stale(did.Cassette, recordings)
}

// tracer returns what tells of each request with go test -v, nil without it. With
// VCR_DEBUG they are told in another way.
func (p *plainTest) tracer() func(string) {
	if !testing.Verbose() || process.IsDebugging() {
		return nil
	}
	return func(line string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.ended {
			p.t.Log(line)
		}
	}
}

// inTestFile returns the place of the first function on this goroutine that is in
// a test file, "" if there is none.
func inTestFile() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.File, "_test.go") {
			return fmt.Sprintf("%s:%d", process.Shown(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}

// isUnwinding reports whether a panic runs the cleanups of a test. Package testing
// does not know yet that the test failed.
func isUnwinding() bool {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		frame, more := frames.Next()
		if frame.Function == "runtime.gopanic" || frame.Function == "runtime.Goexit" {
			return true
		}
		if !more {
			return false
		}
	}
}

func (p *plainTest) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// selection returns the flag of go test that selects this test alone.
func (p *plainTest) selection() string {
	segments := strings.Split(p.t.Name(), "/")
	for n, name := range segments {
		segments[n] = "^" + regexp.QuoteMeta(name) + "$"
	}
	return "-run " + process.ShellQuoted(strings.Join(segments, "/"))
}
