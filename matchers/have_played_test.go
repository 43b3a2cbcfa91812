package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HavePlayed", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HavePlayed(2))
		Expect(session).To(HavePlayed(BeNumerically("<", 3)))
		Expect(session).NotTo(HavePlayed(1))
	})

	It("does not count what is left on the tape", func() {
		studio := newStudio()
		studio.record(models, france)
		session := studio.open(recorder.None)
		send(session, france)
		Expect(session).To(HavePlayed(1))
	})

	It("fails with what was played, and then with what was recorded", func() {
		studio := newStudio()
		studio.record(models, france)
		session := studio.open(recorder.NewEpisodes)
		send(session, spain, france)
		Expect(studio.told(HavePlayed(1), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    to have played 1 interaction, but it played 2:",
			studio.line(2)+`, POST http://api.example.com/chat "What is the capital of France?"`,
			`        new 1, POST http://api.example.com/chat "What is the capital of Spain?"`,
		)))
		Expect(studio.told(HavePlayed(2), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode new_episodes)",
			"    not to have played 2 interactions, but it played 2:",
			studio.line(2)+`, POST http://api.example.com/chat "What is the capital of France?"`,
			`        new 1, POST http://api.example.com/chat "What is the capital of Spain?"`,
		)))
	})

	It("fails with what the matcher says about the number", func() {
		studio := newStudio()
		session := studio.open(recorder.Once)
		send(session, models)
		Expect(studio.told(HavePlayed(BeNumerically(">", 1)), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have played a number of interactions, but it played 1:",
			"        new 1, GET http://api.example.com/models",
			"    Expected",
			"        <int>: 1",
			"    to be >",
			"        <int>: 1",
		)))
		Expect(studio.told(HavePlayed(BeNumerically("<", 2)), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    not to have played a number of interactions, but it played 1:",
			"        new 1, GET http://api.example.com/models",
			"    Expected",
			"        <int>: 1",
			"    not to be <",
			"        <int>: 2",
		)))
	})

	DescribeTable("takes nothing but an int or a matcher", func(n any, shown string) {
		held, err := HavePlayed(n).Match(recorder.Snapshot{})
		Expect(held).To(BeFalse())
		Expect(err).To(MatchError(lines("HavePlayed: takes a value of type int or a Gomega matcher, not", "    "+shown)))
	},
		Entry("a string", "2", "<string>: 2"),
		Entry("another number", 2.0, "<float64>: 2"),
		Entry("nil", nil, "<nil>: nil"),
	)

	It("passes on the error of the matcher", func() {
		_, err := HavePlayed(ContainSubstring("2")).Match(recorder.Snapshot{})
		Expect(err).To(MatchError(ContainSubstring("ContainSubstring matcher requires a string")))
	})
})
