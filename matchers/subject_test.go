package matchers_test

import (
	"errors"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var _ = Describe("The actual value", func() {
	for name, constructor := range map[string]func() types.GomegaMatcher{
		"HaveReplayedAllInteractions": HaveReplayedAllInteractions,
		"HaveReplayedInteractions":    func() types.GomegaMatcher { return HaveReplayedInteractions(0) },
		"HaveRecordedInteractions":    func() types.GomegaMatcher { return HaveRecordedInteractions(0) },
		"HaveMadeNoLiveRequests":      HaveMadeNoLiveRequests,
		"HaveInteraction":             func() types.GomegaMatcher { return HaveInteraction(InteractionStatus(200)) },
	} {
		Describe("of "+name, func() {
			DescribeTable("that is not a recording", func(actual any, shown string) {
				held, err := constructor().Match(actual)
				Expect(held).To(BeFalse())
				Expect(err).To(MatchError(lines(
					"the actual value is not a recording; pass vcr.Current() or a *recorder.Session, not",
					"    "+shown,
				)))
			},
				Entry("nil", nil, "<nil>: nil"),
				Entry("another type", 3, "<int>: 3"),
				Entry("a nil session", (*recorder.Session)(nil), "<*recorder.Session | 0x0>: nil"),
			)

			It("whose cassette cannot be read is an error", func() {
				cause := errors.New("cassettes/answers.yaml:3: unknown key")
				held, err := constructor().Match(unreadable{cause})
				Expect(held).To(BeFalse())
				Expect(err).To(BeIdenticalTo(cause))
			})

			It("is asked anew, unless it is a snapshot", func() {
				matcher := constructor().(interface{ MatchMayChangeInTheFuture(any) bool })
				Expect(matcher.MatchMayChangeInTheFuture(newStudio().open(recorder.Once))).To(BeTrue())
				Expect(matcher.MatchMayChangeInTheFuture(recorder.Snapshot{})).To(BeFalse())
			})
		})
	}

	It("may be a snapshot", func() {
		studio := newStudio()
		session := studio.open(recorder.Once)
		send(session, models)
		snapshot := session.Snapshot()
		send(session, france)
		Expect(snapshot).To(HaveReplayedInteractions(1))
		Expect(session).To(HaveReplayedInteractions(2))
	})

	It("is waited for by Eventually", func() {
		session := newStudio().open(recorder.Once)
		done := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(done)
			send(session, models, france)
		}()
		Eventually(session).Should(HaveReplayedInteractions(2))
		Eventually(session).Should(HaveInteraction(InteractionResponseBody(ContainSubstring("Paris"))))
		Eventually(done).Should(BeClosed())
	})
})

var _ = Describe("A failure message", func() {
	It("does without a path and a mode", func() {
		matcher := HaveReplayedInteractions(1)
		Expect(matcher.Match(recorder.Snapshot{})).To(BeFalse())
		Expect(matcher.FailureMessage(nil)).To(Equal(lines(
			"Expected the recording",
			"    to have replayed 1 interaction, but the number is 0",
		)))
	})

	It("lists at most 20 interactions", func() {
		snapshot := recorder.Snapshot{Cassette: "cassettes/a.yaml", Mode: recorder.None}
		for range 21 {
			snapshot.Loaded = append(snapshot.Loaded, &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: host}})
		}
		snapshot.Unplayed = snapshot.Loaded
		matcher := HaveReplayedAllInteractions()
		Expect(matcher.Match(snapshot)).To(BeFalse())
		list := strings.Split(matcher.FailureMessage(snapshot), "\n")
		Expect(list).To(HaveLen(2 + 20 + 1))
		Expect(list[1]).To(Equal("    to have replayed all interactions; 21 of 21 were not played:"))
		Expect(list[2]).To(Equal("        1: GET " + host))
		Expect(list[21]).To(Equal("        20: GET " + host))
		Expect(list[22]).To(Equal("        ... and 1 more"))
	})

	It("leaves out the middle of a long URL", func() {
		i := &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: host + "/" + strings.Repeat("é", 300)}}
		snapshot := recorder.Snapshot{Loaded: []*cassette.Interaction{i}, Unplayed: []*cassette.Interaction{i}}
		matcher := HaveReplayedAllInteractions()
		Expect(matcher.Match(snapshot)).To(BeFalse())
		Expect(matcher.FailureMessage(snapshot)).To(HaveSuffix(
			"\n        1: GET " + host + "/" + strings.Repeat("é", 86) + " ... 227 bytes ... " + strings.Repeat("é", 100)))
	})
})
