// Package openai_test records and replays openai-go.
package openai_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

const key = "OPENAI_API_KEY"

func TestOpenAI(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.Serve(t, key)), vcr.Dir(standin.Cassettes()))
	RunSpecs(t, "openai-go")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestOpenAI", key) }

func TestWithoutClient(t *testing.T) { standin.WithoutClient(t, "TestOpenAI", key) }

// newClient is what a program does, but for the HTTP client and the key.
func newClient() openai.Client {
	options := []option.RequestOption{option.WithAPIKey(vcr.Getenv(key))}
	if client := standin.Client(); client != nil {
		options = append(options, option.WithHTTPClient(client))
	}
	return openai.NewClient(options...)
}
