package matchers

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// HaveRecordedInteractions succeeds if the number of interactions that the tape
// holds by now, played or not, is n, or satisfies n if that is a matcher. Those
// that were on the tape before count as much as those that were just recorded,
// so that the assertion means the same when the spec is replayed; in mode all
// the old ones are replaced and do not count.
//
//	Expect(vcr.Current()).To(HaveRecordedInteractions(2))
//
// Requests that other goroutines make are waited for with
//
//	Eventually(vcr.Current()).Should(HaveRecordedInteractions(BeNumerically(">=", 2)))
//
// An n of another type, an actual value that is not a recording and a cassette
// that cannot be read are errors.
func HaveRecordedInteractions(n any) types.GomegaMatcher {
	return &count{expectation: expect[int]("HaveRecordedInteractions", n), verb: "recorded", counted: (*subject).tape}
}

// tape returns what is on the tape.
func (s *subject) tape() []*cassette.Interaction {
	return slices.Concat(s.Loaded, s.Recorded)
}
