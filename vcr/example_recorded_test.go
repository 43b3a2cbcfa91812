package vcr_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// ask is the code under test. It is given a client.
func ask(ctx context.Context, client *http.Client, question string) (string, error) {
	body := fmt.Sprintf(`{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": %q}]}`, question)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.example.com/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+vcr.Getenv("EXAMPLE_API_KEY"))
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var completion struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.NewDecoder(resp.Body).Decode(&completion); err != nil || len(completion.Choices) == 0 {
		return "", fmt.Errorf("no answer: %s: %w", resp.Status, err)
	}
	return completion.Choices[0].Message.Content, nil
}

// Each spec and each entry has a cassette of its own:
//
//	assistant/answers_a_question.yaml
//	assistant/knows_capitals/of_italy.yaml
//	assistant/knows_capitals/of_japan.yaml
var _ = Describe("Assistant", vcr.Recorded(), func() {
	It("answers a question", func(ctx SpecContext) {
		Expect(ask(ctx, vcr.Client(), "What is the capital of France?")).To(ContainSubstring("Paris"))
		Expect(vcr.Current()).To(HaveReplayedAllInteractions())
	})

	DescribeTable("knows capitals",
		func(ctx SpecContext, question, capital string) {
			Expect(ask(ctx, vcr.Client(), question)).To(ContainSubstring(capital))
		},
		Entry("of Italy", "What is the capital of Italy?", "Rome"),
		Entry("of Japan", "What is the capital of Japan?", "Tokyo"),
	)
})

// Decorate a container. The first run of ginkgo calls the service and writes the
// cassettes; every later run replays them.
func ExampleRecorded() {
	// ginkgo                              replays, or records what has no cassette yet
	// VCR_RECORD_MODE=all ginkgo          records everything again
}
