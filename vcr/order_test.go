package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The order in which specs run", func() {
	DescribeTable("does not change what is on the tapes",
		func(flags ...string) {
			w := newWorld()
			recorded := w.run("many", flags...)
			Expect(recorded.exit).To(Equal(0))
			Expect(recorded.served).To(Equal(12))
			tapes := w.tapes()
			Expect(tapes).To(HaveLen(12))
			Expect(tapes).To(HaveKeyWithValue("many/asks_7.yaml", []string{"GET /many/7"}))
			replayed := w.run("many", append(flags, "CI=true")...)
			Expect(replayed.exit).To(Equal(0))
			Expect(replayed.served).To(Equal(0))
			Expect(w.tapes()).To(Equal(tapes))
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
		Entry("--randomize-all", "--randomize-all", "--seed=7"),
	)

	It("does not change how many specs there are", func() {
		w := newWorld()
		Expect(w.run("very many").served).To(Equal(500))
		for _, flag := range []string{"--procs=1", "--procs=2"} {
			r := w.run("very many", flag, "CI=true")
			Expect(r.exit).To(Equal(0))
			Expect(r.served).To(Equal(0))
			Expect(r.output).To(ContainSubstring("Ran 500 of 500 Specs"))
			Expect(r.output).To(ContainSubstring("500 Passed | 0 Failed | 0 Pending | 0 Skipped"))
		}
	})
})
