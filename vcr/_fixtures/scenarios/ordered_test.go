package scenarios_test

import (
	"os"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("ordered", func() {
	Describe("all", func() {
		Describe("ordered", Ordered, vcr.Recorded(), func() {
			BeforeAll(func() {
				DeferCleanup(asks("/before_all/cleanup"))
				asks("/before_all")()
			})
			BeforeEach(asks("/before"))
			It("one", asks("/one"))
			It("two", asks("/two"))
			Describe("inner", func() {
				BeforeAll(asks("/inner/before_all"))
				It("three", asks("/three"))
				AfterAll(func() {
					DeferCleanup(asks("/inner/after_all/cleanup"))
					asks("/inner/after_all")()
				})
			})
			It("four", asks("/four"))
			AfterAll(asks("/after_all"))
		})
		// The recordings of the containers must not be active here.
		It("is not recorded", isNotRecorded)
	})
})

var _ = scenario("focused", func() {
	Describe("focused", Ordered, vcr.Recorded(), func() {
		BeforeAll(asks("/before_all"))
		It("one", asks("/one"))
		FIt("two", asks("/two"))
	})
})

// Only one spec of the container is recorded.
var _ = scenario("one of an ordered container", func() {
	Describe("container", Ordered, func() {
		BeforeAll(func() {
			DeferCleanup(isNotRecorded)
			isNotRecorded()
		})
		It("is recorded", vcr.Recorded(), asks("/recorded"))
		It("is not", isNotRecorded)
		AfterAll(isNotRecorded)
	})
})

// The second of three specs fails if FAIL is set.
var _ = scenario("continues", func() {
	Describe("continues", Ordered, ContinueOnFailure, vcr.Recorded(), func() {
		BeforeAll(asks("/before_all"))
		It("one", asks("/one"))
		It("two", func() {
			asks("/two")()
			if os.Getenv("FAIL") != "" {
				Fail("failed by itself")
			}
			asks("/two/more")()
		})
		It("three", asks("/three"))
		AfterAll(asks("/after_all"))
	})
})

var _ = scenario("once per ordered", func() {
	Describe("around", vcr.Recorded(), func() {
		BeforeEach(OncePerOrdered, func() {
			get(vcr.Client(), "/once")
			DeferCleanup(func() { get(vcr.Client(), "/once-cleanup") })
		})

		AfterEach(OncePerOrdered, func() { get(vcr.Client(), "/once-after") })

		Describe("ordered", Ordered, func() {
			BeforeAll(func() {
				get(vcr.Client(), "/all")
				DeferCleanup(func() { get(vcr.Client(), "/all-cleanup") })
			})

			It("first", asks("/first"))
			It("second", asks("/second"))
		})

		It("by itself", asks("/by-itself"))
	})
})
