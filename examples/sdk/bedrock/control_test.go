package bedrock_test

import (
	"bytes"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
)

// What these specs prove is that the ones above would fail if a tape changed a
// byte: every message of the stream has a checksum. Of a message that is not whole
// the SDK says nothing.
var _ = Describe("A tape with a byte less or another", func() {
	replay := func(ctx SpecContext, change func([]byte) []byte) []string {
		client := standin.Altered(GinkgoTB(), "conversestream/streams_an_answer.yaml", change)
		return InterceptGomegaFailures(func() { expectCount(ctx, client) })
	}

	It("loses the last message when its last byte is missing", func(ctx SpecContext) {
		Expect(replay(ctx, func(body []byte) []byte { return body[:len(body)-1] })).To(ConsistOf(ContainSubstring("to have length 7")))
	})

	DescribeTable("is an error of the SDK", func(ctx SpecContext, change func([]byte) []byte, failure string) {
		Expect(replay(ctx, change)).To(ContainElement(ContainSubstring(failure)))
	},
		Entry("in a text", func(body []byte) []byte { return bytes.Replace(body, []byte("two"), []byte("too"), 1) }, "checksum"),
		Entry("in a length", func(body []byte) []byte { body[3] ^= 1; return body }, "checksum"),
	)
})
