package vcr_test

import (
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("A label filter", func() {
	var w *world

	// paths of the requests that the origin got since the last question
	var asked func() []string

	BeforeEach(func() {
		w = newWorld()
		for _, name := range []string{"by itself", "and live", "with the label", "live and slow"} {
			w.tape("recorded/"+strings.ReplaceAll(name, " ", "_")+".yaml", "GET /"+strings.ReplaceAll(name, " ", "-"))
		}
		asked = func() []string {
			var paths []string
			for _, request := range w.origin.Requests() {
				paths = append(paths, request.URL)
			}
			slices.Sort(paths)
			return paths
		}
	})

	named := func(r result, state types.SpecState) []string {
		var names []string
		for _, s := range r.report.SpecReports {
			if s.LeafNodeType == types.NodeTypeIt && s.State == state {
				names = append(names, s.LeafNodeText)
			}
		}
		return names
	}

	const notSelected = "a live spec: it runs when the label filter selects it, as with ginkgo --label-filter=live"
	recorded := []string{"by itself", "and live", "with the label", "live and slow"}

	const (
		three = "    3 answers compared with the cassettes, 3 of them the same but for values\n    3 specs passed on answers of the recorded shape\n"
		two   = "    2 answers compared with the cassettes, 2 of them the same but for values\n    2 specs passed on answers of the recorded shape\n"
	)

	DescribeTable("chooses what goes live",
		func(filter string, passed, live []string, onlyLive, summary, compared string) {
			tapes := w.tapes()
			got := w.run("live", "--label-filter="+filter)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(named(got, types.SpecStatePassed)).To(ConsistOf(passed))
			Expect(asked()).To(Equal(live))
			Expect(got.spec("only live").Failure.Message).To(Equal(onlyLive))
			Expect(w.tapes()).To(Equal(tapes))
			if summary == "" {
				Expect(got.output).NotTo(Or(ContainSubstring("real service"), ContainSubstring("compared")))
			} else {
				Expect(got.output).To(ContainSubstring(summary + " to the real service\n" + compared))
			}
		},
		Entry("none", "", slices.Concat(recorded, []string{"a label of the user's own"}), nil, notSelected, "", ""),
		Entry("live", "live",
			[]string{"and live", "with the label", "live and slow", "only live", "a label of the user's own"},
			[]string{"/and-live", "/live-and-slow", "/only-live", "/with-the-label"}, "", "4 specs live, 4 calls", three),
		Entry("live in capitals", "LIVE",
			[]string{"and live", "with the label", "live and slow", "only live", "a label of the user's own"},
			[]string{"/and-live", "/live-and-slow", "/only-live", "/with-the-label"}, "", "4 specs live, 4 calls", three),
		Entry("live without what is slow", "live && !slow",
			[]string{"and live", "with the label", "only live", "a label of the user's own"},
			[]string{"/and-live", "/only-live", "/with-the-label"}, "", "3 specs live, 3 calls", two),
		Entry("all but live", "!live", []string{"by itself"}, nil, "", "", ""),
		Entry("all but slow", "!slow",
			[]string{"by itself", "and live", "with the label", "a label of the user's own"}, nil, notSelected, "", ""),
		Entry("vcr", "vcr", recorded, nil, "", "", ""),
		Entry("live or vcr: what is recorded is selected without being live", "live || vcr",
			slices.Concat(recorded, []string{"only live", "a label of the user's own"}),
			[]string{"/only-live"}, "", "1 spec live, 1 call", ""),
	)

	It("that names live sends in CI as well", func() {
		got := w.run("live", "--label-filter=live", "CI=true")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(4))
	})

	It("that names live sends nothing in the mode none", func() {
		got := w.run("live", "--label-filter=live", "VCR_RECORD_MODE=none")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(0))
		Expect(got.spec("only live").Failure.Message).To(Equal("a live spec, and the record mode none sends nothing"))
		Expect(got.output).NotTo(ContainSubstring("give specs vcr.Live()"), "they have it")
	})

	It("that names live records again in the mode all", func() {
		tapes := w.tapes()
		got := w.run("live", "--label-filter=live", "VCR_RECORD_MODE=all")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(4))
		Expect(w.tapes()).To(Equal(tapes))
		Expect(w.read("recorded/and_live.yaml")).NotTo(ContainSubstring("taped"))
		Expect(w.read("recorded/by_itself.yaml")).To(ContainSubstring("taped"))
		Expect(got.output).To(And(ContainSubstring("3 new recordings"), ContainSubstring("1 spec live, 1 call to the real service")))
	})

	It("is not needed when the variable says live", func() {
		tapes := w.tapes()
		got := w.run("live", "VCR_RECORD_MODE=live")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(asked()).To(Equal([]string{"/and-live", "/by-itself", "/live-and-slow", "/only-live", "/with-the-label"}))
		Expect(got.output).To(ContainSubstring("5 specs live, 5 calls to the real service"))
		Expect(w.tapes()).To(Equal(tapes))
	})

	It("that names live and selects nothing is told", func() {
		got := w.run("many", "--label-filter=live")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.output).To(ContainSubstring(`the label filter "live" names live and selected no such spec; give specs vcr.Live() or, beside vcr.Recorded(), the label live`))
	})
})
