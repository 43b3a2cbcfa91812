package vcr_test

import (
	"os"
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
