package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("selection", func() {
	Describe("decorated", vcr.Recorded(), func() {
		It("asks", asks("/decorated"))
		PIt("is pending", asks("/pending"))
		Context("not yet", Pending, func() {
			It("is pending", asks("/pending"))
		})
	})
	Describe("labelled", Label("vcr", "slow"), func() {
		It("asks", asks("/labelled"))
	})
	Describe("plain", func() {
		It("labelled", Label(" VCR "), asks("/plain/labelled"))
		It("is not recorded", isNotRecorded)
	})
})
