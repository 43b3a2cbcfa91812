package scenarios_test

import (
	"context"
	"net/http"
	"os"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// patience returns a short timeout if HURRY is set.
func patience() time.Duration {
	if os.Getenv("HURRY") != "" {
		return 20 * time.Millisecond
	}
	return time.Minute
}

var _ = scenario("timeouts", func() {
	Describe("timeouts", vcr.Recorded(), func() {
		BeforeEach(asks("/before"))
		It("with a context", NodeTimeout(patience()), func(ctx context.Context) { waits(ctx) })
		It("without one", NodeTimeout(patience()), GracePeriod(20*time.Millisecond), func(SpecContext) { waits(context.Background()) })
		It("of the whole spec", SpecTimeout(patience()), func(ctx SpecContext) { waits(ctx) })
	})
})

var _ = scenario("interrupted", func() {
	Describe("interrupted", vcr.Recorded(), func() {
		It("waits", func(ctx SpecContext) {
			asks("/before")()
			waits(ctx)
		})
	})
})

// waits requests a response that comes late or never.
func waits(ctx context.Context) {
	GinkgoHelper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, origin("/wait"), nil)
	Expect(err).NotTo(HaveOccurred())
	resp, err := vcr.Client().Do(req)
	Expect(err).NotTo(HaveOccurred())
	Expect(body(resp)).To(Equal("GET /wait"))
}
