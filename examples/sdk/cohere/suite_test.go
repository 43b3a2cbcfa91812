// Package cohere_test records and replays cohere-go.
package cohere_test

import (
	"testing"

	"github.com/cohere-ai/cohere-go/v2/client"
	"github.com/cohere-ai/cohere-go/v2/option"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

const key = "CO_API_KEY"

func TestCohere(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.Serve(t, key)), vcr.Dir(standin.Cassettes()))
	RunSpecs(t, "cohere-go")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestCohere", key) }

func TestWithoutClient(t *testing.T) { standin.WithoutClient(t, "TestCohere", key) }

// newClient is what a program does, but for the HTTP client and the key. The SDK
// tries once, because no header of the service can take the pause away that it makes
// before another attempt.
func newClient() *client.Client {
	options := []option.RequestOption{option.WithToken(vcr.Getenv(key)), option.WithMaxAttempts(1)}
	if client := standin.Client(); client != nil {
		options = append(options, option.WithHTTPClient(client))
	}
	return client.NewClient(options...)
}
