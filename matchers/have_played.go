package matchers

import "github.com/onsi/gomega/types"

// HavePlayed succeeds if n interactions were played in this session, or if their
// number satisfies n when that is a matcher. What was recorded counts as well, so
// the assertion means the same when the spec is recorded.
//
//	Expect(vcr.Current()).To(HavePlayed(2))
//	Expect(vcr.Current()).To(HavePlayed(BeNumerically("<=", 3)))
//
// Wait for the requests of other goroutines with
//
//	Eventually(vcr.Current()).Should(HavePlayed(2))
//
// An interaction that was played twice counts twice. An n of another type, an
// actual value that is not a session and a cassette that cannot be read are
// errors.
func HavePlayed(n any) types.GomegaMatcher {
	return &count{
		expectation: expect[int]("HavePlayed", n),
		claim:       "to have played %s", noun: "interaction", actual: "it played %d",
		number: func(s *subject) int { return len(s.Replayed) + len(s.Recorded) },
		list:   func(s *subject) string { return s.titles(s.played()) },
	}
}
