package langchain_test

import (
	"context"
	"errors"
	"io"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/ollama"
	"github.com/tmc/langchaingo/llms/openai"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("OpenAI", vcr.Recorded(), func() {
	// newModel is what a program does, but for the HTTP client and the key.
	newModel := func() *openai.LLM {
		GinkgoHelper()
		options := []openai.Option{openai.WithToken(vcr.Getenv(key)), openai.WithModel("gpt-4o-mini")}
		if client := standin.Client(); client != nil {
			options = append(options, openai.WithHTTPClient(client))
		}
		model, err := openai.New(options...)
		Expect(err).NotTo(HaveOccurred())
		return model
	}

	It("answers a question", func(ctx SpecContext) {
		Expect(ask(ctx, newModel(), "What is the capital of France?")).To(Equal("The capital of France is Paris."))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("streams an answer", func(ctx SpecContext) {
		var pieces []string
		Expect(ask(ctx, newModel(), "Count to two.", collect(&pieces))).To(Equal("One, two."))
		Expect(pieces).To(Equal([]string{"One, ", "two.", ""}))
	})

	It("tells that a stream was cut", func(ctx SpecContext) {
		var pieces []string
		_, err := ask(ctx, newModel(), "Break off.", collect(&pieces))
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
		Expect(pieces).To(Equal([]string{"One, "}))
	})

	// The package makes its typed errors of the text that the provider sent.
	DescribeTable("fails with the errors of the package", func(ctx SpecContext, prompt string, code llms.ErrorCode, text string) {
		_, err := ask(ctx, newModel(), prompt)
		var failure *llms.Error
		Expect(errors.As(openai.MapError(err), &failure)).To(BeTrue(), "%v", err)
		Expect(failure.Code).To(Equal(code))
		Expect(err).To(MatchError(ContainSubstring(text)))
	},
		Entry("too many requests", "Answer too many requests.", llms.ErrCodeRateLimit, "429: Rate limit reached"),
		Entry("a failure of the server", "Break down.", llms.ErrCodeProviderUnavailable, "500: The server had an error"),
	)
})

var _ = Describe("Ollama", vcr.Recorded(), func() {
	It("answers a question", func(ctx SpecContext) {
		options := []ollama.Option{ollama.WithServerURL("http://localhost:11434"), ollama.WithModel("llama3.2")}
		if client := standin.Client(); client != nil {
			options = append(options, ollama.WithHTTPClient(client))
		}
		model, err := ollama.New(options...)
		Expect(err).NotTo(HaveOccurred())
		var pieces []string
		Expect(ask(ctx, model, "What is the capital of Japan?", collect(&pieces))).To(Equal("The capital of Japan is Tokyo."))
		Expect(pieces).To(HaveLen(3))
	})
})

func ask(ctx context.Context, model llms.Model, text string, options ...llms.CallOption) (string, error) {
	answer, err := llms.GenerateFromSinglePrompt(ctx, model, text, options...)
	standin.Read(answer, err)
	return answer, err
}

// collect keeps the pieces of a streamed answer.
func collect(pieces *[]string) llms.CallOption {
	return llms.WithStreamingFunc(func(_ context.Context, piece []byte) error {
		standin.Read(string(piece))
		*pieces = append(*pieces, string(piece))
		return nil
	})
}
