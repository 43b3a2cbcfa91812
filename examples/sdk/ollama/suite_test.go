// Package ollama_test records and replays github.com/ollama/ollama/api.
package ollama_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/ollama/ollama/api"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func TestOllama(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.Serve(t)), vcr.Dir(standin.Cassettes()), vcr.InterceptLoopback("localhost:11434"))
	RunSpecs(t, "ollama")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestOllama") }

func TestWithoutClient(t *testing.T) { standin.WithoutClient(t, "TestOllama") }

// newClient is what a program does, but for the HTTP client.
func newClient() *api.Client {
	client := standin.Client()
	if client == nil {
		client = http.DefaultClient // as api.ClientFromEnvironment does
	}
	return api.NewClient(&url.URL{Scheme: "http", Host: "localhost:11434"}, client)
}
