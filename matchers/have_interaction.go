package matchers

import (
	"errors"
	"fmt"
	"strings"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// HaveInteraction succeeds if one of the interactions that were played or
// recorded satisfies all parts.
//
//	Expect(vcr.Current()).To(HaveInteraction(
//		InteractionMethod("POST"),
//		InteractionURL(HaveSuffix("/chat/completions")),
//		InteractionRequestBody(ContainSubstring("gpt-4o-mini")),
//		InteractionStatus(200),
//		InteractionResponseBody(ContainSubstring("Paris")),
//	))
//
// The body of a response is on the tape when it has been read, and that of
// another goroutine is waited for with
//
//	Eventually(vcr.Current()).Should(HaveInteraction(InteractionResponseBody(ContainSubstring("[DONE]"))))
//
// The parts are asked in their order, up to the first that does not hold. A
// matcher that fails with an error, as MatchJSON does for an empty body, does
// not hold; if it cannot judge any of the interactions that it is asked about,
// that is an error of HaveInteraction, and so are no parts at all, a part that
// was given a value of the wrong type, an actual value that is not a recording
// and a cassette that cannot be read.
func HaveInteraction(parts ...part) types.GomegaMatcher {
	return &haveInteraction{parts: parts}
}

type haveInteraction struct {
	subject
	parts    []part
	matching []*cassette.Interaction
}

func (m *haveInteraction) Match(actual any) (bool, error) {
	if len(m.parts) == 0 {
		return false, errors.New("HaveInteraction: has no parts, and any interaction would do; give it one, such as InteractionStatus(200)")
	}
	for _, p := range m.parts {
		if p.err != nil {
			return false, p.err
		}
	}
	if err := m.ask(actual); err != nil {
		return false, err
	}
	m.matching = nil
	judged, failures := make([]bool, len(m.parts)), make([]error, len(m.parts))
	for _, i := range m.played() {
		if m.satisfies(i, judged, failures) {
			m.matching = append(m.matching, i)
		}
	}
	for n, err := range failures {
		// A matcher of the wrong kind would otherwise let every negated
		// assertion pass.
		if err != nil && !judged[n] {
			return false, fmt.Errorf("%s: cannot be judged for any interaction: %s", m.parts[n].noun, cut(m.Shown(err.Error())))
		}
	}
	return len(m.matching) > 0, nil
}

// satisfies notes which parts came to a judgement about i, and which failed.
func (m *haveInteraction) satisfies(i *cassette.Interaction, judged []bool, failures []error) bool {
	for n, p := range m.parts {
		held, err := p.holds(p.of(i))
		if err != nil {
			failures[n] = err
			return false
		}
		judged[n] = true
		if !held {
			return false
		}
	}
	return true
}

func (m *haveInteraction) FailureMessage(any) string {
	interactions := m.played()
	if len(interactions) == 0 {
		return m.message("to have an interaction with this "+m.nouns()+"; none was replayed or recorded", "")
	}
	return m.message(fmt.Sprintf("to have an interaction with this %s; it has", m.nouns()),
		list(len(interactions), func(n int) string { return m.differences(interactions[n]) }))
}

func (m *haveInteraction) NegatedFailureMessage(any) string {
	return m.message(fmt.Sprintf("not to have an interaction with this %s; it has", m.nouns()),
		list(len(m.matching), func(n int) string { return m.exchange(m.matching[n]) }))
}

// nouns enumerates the parts.
func (m *haveInteraction) nouns() string {
	nouns := make([]string, len(m.parts))
	for n, p := range m.parts {
		nouns[n] = p.noun
	}
	last := len(nouns) - 1
	if last == 0 {
		return nouns[0]
	}
	return strings.Join(nouns[:last], ", ") + " and " + nouns[last]
}

// exchange names an interaction and what came back.
func (m *haveInteraction) exchange(i *cassette.Interaction) string {
	if i.Response.Status == 0 && i.Error != nil {
		return fmt.Sprintf("%s (no response: %s)", m.title(i), cut(m.Shown(i.Error.Message)))
	}
	return fmt.Sprintf("%s (%d)", m.title(i), i.Response.Status)
}

// differences names an interaction and all the parts that do not hold for it.
func (m *haveInteraction) differences(i *cassette.Interaction) string {
	lines := []string{m.exchange(i)}
	for _, p := range m.parts {
		difference := p.difference(p.of(i), m.Shown)
		switch {
		case difference == "":
		case strings.Contains(difference, "\n"):
			lines = append(lines, format.IndentString(p.noun+":\n"+format.IndentString(difference, 1), 1))
		default:
			lines = append(lines, format.IndentString(p.noun+": "+difference, 1))
		}
	}
	return strings.Join(lines, "\n")
}
