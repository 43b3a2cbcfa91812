package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("An ordered container", func() {
	It("has a cassette for what runs once in it", func() {
		w := newWorld()
		w.records("ordered", 14, rack{
			"all/ordered/_container.yaml":       {"GET /before_all", "GET /after_all", "GET /before_all/cleanup"},
			"all/ordered/one.yaml":              {"GET /before", "GET /one"},
			"all/ordered/two.yaml":              {"GET /before", "GET /two"},
			"all/ordered/inner/_container.yaml": {"GET /inner/before_all", "GET /inner/after_all", "GET /inner/after_all/cleanup"},
			"all/ordered/inner/three.yaml":      {"GET /before", "GET /three"},
			"all/ordered/four.yaml":             {"GET /before", "GET /four"},
		})
		w.replays("ordered")
		w.replays("ordered", "--randomize-all", "--seed=3")
		for _, text := range []string{"one", "two", "three", "four", "not recorded"} {
			r := w.replays("ordered", "--focus="+text)
			Expect(r.report.SpecReports.CountWithState(types.SpecStatePassed)).To(BeNumerically(">=", 1))
			Expect(r.output).NotTo(ContainSubstring("unused"))
		}
	})

	It("has the same cassette whichever spec is the first to run", func() {
		w := newWorld()
		w.records("ordered", 5, rack{
			"all/ordered/_container.yaml": {"GET /before_all", "GET /after_all", "GET /before_all/cleanup"},
			"all/ordered/two.yaml":        {"GET /before", "GET /two"},
		}, "--focus=two")
		Expect(w.run("ordered").exit).To(Equal(0))
		w.replays("ordered")
	})

	It("has it with a focus in the code as well", func() {
		w := newWorld()
		const hasFocus = 197
		r := w.run("focused")
		Expect(r.exit).To(Equal(hasFocus), r.output)
		Expect(r.served).To(Equal(2))
		Expect(w.tapes()).To(Equal(rack{"focused/_container.yaml": {"GET /before_all"}, "focused/two.yaml": {"GET /two"}}))
		r = w.run("focused", "CI=true")
		Expect(r.exit).To(Equal(hasFocus), r.output)
		Expect(r.served).To(Equal(0))
	})

	It("need not be recorded for one of its specs to be", func() {
		w := newWorld()
		w.records("one of an ordered container", 1, rack{"container/is_recorded.yaml": {"GET /recorded"}})
		w.replays("one of an ordered container")
	})

	It("keeps the tapes of the specs around one that fails", func() {
		w := newWorld()
		r := w.run("continues", "FAIL=yes")
		Expect(r.exit).To(Equal(1))
		Expect(r.spec("two").FailureMessage()).To(Equal("failed by itself"))
		Expect(w.tapes()).To(Equal(rack{
			"continues/_container.yaml":    {"GET /before_all", "GET /after_all"},
			"continues/one.yaml":           {"GET /one"},
			"continues/two.yaml (partial)": {"GET /two"},
			"continues/three.yaml":         {"GET /three"},
		}))
		w.records("continues", 1, rack{
			"continues/_container.yaml": {"GET /before_all", "GET /after_all"},
			"continues/one.yaml":        {"GET /one"},
			"continues/two.yaml":        {"GET /two", "GET /two/more"},
			"continues/three.yaml":      {"GET /three"},
		})
		w.replays("continues")
	})
})

var _ = Describe("A setup node that is OncePerOrdered", func() {
	It("has the recording of the container around which it runs", func() {
		w := newWorld()
		tapes := rack{
			"around/ordered/_container.yaml": {"GET /once", "GET /all", "GET /once-after", "GET /once-cleanup", "GET /all-cleanup"},
			"around/ordered/first.yaml":      {"GET /first"},
			"around/ordered/second.yaml":     {"GET /second"},
			"around/by_itself.yaml":          {"GET /once", "GET /by-itself", "GET /once-after", "GET /once-cleanup"},
		}
		w.records("once per ordered", 11, tapes)
		w.replays("once per ordered")
		focused := w.replays("once per ordered", "--focus=second")
		Expect(focused.output).NotTo(ContainSubstring("unused"))
	})
})
