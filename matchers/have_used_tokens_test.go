package matchers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveUsedTokens", func() {
	askingInEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveUsedTokens(42))
		Expect(session).To(HaveUsedTokens(BeNumerically("<", 50)))
		Expect(session).NotTo(HaveUsedTokens(21))
	}, models, ask, askStreaming)

	It("counts nothing where no model is asked", func() {
		session := newStudio().open(recorder.Once)
		send(session, models)
		Expect(session).To(HaveUsedTokens(0))
	})

	It("fails with the tokens of each answer", func() {
		studio := newStudio()
		studio.record(ask)
		session := studio.open(recorder.NewEpisodes)
		send(session, models, askStreaming, ask)
		Expect(studio.told(HaveUsedTokens(BeNumerically("<", 30)), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    to have used a number of tokens, but it used 42:",
			`        new 2, POST http://api.example.com/v1/chat/completions "And where is the Louvre?" (small: 14 input, 7 output)`,
			studio.line(1)+`, POST http://api.example.com/v1/chat/completions "What is the capital of France?" (small: 14 input, 7 output)`,
			"    Expected",
			"        <int>: 42",
			"    to be <",
			"        <int>: 30",
		)))
		Expect(studio.told(HaveUsedTokens(42), session)).To(HavePrefix(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    not to have used 42 tokens, but it used 42:",
		)))
	})

	It("does not guess what an answer does not tell", func() {
		session := newStudio().open(recorder.Once)
		send(session, ask, askSilently)
		_, err := HaveUsedTokens(BeNumerically("<", 30)).Match(session)
		Expect(err).To(MatchError(`HaveUsedTokens: new 2, POST http://api.example.com/v1/chat/completions "And where is the Louvre?": ` +
			"the answer does not tell its tokens; a stream of OpenAI's chat does if the request has stream_options.include_usage"))
	})

	It("does not count what is not a number of tokens", func() {
		i := &cassette.Interaction{
			Request:  cassette.Request{Method: "POST", URL: host + "/v1/chat/completions"},
			Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte(`{"usage":{"prompt_tokens":"many","completion_tokens":-7}}`))},
		}
		_, err := HaveUsedTokens(0).Match(recorder.Snapshot{Recorded: []*cassette.Interaction{i}})
		Expect(err).To(MatchError("HaveUsedTokens: new 1, POST " + host + "/v1/chat/completions: " +
			strings.Join([]string{"usage.prompt_tokens is a text, not a number of tokens", "usage.completion_tokens is -7, not a number of tokens"}, "; ")))
	})

	It("takes nothing but an int or a matcher", func() {
		_, err := HaveUsedTokens("42").Match(recorder.Snapshot{})
		Expect(err).To(MatchError(lines("HaveUsedTokens: takes a value of type int or a Gomega matcher, not", "    <string>: 42")))
	})
})
