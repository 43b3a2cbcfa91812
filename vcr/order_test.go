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
})
