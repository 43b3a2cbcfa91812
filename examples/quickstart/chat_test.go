package quickstart_test

import (
	"cmp"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/quickstart"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func TestQuickstart(t *testing.T) {
	RegisterFailHandler(Fail)
	// The demo records into a folder of its own; without it, the cassettes are
	// the ones beside this file.
	vcr.Configure(vcr.Dir(cmp.Or(os.Getenv("QUICKSTART_CASSETTES"), "cassettes")))
	RunSpecs(t, "Quickstart")
}

// The stand-in that the cassettes were recorded from; only a run that records
// needs it.
const standIn = "http://127.0.0.1:18090/v1"

var chat = quickstart.Chat{URL: standIn, Key: vcr.Getenv("OPENAI_API_KEY"), HTTP: vcr.Client()}

var _ = Describe("Chat", vcr.Recorded(), func() {
	It("answers a question", func(ctx SpecContext) {
		Expect(chat.Ask(ctx, "What is the capital of France?")).To(ContainSubstring("Paris"))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("streams an answer", func(ctx SpecContext) {
		var pieces []string
		Expect(chat.Stream(ctx, "What is the capital of France?", func(piece string) {
			pieces = append(pieces, piece)
		})).To(Succeed())
		Expect(len(pieces)).To(BeNumerically(">", 1))
		Expect(pieces).To(ContainElement(ContainSubstring("Paris")))
	})
})
