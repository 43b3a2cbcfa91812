// Package langchain_test records and replays langchaingo.
package langchain_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

const key = "OPENAI_API_KEY"

func TestLangChain(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.Serve(t, key)), vcr.Dir(standin.Cassettes()), vcr.InterceptLoopback("localhost:11434"))
	RunSpecs(t, "langchaingo")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestLangChain", key) }

func TestWithoutClient(t *testing.T) { standin.WithoutClient(t, "TestLangChain", key) }
