// Package genai_test records and replays google.golang.org/genai.
package genai_test

import (
	"context"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"google.golang.org/genai"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

const key = "GEMINI_API_KEY"

func TestGenAI(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.Serve(t, key)), vcr.Dir(standin.Cassettes()))
	RunSpecs(t, "genai")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestGenAI", key) }

func TestWithoutClient(t *testing.T) { standin.WithoutClient(t, "TestGenAI", key) }

// newClient is what a program does, but for the HTTP client and the key.
func newClient(ctx context.Context) *genai.Client {
	GinkgoHelper()
	client, err := genai.NewClient(ctx, &genai.ClientConfig{
		APIKey:     vcr.Getenv(key),
		Backend:    genai.BackendGeminiAPI,
		HTTPClient: standin.Client(),
	})
	Expect(err).NotTo(HaveOccurred())
	return client
}

const model = "gemini-2.5-flash"
