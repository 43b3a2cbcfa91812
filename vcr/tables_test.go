package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("A table", func() {
	It("has a cassette for each entry", func() {
		w := newWorld()
		w.records("tables", 11, rack{
			"table/with_a_text.yaml":           {"GET /text"},
			"table/entry_nil.yaml":             {"GET /nil"},
			"table/made_of_function.yaml":      {"GET /function"},
			"table/named.yaml":                 {"GET /named"},
			"table/in_a_list.yaml":             {"GET /list"},
			"entries/decorated.yaml":           {"GET /decorated"},
			"entries/decorated_in_a_list.yaml": {"GET /decorated_too"},
			"subtree/left/asks.yaml":           {"GET /before/left", "GET /left"},
			"subtree/names/right/asks.yaml":    {"GET /before/right", "GET /right"},
		})
		w.replays("tables")
		w.replays("tables", "--procs=2")
		Expect(w.replays("tables", "--focus=made of").output).NotTo(ContainSubstring("unused"))
	})

	DescribeTable("has entries with one text that cannot share a cassette",
		func(flags ...string) {
			w := newWorld()
			r := w.run("equal entries", flags...)
			Expect(r.exit).To(Equal(1))
			Expect(r.served).To(Equal(0))
			Expect(w.tapes()).To(BeEmpty())
			for _, report := range r.report.SpecReports.WithLeafNodeType(types.NodeTypeIt) {
				Expect(report.FailureMessage()).To(MatchRegexp(
					`^cassettes/table/equal\.yaml: 2 specs claim this cassette; give them different texts, or set vcr\.Name on one of them:\n` +
						`  table / equal at .*tables_test\.go:\d+\n  table / equal at .*tables_test\.go:\d+$`))
			}
		},
		Entry("in one process"),
		Entry("in two", "--procs=2"),
	)
})
