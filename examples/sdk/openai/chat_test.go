package openai_test

import (
	"io"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/openai/openai-go/v3"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func question(text string) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model:    openai.ChatModelGPT5_4Mini,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)},
	}
}

var _ = Describe("Chat", vcr.Recorded(), func() {
	It("answers a question", func(ctx SpecContext) {
		client := newClient()
		completion, err := client.Chat.Completions.New(ctx, question("What is the capital of France?"))
		standin.Read(completion, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(completion.Choices[0].Message.Content).To(Equal("The capital of France is Paris."))
		Expect(completion.Usage.TotalTokens).To(BeEquivalentTo(21))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("streams an answer", func(ctx SpecContext) {
		client := newClient()
		params := question("Count to three.")
		params.StreamOptions.IncludeUsage = openai.Bool(true)
		stream := client.Chat.Completions.NewStreaming(ctx, params)
		var answer openai.ChatCompletionAccumulator
		chunks := 0
		for stream.Next() {
			standin.Read(stream.Current())
			Expect(answer.AddChunk(stream.Current())).To(BeTrue())
			chunks++
		}
		Expect(stream.Err()).NotTo(HaveOccurred())
		Expect(chunks).To(Equal(6))
		Expect(answer.Choices[0].Message.Content).To(Equal("One, two, three."))
		Expect(answer.Choices[0].FinishReason).To(Equal("stop"))
		Expect(answer.Usage.TotalTokens).To(BeEquivalentTo(17))
	})

	It("tells that a stream was cut", func(ctx SpecContext) {
		client := newClient()
		stream := client.Chat.Completions.NewStreaming(ctx, question("Break off."))
		var pieces []string
		for stream.Next() {
			pieces = append(pieces, stream.Current().Choices[0].Delta.Content)
		}
		standin.Read(pieces, stream.Err())
		Expect(pieces).To(Equal([]string{"One, "}))
		Expect(stream.Err()).To(MatchError(io.ErrUnexpectedEOF))
	})

	It("calls a tool and answers with its result", func(ctx SpecContext) {
		client := newClient()
		params := question("What is the weather in Paris?")
		params.Tools = []openai.ChatCompletionToolUnionParam{openai.ChatCompletionFunctionTool(openai.FunctionDefinitionParam{
			Name: "get_weather",
			Parameters: openai.FunctionParameters{
				"type":       "object",
				"properties": map[string]any{"city": map[string]string{"type": "string"}},
				"required":   []string{"city"},
			},
		})}
		completion, err := client.Chat.Completions.New(ctx, params)
		standin.Read(completion, err)
		Expect(err).NotTo(HaveOccurred())
		calls := completion.Choices[0].Message.ToolCalls
		Expect(calls).To(HaveLen(1))
		Expect(calls[0].Function.Name).To(Equal("get_weather"))
		Expect(calls[0].Function.Arguments).To(MatchJSON(`{"city":"Paris"}`))

		params.Messages = append(params.Messages,
			completion.Choices[0].Message.ToParam(),
			openai.ToolMessage(`{"celsius":18,"sky":"sunny"}`, calls[0].ID))
		completion, err = client.Chat.Completions.New(ctx, params)
		standin.Read(completion, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(completion.Choices[0].Message.Content).To(Equal("It is 18 °C and sunny in Paris."))
		Expect(vcr.Current()).To(HavePlayed(2))
	})
})
