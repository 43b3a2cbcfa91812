package vcr_test

import (
	"os"
	"path/filepath"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A spec that does not pass", func() {
	const (
		tape     = "asks/the_origin.yaml"
		rejected = ".rejected/" + tape
	)
	var w *world
	BeforeEach(func() { w = newWorld() })

	DescribeTable("leaves a partial cassette, which once completes",
		func(end string) {
			w.run("asks", "ASK=/1", "END="+end)
			Expect(w.tapes()).To(Equal(map[string][]string{tape + " (partial)": {"GET /1"}}))

			completed := w.run("asks", "ASK=/1 /2")
			Expect(completed.exit).To(Equal(0), completed.output)
			Expect(completed.served).To(Equal(1))
			Expect(w.tapes()).To(Equal(map[string][]string{tape: {"GET /1", "GET /2"}}))

			replayed := w.run("asks", "ASK=/1 /2", "CI=true")
			Expect(replayed.exit).To(Equal(0), replayed.output)
			Expect(replayed.served).To(Equal(0))
		},
		Entry("failed", "fail"),
		Entry("skipped", "skip"),
		Entry("aborted", "abort"),
	)

	It("because an answer was wrong, prints how to record it again, which heals", func() {
		first := w.run("asks", "ASK=/1 /2", "END=fail")
		Expect(first.output).NotTo(ContainSubstring("is partial"))
		again := w.run("asks", "ASK=/1 /2", "END=fail")
		Expect(again.served).To(Equal(0))
		Expect(again.output).To(ContainSubstring(`cassettes/asks/the_origin.yaml is partial: what this spec replayed was recorded in a run that did not pass, and may be why it fails
      1. to record this spec again, in the root of the module:
         VCR_RECORD_MODE=all ginkgo --focus-file=/asks_test.go:20 ./scenarios
         VCR_RECORD_MODE=all go test -count=1 ./scenarios -ginkgo.focus-file=/asks_test.go:20
      2. to keep nothing of a run in which it fails:
         vcr.Recorded(vcr.RecordOnlyPassed())`))

		healed := w.run("asks", "ASK=/1 /2", "VCR_RECORD_MODE=all", "--focus-file=/asks_test.go:20")
		Expect(healed.exit).To(Equal(0), healed.output)
		Expect(healed.served).To(Equal(2))
		Expect(w.tapes()).To(Equal(rack{tape: {"GET /1", "GET /2"}}))
	})

	DescribeTable("keeps nothing with RecordOnlyPassed",
		func(path, end string) {
			failed := w.run("asks", "ASK="+path, "END="+end, "OPTION=only_passed")
			Expect(failed.served).To(Equal(1))
			Expect(filepath.Glob(w.file("*"))).To(BeEmpty())
			Expect(filepath.Glob(w.file(".*"))).To(BeEmpty())

			w.tape(tape, "GET /old")
			before := w.read(tape)
			failed = w.run("asks", "ASK="+path, "END="+end, "OPTION=only_passed", "VCR_RECORD_MODE=new_episodes")
			Expect(failed.served).To(Equal(1))
			Expect(w.read(tape)).To(Equal(before))
			Expect(filepath.Glob(w.file(".*"))).To(BeEmpty())

			passed := w.run("asks", "ASK="+path, "OPTION=only_passed", "VCR_RECORD_MODE=all")
			Expect(passed.exit).To(Equal(0), passed.output)
			Expect(w.tapes()).To(Equal(rack{tape: {"GET " + path}}))
		},
		Entry("when it failed", "/1", "fail"),
		Entry("when it was skipped", "/1", "skip"),
		Entry("when the service failed", "/1?status=500", "fail"),
		Entry("when it exited", "/1", "exit"),
	)

	It("because it skips itself is not listed, also when it does so each time", func() {
		for _, settings := range [][]string{{}, {}, {"CI=true"}} {
			skipped := w.run("asks", append(settings, "ASK=/1", "END=skip")...)
			Expect(skipped.exit).To(Equal(0), skipped.output)
			Expect(skipped.output).NotTo(ContainSubstring("partial cassette"))
		}
		Expect(w.tapes()).To(Equal(rack{tape + " (partial)": {"GET /1"}}))

		completed := w.run("asks", "ASK=/1 /2")
		Expect(completed.exit).To(Equal(0), completed.output)
		Expect(completed.served).To(Equal(1))
		Expect(w.tapes()).To(Equal(rack{tape: {"GET /1", "GET /2"}}))
	})

	It("in CI adds nothing to its partial cassette", func() {
		w.run("asks", "ASK=/1", "END=fail")
		before := w.read(tape)
		got := w.run("asks", "ASK=/1 /2", "CI=true")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(w.read(tape)).To(Equal(before))
	})

	It("loses the mark when it passes without a new request", func() {
		w.run("asks", "ASK=/1", "END=fail")
		got := w.run("asks", "ASK=/1")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(0))
		Expect(w.tapes()).To(Equal(map[string][]string{tape: {"GET /1"}}))
	})

	DescribeTable("and recorded a failure of the service keeps the old cassette",
		func(path string) {
			w.tape(tape, "GET /old")
			before := w.read(tape)
			got := w.run("asks", "ASK=/old "+path, "END=fail", "VCR_RECORD_MODE=new_episodes")
			Expect(got.exit).To(Equal(1))
			Expect(got.output).To(ContainSubstring("cassettes/" + tape + " stays as it was; what this spec recorded is in cassettes/" + rejected))
			Expect(w.read(tape)).To(Equal(before))
			Expect(tapesIn(w.file(".rejected"))).To(Equal(map[string][]string{tape + " (partial)": {"GET /old", "GET " + path}}))
			Expect(w.read(".rejected/.gitignore")).To(Equal("*\n"))
		},
		Entry("500", "/new?status=500"),
		Entry("429", "/new?status=429"),
		Entry("401", "/new?status=401"),
	)

	It("and recorded a failure of the service writes no cassette, and a pass removes the rejected one", func() {
		failed := w.run("asks", "ASK=/1?status=503", "END=fail")
		Expect(failed.exit).To(Equal(1))
		Expect(w.tapes()).NotTo(HaveKey(HavePrefix("asks/")))
		Expect(w.file(rejected)).To(BeARegularFile())

		Expect(w.run("asks", "ASK=/1").exit).To(Equal(0))
		Expect(w.tapes()).To(Equal(map[string][]string{tape: {"GET /1"}}))
		Expect(w.file(rejected)).NotTo(BeAnExistingFile())
	})

	It("because the service failed, but passed, has its cassette", func() {
		got := w.run("asks", "ASK=/1?status=500")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(w.tapes()).To(Equal(map[string][]string{tape: {"GET /1?status=500"}}))
	})

	DescribeTable("and made no request writes nothing and misses nothing",
		func(settings ...string) {
			got := w.run("asks", settings...)
			Expect(got.served).To(Equal(0))
			Expect(slices.Concat(got.findings("missing"), got.findings("partial"), got.findings("recorded"))).To(BeEmpty())
			_, err := os.Stat(w.file(""))
			Expect(os.IsNotExist(err)).To(BeTrue())
		},
		Entry("passed"),
		Entry("failed", "END=fail"),
		Entry("passed, all", "VCR_RECORD_MODE=all"),
		Entry("passed, none", "CI=true"),
	)
})
