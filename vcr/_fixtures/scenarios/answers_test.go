package scenarios_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Two specs that request the paths in ASK and report the response bodies. A "|" in ASK
// separates the paths of the first attempt from those of the second.
var _ = scenario("answers", func() {
	Describe("answers", vcr.Recorded(options(os.Getenv("OPTION"))...), func() {
		requestAll := func() {
			attempts := strings.Split(os.Getenv("ASK"), "|")
			var bodies []string
			for path := range strings.FieldsSeq(attempts[min(CurrentSpecReport().NumAttempts, len(attempts))-1]) {
				bodies = append(bodies, bodyOrMiss(path))
			}
			AddReportEntry("answers", strings.Join(bodies, ", "))
			if os.Getenv("END") == "fail" {
				Fail("failed by itself")
			}
		}
		It("first", FlakeAttempts(strings.Count(os.Getenv("ASK"), "|")+1), requestAll)
		It("second", requestAll)
	})
})

// bodyOrMiss returns the response body of a GET request, or "miss".
func bodyOrMiss(path string) string {
	resp, err := vcr.Client().Get(origin(path))
	switch {
	case errors.Is(err, recorder.ErrMiss):
		return "miss"
	case err != nil:
		return fmt.Sprint(err)
	}
	return body(resp)
}

// A spec that includes the cassette of another one, which comes later in the source.
var _ = scenario("login", func() {
	Describe("questions", vcr.Recorded(vcr.Include("shared/login")), func() {
		It("asks", asks("/own"))
		It("asks after a login", asks("/login"))
	})
	Describe("shared", vcr.Recorded(), func() {
		It("login", asks("/login"))
	})
})

// A cassette that is included around the spec that records it.
var _ = scenario("login around", func() {
	Describe("shared", vcr.Recorded(vcr.Include("shared/login")), func() {
		It("login", asks("/login"))
		It("asks after a login", asks("/login"))
	})
})
