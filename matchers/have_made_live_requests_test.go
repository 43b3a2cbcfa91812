package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveMadeLiveRequests", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveMadeLiveRequests(0))
		Expect(session).NotTo(HaveMadeLiveRequests(BeNumerically(">", 0)))
	})

	It("counts the requests that were passed through", func() {
		studio := newStudio()
		studio.hosts = []string{"metrics.example.com"}
		studio.record(france)
		session := studio.open(recorder.None)
		send(session, "GET http://metrics.example.com/models?n=1", france, `POST http://metrics.example.com/chat {"messages":[{"role":"user","content":"Hello"}]}`)
		Expect(session).To(HaveMadeLiveRequests(2))
		Expect(studio.told(HaveMadeLiveRequests(1), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode none)",
			"    to have made 1 live request, but it made 2:",
			"        1: GET http://metrics.example.com/models?n=1",
			`        2: POST http://metrics.example.com/chat "Hello"`,
		)))
		Expect(studio.told(HaveMadeLiveRequests(BeNumerically(">", 1)), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode none)",
			"    not to have made a number of live requests, but it made 2:",
			"        1: GET http://metrics.example.com/models?n=1",
			`        2: POST http://metrics.example.com/chat "Hello"`,
			"    Expected",
			"        <int>: 2",
			"    not to be >",
			"        <int>: 1",
		)))
	})

	It("is waited for by Eventually", func() {
		session := newStudio().open(recorder.Live)
		done := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(done)
			send(session, models)
		}()
		Eventually(session).Should(HaveMadeLiveRequests(BeNumerically(">", 0)))
		Eventually(done).Should(BeClosed())
	})

	It("takes nothing but an int or a matcher", func() {
		_, err := HaveMadeLiveRequests("2").Match(recorder.Snapshot{})
		Expect(err).To(MatchError(lines("HaveMadeLiveRequests: takes a value of type int or a Gomega matcher, not", "    <string>: 2")))
	})
})
