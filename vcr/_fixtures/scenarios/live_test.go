package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("live", func() {
	asks := func(path string) func() {
		return func() { Expect(get(vcr.Client(), path)).To(HaveSuffix("GET " + path)) }
	}
	Describe("recorded", vcr.Recorded(), func() {
		It("by itself", asks("/by-itself"))
		It("and live", vcr.Live(), asks("/and-live"))
		It("with the label", Label("live"), asks("/with-the-label"))
		It("live and slow", vcr.Live(), Label("slow"), asks("/live-and-slow"))
	})
	Describe("not recorded", func() {
		It("only live", vcr.Live(), asks("/only-live"))
		It("a label of the user's own", Label("live"), func() {
			resp, err := vcr.Client().Get(origin("/own"))
			Expect(err).To(MatchError(vcr.ErrNotRecording))
			Expect(resp).To(BeNil())
		})
	})
})
