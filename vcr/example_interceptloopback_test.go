package vcr_test

import (
	"io"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// generate asks a model on this machine. It uses http.DefaultClient, and no other
// client can be given to it.
func generate(prompt string) (string, error) {
	resp, err := http.Post("http://localhost:11434/api/generate", "application/json",
		strings.NewReader(`{"model": "llama3.2", "stream": false, "prompt": "`+prompt+`"}`))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return string(answer), err
}

// Without the option, requests of http.DefaultClient to localhost are not
// recorded, because they mostly go to servers of the test. Those still answer.
var _ = Describe("Local model", vcr.Recorded(vcr.InterceptLoopback("localhost:11434")), func() {
	It("knows what is sweet", func() {
		Expect(generate("Name something sweet.")).To(ContainSubstring("honey"))
	})
})

// The model is needed for the first run only.
func ExampleInterceptLoopback() {
	// ginkgo --focus='Local model'
}
