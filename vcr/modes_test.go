package vcr_test

import (
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The record mode", func() {
	const tape = "asks/the_origin.yaml"

	// What a mode does with a request that is on the tape and one that is not.
	type deeds struct {
		exit, served int
		tape         []string
	}
	old, both := []string{"GET /old"}, []string{"GET /old", "GET /new"}
	known := map[string]deeds{
		"none":         {1, 0, old},
		"once":         {1, 0, old},
		"new_episodes": {0, 1, both},
		"all":          {0, 2, both},
		"live":         {0, 2, old},
	}

	DescribeTable("is what the strongest setting says",
		func(mode string, settings ...string) {
			w := newWorld()
			w.tape(tape, "GET /old")
			got := w.run("asks", slices.Concat([]string{"ASK=/old /new"}, settings)...)
			Expect(deeds{got.exit, got.served, w.tapes()[tape]}).To(Equal(known[mode]), got.output)
			if got.exit != 0 {
				Expect(got.spec("the origin").Failure.Message).To(ContainSubstring("mode " + mode + ";"))
			}
		},
		Entry("nothing is set", "once"),
		Entry("the variable", "new_episodes", "VCR_RECORD_MODE=new_episodes"),
		Entry("the variable before the flag", "none", "VCR_RECORD_MODE=none", "--", "-vcr.record-mode=all"),
		Entry("an empty variable says nothing", "all", "VCR_RECORD_MODE=", "--", "-vcr.record-mode=all"),
		Entry("the flag before the option", "all", "OPTION=mode:none", "--", "-vcr.record-mode=all"),
		Entry("the flag in every process", "all", "--procs=2", "--", "-vcr.record-mode=all"),
		Entry("the option before the suite's", "new_episodes", "OPTION=mode:new_episodes", "CONFIGURE=mode:none"),
		Entry("the suite's", "live", "CONFIGURE=mode:live"),
		Entry("in CI", "none", "CI=true"),
		Entry("in CI, whatever the option", "none", "CI=true", "OPTION=mode:all"),
		Entry("in CI, not live by an option", "none", "CI=true", "OPTION=mode:live"),
		Entry("in CI, whatever the suite's", "none", "CI=true", "CONFIGURE=mode:new_episodes"),
		Entry("in CI, the variable", "all", "CI=true", "VCR_RECORD_MODE=all"),
		Entry("in CI, the flag", "new_episodes", "CI=true", "--", "-vcr.record-mode=new_episodes"),
		Entry("CI=false is no CI", "all", "CI=false", "OPTION=mode:all"),
	)

	It("leaves a pinned cassette alone", func() {
		w := newWorld()
		w.tape(tape, "GET /old")
		before := w.read(tape)
		got := w.run("asks", "ASK=/old", "OPTION=pinned", "VCR_RECORD_MODE=all")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(0))
		Expect(w.read(tape)).To(Equal(before))
	})

	It("once records where there is no cassette", func() {
		w := newWorld()
		Expect(w.run("asks", "ASK=/old /new").served).To(Equal(2))
		tapes := w.tapes()
		Expect(tapes).To(Equal(map[string][]string{tape: both}))
		replayed := w.run("asks", "ASK=/old /new", "CI=true")
		Expect(replayed.exit).To(Equal(0), replayed.output)
		Expect(replayed.served).To(Equal(0))
		Expect(w.tapes()).To(Equal(tapes))
	})

	It("new_episodes puts what is new behind what was played", func() {
		w := newWorld()
		w.tape(tape, "GET /1", "GET /2")
		got := w.run("asks", "ASK=/1 /between /2", "VCR_RECORD_MODE=new_episodes")
		Expect(got.served).To(Equal(1))
		Expect(w.tapes()[tape]).To(Equal([]string{"GET /1", "GET /between", "GET /2"}))
	})

	It("all replaces a cassette only when the spec passed and recorded something", func() {
		w := newWorld()
		w.tape(tape, "GET /old")
		before := w.read(tape)

		failed := w.run("asks", "ASK=/new", "END=fail", "VCR_RECORD_MODE=all")
		Expect(failed.exit).To(Equal(1))
		Expect(failed.served).To(Equal(1))
		Expect(w.read(tape)).To(Equal(before))
		Expect(tapesIn(w.file(".rejected"))).To(Equal(map[string][]string{tape + " (partial)": {"GET /new"}}))

		Expect(w.run("asks", "VCR_RECORD_MODE=all").exit).To(Equal(0))
		Expect(w.read(tape)).To(Equal(before))

		Expect(w.run("asks", "ASK=/new", "VCR_RECORD_MODE=all").exit).To(Equal(0))
		Expect(w.tapes()).To(Equal(map[string][]string{tape: {"GET /new"}}))
		Expect(w.file(".rejected/" + tape)).NotTo(BeAnExistingFile())
	})

	It("plays a recording again only where repeats are allowed", func() {
		w := newWorld()
		w.tape(tape, "GET /old")
		once := w.run("asks", "ASK=/old /old")
		Expect(once.exit).To(Equal(1))
		Expect(once.spec("the origin").Failure.Message).To(ContainSubstring("recording 1 (line 5) matches and was played already"))
		often := w.run("asks", "ASK=/old /old /old", "OPTION=repeats")
		Expect(often.exit).To(Equal(0), often.output)
		Expect(once.served + often.served).To(Equal(0))
	})

	DescribeTable("that is no word of the list stops the suite before a spec runs",
		func(message string, settings ...string) {
			w := newWorld()
			got := w.run("asks", slices.Concat([]string{"ASK=/old"}, settings)...)
			Expect(got.exit).To(Equal(1))
			Expect(strings.Join(strings.Fields(got.output), " ")).To(ContainSubstring(message + `unknown record mode "sometimes"; known are none, once, new_episodes, all, amend, live`))
			Expect(got.output).NotTo(Or(ContainSubstring("panic"), ContainSubstring("goroutine ")))
			Expect(got.report.SpecReports).To(BeEmpty())
			Expect(got.served).To(Equal(0))
			_, err := os.Stat(w.file(""))
			Expect(os.IsNotExist(err)).To(BeTrue())
		},
		Entry("variable", "VCR_RECORD_MODE: ", "VCR_RECORD_MODE=sometimes"),
		Entry("variable, -p", "VCR_RECORD_MODE: ", "VCR_RECORD_MODE=sometimes", "--procs=2"),
		Entry("flag", "-vcr.record-mode: ", "--", "-vcr.record-mode=sometimes"),
		Entry("option", "vcr.Mode: ", "OPTION=mode:sometimes"),
		Entry("the suite's option", "vcr.Mode: ", "CONFIGURE=mode:sometimes"),
	)
})
