package vcr_test

import (
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A look-up by name, past the session", func() {
	DescribeTable("fails the spec",
		func(flags ...string) {
			w := newWorld()
			r := w.run("look-ups", flags...)
			Expect(r.exit).To(Equal(1), r.output)
			if !slices.Contains(flags, "CI=true") {
				Expect(w.tapes()).To(Equal(rack{"look_ups/session.yaml": {"GET /chat", "GET /chat"}}))
			}
			for text, host := range map[string]string{"of a transport": "api", "of a goroutine": "api", "of other code": "database"} {
				Expect(r.spec(text).FailureMessage()).To(ContainSubstring("cassettes/look_ups/%s.yaml: code with a transport of its own looked up %s.example.test, past the session; "+
					"hand vcr.Client() to that code, or name the host in vcr.PassThrough\n  in the spec at ", strings.ReplaceAll(text, " ", "_"), host))
			}
			for _, text := range []string{"of a host that is passed through", "without interception", "of the session", "of a spec that is not recorded"} {
				Expect(r.spec(text).Failed()).To(BeFalse(), r.output)
			}
		},
		Entry("while it is recorded"),
		Entry("in replay", "CI=true"),
		Entry("-p", "--procs=2"),
	)

	It("is listed in a live run", func() {
		w := newWorld()
		r := w.run("look-ups live", "VCR_RECORD_MODE=live")
		Expect(r.exit).To(Equal(0), r.output)
		Expect(w.listed(r, "bypassed")).To(Equal([]string{
			"cassettes/looks_up.yaml: api.example.test was looked up past the cassette, by code with a transport of its own; hand vcr.Client() to that code (lookups_test.go: looks up)",
		}))
	})
})
