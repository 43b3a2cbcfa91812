// Package mcp_test records and replays clients of the Model Context Protocol.
package mcp_test

import (
	"os"
	"os/exec"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func TestMCP(t *testing.T) {
	RegisterFailHandler(Fail)
	vcr.Configure(vcr.Base(standin.ServeWith(t, weatherService())), vcr.Dir(standin.Cassettes()))
	RunSpecs(t, "go-sdk of MCP")
}

func TestStandIn(t *testing.T) { standin.RecordAgain(t, "TestMCP") }

// Each spec of a shared session runs alone, too. Then its calls have other ids than on
// the tape, because fewer calls came before them.
func TestOneSpecOfASharedSession(t *testing.T) {
	if standin.Recording() {
		t.Skip("the tapes are being recorded")
	}
	for _, spec := range []string{"tells the weather in Oslo", "tells the weather in Rome", "lists the tools"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestMCP$", "-test.count=1", "-ginkgo.no-color", "-ginkgo.focus=Shared session "+spec)
		cmd.Env = append(os.Environ(), "CI=true")
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", spec, err, output)
		}
	}
}

// connect is what a program does, but for the HTTP client.
func connect(ctx SpecContext, endpoint string, options *sdk.ClientOptions) *sdk.ClientSession {
	GinkgoHelper()
	client := sdk.NewClient(&sdk.Implementation{Name: "assistant", Version: "1"}, options)
	session, err := client.Connect(ctx, &sdk.StreamableClientTransport{Endpoint: endpoint, HTTPClient: vcr.Client()}, nil)
	Expect(err).NotTo(HaveOccurred())
	return session
}

// weather asks for the weather in a city.
func weather(city string) *sdk.CallToolParams {
	return &sdk.CallToolParams{Name: "weather", Arguments: map[string]any{"city": city}}
}

// text returns what a tool has answered.
func text(result *sdk.CallToolResult, err error) string {
	GinkgoHelper()
	Expect(err).NotTo(HaveOccurred())
	Expect(result.Content).To(HaveLen(1))
	return result.Content[0].(*sdk.TextContent).Text
}
