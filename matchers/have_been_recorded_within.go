package matchers

import (
	"fmt"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// HaveBeenRecordedWithin succeeds if everything that was played was recorded less than d
// ago. What was recorded in this run was, and so was what came from the service in mode
// live.
//
//	Expect(vcr.Current()).To(HaveBeenRecordedWithin(90 * 24 * time.Hour))
//
// Recordings that do not say when they were made are too old. It succeeds where nothing
// was played. A d that is not positive, an actual value that is not a session and a
// cassette that cannot be read are errors.
func HaveBeenRecordedWithin(d time.Duration) types.GomegaMatcher {
	return &haveBeenRecordedWithin{within: d}
}

type haveBeenRecordedWithin struct {
	subject
	within time.Duration
	now    time.Time
	old    []*cassette.Interaction
}

func (m *haveBeenRecordedWithin) Match(actual any) (bool, error) {
	if m.within <= 0 {
		return false, fmt.Errorf("HaveBeenRecordedWithin: takes a time such as 90 * 24 * time.Hour, not %s", m.within)
	}
	if err := m.ask(actual); err != nil {
		return false, err
	}
	if err := m.decode(m.Answered()); err != nil {
		return false, err
	}
	m.now, m.old = time.Now(), nil
	for _, i := range m.Answered() {
		if i.Recorded.IsZero() || m.now.Sub(i.Recorded) >= m.within {
			m.old = append(m.old, i)
		}
	}
	return len(m.old) == 0, nil
}

func (m *haveBeenRecordedWithin) FailureMessage(any) string {
	claim := fmt.Sprintf("to have been recorded within %s; %d of %d interactions were not", age(m.within), len(m.old), len(m.Answered()))
	return m.message(claim, m.ages(m.old))
}

func (m *haveBeenRecordedWithin) NegatedFailureMessage(any) string {
	claim := fmt.Sprintf("not to have been recorded within %s", age(m.within))
	if len(m.Answered()) == 0 {
		return m.message(claim+"; nothing was played", "")
	}
	return m.message(fmt.Sprintf("%s; all %d interactions were", claim, len(m.Answered())), m.ages(m.Answered()))
}

func (m *haveBeenRecordedWithin) ages(interactions []*cassette.Interaction) string {
	return list(len(interactions), func(n int) string {
		i := interactions[n]
		if i.Recorded.IsZero() {
			return m.Title(i) + " (it does not say when)"
		}
		return fmt.Sprintf("%s (%s ago, on %s)", m.Title(i), age(m.now.Sub(i.Recorded)), i.Recorded.UTC().Format(time.DateOnly))
	})
}

// age shows a time in days from two days on.
func age(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day {
		return fmt.Sprintf("%d days", d/day)
	}
	return d.Round(time.Second).String()
}
