package matchers

import (
	"fmt"

	"github.com/onsi/gomega/types"
)

// HaveReplayedAllInteractions succeeds if everything on the tape was played: no
// recording is out of date because the code under test does not make its request
// any more.
//
//	Expect(vcr.Current()).To(HaveReplayedAllInteractions())
//
// Wait for the requests of other goroutines with
//
//	Eventually(vcr.Current()).Should(HaveReplayedAllInteractions())
//
// It succeeds where there is nothing to play: in mode all, and when the cassette
// is recorded for the first time. An actual value that is not a session and a
// cassette that cannot be read are errors.
func HaveReplayedAllInteractions() types.GomegaMatcher { return new(haveReplayedAllInteractions) }

type haveReplayedAllInteractions struct{ subject }

func (m *haveReplayedAllInteractions) Match(actual any) (bool, error) {
	if err := m.ask(actual); err != nil {
		return false, err
	}
	return len(m.Unplayed) == 0, nil
}

func (m *haveReplayedAllInteractions) FailureMessage(any) string {
	claim := fmt.Sprintf("to have replayed all interactions; %d of %d were not played", len(m.Unplayed), len(m.Loaded))
	return m.message(claim, m.titles(m.Unplayed))
}

func (m *haveReplayedAllInteractions) NegatedFailureMessage(any) string {
	if len(m.Loaded) == 0 {
		return m.message("not to have replayed all interactions; there were none to replay", "")
	}
	claim := fmt.Sprintf("not to have replayed all interactions; all %d were played", len(m.Loaded))
	return m.message(claim, m.titles(m.Loaded))
}
