package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("A part of an interaction", func() {
	snapshot := recorder.Snapshot{Recorded: []*cassette.Interaction{{
		Request:  cassette.Request{Method: "POST", URL: host + "/chat?n=1", Body: cassette.NewBody([]byte("France?"))},
		Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte("Paris"))},
	}}}

	DescribeTable("holds", func(matcher types.GomegaMatcher) { Expect(snapshot).To(matcher) },
		Entry("for its method", HaveInteraction(InteractionMethod("POST"))),
		Entry("for a matching method", HaveInteraction(InteractionMethod(BeElementOf("PUT", "POST")))),
		Entry("for its URL", HaveInteraction(InteractionURL(host+"/chat?n=1"))),
		Entry("for a matching URL", HaveInteraction(InteractionURL(ContainSubstring("/chat")))),
		Entry("for its request body", HaveInteraction(InteractionRequestBody("France?"))),
		Entry("for the bytes of its request body", HaveInteraction(InteractionRequestBody([]byte("France?")))),
		Entry("for a matching request body", HaveInteraction(InteractionRequestBody(HavePrefix("France")))),
		Entry("for its status", HaveInteraction(InteractionStatus(200))),
		Entry("for a matching status", HaveInteraction(InteractionStatus(BeNumerically("<", 300)))),
		Entry("for its response body", HaveInteraction(InteractionResponseBody("Paris"))),
		Entry("for the bytes of its response body", HaveInteraction(InteractionResponseBody([]byte("Paris")))),
		Entry("for a matching response body", HaveInteraction(InteractionResponseBody(Equal("Paris")))),
	)

	DescribeTable("does not hold", func(matcher types.GomegaMatcher) { Expect(snapshot).NotTo(matcher) },
		Entry("for another method", HaveInteraction(InteractionMethod("post"))),
		Entry("for a part of the URL", HaveInteraction(InteractionURL(host))),
		Entry("for another request body", HaveInteraction(InteractionRequestBody("Spain?"))),
		Entry("for another status", HaveInteraction(InteractionStatus(201))),
		Entry("for another response body", HaveInteraction(InteractionResponseBody([]byte("paris")))),
	)

	DescribeTable("is an error when it is given another type, also where nothing was played",
		func(matcher types.GomegaMatcher, constructor, kind, shown string) {
			held, err := matcher.Match(recorder.Snapshot{})
			Expect(held).To(BeFalse())
			Expect(err).To(MatchError(lines(constructor+": takes a value of type "+kind+" or a Gomega matcher, not", "    "+shown)))
		},
		Entry("method", HaveInteraction(InteractionMethod(1)), "InteractionMethod", "string", "<int>: 1"),
		Entry("URL", HaveInteraction(InteractionURL(nil)), "InteractionURL", "string", "<nil>: nil"),
		Entry("request body", HaveInteraction(InteractionRequestBody(1)), "InteractionRequestBody", "string", "<int>: 1"),
		Entry("status", HaveInteraction(InteractionStatus("200")), "InteractionStatus", "int", "<string>: 200"),
		Entry("response body", HaveInteraction(InteractionResponseBody(nil)), "InteractionResponseBody", "string", "<nil>: nil"),
	)
})
