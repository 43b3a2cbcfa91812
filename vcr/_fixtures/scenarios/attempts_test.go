package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("attempts", func() {
	Describe("flaky", vcr.Recorded(), FlakeAttempts(2), func() {
		It("fails by itself", func() {
			asks("/before")()
			if CurrentSpecReport().NumAttempts == 1 {
				Fail("not yet")
			}
			asks("/after")()
		})
		It("meets a service that fails once", asks("/fails/once"))
		It("does not need a second attempt", asks("/good"))
	})
	Describe("flaky and ordered", vcr.Recorded(), Ordered, FlakeAttempts(3), func() {
		BeforeAll(asks("/fails/once/before_all"))
		It("fails by itself", func() {
			asks("/ordered")()
			Expect(CurrentSpecReport().NumAttempts).To(BeNumerically(">", 2))
		})
	})
	Describe("repeated", vcr.Recorded(), MustPassRepeatedly(3), func() {
		It("passes", asks("/repeated"))
	})
})

var _ = scenario("fails when repeated", func() {
	Describe("repeated", vcr.Recorded(), MustPassRepeatedly(3), func() {
		It("fails at last", func() {
			asks("/repeated")()
			Expect(CurrentSpecReport().NumAttempts).To(BeNumerically("<", 3))
		})
	})
})
