package scenarios_test

import (
	"os"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Specs that each have an entry in the report.
var _ = scenario("report", func() {
	if os.Getenv("BROKEN") != "" {
		BeforeSuite(func() { Fail("broken") })
	}
	Describe("report", vcr.Recorded(), func() {
		It("records one", func() { ask("/1") })
		It("records two", func() { ask("/1"); ask("/2") })
		It("misses", vcr.Recorded(vcr.Mode(recorder.None)), func() { ask("/1") })
		It("plays half", func() { ask("/1") })
		It("breaks off", func() { ask("/1"); Fail("broken off") })
		It("is rejected", func() { ask("/1?status=500"); Fail("told to") })
		It("calls", vcr.Recorded(vcr.Mode(recorder.Live)), func() { ask("/1"); ask("/2") })
		It("replays", func() { ask("/1") })
		It("asks nothing", func() {})
	})
})
