package matchers_test

import (
	"errors"
	"os"
	"strings"
	"time"

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
		"HavePlayed":                  func() types.GomegaMatcher { return HavePlayed(0) },
		"HaveOnTape":                  func() types.GomegaMatcher { return HaveOnTape(0) },
		"HaveMadeNoLiveRequests":      HaveMadeNoLiveRequests,
		"HaveMadeLiveRequests":        func() types.GomegaMatcher { return HaveMadeLiveRequests(0) },
		"HaveUsedTokens":              func() types.GomegaMatcher { return HaveUsedTokens(0) },
		"HaveBeenRecordedWithin":      func() types.GomegaMatcher { return HaveBeenRecordedWithin(time.Hour) },
		"HaveSaid":                    func() types.GomegaMatcher { return HaveSaid("Paris") },
		"HaveCalledTool":              func() types.GomegaMatcher { return HaveCalledTool("search") },
		"HaveInteraction":             func() types.GomegaMatcher { return HaveInteraction(WithStatus(200)) },
	} {
		Describe("of "+name, func() {
			DescribeTable("that is not a session", func(actual any, shown string) {
				held, err := constructor().Match(actual)
				Expect(held).To(BeFalse())
				Expect(err).To(MatchError(lines(
					"the actual value is not a session; pass vcr.Current() or a *recorder.Session, not",
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
		Expect(snapshot).To(HavePlayed(1))
		Expect(session).To(HavePlayed(2))
	})

	It("whose responses cannot be read is an error for those who look at them", func() {
		studio := newStudio()
		Expect(os.WriteFile(studio.file, []byte("ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: "+host+"/models\nresponse:\n  status: two\n"), 0o600)).To(Succeed())
		session := studio.open(recorder.None)
		Expect(session).To(HaveOnTape(1))
		Expect(session).NotTo(HaveReplayedAllInteractions())
		_, err := HaveNoSecrets().Match(session)
		Expect(err).To(MatchError(cassette.ErrSyntax))
		Expect(err).To(MatchError(ContainSubstring("answers.yaml:7: response.status: ")))

		_, err = session.Client().Get(host + "/models")
		Expect(err).To(MatchError(cassette.ErrSyntax))
		_, err = HaveInteraction(WithMethod("GET")).Match(session)
		Expect(err).To(MatchError(cassette.ErrSyntax))
	})

	It("is waited for by Eventually", func() {
		session := newStudio().open(recorder.Once)
		done := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(done)
			send(session, models, france)
		}()
		Eventually(session).Should(HavePlayed(2))
		Eventually(session).Should(HaveInteraction(WithResponseBody(ContainSubstring("Paris"))))
		Eventually(done).Should(BeClosed())
	})
})

var _ = Describe("A failure message", func() {
	It("does without a path and a mode", func() {
		matcher := HavePlayed(1)
		Expect(matcher.Match(recorder.Snapshot{})).To(BeFalse())
		Expect(matcher.FailureMessage(nil)).To(Equal(lines(
			"Expected the session",
			"    to have played 1 interaction, but it played 0",
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
		Expect(list[2]).To(Equal("        recording 1, GET " + host))
		Expect(list[21]).To(Equal("        recording 20, GET " + host))
		Expect(list[22]).To(Equal("        ... and 1 more"))
	})

	It("leaves out the middle of a long URL", func() {
		i := &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: host + "/" + strings.Repeat("é", 300)}}
		snapshot := recorder.Snapshot{Loaded: []*cassette.Interaction{i}, Unplayed: []*cassette.Interaction{i}}
		matcher := HaveReplayedAllInteractions()
		Expect(matcher.Match(snapshot)).To(BeFalse())
		Expect(matcher.FailureMessage(snapshot)).To(HaveSuffix(
			"\n        recording 1, GET " + host + "/" + strings.Repeat("é", 79) + "…" + strings.Repeat("é", 53)))
	})
})

// A tape that was written by hand, or by older rules, may hold secrets. Messages
// do not, wherever they are quoted or cut.
var _ = Describe("A failure about a tape that holds a secret", func() {
	// Put together at run time, so that no scanner finds it in this file.
	secret := "ghp" + "_" + strings.Repeat("a1B2c3D4", 5)

	DescribeTable("does not show a part of it",
		func(before int, matcher types.GomegaMatcher) {
			studio := newStudio()
			text := strings.Repeat("x", before) + `"` + secret + `"` + strings.Repeat("y", 300)
			tape := &cassette.Cassette{Interactions: []*cassette.Interaction{{
				Request:  cassette.Request{Method: "POST", URL: host + "/" + secret, Body: cassette.NewBody([]byte(text))},
				Response: cassette.Response{Status: 200, Body: cassette.NewBody([]byte(text))},
			}}}
			err := tape.Save(studio.file)
			Expect(err).NotTo(HaveOccurred())
			session := studio.open(recorder.None)
			snapshot := session.Snapshot()
			snapshot.Replayed = snapshot.Loaded
			message := studio.told(matcher, snapshot)
			Expect(message).To(ContainSubstring("[redacted:github_token]"))
			Expect(message).NotTo(Or(ContainSubstring(secret[:12]), ContainSubstring(secret[32:])))
		},
		Entry("of a text", 0, HaveInteraction(WithRequestBody("nothing"))),
		Entry("of a text that is cut", 180, HaveInteraction(WithRequestBody("nothing"))),
		Entry("of a text that begins alike", 0, HaveInteraction(WithResponseBody(`"`+secret[:6]+"!"))),
		Entry("of what a matcher prints", 0, HaveInteraction(WithResponseBody(HavePrefix("nothing")))),
		Entry("of what a matcher prints, and is cut", 150, HaveInteraction(WithResponseBody(HavePrefix("nothing")))),
		Entry("of a URL", 0, HaveReplayedAllInteractions()),
		Entry("in a list", 0, HavePlayed(2)),
	)
})
