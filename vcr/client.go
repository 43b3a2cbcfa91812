package vcr

import (
	"errors"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/intercept"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// ErrNotRecording is the error for a request through [Client] where no session is
// in force. Nothing was sent, and Eventually does not ask again.
var ErrNotRecording = errors.New("nothing is recorded here; decorate the Describe or It with vcr.Recorded(), or send this request with another client")

// Client returns an http.Client that sends each request to the session in force
// when the request starts: the spec's; in the BeforeAll and AfterAll of an ordered
// container, and in what they defer, the container's; in BeforeSuite and
// AfterSuite, the suite's. It may be obtained anywhere, in a package variable as
// well, and used from several goroutines. Where no session is in force, requests
// fail with [ErrNotRecording].
func Client() *http.Client { return &http.Client{Transport: clientTransport{}} }

type clientTransport struct{}

func (clientTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return inForce().RoundTrip(req)
}

// Current returns the session in force. Its client is bound to it: once the spec
// is over, requests fail. The matchers of package matchers ask the session what
// was played.
//
// Current never returns nil. Where no session is in force, it returns one that
// refuses every request with [ErrNotRecording], which is also the Err of its
// snapshot. It may be called from several goroutines.
func Current() *recorder.Session { return inForce().session }

// Base sets the transport for real requests. Nil stands for the default, a
// transport of the package's own with the Proxy, DialContext and TLSClientConfig that
// http.DefaultTransport has: proxies from the environment, unless the suite sets others. The transport
// of [Client] and a [*recorder.Session] are an error, since they would send to
// themselves.
func Base(transport http.RoundTripper) Option {
	return option(func(s *settings) {
		switch transport.(type) {
		case clientTransport, *recorder.Session:
			s.fail(errors.New("vcr.Base is given a transport of this package, which would send to itself; give the one that really sends"))
		default:
			s.base = transport
		}
	})
}

// runs holds the runs that are open in this process. Ginkgo runs one node at a
// time; requests may come from any goroutine.
var runs struct {
	override  atomic.Pointer[run] // in a BeforeAll or AfterAll
	spec      atomic.Pointer[run]
	container atomic.Pointer[run] // the innermost that is open
	suite     atomic.Pointer[run]
}

// nothing is in force where no other run is.
var nothing = &run{session: refusingSession(harness.Spec{RefuseWith: ErrNotRecording})}

// inForce returns the run whose session requests go to.
func inForce() *run {
	if r := runs.override.Load(); r != nil {
		return r
	}
	if r := runs.spec.Load(); r != nil {
		return r
	}
	if r := runs.container.Load(); r != nil {
		return r
	}
	if r := runs.suite.Load(); r != nil && tree.InSuiteNode() {
		return r
	}
	return nothing
}

// openRuns returns the runs around a spec or container that begins.
func openRuns() []*run {
	var around []*run
	if r := runs.container.Load(); r != nil {
		around = append(append(around, r), r.around...)
	}
	if r := runs.suite.Load(); r != nil && !slices.Contains(around, r) {
		around = append(append(around, r), r.around...)
	}
	return around
}

// interceptor sees the requests of the default transport.
var interceptor *intercept.Interceptor

// sessionInForce returns what takes requests of the default transport, nil for
// none.
func sessionInForce() intercept.Session {
	if r := inForce(); r != nothing && !r.settings.noIntercept {
		return r
	}
	return nil
}
