package ollama_test

import (
	"context"
	"errors"
	"net/http"

	"github.com/ollama/ollama/api"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Chat", vcr.Recorded(), func() {
	It("answers a question", func(ctx SpecContext) {
		request, whole := question("What is the capital of France?"), false
		request.Stream = &whole
		answers, err := chat(ctx, request)
		Expect(err).NotTo(HaveOccurred())
		Expect(answers).To(HaveLen(1))
		Expect(answers[0].Message.Content).To(Equal("The capital of France is Paris."))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("streams an answer", func(ctx SpecContext) {
		answers, err := chat(ctx, question("Count to three."))
		Expect(err).NotTo(HaveOccurred())
		Expect(pieces(answers)).To(Equal([]string{"One, ", "two, ", "three.", ""}))
		last := answers[len(answers)-1]
		Expect(last.Done).To(BeTrue())
		Expect(last.EvalCount).To(Equal(6))
	})

	It("tells that a stream was cut within a line", func(ctx SpecContext) {
		answers, err := chat(ctx, question("Break off within a line."))
		Expect(pieces(answers)).To(Equal([]string{"One, "}))
		Expect(err).To(MatchError(ContainSubstring(`"created_at":"2026-01-01T00:00:00.20`)))
	})

	// The client does not look at how the stream ended, and a tape must not make
	// up for it.
	It("does not tell that a stream was cut between lines", func(ctx SpecContext) {
		answers, err := chat(ctx, question("Break off between lines."))
		Expect(err).NotTo(HaveOccurred())
		Expect(pieces(answers)).To(Equal([]string{"One, "}))
		Expect(answers[0].Done).To(BeFalse())
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	It("tells what went wrong within a stream", func(ctx SpecContext) {
		answers, err := chat(ctx, question("Fail within the answer."))
		Expect(pieces(answers)).To(Equal([]string{"One, "}))
		Expect(err).To(MatchError("an error was encountered while running the model"))
	})

	DescribeTable("fails with the errors of the client", func(ctx SpecContext, prompt string, status int, message string) {
		_, err := chat(ctx, question(prompt))
		var failure api.StatusError
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
		Expect(failure.StatusCode).To(Equal(status))
		Expect(failure.ErrorMessage).To(Equal(message))
	},
		Entry("too many requests", "Answer too many requests.", http.StatusTooManyRequests, "too many concurrent requests"),
		Entry("a failure of the server", "Break down.", http.StatusInternalServerError, "llama runner process has terminated"),
	)
})

var _ = Describe("Embed", vcr.Recorded(), func() {
	It("gives a vector for each input", func(ctx SpecContext) {
		answer, err := newClient().Embed(ctx, &api.EmbedRequest{Model: "all-minilm", Input: []string{"Paris"}})
		standin.Read(answer, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(answer.Embeddings).To(Equal([][]float32{{0.010071029, -0.0017594862, 0.05007221, 0.04692972}}))
	})
})

func question(text string) *api.ChatRequest {
	return &api.ChatRequest{Model: "llama3.2", Messages: []api.Message{{Role: "user", Content: text}}}
}

func chat(ctx context.Context, request *api.ChatRequest) (answers []api.ChatResponse, err error) {
	err = newClient().Chat(ctx, request, func(answer api.ChatResponse) error {
		standin.Read(answer)
		answers = append(answers, answer)
		return nil
	})
	standin.Read(err)
	return answers, err
}

func pieces(answers []api.ChatResponse) (pieces []string) {
	for _, answer := range answers {
		pieces = append(pieces, answer.Message.Content)
	}
	return pieces
}
