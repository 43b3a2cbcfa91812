package matchers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveInteraction", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveInteraction(
			InteractionMethod("POST"),
			InteractionURL(HaveSuffix("/chat")),
			InteractionRequestBody(MatchJSON(`{"question": "What is the capital of France?"}`)),
			InteractionStatus(200),
			InteractionResponseBody(ContainSubstring("Paris")),
		))
		Expect(session).NotTo(HaveInteraction(InteractionMethod("GET"), InteractionURL(HaveSuffix("/chat"))))
	})

	It("does not find what was not played", func() {
		studio := newStudio()
		studio.record(models, france)
		session := studio.open(recorder.None)
		send(session, models)
		Expect(session).To(HaveInteraction(InteractionMethod("GET")))
		Expect(session).NotTo(HaveInteraction(InteractionMethod("POST")))
	})

	Describe("failing", func() {
		It("says for each interaction which parts do not hold", func() {
			studio := newStudio()
			studio.record(models, france)
			session := studio.open(recorder.NewEpisodes)
			send(session, france, models, "POST /echo Madrid?", "GET /down")
			matcher := HaveInteraction(InteractionMethod("POST"), InteractionStatus(201), InteractionResponseBody(HavePrefix("Lisbon")))
			Expect(studio.told(matcher, session)).To(Equal(lines(
				"Expected cassette cassettes/answers.yaml (mode new_episodes)",
				"    to have an interaction with this method, status and response body; it has:",
				"        2: POST http://api.example.com/chat (200)",
				"            status: 200, not 201",
				"            response body:",
				"                Expected",
				`                    <string>: {"answer":"Paris"}`,
				"                to have prefix",
				"                    <string>: Lisbon",
				"        1: GET http://api.example.com/models (200)",
				"            method: `GET`, not `POST`",
				"            status: 200, not 201",
				"            response body:",
				"                Expected",
				`                    <string>: {"models":["small","large"]}`,
				"                to have prefix",
				"                    <string>: Lisbon",
				"        new 1: POST http://api.example.com/echo (201)",
				"            response body:",
				"                Expected",
				"                    <string>: Madrid?",
				"                to have prefix",
				"                    <string>: Lisbon",
				"        new 2: GET http://api.example.com/down (no response: unexpected EOF)",
				"            method: `GET`, not `POST`",
				"            status: 0, not 201",
				"            response body:",
				"                Expected",
				"                    <string>: ",
				"                to have prefix",
				"                    <string>: Lisbon",
			)))
		})

		It("names the status of a response that broke off", func() {
			snapshot := recorder.Snapshot{Recorded: []*cassette.Interaction{{
				Request:  cassette.Request{Method: "GET", URL: host},
				Response: cassette.Response{Status: 200, End: cassette.EndAborted},
				Error:    &cassette.TransportError{Message: "unexpected EOF"},
			}}}
			matcher := HaveInteraction(InteractionStatus(201))
			Expect(matcher.Match(snapshot)).To(BeFalse())
			Expect(matcher.FailureMessage(snapshot)).To(ContainSubstring("        new 1: GET http://api.example.com (200)\n"))
		})

		It("says that there were none", func() {
			studio := newStudio()
			Expect(studio.told(HaveInteraction(InteractionURL(host)), studio.open(recorder.Once))).To(Equal(lines(
				"Expected cassette cassettes/answers.yaml (mode once)",
				"    to have an interaction with this URL; none was replayed or recorded",
			)))
		})

		It("says when negated which ones match", func() {
			studio := newStudio()
			session := studio.open(recorder.Once)
			send(session, france, models, spain)
			Expect(studio.told(HaveInteraction(InteractionMethod("POST"), InteractionStatus(Not(Equal(500)))), session)).To(Equal(lines(
				"Expected cassette cassettes/answers.yaml (mode once)",
				"    not to have an interaction with this method and status; it has:",
				"        new 1: POST http://api.example.com/chat (200)",
				"        new 3: POST http://api.example.com/chat (200)",
			)))
		})

		It("says where long texts differ", func() {
			studio := newStudio()
			session := studio.open(recorder.Once)
			send(session, "POST /echo "+strings.Repeat("a", 500)+"b"+strings.Repeat("c", 300))
			matcher := HaveInteraction(InteractionRequestBody(strings.Repeat("a", 500) + "\n"))
			Expect(studio.told(matcher, session)).To(HaveSuffix(lines(
				"        new 1: POST http://api.example.com/echo (201)",
				"            request body: after 500 equal bytes `b"+strings.Repeat("c", 199)+"` and 101 bytes more, not \"\\n\"",
			)))
		})

		It("leaves out the middle of what a matcher says about a long body", func() {
			studio := newStudio()
			session := studio.open(recorder.Once)
			send(session, "POST /echo "+strings.Repeat("a", 3000))
			matcher := HaveInteraction(InteractionRequestBody(ContainSubstring("Paris")))
			said := strings.Split(studio.told(matcher, session), "\n")
			Expect(said[3:5]).To(Equal([]string{"            request body:", "                Expected"}))
			Expect(said[5]).To(MatchRegexp(`^ {20}<string>: a+ \.\.\. \d+ bytes \.\.\. a+$`))
			Expect(len(said[5])).To(BeNumerically("<", 500))
			Expect(said[6:]).To(Equal([]string{"                to contain substring", "                    <string>: Paris"}))
		})
	})

	Describe("with a matcher that fails with an error", func() {
		It("takes that for a part that does not hold, if it can judge others", func() {
			studio := newStudio()
			session := studio.open(recorder.Once)
			send(session, models, france)
			Expect(session).To(HaveInteraction(InteractionRequestBody(MatchJSON(`{"question": "What is the capital of France?"}`))))
			matcher := HaveInteraction(InteractionRequestBody(MatchJSON(`{}`)))
			Expect(studio.told(matcher, session)).To(HavePrefix(lines(
				"Expected cassette cassettes/answers.yaml (mode once)",
				"    to have an interaction with this request body; it has:",
				"        new 1: GET http://api.example.com/models (200)",
				"            request body:",
				"                Actual '' should be valid JSON, but it is not.",
				"                Underlying error:unexpected end of JSON input",
				"        new 2: POST http://api.example.com/chat (200)",
				"            request body:",
				"                Expected",
			)))
		})

		It("returns an error if it can judge none of those it is asked about", func() {
			session := newStudio().open(recorder.Once)
			send(session, models, france)
			held, err := HaveInteraction(InteractionMethod("POST"), InteractionStatus(ContainSubstring("2"))).Match(session)
			Expect(held).To(BeFalse())
			Expect(err).To(MatchError(HavePrefix("status: cannot be judged for any interaction: ContainSubstring matcher requires a string")))
		})
	})

	It("has at least one part", func() {
		_, err := HaveInteraction().Match(recorder.Snapshot{})
		Expect(err).To(MatchError("HaveInteraction: has no parts, and any interaction would do; give it one, such as InteractionStatus(200)"))
	})
})
