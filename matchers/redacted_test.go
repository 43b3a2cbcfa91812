package matchers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

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
			_, err := tape.Save(studio.file)
			Expect(err).NotTo(HaveOccurred())
			session := studio.open(recorder.None)
			snapshot := session.Snapshot()
			snapshot.Replayed = snapshot.Loaded
			message := studio.told(matcher, snapshot)
			Expect(message).To(ContainSubstring("[redacted:github_token]"))
			Expect(message).NotTo(Or(ContainSubstring(secret[:12]), ContainSubstring(secret[32:])))
		},
		Entry("of a text", 0, HaveInteraction(InteractionRequestBody("nothing"))),
		Entry("of a text that is cut", 180, HaveInteraction(InteractionRequestBody("nothing"))),
		Entry("of a text that begins alike", 0, HaveInteraction(InteractionResponseBody(`"`+secret[:6]+"!"))),
		Entry("of what a matcher prints", 0, HaveInteraction(InteractionResponseBody(HavePrefix("nothing")))),
		Entry("of what a matcher prints, and is cut", 150, HaveInteraction(InteractionResponseBody(HavePrefix("nothing")))),
		Entry("of a URL", 0, HaveReplayedAllInteractions()),
		Entry("in a list", 0, HaveReplayedInteractions(2)),
	)
})
