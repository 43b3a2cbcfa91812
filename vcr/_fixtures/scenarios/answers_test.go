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
