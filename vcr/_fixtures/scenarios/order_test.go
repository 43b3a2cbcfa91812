package scenarios_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("many", func() {
	Describe("many", vcr.Recorded(), func() {
		for n := range 12 {
			It(fmt.Sprintf("asks %d", n), func() {
				Expect(get(vcr.Client(), fmt.Sprintf("/many/%d", n))).To(Equal(fmt.Sprintf("GET /many/%d", n)))
			})
		}
	})
})
