package scenarios_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// The tree is built for a preview and again for the run.
var _ = scenario("preview", func() {
	testFuncs["preview"] = func(t *testing.T) {
		if n := PreviewSpecs("scenarios").PreRunStats.TotalSpecs; n != 2 {
			t.Fatalf("the preview has %d specs", n)
		}
		RunSpecs(t, "scenarios")
	}
	described("preview")
})

// A suite runs, Ginkgo is reset, and another suite runs in the same process.
var _ = scenario("reset", func() {
	testFuncs["reset"] = func(t *testing.T) {
		RunSpecs(t, "first")
		globals.Reset()
		RegisterFailHandler(Fail)
		described("second")
		RunSpecs(t, "second")
		globals.Reset()
		RegisterFailHandler(Fail)
		It("third", vcr.Recorded(vcr.InterceptLoopback()), asksDefault("/third"))
		RunSpecs(t, "third")
	}
	described("first")
})

// A reset removes the nodes that the package added before anything has run.
var _ = scenario("early reset", func() {
	testFuncs["early reset"] = func(t *testing.T) {
		globals.Reset()
		RegisterFailHandler(Fail)
		described("reset")
		RunSpecs(t, "scenarios")
	}
	described("gone")
})

func described(text string) {
	Describe(text, vcr.Recorded(), func() {
		BeforeEach(asks("/" + text + "/before"))
		It("asks", asks("/"+text))
		Describe("ordered", Ordered, func() {
			BeforeAll(asks("/" + text + "/before_all"))
			It("asks", func() { Expect(vcr.Current().Cassette()).NotTo(BeEmpty()) })
		})
	})
}
