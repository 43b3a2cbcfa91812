package scenarios_test

import (
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Specs that change the working directory.
var _ = scenario("places", func() {
	Describe("places", vcr.Recorded(), func() {
		for _, text := range []string{"leaves", "leaves again"} {
			It(text, func() {
				asks("/here")()
				Expect(os.Chdir(os.TempDir())).To(Succeed())
				asks("/there")()
			})
		}
	})
})
