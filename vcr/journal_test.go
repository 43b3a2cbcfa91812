package vcr_test

import (
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A run that breaks off while it records", func() {
	const tape = "asks/the_origin.yaml"
	var w *world
	BeforeEach(func() { w = newWorld() })

	// breaksOff records two calls, and returns when the process has ended.
	breaksOff := func(end string, settings ...string) {
		GinkgoHelper()
		journal := w.file(journalOfAsks)
		got := w.run("asks", append(settings, "ASK=/1 /2", "END="+end, "JOURNALED="+journal, "COUNT=2")...)
		Expect(got.exit).NotTo(Equal(0), got.output)
		Expect(got.served).To(Equal(2))
		Expect(w.tapes()).To(BeEmpty())
		Expect(journal).To(BeARegularFile())
		Expect(w.read(".journal/.gitignore")).To(Equal("*\n"))
	}

	DescribeTable("leaves a journal, which the next run takes up",
		func(end string, settings ...string) {
			if end == "kill" {
				w.patience = 15 * time.Second // ginkgo takes a killed process for alive, and may wait for it
			}
			breaksOff(end, settings...)
			next := w.run("asks", append(settings, "ASK=/1 /2 /3")...)
			Expect(next.exit).To(Equal(0), next.output)
			Expect(next.served).To(Equal(1))
			Expect(next.output).To(ContainSubstring("cassettes/" + tape + ": took up 2 interactions of a run that broke off"))
			Expect(next.output).NotTo(ContainSubstring("unused"))
			Expect(w.tapes()).To(Equal(rack{tape: {"GET /1", "GET /2", "GET /3"}}))
			Expect(w.file(".journal")).NotTo(BeADirectory())

			replayed := w.run("asks", "ASK=/1 /2 /3", "CI=true")
			Expect(replayed.exit).To(Equal(0), replayed.output)
			Expect(replayed.summarized().Findings).To(BeEmpty())
		},
		Entry("a panic in a goroutine", "panic"),
		Entry("os.Exit", "exit"),
		Entry("SIGKILL", "kill"),
		Entry("SIGKILL of one of several processes", "kill", "--procs=2"),
	)

	It("is no affair of a run that records nothing, and of its report", func() {
		breaksOff("kill")
		got := w.run("asks", "ASK=/1", "CI=true")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(got.output).NotTo(ContainSubstring("journal"))
		Expect(got.output).NotTo(ContainSubstring("unused"))
		Expect(w.file(journalOfAsks)).To(BeARegularFile())
	})

	It("has no journal in CI", func() {
		got := w.run("asks", "ASK=/1", "END=exit", "CI=true")
		Expect(got.served).To(Equal(0))
		_, err := os.Stat(w.file(""))
		Expect(os.IsNotExist(err)).To(BeTrue())
	})
})

var journalOfAsks = filepath.Join(".journal", "the_origin.2bae3683bd8a140f")
