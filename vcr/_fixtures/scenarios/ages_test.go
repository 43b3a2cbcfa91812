package scenarios_test

import (
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Specs whose recordings have an age. OPTION and CONFIGURE hold options.
var _ = scenario("ages", func() {
	vcr.Configure(options(os.Getenv("CONFIGURE"))...)
	if os.Getenv("BEFORE_SUITE") != "" {
		BeforeSuite(func() { ask("/before") })
	}
	Describe("ages", vcr.Recorded(options(os.Getenv("OPTION"))...), func() {
		It("plays old ones", func() { ask("/1"); ask("/2"); ask("/3") })
		It("plays another old one", func() { ask("/1") })
		It("plays a young one", func() { ask("/1") })
		It("leaves an old one", vcr.Recorded(vcr.Mode("none")), func() {})
	})
})

func duration(text string) time.Duration {
	d, _ := time.ParseDuration(text)
	return d
}
