package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveSaid", func() {
	askingInEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveSaid("It is Paris."))
		Expect(session).To(HaveSaid(ContainSubstring("Paris")))
		Expect(session).NotTo(HaveSaid(ContainSubstring("Rome")))
	}, tool, ask, models)

	Describe("of a stream", func() {
		askingInEveryMode(func(session *recorder.Session) {
			Expect(session).To(HaveSaid("It is Paris."))
		}, askStreaming)
	})

	It("looks at the last chat, whichever of them was recorded", func() {
		studio := newStudio()
		studio.record(tool, ask)
		session := studio.open(recorder.NewEpisodes)
		send(session, ask, askStreaming, tool)
		Expect(session).To(HaveSaid(""))
		Expect(session.Snapshot().Replayed).To(HaveLen(2))
		Expect(session.Snapshot().Recorded).To(HaveLen(1))
	})

	It("is waited for", func() {
		session := newStudio().open(recorder.Once)
		done := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(done)
			send(session, tool, askStreaming)
		}()
		Eventually(session).Should(HaveSaid("It is Paris."))
		Eventually(done).Should(BeClosed())
	})

	It("fails with what was said", func() {
		studio := newStudio()
		session := studio.open(recorder.Once)
		Expect(studio.told(HaveSaid("Rome"), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have said something; no model was asked",
		)))
		send(session, tool, ask)
		Expect(studio.told(HaveSaid("Rome"), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have said what is expected; the last answer is not that:",
			`        new 2, POST http://api.example.com/v1/chat/completions "What is the capital of France?" (200)`,
			"            `It is Paris.`, not `Rome`",
		)))
		Expect(studio.told(HaveSaid(HavePrefix("Rome")), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have said what is expected; the last answer is not that:",
			`        new 2, POST http://api.example.com/v1/chat/completions "What is the capital of France?" (200)`,
			"            Expected",
			"                <string>: It is Paris.",
			"            to have prefix",
			"                <string>: Rome",
		)))
		Expect(studio.told(HaveSaid(ContainSubstring("Paris")), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    not to have said what is expected; the last answer is that:",
			`        new 2, POST http://api.example.com/v1/chat/completions "What is the capital of France?" (200)`,
			"            `It is Paris.`",
		)))
	})

	It("numbers what came in mode live", func() {
		studio := newStudio()
		session := studio.open(recorder.Live)
		send(session, models, ask)
		Expect(studio.told(HaveSaid("Rome"), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode live)",
			"    to have said what is expected; the last answer is not that:",
			`        live 1, POST http://api.example.com/v1/chat/completions "What is the capital of France?" (200)`,
			"            `It is Paris.`, not `Rome`",
		)))
	})

	It("takes nothing but a string or a matcher", func() {
		_, err := HaveSaid(7).Match(recorder.Snapshot{})
		Expect(err).To(MatchError(lines("HaveSaid: takes a value of type string or a Gomega matcher, not", "    <int>: 7")))
	})

	It("passes on the error of the matcher", func() {
		session := newStudio().open(recorder.Once)
		send(session, ask)
		_, err := HaveSaid(BeNumerically(">", 1)).Match(session)
		Expect(err).To(MatchError(ContainSubstring("Expected a number.")))
	})
})
