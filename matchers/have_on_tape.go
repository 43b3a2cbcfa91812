package matchers

import "github.com/onsi/gomega/types"

// HaveOnTape succeeds if n interactions are on the tape by now, played or not, or
// if their number satisfies n when that is a matcher. Those that were on the tape
// before count as much as those that were just recorded, so the assertion means
// the same when the spec is replayed. In mode all the old ones are replaced and do
// not count.
//
//	Expect(vcr.Current()).To(HaveOnTape(2))
//
// Wait for the requests of other goroutines with
//
//	Eventually(vcr.Current()).Should(HaveOnTape(BeNumerically(">=", 2)))
//
// An n of another type, an actual value that is not a session and a cassette
// that cannot be read are errors.
func HaveOnTape(n any) types.GomegaMatcher {
	return &count{
		expectation: expect[int]("HaveOnTape", n),
		claim:       "to have %s on tape", noun: "interaction", actual: "it has %d",
		number: func(s *subject) int { return len(s.Loaded) + len(s.Recorded) },
		list:   func(s *subject) string { return s.titles(s.tape()) },
	}
}
