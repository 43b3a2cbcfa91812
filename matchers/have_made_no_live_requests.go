package matchers

import (
	"fmt"

	"github.com/onsi/gomega/types"
)

// HaveMadeNoLiveRequests succeeds if no request went past the tape, neither
// played from it nor recorded to it: to a host that is passed through, to this
// machine past the session (see vcr.InterceptLoopback), or in mode live.
//
//	Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
//
// Assert that it stays so with Consistently. For requests that are expected, use
// [HaveMadeLiveRequests] instead of a negation: its message says how many there
// were. An actual value that is not a session and a cassette that cannot be read
// are errors.
func HaveMadeNoLiveRequests() types.GomegaMatcher { return new(haveMadeNoLiveRequests) }

type haveMadeNoLiveRequests struct{ subject }

func (m *haveMadeNoLiveRequests) Match(actual any) (bool, error) {
	if err := m.ask(actual); err != nil {
		return false, err
	}
	return len(m.Live) == 0, nil
}

func (m *haveMadeNoLiveRequests) FailureMessage(any) string {
	return m.message(fmt.Sprintf("to have made no live requests, but it made %d", len(m.Live)), m.requests())
}

func (m *haveMadeNoLiveRequests) NegatedFailureMessage(any) string {
	return m.message("to have made live requests, but it made none", "")
}
