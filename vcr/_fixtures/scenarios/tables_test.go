package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = scenario("tables", func() {
	ask := func(path string) { asks(path)() }

	DescribeTable("table", vcr.Recorded(), ask,
		Entry("with a text", "/text"),
		Entry(nil, "/nil"),
		Entry(func(path string) string { return "made of " + path }, "/function"),
		Entry("with a name", vcr.Recorded(vcr.Name("named")), "/named"),
		[]TableEntry{Entry("in a list", "/list")},
	)
	DescribeTable("entries", func(path string, recorded bool) {
		if recorded {
			ask(path)
		} else {
			isNotRecorded()
		}
	},
		Entry("decorated", vcr.Recorded(), "/decorated", true),
		Entry("decorated in a list", []any{vcr.Recorded(), Label("slow")}, "/decorated_too", true),
		Entry("not decorated", "", false),
	)
	DescribeTableSubtree("subtree", func(path string) {
		BeforeEach(func() { ask("/before" + path) })
		It("asks", func() { ask(path) })
	},
		Entry("left", vcr.Recorded(), "/left"),
		Entry("right", vcr.Recorded(vcr.Name("names/right")), "/right"),
	)
})
