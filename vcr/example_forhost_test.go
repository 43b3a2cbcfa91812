package vcr_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// research searches for a topic and asks a model to sum up what it found. Both
// requests carry an id that differs in every run.
func research(client *http.Client, topic string) (string, error) {
	resp, err := client.Get("https://search.example.com/search?q=" + url.QueryEscape(topic) + "&visit=" + rand.Text())
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	found, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}

	request := fmt.Sprintf(`{"prompt": %q, "metadata": {"trace": %q}}`, "Sum up: "+string(found), rand.Text())
	resp, err = client.Post("https://llm.example.com/v1/complete", "application/json", strings.NewReader(request))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	summary, err := io.ReadAll(resp.Body)
	return string(summary), err
}

// What may differ is said for each host, and nothing else may: another topic or
// another prompt is a miss.
var _ = Describe("Research", vcr.Recorded(
	vcr.ForHost("search.example.com", vcr.IgnoreQuery("visit")),
	vcr.ForHost("llm.example.com", vcr.IgnoreBody("$.metadata.trace")),
), func() {
	It("sums up what was found", func() {
		Expect(research(vcr.Client(), "cassette tapes")).To(ContainSubstring("1963"))
	})
})

// The rules of a host hold for the requests to that host only.
func ExampleForHost() {
	// ginkgo --focus=Research
}
