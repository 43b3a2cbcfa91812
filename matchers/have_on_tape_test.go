package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveOnTape", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveOnTape(2))
		Expect(session).To(HaveOnTape(BeNumerically(">=", 2)))
		Expect(session).NotTo(HaveOnTape(0))
	})

	It("counts what is left on the tape, but not what is replaced", func() {
		studio := newStudio()
		studio.record(models, france)
		Expect(studio.open(recorder.None)).To(HaveOnTape(2))

		session := studio.open(recorder.All)
		send(session, spain)
		Expect(session).To(HaveOnTape(1))
	})

	It("fails with what is on the tape", func() {
		studio := newStudio()
		studio.record(models, france)
		session := studio.open(recorder.NewEpisodes)
		send(session, spain)
		Expect(studio.told(HaveOnTape(2), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    to have 2 interactions on tape, but it has 3:",
			studio.line(1)+", GET http://api.example.com/models",
			studio.line(2)+`, POST http://api.example.com/chat "What is the capital of France?"`,
			`        new 1, POST http://api.example.com/chat "What is the capital of Spain?"`,
		)))
		Expect(studio.told(HaveOnTape(3), session)).To(HavePrefix(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    not to have 3 interactions on tape, but it has 3:",
			studio.line(1)+", GET http://api.example.com/models",
		)))
	})

	It("takes nothing but an int or a matcher", func() {
		_, err := HaveOnTape("2").Match(recorder.Snapshot{})
		Expect(err).To(MatchError(lines("HaveOnTape: takes a value of type int or a Gomega matcher, not", "    <string>: 2")))
	})
})
