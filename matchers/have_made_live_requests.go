package matchers

import "github.com/onsi/gomega/types"

// HaveMadeLiveRequests succeeds if n requests went past the tape, neither played
// from it nor recorded to it, or if their number satisfies n when that is a
// matcher. They are the requests to hosts that are passed through, those to this
// machine that went past the session (see vcr.InterceptLoopback), and all requests
// in mode live.
//
//	Expect(vcr.Current()).To(HaveMadeLiveRequests(1))
//	Eventually(vcr.Current()).Should(HaveMadeLiveRequests(BeNumerically(">", 0)))
//
// For none, [HaveMadeNoLiveRequests] reads better. An n of another type, an actual
// value that is not a session and a cassette that cannot be read are errors.
func HaveMadeLiveRequests(n any) types.GomegaMatcher {
	return &count{
		expectation: expect[int]("HaveMadeLiveRequests", n),
		claim:       "to have made %s", noun: "live request", actual: "it made %d",
		number: func(s *subject) int { return len(s.Live) },
		list:   (*subject).requests,
	}
}
