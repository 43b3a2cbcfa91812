// Package matchers asserts on what a recording played. It is meant to be
// imported with a dot, beside Gomega:
//
//	import . "github.com/seed-e117020a/ginkgo-vcr/matchers"
//
// The matchers are
//
//   - [HaveReplayedAllInteractions]: nothing on the tape was left unplayed.
//   - [HaveReplayedInteractions]: so many were played, or recorded.
//   - [HaveRecordedInteractions]: so many are on the tape.
//   - [HaveMadeNoLiveRequests]: no request went past the tape.
//   - [HaveInteraction]: one of them has this method, URL, request body, status
//     or response body. Its parts are [InteractionMethod], [InteractionURL],
//     [InteractionRequestBody], [InteractionStatus] and
//     [InteractionResponseBody].
//   - [HaveNoSecrets]: no secret stands on a cassette, or on any in a folder.
//
// # What they are applied to
//
// The actual value is a [recorder.Provider]: vcr.Current() in a Ginkgo spec, a
// *[recorder.Session] in a plain go test. A [recorder.Snapshot] is taken as well.
// Anything else is an error, and so is a cassette that cannot be read.
//
// A provider is asked anew each time, so that Eventually can wait for requests
// that are under way. A snapshot does not change, and Eventually does not wait
// for it.
//
// # Modes
//
// An assertion that holds when a spec records holds when it replays: the modes
// once, none and all need no different ones. In mode live there is no tape, and
// every count is 0.
//
// # Plain values and matchers
//
// Where a matcher of this package takes a value, it takes a Gomega matcher as
// well, which is applied to the actual value: [HaveReplayedInteractions] takes 2
// or BeNumerically(">", 2). Any other type is an error when the assertion runs.
//
// # Failures
//
// A failure names the cassette and lists at most 20 of the interactions
// concerned, each with its position on the tape, counted from 1. An interaction
// that was recorded in this run is listed as new, with its position among those.
// Long texts are cut. What is listed was redacted when it was recorded.
//
// Matchers keep what they saw for their messages: one is not to be used by
// several goroutines at once.
package matchers
