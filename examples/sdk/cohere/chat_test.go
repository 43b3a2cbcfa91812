package cohere_test

import (
	"errors"
	"io"

	cohere "github.com/cohere-ai/cohere-go/v2"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

const model = "command-a-03-2025"

func question(text string) cohere.ChatMessages {
	return cohere.ChatMessages{{Role: "user", User: &cohere.UserMessageV2{Content: &cohere.UserMessageV2Content{String: text}}}}
}

var _ = Describe("Chat", vcr.Recorded(), func() {
	chat := func(ctx SpecContext, text string) (*cohere.V2ChatResponse, error) {
		answer, err := newClient().V2.Chat(ctx, &cohere.V2ChatRequest{Model: model, Messages: question(text)})
		standin.Read(answer, err)
		return answer, err
	}

	// stream returns the pieces of an answer, and what ended it.
	stream := func(ctx SpecContext, text string) (pieces []string, last error) {
		GinkgoHelper()
		stream, err := newClient().V2.ChatStream(ctx, &cohere.V2ChatStreamRequest{Model: model, Messages: question(text)})
		Expect(err).NotTo(HaveOccurred())
		defer stream.Close()
		for {
			event, err := stream.Recv()
			if err != nil {
				standin.Read(err)
				return pieces, err
			}
			standin.Read(event)
			if delta := event.ContentDelta; delta != nil {
				pieces = append(pieces, *delta.Delta.Message.Content.Text)
			}
		}
	}

	It("answers a question", func(ctx SpecContext) {
		answer, err := chat(ctx, "What is the capital of France?")
		Expect(err).NotTo(HaveOccurred())
		Expect(answer.Message.Content[0].Text.Text).To(Equal("The capital of France is Paris."))
		Expect(*answer.Usage.Tokens.OutputTokens).To(BeEquivalentTo(8))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("streams an answer", func(ctx SpecContext) {
		pieces, err := stream(ctx, "Count to three.")
		Expect(err).To(MatchError(io.EOF))
		Expect(pieces).To(Equal([]string{"One, ", "two, ", "three."}))
	})

	It("tells that a stream was cut", func(ctx SpecContext) {
		pieces, err := stream(ctx, "Break off.")
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
		Expect(pieces).To(Equal([]string{"One, "}))
	})

	It("fails with too many requests", func(ctx SpecContext) {
		_, err := chat(ctx, "Answer too many requests.")
		var failure *cohere.TooManyRequestsError
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
	})

	It("fails with a failure of the server", func(ctx SpecContext) {
		_, err := chat(ctx, "Break down.")
		var failure *cohere.InternalServerError
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
	})
})
