package matchers

import (
	"fmt"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A count is a matcher for the number of some of the interactions.
type count struct {
	subject
	expectation
	verb    string // what happened to those that are counted: "replayed"
	counted func(*subject) []*cassette.Interaction
}

func (m *count) Match(actual any) (bool, error) {
	if m.err != nil {
		return false, m.err
	}
	if err := m.ask(actual); err != nil {
		return false, err
	}
	return m.holds(len(m.counted(&m.subject)))
}

func (m *count) FailureMessage(any) string {
	return m.failure("to have", types.GomegaMatcher.FailureMessage)
}

func (m *count) NegatedFailureMessage(any) string {
	return m.failure("not to have", types.GomegaMatcher.NegatedFailureMessage)
}

func (m *count) failure(claim string, why func(matcher types.GomegaMatcher, actual any) string) string {
	interactions := m.counted(&m.subject)
	n := len(interactions)
	message := m.message(fmt.Sprintf("%s %s %s, but the number is %d", claim, m.verb, m.interactions(), n), m.list(interactions))
	if m.matcher != nil {
		message += "\n" + format.IndentString(why(m.matcher, n), 1)
	}
	return message
}

// interactions says how many are expected.
func (m *count) interactions() string {
	switch m.value {
	case nil:
		return "a number of interactions"
	case 1:
		return "1 interaction"
	}
	return fmt.Sprintf("%d interactions", m.value)
}
