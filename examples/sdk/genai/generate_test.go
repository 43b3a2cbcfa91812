package genai_test

import (
	"errors"
	"io"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"google.golang.org/genai"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Generate", vcr.Recorded(), func() {
	It("answers a question", func(ctx SpecContext) {
		answer, err := newClient(ctx).Models.GenerateContent(ctx, model, genai.Text("What is the capital of France?"), nil)
		standin.Read(answer, err)
		Expect(err).NotTo(HaveOccurred())
		Expect(answer.Text()).To(Equal("The capital of France is Paris."))
		Expect(answer.UsageMetadata.TotalTokenCount).To(BeEquivalentTo(15))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	// stream returns the pieces of an answer, and what ended it.
	stream := func(ctx SpecContext, text string) (pieces []string, last error) {
		for chunk, err := range newClient(ctx).Models.GenerateContentStream(ctx, model, genai.Text(text), nil) {
			standin.Read(chunk, err)
			if err != nil {
				last = err
				continue
			}
			pieces = append(pieces, chunk.Text())
		}
		return pieces, last
	}

	It("streams an answer", func(ctx SpecContext) {
		pieces, err := stream(ctx, "Count to three.")
		Expect(err).NotTo(HaveOccurred())
		Expect(pieces).To(Equal([]string{"One, ", "two, ", "three."}))
	})

	DescribeTable("tells that a stream was cut", func(ctx SpecContext, prompt string, cause any) {
		pieces, err := stream(ctx, prompt)
		Expect(pieces).To(Equal([]string{"One, "}))
		Expect(err).To(MatchError(cause))
	},
		Entry("between events", "Break off between events.", io.ErrUnexpectedEOF),
		Entry("within an event", "Break off within an event.", ContainSubstring("error unmarshalling data")),
	)

	DescribeTable("fails with the errors of the SDK", func(ctx SpecContext, prompt string, code int, status string) {
		_, err := newClient(ctx).Models.GenerateContent(ctx, model, genai.Text(prompt), nil)
		standin.Read(err)
		var failure genai.APIError
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
		Expect(failure.Code).To(Equal(code))
		Expect(failure.Status).To(Equal(status))
	},
		Entry("too many requests", "Answer too many requests.", http.StatusTooManyRequests, "RESOURCE_EXHAUSTED"),
		Entry("a failure of the server", "Break down.", http.StatusInternalServerError, "INTERNAL"),
	)
})
