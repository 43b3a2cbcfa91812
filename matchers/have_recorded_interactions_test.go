package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveRecordedInteractions", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveRecordedInteractions(2))
		Expect(session).To(HaveRecordedInteractions(BeNumerically(">=", 2)))
		Expect(session).NotTo(HaveRecordedInteractions(0))
	})

	It("counts what is left on the tape, but not what is replaced", func() {
		studio := newStudio()
		studio.record(models, france)
		Expect(studio.open(recorder.None)).To(HaveRecordedInteractions(2))

		session := studio.open(recorder.All)
		send(session, spain)
		Expect(session).To(HaveRecordedInteractions(1))
	})

	It("fails with what is on the tape", func() {
		studio := newStudio()
		studio.record(models, france)
		session := studio.open(recorder.NewEpisodes)
		send(session, spain)
		Expect(studio.told(HaveRecordedInteractions(2), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    to have recorded 2 interactions, but the number is 3:",
			"        1: GET http://api.example.com/models",
			"        2: POST http://api.example.com/chat",
			"        new 1: POST http://api.example.com/chat",
		)))
		Expect(studio.told(HaveRecordedInteractions(3), session)).To(HavePrefix(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    not to have recorded 3 interactions, but the number is 3:",
			"        1: GET http://api.example.com/models",
		)))
	})

	It("takes nothing but an int or a matcher", func() {
		_, err := HaveRecordedInteractions("2").Match(recorder.Snapshot{})
		Expect(err).To(MatchError(lines("HaveRecordedInteractions: takes a value of type int or a Gomega matcher, not", "    <string>: 2")))
	})
})
