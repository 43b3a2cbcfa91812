package scenarios_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Two specs that ask a model with the system prompt in PROMPT. The first asks twice.
var _ = scenario("prompts", func() {
	Describe("prompts", vcr.Recorded(options(os.Getenv("OPTION"))...), func() {
		asks := func(question string) {
			GinkgoHelper()
			prompt := fmt.Sprintf(`{"model":"small","system":%q,"messages":[{"role":"user","content":%q}]}`, os.Getenv("PROMPT"), question)
			resp, err := vcr.Client().Post(origin("/v1/chat"), "application/json", strings.NewReader(prompt))
			Expect(err).NotTo(HaveOccurred())
			Expect(resp).To(HaveHTTPStatus(http.StatusOK))
			AddReportEntry("answer", question+": "+body(resp))
		}
		It("one", func() {
			asks("Who is first?")
			asks("And who is last?")
		})
		It("two", func() {
			asks("Who is first?")
			if os.Getenv("END") == "fail" {
				Fail("failed by itself")
			}
		})
	})
	It("is only live", vcr.Live(), func() {
		_, err := vcr.Client().Get(origin("/live"))
		Expect(err).NotTo(HaveOccurred())
	})
})
