package openai_test

import (
	"errors"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/openai/openai-go/v3"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("Errors", vcr.Recorded(), func() {
	// The SDK tries three times, and each attempt is on the tape.
	DescribeTable("are those of the SDK", func(ctx SpecContext, prompt string, status int, kind string) {
		client := newClient()
		_, err := client.Chat.Completions.New(ctx, question(prompt))
		standin.Read(err)
		var failure *openai.Error
		Expect(errors.As(err, &failure)).To(BeTrue(), "%v", err)
		Expect(failure.StatusCode).To(Equal(status))
		Expect(failure.Type).To(Equal(kind))
		Expect(vcr.Current()).To(HavePlayed(3))
	},
		Entry("too many requests", "Answer too many requests.", http.StatusTooManyRequests, "requests"),
		Entry("a failure of the server", "Break down.", http.StatusInternalServerError, "server_error"),
	)
})
