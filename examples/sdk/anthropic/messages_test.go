package anthropic_test

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/anthropics/anthropic-sdk-go"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Messages", vcr.Recorded(), func() {
	It("answer a question", func(ctx SpecContext) {
		client := newClient(standin.Client())
		message, err := client.Messages.New(ctx, question("What is the capital of France?"))
		standin.Read(message, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(message.Content[0].Text).To(Equal("The capital of France is Paris."))
		Expect(message.Usage.OutputTokens).To(BeEquivalentTo(10))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("stream an answer", func(ctx SpecContext) {
		expectCount(ctx, standin.Client())
	})

	It("tell that a stream was cut", func(ctx SpecContext) {
		events, _, err := stream(ctx, standin.Client(), "Break off.")
		Expect(events).To(Equal([]string{"message_start", "content_block_start"}))
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
	})

	It("tell what went wrong within a stream", func(ctx SpecContext) {
		events, _, err := stream(ctx, standin.Client(), "Run out of capacity.")
		Expect(events).To(Equal([]string{"message_start"}))
		Expect(err).To(MatchError(ContainSubstring("overloaded_error")))
	})
})

var _ = Describe("Errors", vcr.Recorded(), func() {
	// The SDK tries three times, and each attempt is on the tape.
	DescribeTable("are those of the SDK", func(ctx SpecContext, prompt string, status int, kind string) {
		client := newClient(standin.Client())
		_, err := client.Messages.New(ctx, question(prompt))
		standin.Read(err)
		var failure *anthropic.Error
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
		Expect(failure.StatusCode).To(Equal(status))
		Expect(failure.RawJSON()).To(ContainSubstring(kind))
		Expect(vcr.Current()).To(HavePlayed(3))
	},
		Entry("too many requests", "Answer too many requests.", http.StatusTooManyRequests, "rate_limit_error"),
		Entry("a failure of the server", "Break down.", http.StatusInternalServerError, "api_error"),
	)
})

// expectCount expects the whole of a streamed answer, to its last event.
func expectCount(ctx context.Context, client *http.Client) {
	GinkgoHelper()
	events, message, err := stream(ctx, client, "Count to two.")
	Expect(err).NotTo(HaveOccurred())
	Expect(message.Content[0].Text).To(Equal("One, two."))
	Expect(message.StopReason).To(Equal(anthropic.StopReasonEndTurn))
	Expect(message.Usage.OutputTokens).To(BeEquivalentTo(6))
	Expect(events).To(Equal([]string{
		"message_start", "content_block_start", "content_block_delta", "content_block_delta",
		"content_block_stop", "message_delta", "message_stop",
	}))
}

// stream returns the types of the events and the message that they make.
func stream(ctx context.Context, client *http.Client, text string) (events []string, message anthropic.Message, err error) {
	GinkgoHelper()
	api := newClient(client)
	stream := api.Messages.NewStreaming(ctx, question(text))
	defer stream.Close()
	for stream.Next() {
		standin.Read(stream.Current())
		events = append(events, stream.Current().Type)
		Expect(message.Accumulate(stream.Current())).To(Succeed())
	}
	standin.Read(stream.Err())
	return events, message, stream.Err()
}
