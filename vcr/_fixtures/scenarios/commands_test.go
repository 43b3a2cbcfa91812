package scenarios_test

import (
	"fmt"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// at returns a function for a node that asks for a path with its name, and for another
// one in the second run if NODE has that name.
func at(name string) func() {
	return func() {
		GinkgoHelper()
		path := "/" + name
		if name == os.Getenv("NODE") {
			path = inTurn(path, path+"/changed")
		}
		Expect(get(vcr.Client(), path)).To(Equal("GET " + path))
	}
}

// behaves adds a spec whose place it has in common with those of other calls.
func behaves(name string) {
	Context("of "+name, func() {
		It("behaves", at("shared_"+name))
	})
}

// Nodes of every kind. The variable NODE names the one that misses its recording in the
// second run.
var _ = scenario("kinds of nodes", func() {
	if os.Getenv("NODE") == "synchronized_before_suite" {
		SynchronizedBeforeSuite(func() { at("synchronized_before_suite")() }, func() {})
	} else {
		BeforeSuite(at("before_suite"))
	}
	AfterSuite(at("after_suite"))
	Describe("nodes", vcr.Recorded(), func() {
		It("alone", at("it"))
		DescribeTable("in a table", func(name string) { at(name)() },
			Entry("first", "entry_first"),
			Entry("second", "entry_second"),
		)
		Context("with setup", func() {
			BeforeEach(at("before_each"))
			JustBeforeEach(at("just_before_each"))
			JustAfterEach(at("just_after_each"))
			AfterEach(at("after_each"))
			It("cleans up", func() { DeferCleanup(at("defer_cleanup")) })
		})
		for n := range 2 {
			It(fmt.Sprintf("in a loop (it's the %d. of 2)", n), at(fmt.Sprint("loop_", n)))
		}
		behaves("one")
		behaves("two")
		Context("around", func() {
			BeforeEach(OncePerOrdered, at("once_per_ordered"))
			Describe("in order", Ordered, func() {
				var begun bool
				BeforeAll(at("before_all"))
				AfterAll(at("after_all"))
				It("begins", func() {
					begun = true
					at("ordered_first")()
				})
				Context("inside", func() {
					It("goes on", func() {
						Expect(begun).To(BeTrue())
						at("ordered_second")()
					})
				})
			})
		})
		It("pinned", vcr.Recorded(vcr.Pinned()), at("pinned"))
	})
	ReportAfterEach(func(SpecReport) {
		if os.Getenv("NODE") == "report_after_each" {
			at("report_after_each")()
		}
	})
})

// Specs that share a prompt, which is another one in the second run.
var _ = scenario("shared prompt", func() {
	if os.Getenv("NODE") == "suite" {
		BeforeSuite(tells)
	}
	Describe("assistant", vcr.Recorded(), func() {
		It("greets", tells)
		It("has a prompt of its own", asks("/own"))
		It("waves", tells)
		Describe("in order", Ordered, func() {
			It("begins", tells)
			It("ends", tells)
		})
		thanks()
	})
})

func tells() {
	resp, err := vcr.Client().Post(origin("/v1/chat"), jsonType, strings.NewReader(turned(`{"messages":[{"role":"system","content":"Be kind, in TURN words."}]}`)))
	Expect(err).NotTo(HaveOccurred())
	_ = body(resp)
}
