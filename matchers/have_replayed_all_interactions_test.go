package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveReplayedAllInteractions", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveReplayedAllInteractions())
	})

	It("fails with the interactions that were not played", func() {
		studio := newStudio()
		studio.record(models, france, spain)
		session := studio.open(recorder.None)
		send(session, france)
		Expect(session).NotTo(HaveReplayedAllInteractions())
		Expect(studio.told(HaveReplayedAllInteractions(), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode none)",
			"    to have replayed all interactions; 2 of 3 were not played:",
			studio.line(1)+", GET http://api.example.com/models",
			studio.line(3)+`, POST http://api.example.com/chat "What is the capital of Spain?"`,
		)))
	})

	It("fails negated with the interactions that were played", func() {
		studio := newStudio()
		studio.record(models, france)
		session := studio.open(recorder.None)
		send(session, france, models)
		Expect(studio.told(HaveReplayedAllInteractions(), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode none)",
			"    not to have replayed all interactions; all 2 were played:",
			studio.line(1)+", GET http://api.example.com/models",
			studio.line(2)+`, POST http://api.example.com/chat "What is the capital of France?"`,
		)))
	})

	It("fails negated where there is nothing to play", func() {
		studio := newStudio()
		session := studio.open(recorder.Once)
		Expect(studio.told(HaveReplayedAllInteractions(), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    not to have replayed all interactions; there were none to replay",
		)))
	})
})
