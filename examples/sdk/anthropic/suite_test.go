// Package anthropic_test records and replays anthropic-sdk-go.
package anthropic_test

import (
	"net/http"
	"testing"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

const key = "ANTHROPIC_API_KEY"

func TestAnthropic(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.Serve(t, key)), vcr.Dir(standin.Cassettes()))
	RunSpecs(t, "anthropic-sdk-go")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestAnthropic", key) }

func TestWithoutClient(t *testing.T) { standin.WithoutClient(t, "TestAnthropic", key) }

// newClient is what a program does, but for the HTTP client and the key.
func newClient(client *http.Client) anthropic.Client {
	options := []option.RequestOption{option.WithAPIKey(vcr.Getenv(key))}
	if client != nil {
		options = append(options, option.WithHTTPClient(client))
	}
	return anthropic.NewClient(options...)
}

func question(text string) anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model:     anthropic.ModelClaudeSonnet5_5,
		MaxTokens: 100,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(text))},
	}
}
