package vcr_test

import (
	"io"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func tides(port string) (string, error) {
	resp, err := vcr.Client().Get("https://weather.example.com/v1/tides?port=" + port)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// The cassette is tides/high.yaml. The texts may change, and the file keeps its
// name.
var _ = Describe("Tides at the ports of the Atlantic", vcr.Recorded(vcr.Name("tides")), func() {
	It("tells when the water is high", vcr.Recorded(vcr.Name("high")), func() {
		Expect(tides("lisbon")).To(ContainSubstring("high"))
	})
})

// A name replaces the part of the path that comes from the text of its node.
func ExampleName() {
	// ginkgo --focus=Tides
}
