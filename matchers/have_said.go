package matchers

import (
	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"
)

// HaveSaid succeeds if the answer of the last chat has a text: a string that equals it,
// or a matcher for it. A stream is put together. What a model only thought is not in it,
// and of several choices the first one counts.
//
//	Expect(vcr.Current()).To(HaveSaid(ContainSubstring("Paris")))
//
// The chats are those of the APIs of OpenAI, Anthropic, Gemini, Bedrock, Cohere, Mistral,
// Ollama, Groq and OpenRouter, and of services in the same form, at the same paths. Wait
// for an answer that another goroutine reads with Eventually.
//
// An expected value of another type, the error of a matcher, an actual value that is not
// a session and a cassette that cannot be read are errors.
func HaveSaid(expected any) types.GomegaMatcher {
	return &haveSaid{expectation: expect[string]("HaveSaid", expected)}
}

type haveSaid struct {
	subject
	expectation
	last *conversation // nil if there is none
}

func (m *haveSaid) Match(actual any) (bool, error) {
	if m.err != nil {
		return false, m.err
	}
	if err := m.ask(actual); err != nil {
		return false, err
	}
	talks, err := m.conversations()
	if err != nil {
		return false, err
	}
	if m.last = nil; len(talks) == 0 {
		return false, nil
	}
	m.last = &talks[len(talks)-1]
	return m.holds(m.last.said)
}

func (m *haveSaid) FailureMessage(any) string {
	if m.last == nil {
		return m.message("to have said something; no model was asked", "")
	}
	return m.message("to have said what is expected; the last answer is not that",
		m.exchange(m.last.Interaction)+"\n"+format.IndentString(m.difference(m.last.said, m.Shown), 1))
}

func (m *haveSaid) NegatedFailureMessage(any) string {
	return m.message("not to have said what is expected; the last answer is that",
		m.exchange(m.last.Interaction)+"\n"+format.IndentString(quote(m.Shown(m.last.said)), 1))
}
