//go:build helpergo

package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Ginkgo itself starts a goroutine. GinkgoHelperGo came with Ginkgo 2.29, so that
// the tests set the build tag only from there on.
var _ = scenario("helper goroutine", func() {
	Describe("helper goroutine", vcr.Recorded(), func() {
		It("asks in a helper of Ginkgo", func() {
			GinkgoHelperGo(func(func(string, ...int)) { asks("/helper")() })
		})
	})
})
