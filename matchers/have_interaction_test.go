package matchers_test

import (
	"errors"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveInteraction", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveInteraction(
			WithMethod("POST"),
			WithURL(HaveSuffix("/chat")),
			WithRequestBody(MatchJSON(`{"messages": [{"role": "user", "content": "What is the capital of France?"}]}`)),
			WithStatus(200),
			WithResponseBody(ContainSubstring("Paris")),
		))
		Expect(session).NotTo(HaveInteraction(WithMethod("GET"), WithURL(HaveSuffix("/chat"))))
	})

	It("does not find what was not played", func() {
		studio := newStudio()
		studio.record(models, france)
		session := studio.open(recorder.None)
		send(session, models)
		Expect(session).To(HaveInteraction(WithMethod("GET")))
		Expect(session).NotTo(HaveInteraction(WithMethod("POST")))
	})

	Describe("failing", func() {
		It("says for each interaction which parts do not hold", func() {
			studio := newStudio()
			studio.record(models, france)
			session := studio.open(recorder.NewEpisodes)
			send(session, france, models, "POST /echo Madrid?", "GET /down")
			matcher := HaveInteraction(WithMethod("POST"), WithStatus(201), WithResponseBody(HavePrefix("Lisbon")))
			Expect(studio.told(matcher, session)).To(Equal(lines(
				"Expected cassette cassettes/answers.yaml (mode new_episodes)",
				"    to have an interaction with this method, status and response body; it has:",
				studio.line(2)+`, POST http://api.example.com/chat "What is the capital of France?" (200)`,
				"            status: 200, not 201",
				"            response body:",
				"                Expected",
				`                    <string>: {"answer":"Paris"}`,
				"                to have prefix",
				"                    <string>: Lisbon",
				studio.line(1)+", GET http://api.example.com/models (200)",
				"            method: `GET`, not `POST`",
				"            status: 200, not 201",
				"            response body:",
				"                Expected",
				`                    <string>: {"models":["small","large"]}`,
				"                to have prefix",
				"                    <string>: Lisbon",
				"        new 1, POST http://api.example.com/echo Madrid? (201)",
				"            response body:",
				"                Expected",
				"                    <string>: Madrid?",
				"                to have prefix",
				"                    <string>: Lisbon",
				"        new 2, GET http://api.example.com/down (no response: unexpected EOF)",
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
			matcher := HaveInteraction(WithStatus(201))
			Expect(matcher.Match(snapshot)).To(BeFalse())
			Expect(matcher.FailureMessage(snapshot)).To(ContainSubstring("        new 1, GET http://api.example.com (200)\n"))
		})

		It("says that there were none", func() {
			studio := newStudio()
			Expect(studio.told(HaveInteraction(WithURL(host)), studio.open(recorder.Once))).To(Equal(lines(
				"Expected cassette cassettes/answers.yaml (mode once)",
				"    to have an interaction with this URL; none was replayed or recorded",
			)))
		})

		It("says when negated which ones match", func() {
			studio := newStudio()
			session := studio.open(recorder.Once)
			send(session, france, models, spain)
			Expect(studio.told(HaveInteraction(WithMethod("POST"), WithStatus(Not(Equal(500)))), session)).To(Equal(lines(
				"Expected cassette cassettes/answers.yaml (mode once)",
				"    not to have an interaction with this method and status; it has:",
				`        new 1, POST http://api.example.com/chat "What is the capital of France?" (200)`,
				`        new 3, POST http://api.example.com/chat "What is the capital of Spain?" (200)`,
			)))
		})

		It("says where long texts differ", func() {
			studio := newStudio()
			session := studio.open(recorder.Once)
			send(session, "POST /echo "+strings.Repeat("a", 500)+"b"+strings.Repeat("c", 300))
			matcher := HaveInteraction(WithRequestBody(strings.Repeat("a", 500) + "\n"))
			Expect(studio.told(matcher, session)).To(HaveSuffix(lines(
				"        new 1, POST http://api.example.com/echo "+strings.Repeat("a", 39)+"…"+strings.Repeat("c", 20)+" (201)",
				"            request body: after 500 equal bytes `b"+strings.Repeat("c", 199)+"` and 101 bytes more, not \"\\n\"",
			)))
		})

		It("leaves out the middle of what a matcher says about a long body", func() {
			studio := newStudio()
			session := studio.open(recorder.Once)
			send(session, "POST /echo "+strings.Repeat("a", 3000))
			matcher := HaveInteraction(WithRequestBody(ContainSubstring("Paris")))
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
			Expect(session).To(HaveInteraction(WithRequestBody(MatchJSON(`{"messages": [{"role": "user", "content": "What is the capital of France?"}]}`))))
			matcher := HaveInteraction(WithRequestBody(MatchJSON(`{}`)))
			Expect(studio.told(matcher, session)).To(HavePrefix(lines(
				"Expected cassette cassettes/answers.yaml (mode once)",
				"    to have an interaction with this request body; it has:",
				"        new 1, GET http://api.example.com/models (200)",
				"            request body:",
				"                Actual '' should be valid JSON, but it is not.",
				"                Underlying error:unexpected end of JSON input",
				`        new 2, POST http://api.example.com/chat "What is the capital of France?" (200)`,
				"            request body:",
				"                Expected",
			)))
		})

		It("returns an error if it can judge none of those it is asked about", func() {
			session := newStudio().open(recorder.Once)
			send(session, models, france)
			held, err := HaveInteraction(WithMethod("POST"), WithStatus(ContainSubstring("2"))).Match(session)
			Expect(held).To(BeFalse())
			Expect(err).To(MatchError(HavePrefix("status: cannot be judged for any interaction: ContainSubstring matcher requires a string")))
		})
	})

	It("has at least one part", func() {
		_, err := HaveInteraction().Match(recorder.Snapshot{})
		Expect(err).To(MatchError("HaveInteraction: has no parts, and any interaction would do; give it one, such as WithStatus(200)"))
	})
})

var _ = Describe("A part of an interaction", func() {
	snapshot := recorder.Snapshot{Recorded: []*cassette.Interaction{{
		Request: cassette.Request{Method: "POST", URL: host + "/chat?n=1", Body: cassette.NewBody([]byte("France?")), Header: http.Header{
			"content-type": {"text/plain"}, "X-Tag": {"one", "two"}, "Authorization": {"[redacted:authorization]"},
		}},
		Response: cassette.Response{Status: 200, Header: http.Header{"X-Request-Id": {"7"}}, Body: cassette.NewBody([]byte("Paris"))},
	}}}

	DescribeTable("holds", func(matcher types.GomegaMatcher) { Expect(snapshot).To(matcher) },
		Entry("for its method", HaveInteraction(WithMethod("POST"))),
		Entry("for a matching method", HaveInteraction(WithMethod(BeElementOf("PUT", "POST")))),
		Entry("for its URL", HaveInteraction(WithURL(host+"/chat?n=1"))),
		Entry("for a matching URL", HaveInteraction(WithURL(ContainSubstring("/chat")))),
		Entry("for its header", HaveInteraction(WithHeader("Content-Type", "text/plain"))),
		Entry("for a matching header", HaveInteraction(WithHeader("Content-Type", HavePrefix("text/")))),
		Entry("for one of several values of a header", HaveInteraction(WithHeader("X-Tag", "two"))),
		Entry("for the placeholder in a header", HaveInteraction(WithHeader("Authorization", "[redacted:authorization]"))),
		Entry("for its request body", HaveInteraction(WithRequestBody("France?"))),
		Entry("for the bytes of its request body", HaveInteraction(WithRequestBody([]byte("France?")))),
		Entry("for a matching request body", HaveInteraction(WithRequestBody(HavePrefix("France")))),
		Entry("for its status", HaveInteraction(WithStatus(200))),
		Entry("for a matching status", HaveInteraction(WithStatus(BeNumerically("<", 300)))),
		Entry("for its response body", HaveInteraction(WithResponseBody("Paris"))),
		Entry("for the bytes of its response body", HaveInteraction(WithResponseBody([]byte("Paris")))),
		Entry("for a matching response body", HaveInteraction(WithResponseBody(Equal("Paris")))),
	)

	DescribeTable("does not hold", func(matcher types.GomegaMatcher) { Expect(snapshot).NotTo(matcher) },
		Entry("for another method", HaveInteraction(WithMethod("post"))),
		Entry("for a part of the URL", HaveInteraction(WithURL(host))),
		Entry("for another value of a header", HaveInteraction(WithHeader("Content-Type", "text"))),
		Entry("for several values of a header at once", HaveInteraction(WithHeader("X-Tag", "one, two"))),
		Entry("for a header that was not sent", HaveInteraction(WithHeader("X-None", ""))),
		Entry("for a header that was not sent, whatever the matcher", HaveInteraction(WithHeader("X-None", Not(Equal("one"))))),
		Entry("for a header of the response", HaveInteraction(WithHeader("X-Request-Id", "7"))),
		Entry("for another request body", HaveInteraction(WithRequestBody("Spain?"))),
		Entry("for another status", HaveInteraction(WithStatus(201))),
		Entry("for another response body", HaveInteraction(WithResponseBody([]byte("paris")))),
	)

	DescribeTable("is an error when it is given another type, also where nothing was played",
		func(matcher types.GomegaMatcher, constructor, kind, shown string) {
			held, err := matcher.Match(recorder.Snapshot{})
			Expect(held).To(BeFalse())
			Expect(err).To(MatchError(lines(constructor+": takes a value of type "+kind+" or a Gomega matcher, not", "    "+shown)))
		},
		Entry("method", HaveInteraction(WithMethod(1)), "WithMethod", "string", "<int>: 1"),
		Entry("URL", HaveInteraction(WithURL(nil)), "WithURL", "string", "<nil>: nil"),
		Entry("header", HaveInteraction(WithHeader("X-Tag", 1)), "WithHeader", "string", "<int>: 1"),
		Entry("request body", HaveInteraction(WithRequestBody(1)), "WithRequestBody", "string", "<int>: 1"),
		Entry("status", HaveInteraction(WithStatus("200")), "WithStatus", "int", "<string>: 200"),
		Entry("response body", HaveInteraction(WithResponseBody(nil)), "WithResponseBody", "string", "<nil>: nil"),
	)

	DescribeTable("that is a header says in a failure",
		func(part InteractionPart, said ...string) {
			matcher := HaveInteraction(part)
			Expect(matcher.Match(snapshot)).To(BeFalse())
			Expect(matcher.FailureMessage(snapshot)).To(HaveSuffix("\n" + lines(said...)))
		},
		Entry("its value", WithHeader("Content-Type", "text/html"), "            header Content-Type: `text/plain`, not `text/html`"),
		Entry("all its values", WithHeader("X-Tag", "three"),
			"            header X-Tag:", "                `one`, not `three`", "                `two`, not `three`"),
		Entry("that it was not sent", WithHeader("X-None", "one"), "            header X-None: not sent"),
	)

	DescribeTable("does not show the secret that a header of a tape made by hand holds",
		func(expected any) {
			secret := "of-mine-and-nobody-elses"
			snapshot := recorder.Snapshot{Replayed: []*cassette.Interaction{{Request: cassette.Request{
				Method: "GET", URL: host, Header: http.Header{"Authorization": {"Bearer " + secret}},
			}}}}
			matcher := HaveInteraction(WithHeader("authorization", expected))
			held, err := matcher.Match(snapshot)
			Expect(held).To(BeFalse())
			if err == nil {
				err = errors.New(matcher.FailureMessage(snapshot))
			}
			Expect(err).To(MatchError(HaveSuffix(": another value, a secret, which is not shown")))
		},
		Entry("when it is compared", "Bearer none"),
		Entry("when a matcher fails", HavePrefix("Basic")),
		Entry("when a matcher cannot judge it", MatchJSON(`{}`)),
	)

	It("is an error when it is the zero value", func() {
		_, err := HaveInteraction(WithStatus(200), InteractionPart{}).Match(snapshot)
		Expect(err).To(MatchError("HaveInteraction: part 2 is the zero InteractionPart, and expects nothing; make it with a function such as WithStatus"))
	})

	It("can be made by a helper", func() {
		post := func(body string) []InteractionPart {
			return []InteractionPart{WithMethod("POST"), WithRequestBody(body)}
		}
		Expect(snapshot).To(HaveInteraction(post("France?")...))
	})
})
