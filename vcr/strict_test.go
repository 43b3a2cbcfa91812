package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// taped is a world in which both specs of a scenario have these recordings.
func taped(requests ...string) *world {
	GinkgoHelper()
	w := newWorld()
	for _, spec := range []string{"first", "second"} {
		w.tape("answers/"+spec+".yaml", requests...)
	}
	return w
}

var _ = Describe("InOrder", func() {
	It("plays what comes in order", func() {
		w := taped("GET /1", "GET /2", "GET /1")
		got := w.replays("answers", "OPTION=in_order", "ASK=/1 /2 /1")
		Expect(got.entry("first", "answers")).To(Equal("taped GET /1, taped GET /2, taped GET /1"))
	})

	DescribeTable("makes what does not a miss that says so",
		func(mode string, flags ...string) {
			w := taped("GET /1", "GET /2", "GET /3")
			before := w.tapes()
			got := w.run("answers", append(flags, "OPTION=in_order", "ASK=/1 /3", "VCR_RECORD_MODE="+mode)...)
			Expect(got.served).To(Equal(0))
			Expect(w.tapes()).To(Equal(before))
			w.expectGolden("out_of_order_"+mode+".golden", w.failures(got))
		},
		Entry("none", "none"),
		Entry("none, -p", "none", "--procs=2"),
		Entry("new_episodes", "new_episodes"),
	)

	It("records what is new in new_episodes", func() {
		w := taped("GET /1", "GET /2")
		w.records("answers", 2, rack{"answers/first.yaml": {"GET /1", "GET /new", "GET /2"}, "answers/second.yaml": {"GET /1", "GET /new", "GET /2"}},
			"OPTION=in_order", "ASK=/1 /new /2", "VCR_RECORD_MODE=new_episodes")
	})

	It("does not matter without the option", func() {
		got := taped("GET /1", "GET /2").replays("answers", "ASK=/2 /1")
		Expect(got.entry("first", "answers")).To(Equal("taped GET /2, taped GET /1"))
	})
})

var _ = Describe("FailOnUnused", func() {
	DescribeTable("fails a spec that passed and lists what it did not ask for",
		func(flags ...string) {
			w := taped("GET /1", "GET /2", "GET /3")
			got := w.run("answers", append(flags, "OPTION=fail_on_unused", "ASK=/2", "CI=true")...)
			Expect(got.exit).To(Equal(1))
			w.expectGolden("unused.golden", w.failures(got))
			Expect(got.output).NotTo(ContainSubstring("panic"))
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
	)

	It("fails a spec that asked for nothing", func() {
		w := taped("GET /1")
		Expect(w.failures(w.run("answers", "OPTION=fail_on_unused", "--focus=first"))).To(Equal(`== failed: first
DeferCleanup callback returned error: cassettes/answers/first.yaml: 1 of 1 recordings were not played; ask for them, or record this spec again:
  line 5, GET http://origin/1
`))
	})

	It("leaves a spec alone that failed already", func() {
		w := taped("GET /1", "GET /2")
		got := w.run("answers", "OPTION=fail_on_unused", "ASK=/1", "END=fail")
		Expect(got.spec("first").Failure.Message).To(Equal("failed by itself"))
		Expect(got.spec("first").AdditionalFailures).To(BeEmpty())
		Expect(got.spec("first").State.String()).To(Equal("failed"))
	})

	It("gives a flaky spec another attempt", func() {
		w := taped("GET /1", "GET /2")
		got := w.replays("answers", "OPTION=fail_on_unused", "ASK=/1|/1 /2", "--focus=first")
		Expect(got.spec("first").NumAttempts).To(Equal(2))
		Expect(got.entry("first", "answers")).To(Equal("taped GET /1, taped GET /2"))
	})

	It("is a report without the option", func() {
		w := taped("GET /1", "GET /2")
		Expect(w.replays("answers", "ASK=/1").output).To(ContainSubstring("line 14, GET " + w.origin.URL + "/2 ("))
	})

	It("has nothing to say of what mode all replaces", func() {
		w := taped("GET /1", "GET /2")
		w.records("answers", 2, rack{"answers/first.yaml": {"GET /1"}, "answers/second.yaml": {"GET /1"}}, "OPTION=fail_on_unused", "ASK=/1", "VCR_RECORD_MODE=all")
	})
})

var _ = Describe("AllowRepeats", func() {
	It("plays the last one again", func() {
		got := taped("GET /1").replays("answers", "OPTION=repeats", "ASK=/1 /1 /1")
		Expect(got.entry("first", "answers")).To(Equal("taped GET /1, taped GET /1, taped GET /1"))
	})

	It("is proposed where a recording was played already", func() {
		w := taped("GET /1", "GET /2")
		w.expectGolden("used_up.golden", w.failures(w.run("answers", "ASK=/1 /1", "--focus=first", "CI=true")))
	})
})
