package matchers

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// HaveInteraction succeeds if one of the interactions that were played or
// recorded satisfies all parts.
//
//	Expect(vcr.Current()).To(HaveInteraction(
//		WithMethod("POST"),
//		WithURL(HaveSuffix("/chat/completions")),
//		WithHeader("Content-Type", "application/json"),
//		WithRequestBody(ContainSubstring("gpt-4o-mini")),
//		WithStatus(200),
//		WithResponseBody(ContainSubstring("Paris")),
//	))
//
// The body of a response is on the tape when it has been read. Wait for one that
// another goroutine reads with
//
//	Eventually(vcr.Current()).Should(HaveInteraction(WithResponseBody(ContainSubstring("[DONE]"))))
//
// The parts are asked in their order, up to the first that does not hold. A
// matcher that fails with an error, as MatchJSON does for an empty body, does
// not hold. If it cannot judge any of the interactions that it is asked about,
// that is an error of HaveInteraction. So are no parts at all, a part that was
// given a value of the wrong type, an actual value that is not a session and a
// cassette that cannot be read.
func HaveInteraction(parts ...InteractionPart) types.GomegaMatcher {
	return &haveInteraction{parts: parts}
}

// An InteractionPart is what [HaveInteraction] expects of one part of an
// interaction. The functions With… make them; name the type in helpers of your own:
//
//	func completion(of string) []InteractionPart {
//		return []InteractionPart{WithMethod("POST"), WithURL(HaveSuffix("/chat/completions")), WithRequestBody(ContainSubstring(of))}
//	}
//
// The zero value expects nothing, and is an error of HaveInteraction.
type InteractionPart struct {
	expectation
	noun   string
	values func(*cassette.Interaction) []any // of which one has to be as expected
	header string                            // its name, if the part is a header
}

// WithMethod expects the method of the request, such as POST: a string, compared
// with case, or a matcher for it.
func WithMethod(method any) InteractionPart {
	return part(expect[string]("WithMethod", method), "method", func(i *cassette.Interaction) any { return i.Request.Method })
}

// WithURL expects the URL of the request, absolute and with its query: a string
// that equals all of it, or a matcher for it.
func WithURL(url any) InteractionPart {
	return part(expect[string]("WithURL", url), "URL", func(i *cassette.Interaction) any { return i.Request.URL })
}

// WithHeader expects a header of the request, such as Content-Type: a string that
// equals its value, or a matcher for it. The name is compared without case. Of
// several values, one has to be as expected; a header that was not sent never is.
//
// A header with a secret has the placeholder that is on the tape:
//
//	WithHeader("Authorization", "[redacted:authorization]")
//
// The headers of the response are not looked at. The code under test got them.
func WithHeader(name string, value any) InteractionPart {
	values := func(i *cassette.Interaction) []any {
		var values []any
		for sent, ofName := range i.Request.Header {
			if strings.EqualFold(sent, name) {
				for _, value := range ofName {
					values = append(values, value)
				}
			}
		}
		return values
	}
	return InteractionPart{expect[string]("WithHeader", value), "header " + name, values, name}
}

// WithRequestBody expects the body of the request: a string or []byte that equals
// it to the byte, or a matcher for it, which gets it as a string.
func WithRequestBody(body any) InteractionPart {
	return part(expect[string]("WithRequestBody", text(body)), "request body", func(i *cassette.Interaction) any { return i.Request.Body.String() })
}

// WithStatus expects the status code of the response: an int, or a matcher for
// it. It is 0 if there was no response.
func WithStatus(code any) InteractionPart {
	return part(expect[int]("WithStatus", code), "status", func(i *cassette.Interaction) any { return i.Response.Status })
}

// WithResponseBody expects the body of the response: a string or []byte that
// equals it to the byte, or a matcher for it, which gets it as a string. The body
// is empty while the response is being read, and if there was none.
func WithResponseBody(body any) InteractionPart {
	return part(expect[string]("WithResponseBody", text(body)), "response body", func(i *cassette.Interaction) any { return i.Response.Body.String() })
}

// part makes a part that has one value.
func part(e expectation, noun string, value func(*cassette.Interaction) any) InteractionPart {
	return InteractionPart{expectation: e, noun: noun, values: func(i *cassette.Interaction) []any { return []any{value(i)} }}
}

// text takes bytes for the text that they are.
func text(body any) any {
	if bytes, ok := body.([]byte); ok {
		return string(bytes)
	}
	return body
}

// holds reports whether one of the values is as expected. The error is that of a
// matcher that could judge none of them.
func (p InteractionPart) holds(i *cassette.Interaction, s recorder.Snapshot) (bool, error) {
	var failure error
	judged := false
	for _, value := range p.values(i) {
		held, err := p.expectation.holds(value)
		switch {
		case held && err == nil:
			return true, nil
		case err != nil && p.hides(value, s):
			err = errSecret
		}
		judged = judged || err == nil
		failure = err
	}
	if judged {
		return false, nil
	}
	return false, failure
}

// difference says why no value is as expected. It is empty when one is.
func (p InteractionPart) difference(i *cassette.Interaction, s recorder.Snapshot) string {
	values := p.values(i)
	if len(values) == 0 {
		return "not sent"
	}
	var differences []string
	for _, value := range values {
		difference := p.expectation.difference(value, s.Shown)
		switch {
		case difference == "":
			return ""
		case p.hides(value, s):
			difference = errSecret.Error()
		}
		differences = append(differences, difference)
	}
	return list(len(differences), func(n int) string { return differences[n] })
}

var errSecret = errors.New("another value, a secret, which is not shown")

// hides reports whether a value is a secret because of the header in which it is:
// a tape that was written by hand, or by older rules, may hold one.
func (p InteractionPart) hides(value any, s recorder.Snapshot) bool {
	text, ok := value.(string)
	if p.header == "" || !ok {
		return false
	}
	request := cassette.Request{Header: http.Header{p.header: {text}}}
	return len(s.Secrets(&cassette.Cassette{Interactions: []*cassette.Interaction{{Request: request}}})) > 0
}

type haveInteraction struct {
	subject
	parts    []InteractionPart
	matching []*cassette.Interaction
}

func (m *haveInteraction) Match(actual any) (bool, error) {
	if len(m.parts) == 0 {
		return false, errors.New("HaveInteraction: has no parts, and any interaction would do; give it one, such as WithStatus(200)")
	}
	for n, p := range m.parts {
		if p.values == nil {
			return false, fmt.Errorf("HaveInteraction: part %d is the zero InteractionPart, and expects nothing; make it with a function such as WithStatus", n+1)
		}
		if p.err != nil {
			return false, p.err
		}
	}
	if err := m.ask(actual); err != nil {
		return false, err
	}
	interactions := m.played()
	if err := m.decode(interactions); err != nil {
		return false, err
	}
	m.matching = nil
	judged, failures := make([]bool, len(m.parts)), make([]error, len(m.parts))
	for _, i := range interactions {
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
		held, err := p.holds(i, m.Snapshot)
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

// differences names an interaction and all the parts that do not hold for it.
func (m *haveInteraction) differences(i *cassette.Interaction) string {
	lines := []string{m.exchange(i)}
	for _, p := range m.parts {
		difference := p.difference(i, m.Snapshot)
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
