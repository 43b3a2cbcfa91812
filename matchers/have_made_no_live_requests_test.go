package matchers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("HaveMadeNoLiveRequests", func() {
	inEveryMode(func(session *recorder.Session) {
		Expect(session).To(HaveMadeNoLiveRequests())
	})

	It("fails with the requests that were passed through", func() {
		studio := newStudio()
		studio.hosts = []string{"metrics.example.com"}
		studio.record(france)
		session := studio.open(recorder.None)
		send(session, "GET http://metrics.example.com/models?n=1", france, "POST http://metrics.example.com/chat")
		Expect(session).NotTo(HaveMadeNoLiveRequests())
		Expect(studio.told(HaveMadeNoLiveRequests(), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode none)",
			"    to have made no live requests, but it made 2:",
			"        1: GET http://metrics.example.com/models?n=1",
			"        2: POST http://metrics.example.com/chat",
		)))
	})

	It("fails in mode live", func() {
		studio := newStudio()
		session := studio.open(recorder.Live)
		send(session, models)
		Expect(studio.told(HaveMadeNoLiveRequests(), session)).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode live)",
			"    to have made no live requests, but it made 1:",
			"        1: GET http://api.example.com/models",
		)))
	})

	It("fails negated", func() {
		studio := newStudio()
		Expect(studio.told(HaveMadeNoLiveRequests(), studio.open(recorder.Once))).To(Equal(lines(
			"Expected cassette cassettes/answers.yaml (mode once)",
			"    to have made live requests, but it made none",
		)))
	})
})
