// Package live is a suite whose cassettes are kept up to date by the workflows beside it.
package live_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/quickstart"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func TestLive(t *testing.T) {
	RegisterFailHandler(Fail)
	// A run that asks the API is red if the API has broken what it promised, and it never
	// makes more calls than a loop that went wrong should pay for.
	vcr.Configure(vcr.FailOn("breaking"), vcr.LiveBudget(20, 10_000))
	RunSpecs(t, "Live")
}

// The stand-in that the cassettes were recorded from.
const standIn = "http://127.0.0.1:18092/v1"

var chat = quickstart.Chat{URL: standIn, Key: vcr.Getenv("OPENAI_API_KEY"), HTTP: vcr.Client()}

var _ = Describe("Chat", vcr.Recorded(), func() {
	It("answers a question", vcr.Live(), func(ctx SpecContext) {
		Expect(chat.Ask(ctx, "What is the capital of France?")).To(ContainSubstring("Paris"))
	})

	It("streams an answer", vcr.Live(), func(ctx SpecContext) {
		var pieces []string
		Expect(chat.Stream(ctx, "What is the capital of Italy?", func(piece string) {
			pieces = append(pieces, piece)
		})).To(Succeed())
		Expect(pieces).To(ContainElement(ContainSubstring("Rome")))
	})

	// It is not live: each call costs money, and two specs a night are enough to see a change.
	It("answers another question", func(ctx SpecContext) {
		Expect(chat.Ask(ctx, "What is the capital of Japan?")).To(ContainSubstring("Tokyo"))
	})
})
