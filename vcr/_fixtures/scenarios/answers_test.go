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

// Two specs that ask for the paths in ASK and report the answers. A "|" in ASK
// divides what the first attempt asks for from what the second does.
var _ = scenario("answers", func() {
	Describe("answers", vcr.Recorded(options(os.Getenv("OPTION"))), func() {
		tell := func() {
			attempts := strings.Split(os.Getenv("ASK"), "|")
			var answers []string
			for path := range strings.FieldsSeq(attempts[min(CurrentSpecReport().NumAttempts, len(attempts))-1]) {
				answers = append(answers, answer(path))
			}
			AddReportEntry("answers", strings.Join(answers, ", "))
			if os.Getenv("END") == "fail" {
				Fail("failed by itself")
			}
		}
		It("first", FlakeAttempts(strings.Count(os.Getenv("ASK"), "|")+1), tell)
		It("second", tell)
	})
})

// answer is the body of the answer to a GET request, or "miss".
func answer(path string) string {
	resp, err := vcr.Client().Get(origin(path))
	switch {
	case errors.Is(err, recorder.ErrMiss):
		return "miss"
	case err != nil:
		return fmt.Sprint(err)
	}
	return body(resp)
}
