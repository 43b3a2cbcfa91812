package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveCalledTool", func() {
	askingInEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveCalledTool("get_weather"))
		Expect(session).To(HaveCalledTool("get_weather", MatchJSON(`{"city": "Paris"}`), ContainSubstring("Paris")))
		Expect(session).NotTo(HaveCalledTool("get_weather", ContainSubstring("Rome")))
		Expect(session).NotTo(HaveCalledTool("get_news"))
	}, tool, ask)

	Describe("of a stream", func() {
		askingInEveryMode(func(session *recorder.Session) {
			Expect(session).To(HaveCalledTool("get_weather", MatchJSON(`{"city": "Paris"}`)))
		}, toolStreaming)
	})

	It("fails with the calls", func() {
		studio := newStudio()
		session := studio.open(recorder.Once)
		Expect(studio.told(HaveCalledTool("get_news"), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have called the tool get_news; no tool was called",
		)))
		send(session, ask, tool)
		Expect(studio.told(HaveCalledTool("get_news", ContainSubstring("Rome")), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have called the tool get_news with such arguments; it called:",
			"        get_weather `{\"city\":\"Paris\"}` in new 2, POST http://api.example.com/v1/chat/completions \"What is the weather there?\"",
		)))
		Expect(studio.told(HaveCalledTool("get_weather", ContainSubstring("city"), ContainSubstring("Rome")), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have called the tool get_weather with such arguments; it called:",
			"        get_weather `{\"city\":\"Paris\"}` in new 2, POST http://api.example.com/v1/chat/completions \"What is the weather there?\"",
			"            Expected",
			"                <string>: {\"city\":\"Paris\"}",
			"            to contain substring",
			"                <string>: Rome",
		)))
		Expect(studio.told(HaveCalledTool("get_weather", ContainSubstring("Paris")), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    not to have called the tool get_weather with such arguments; it called:",
			"        get_weather `{\"city\":\"Paris\"}` in new 2, POST http://api.example.com/v1/chat/completions \"What is the weather there?\"",
		)))
	})

	It("needs a name", func() {
		_, err := HaveCalledTool("").Match(recorder.Snapshot{})
		Expect(err).To(MatchError("HaveCalledTool: has no name; give it that of a tool"))
	})

	It("is an error where a matcher can judge no call", func() {
		session := newStudio().open(recorder.Once)
		Expect(session).NotTo(HaveCalledTool("get_weather", BeNumerically(">", 1)))
		send(session, tool)
		_, err := HaveCalledTool("get_weather", BeNumerically(">", 1)).Match(session)
		Expect(err).To(MatchError(HavePrefix("HaveCalledTool: the arguments cannot be judged for any call: Expected a number.")))
	})
})
