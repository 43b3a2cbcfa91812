package vcr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
)

// deck holds the recordings that are open in this process. Ginkgo runs one node
// at a time; requests may come from any goroutine.
var deck struct {
	override  atomic.Pointer[Recording] // in a BeforeAll or AfterAll
	spec      atomic.Pointer[Recording]
	container atomic.Pointer[Recording] // the innermost with an open recording
	suite     atomic.Pointer[Recording]
	cancel    atomic.Pointer[context.CancelCauseFunc] // of the node that runs
}

// ErrNotRecording is the error for a request through [Client] or [Transport]
// when no recording is in force. Nothing was sent.
var ErrNotRecording = errors.New("nothing is recorded here")

// Client returns an http.Client that sends each request to the recording in
// force when the request starts: the spec's; in the BeforeAll and AfterAll of
// an ordered container, and in what they defer, the container's; in BeforeSuite
// and AfterSuite, the suite's. It may be obtained anywhere, in a package
// variable as well, and used from several goroutines. Where no recording is in
// force, requests fail with [ErrNotRecording].
func Client() *http.Client { return &http.Client{Transport: Transport()} }

// Transport returns the transport of [Client].
func Transport() http.RoundTripper { return inForceTransport{} }

type inForceTransport struct{}

func (inForceTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return inForce().roundTrip(req)
}

// Current returns the recording in force. It is never nil; where none is in
// force, its client fails with [ErrNotRecording].
func Current() *Recording { return inForce() }

var nothing = &Recording{}

func inForce() *Recording {
	for _, open := range [...]*Recording{deck.override.Load(), deck.spec.Load(), deck.container.Load()} {
		if open != nil {
			return open
		}
	}
	if open := deck.suite.Load(); open != nil && inSuiteNode() {
		return open
	}
	return nothing
}

var errNotRecording = fmt.Errorf("%w; decorate the Describe or It with vcr.Recorded(), or send this request with another client", ErrNotRecording)

// openRecordings are those around a spec that begins.
func openRecordings() []*Recording {
	var open []*Recording
	for _, recording := range []*Recording{deck.container.Load(), deck.suite.Load()} {
		if recording != nil && recording.session != nil && !slices.Contains(open, recording) {
			open = append(append(open, recording), recording.around...)
		}
	}
	return open
}
