package matchers

import (
	"errors"
	"fmt"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"
)

// HaveCalledTool succeeds if a model called a tool of this name, with arguments that
// satisfy all matchers: they get the JSON of the arguments as a string. A call that
// came in the pieces of a stream is put together.
//
//	Expect(vcr.Current()).To(HaveCalledTool("get_weather"))
//	Expect(vcr.Current()).To(HaveCalledTool("get_weather", MatchJSON(`{"city": "Paris"}`)))
//
// The chats are those that [HaveSaid] knows; a call may be in any of them. A matcher that
// fails with an error does not hold; if it can judge no call, that is an error. So are
// an empty name, an actual value that is not a session and a cassette that cannot be
// read.
func HaveCalledTool(name string, arguments ...types.GomegaMatcher) types.GomegaMatcher {
	return &haveCalledTool{name: name, arguments: arguments}
}

type haveCalledTool struct {
	subject
	name         string
	arguments    []types.GomegaMatcher
	calls, meant []toolCall // all, and those with the name and the arguments
}

func (m *haveCalledTool) Match(actual any) (bool, error) {
	if m.name == "" {
		return false, errors.New("HaveCalledTool: has no name; give it that of a tool")
	}
	if err := m.ask(actual); err != nil {
		return false, err
	}
	talks, err := m.conversations()
	if err != nil {
		return false, err
	}
	m.calls, m.meant = nil, nil
	var failure error
	judged := false
	for _, talk := range talks {
		m.calls = append(m.calls, talk.calls...)
		for _, call := range talk.calls {
			if call.name != m.name {
				continue
			}
			held, err := m.hold(call.arguments)
			if judged = judged || err == nil; err != nil {
				failure = err
			}
			if held {
				m.meant = append(m.meant, call)
			}
		}
	}
	if failure != nil && !judged {
		return false, fmt.Errorf("HaveCalledTool: the arguments cannot be judged for any call: %s", cut(m.Shown(failure.Error())))
	}
	return len(m.meant) > 0, nil
}

// hold reports whether the arguments of a call are as all matchers say.
func (m *haveCalledTool) hold(arguments string) (bool, error) {
	for _, matcher := range m.arguments {
		if held, err := matcher.Match(arguments); !held || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (m *haveCalledTool) FailureMessage(any) string {
	if len(m.calls) == 0 {
		return m.message(m.claim("to")+"; no tool was called", "")
	}
	return m.message(m.claim("to")+"; it called", list(len(m.calls), func(n int) string { return m.difference(m.calls[n]) }))
}

func (m *haveCalledTool) NegatedFailureMessage(any) string {
	return m.message(m.claim("not to")+"; it called", list(len(m.meant), func(n int) string { return m.shown(m.meant[n]) }))
}

func (m *haveCalledTool) claim(to string) string {
	claim := to + " have called the tool " + m.name
	if len(m.arguments) > 0 {
		claim += " with such arguments"
	}
	return claim
}

// shown names a call, its arguments and the chat it is in.
func (m *haveCalledTool) shown(call toolCall) string {
	return fmt.Sprintf("%s %s in %s", cut(m.Shown(call.name)), quote(m.Shown(call.arguments)), m.Title(call.Interaction))
}

// difference also says which matcher does not hold.
func (m *haveCalledTool) difference(call toolCall) string {
	line := m.shown(call)
	if call.name != m.name {
		return line
	}
	for _, matcher := range m.arguments {
		if why := (expectation{matcher: matcher}).difference(call.arguments, m.Shown); why != "" {
			return line + "\n" + format.IndentString(why, 1)
		}
	}
	return line
}
