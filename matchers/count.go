package matchers

import (
	"fmt"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"
)

// A count is a matcher for a number of interactions or requests.
type count struct {
	subject
	expectation
	claim  string // with %s for what is counted, such as "to have played %s"
	noun   string // of one that is counted
	actual string // with %d for the number, such as "it played %d"
	number func(*subject) int
	error  func(*subject) error  // says why there is no number; nil if there always is one
	list   func(*subject) string // shows what is counted
}

func (m *count) Match(actual any) (bool, error) {
	if m.err != nil {
		return false, m.err
	}
	if err := m.ask(actual); err != nil {
		return false, err
	}
	if m.error != nil {
		if err := m.error(&m.subject); err != nil {
			return false, err
		}
	}
	return m.holds(m.number(&m.subject))
}

func (m *count) FailureMessage(any) string {
	return m.failure("", types.GomegaMatcher.FailureMessage)
}

func (m *count) NegatedFailureMessage(any) string {
	return m.failure("not ", types.GomegaMatcher.NegatedFailureMessage)
}

func (m *count) failure(not string, why func(matcher types.GomegaMatcher, actual any) string) string {
	n := m.number(&m.subject)
	claim := fmt.Sprintf(not+m.claim+", but "+m.actual, m.expected(), n)
	message := m.message(claim, m.list(&m.subject))
	if m.matcher != nil {
		message += "\n" + format.IndentString(why(m.matcher, n), 1)
	}
	return message
}

// expected says how many are expected.
func (m *count) expected() string {
	switch m.value {
	case nil:
		return "a number of " + m.noun + "s"
	case 1:
		return "1 " + m.noun
	}
	return fmt.Sprintf("%d %ss", m.value, m.noun)
}
