package matchers

import "github.com/onsi/gomega/types"

// HaveReplayedInteractions succeeds if the number of interactions that were
// played is n, or satisfies n if that is a matcher. What was recorded counts as
// well, so that the assertion means the same when the spec is recorded.
//
//	Expect(vcr.Current()).To(HaveReplayedInteractions(2))
//	Expect(vcr.Current()).To(HaveReplayedInteractions(BeNumerically("<=", 3)))
//
// Requests that other goroutines make are waited for with
//
//	Eventually(vcr.Current()).Should(HaveReplayedInteractions(2))
//
// An interaction that was played twice counts twice. An n of another type, an
// actual value that is not a recording and a cassette that cannot be read are
// errors.
func HaveReplayedInteractions(n any) types.GomegaMatcher {
	return &count{expectation: expect[int]("HaveReplayedInteractions", n), verb: "replayed", counted: (*subject).played}
}
