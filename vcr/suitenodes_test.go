package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// fourSpecs are the tapes of the scenarios below, with that of the suite.
func fourSpecs(suite ...string) rack {
	return rack{
		"_suite_scenarios_066d95fe.yaml": suite,
		"specs/ask_0.yaml":               {"GET /0"},
		"specs/ask_1.yaml":               {"GET /1"},
		"specs/ask_2.yaml":               {"GET /2"},
		"specs/ask_3.yaml":               {"GET /3"},
	}
}

var _ = Describe("The nodes of a suite", func() {
	DescribeTable("have a cassette of their own",
		func(scenario string, served int, suite []string) {
			w := newWorld()
			w.records(scenario, served, fourSpecs(suite...))
			w.replays(scenario)
			w.replays(scenario, "--procs=2")
		},
		Entry("BeforeSuite and AfterSuite", "suite nodes", 8,
			[]string{"GET /setup", "GET /teardown", "GET /teardown/cleanup", "GET /setup/cleanup"}),
		Entry("SynchronizedBeforeSuite and SynchronizedAfterSuite", "synchronized suite nodes", 8,
			[]string{"GET /first", "GET /each", "GET /each/after", "GET /last"}),
	)

	DescribeTable("are recorded once by several processes",
		func(scenario string, suite []string) {
			w := newWorld()
			r := w.run(scenario, "--procs=2")
			Expect(r.exit).To(Equal(0), r.output)
			// A process that starts late may find the tape of the first one.
			Expect(r.served).To(BeNumerically("~", 10, 2))
			Expect(w.tapes()).To(Equal(fourSpecs(suite...)))
			w.replays(scenario, "--procs=2")
			w.replays(scenario)
		},
		Entry("BeforeSuite and AfterSuite", "suite nodes",
			[]string{"GET /setup", "GET /teardown", "GET /teardown/cleanup", "GET /setup/cleanup"}),
		Entry("SynchronizedBeforeSuite and SynchronizedAfterSuite", "synchronized suite nodes",
			[]string{"GET /first", "GET /each", "GET /each/after", "GET /last"}),
	)

	It("are intercepted where RunSpecs is decorated, with every spec", func() {
		w := newWorld()
		w.records("recorded suite", 4, rack{
			"_suite_scenarios_066d95fe.yaml": {"GET /setup"},
			"specs/ask.yaml":                 {"GET /default"},
			"specs/ask_a_client.yaml":        {"GET /client"},
			"stands_alone.yaml":              {"GET /alone"},
		})
		w.replays("recorded suite")
		w.replays("recorded suite", "--procs=2")
	})
})
