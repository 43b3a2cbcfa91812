package anthropic_test

import (
	"bytes"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
)

// What these specs prove is that the ones above would fail if a tape lost a
// byte: the SDK drops an event that no empty line follows, and says nothing.
var _ = Describe("A tape without the last newlines of a stream", func() {
	replay := func(ctx SpecContext, change func([]byte) []byte) []string {
		client := standin.Altered(GinkgoTB(), "messages/stream_an_answer.yaml", change)
		return InterceptGomegaFailures(func() { expectCount(ctx, client) })
	}

	It("loses the last event", func(ctx SpecContext) {
		failures := replay(ctx, func(body []byte) []byte { return bytes.TrimRight(body, "\n") })
		Expect(failures).To(ConsistOf(And(ContainSubstring("to equal"), ContainSubstring("message_stop"))))
	})

	It("loses it for one newline as well", func(ctx SpecContext) {
		failures := replay(ctx, func(body []byte) []byte { return bytes.TrimSuffix(body, []byte("\n")) })
		Expect(failures).To(ConsistOf(And(ContainSubstring("to equal"), ContainSubstring("message_stop"))))
	})

	It("is the only thing that matters", func(ctx SpecContext) {
		failures := replay(ctx, func(body []byte) []byte { return append(body, ": a comment\n"...) })
		Expect(failures).To(BeEmpty())
	})
})
