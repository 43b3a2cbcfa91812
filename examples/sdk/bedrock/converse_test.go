package bedrock_test

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Converse", vcr.Recorded(), func() {
	It("answers a question", func(ctx SpecContext) {
		answer, err := converse(ctx, "What is the capital of France?")
		Expect(err).NotTo(HaveOccurred())
		Expect(answer.Output).To(BeAssignableToTypeOf(&types.ConverseOutputMemberMessage{}))
		message := answer.Output.(*types.ConverseOutputMemberMessage).Value
		Expect(message.Content).To(ConsistOf(&types.ContentBlockMemberText{Value: "The capital of France is Paris."}))
		Expect(*answer.Usage.TotalTokens).To(BeEquivalentTo(24))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("fails with a throttling exception", func(ctx SpecContext) {
		_, err := converse(ctx, "Answer too many requests.")
		var failure *types.ThrottlingException
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
		Expect(*failure.Message).To(HavePrefix("Too many requests"))
	})

	It("fails with an exception of the server", func(ctx SpecContext) {
		_, err := converse(ctx, "Break down.")
		var failure *types.InternalServerException
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
		Expect(*failure.Message).To(HavePrefix("The system encountered"))
	})
})

var _ = Describe("ConverseStream", vcr.Recorded(), func() {
	It("streams an answer", func(ctx SpecContext) {
		expectCount(ctx, standin.Client())
	})

	// The SDK takes every end of the body for the end of the stream, and a tape
	// must not make up for it.
	It("does not tell that a stream was cut", func(ctx SpecContext) {
		events, err := stream(ctx, standin.Client(), "Break off.")
		Expect(err).NotTo(HaveOccurred())
		Expect(events).To(HaveLen(2))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("tells what went wrong within a stream", func(ctx SpecContext) {
		events, err := stream(ctx, standin.Client(), "Fail within the answer.")
		Expect(events).To(HaveLen(1))
		var failure *types.ModelStreamErrorException
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
		Expect(*failure.OriginalStatusCode).To(BeEquivalentTo(529))
	})
})

// expectCount expects the whole of a streamed answer, to its last message.
func expectCount(ctx context.Context, client *http.Client) {
	GinkgoHelper()
	events, err := stream(ctx, client, "Count to three.")
	Expect(err).NotTo(HaveOccurred())
	Expect(events).To(HaveLen(7))
	var text string
	for _, event := range events {
		switch event := event.(type) {
		case *types.ConverseStreamOutputMemberContentBlockDelta:
			text += event.Value.Delta.(*types.ContentBlockDeltaMemberText).Value
		case *types.ConverseStreamOutputMemberMessageStop:
			Expect(event.Value.StopReason).To(Equal(types.StopReasonEndTurn))
		case *types.ConverseStreamOutputMemberMetadata:
			Expect(*event.Value.Usage.TotalTokens).To(BeEquivalentTo(19))
		}
	}
	Expect(text).To(Equal("One, two, three."))
}

const model = "anthropic.claude-3-haiku-20240307-v1:0"

func question(text string) []types.Message {
	return []types.Message{{Role: types.ConversationRoleUser, Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: text}}}}
}

func converse(ctx context.Context, text string) (*bedrockruntime.ConverseOutput, error) {
	return newClient(standin.Client()).Converse(ctx, &bedrockruntime.ConverseInput{ModelId: aws.String(model), Messages: question(text)})
}

func stream(ctx context.Context, client *http.Client, text string) (events []types.ConverseStreamOutput, err error) {
	GinkgoHelper()
	output, err := newClient(client).ConverseStream(ctx, &bedrockruntime.ConverseStreamInput{ModelId: aws.String(model), Messages: question(text)})
	Expect(err).NotTo(HaveOccurred())
	stream := output.GetStream()
	defer stream.Close()
	for event := range stream.Events() {
		events = append(events, event)
	}
	return events, stream.Err()
}
