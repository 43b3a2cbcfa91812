package vcr_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("The rules of matching", func() {
	DescribeTable("hold for a suite, a container, a spec and a host",
		func(flags ...string) {
			w := newWorld()
			recorded := w.run("rules", append(flags, "TURN=1")...)
			Expect(recorded.exit).To(Equal(0), recorded.output)

			got := w.run("rules", append(flags, "TURN=2", "CI=true")...)
			Expect(got.served).To(Equal(0))
			for _, s := range got.report.SpecReports.WithLeafNodeType(types.NodeTypeIt) {
				Expect(s.Failed()).To(Equal(strings.Contains(s.LeafNodeText, "see") && !strings.Contains(s.LeafNodeText, "not see")), s.LeafNodeText+"\n"+s.Failure.Message)
			}
			w.expectGolden("rules.golden", w.failures(got))
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
	)

	It("may be a function, which is asked about what matches by the others", func() {
		w := newWorld()
		recorded := w.run("match func", "TURNS=1 2")
		Expect(recorded.exit).To(Equal(0), recorded.output)
		Expect(recorded.entry("chooses", "asked")).To(BeEmpty())

		got := w.replays("match func", "TURNS=2 1")
		Expect(got.entry("chooses", "asked")).To(Equal(strings.Join([]string{
			"0 with : 0 with [redacted:authorization]",
			"2 with the body: 1 with [redacted:authorization]",
			"2 with the body: 2 with [redacted:authorization]",
			"1 with the body: 1 with [redacted:authorization]",
		}, "\n")))

		missed := w.run("match func", "TURNS=3", "CI=true")
		Expect(missed.served).To(Equal(0))
		w.expectGolden("match_func.golden", w.failures(missed))
	})

	It("tell how loose they are", func() {
		w := newWorld()
		w.run("looseness")
		got := w.replays("looseness")
		Expect(got.entry("is told", "looseness")).To(Equal(`recording 1: query page changed
recording 1: query page dropped
recording 1: body $.user dropped
recording 1: body $.user changed`))
	})
})
