package vcr_test

import (
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// mistakes are what Ginkgo says instead of running a suite, without what differs
// from run to run and the breaks of lines.
func (w *world) mistakes(r result) string {
	text, _, _ := strings.Cut(w.said(r.output), "Could not open")
	return strings.Join(strings.Fields(regexp.MustCompile(`0x[0-9a-f]{5,}`).ReplaceAllString(text, "0xADDRESS")), " ")
}

var _ = Describe("A text that differs from run to run", func() {
	DescribeTable("stops the suite, also in a dry run",
		func(text, says string) {
			w := newWorld()
			for _, flag := range []string{"--procs=1", "--dry-run"} {
				got := w.run("volatile", flag, "TEXT="+text)
				Expect(got.exit).To(Equal(1))
				Expect(got.report.SpecReports).To(BeEmpty())
				Expect(w.mistakes(got)).To(MatchRegexp(`^ginkgo-vcr \S.* // volatile names_test.go:LINE %s$`,
					strings.ReplaceAll(regexp.QuoteMeta(says), "ANY", ".+")+", so that its cassette would have another path in every run; give it a text that stays, or set vcr.Name"))
			}
			Expect(w.tapes()).To(BeEmpty())
		},
		Entry("an entry", "an entry", `"Entry: {/volatile 0xADDRESS}": holds an address, 0xADDRESS`),
		Entry("an entry of a subtree", "an entry of a subtree", `"Entry: {/volatile 0xADDRESS}": holds an address, 0xADDRESS`),
		Entry("a function", "a function", `"Entry: 0xADDRESS": holds the address of a function, 0xADDRESS`),
		Entry("a time", "a time", `"asks at ANY": holds the time of this run`),
	)

	It("does not matter where the node has a name, or is not recorded", func() {
		w := newWorld()
		w.records("volatile", 3, rack{
			"volatile/named.yaml": {"GET /named"}, "volatile/text.yaml": {"GET /text"}, "volatile/reads_0xdeadbeef.yaml": {"GET /0xdeadbeef"},
		}, "TEXT=names")
		w.replays("volatile", "TEXT=names")
		w.records("volatile", 0, w.tapes(), "TEXT=not recorded")
	})

	It("is refused where RunSpecs records the spec", func() {
		w := newWorld()
		got := w.run("volatile suite", "ASK=/1")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(got.report.SpecReports[0].Failure.Message).To(MatchRegexp(
			`^"Entry: \{/1 (0x[0-9a-f]+)\}": holds an address, 0x[0-9a-f]+, so that its cassette would have another path in every run; give it a text that stays, or set vcr\.Name$`))
	})
})

var _ = Describe("Specs with one cassette", func() {
	It("stop the suite with all of them, also in a dry run", func() {
		w := newWorld()
		for _, flag := range []string{"--procs=1", "--dry-run", "--procs=2"} {
			got := w.run("loops", flag)
			Expect(got.exit).To(Equal(1))
			Expect(got.served).To(Equal(0))
			Expect(got.report.SpecReports).To(BeEmpty())
			// Each process says so.
			Expect(w.mistakes(got)).To(ContainSubstring(strings.Join(strings.Fields(`
				ginkgo-vcr It("asks", func() { _, _ = c.name, vcr.Client() }) names_test.go:LINE
				cassettes/loops/asks.yaml: 2 specs claim this cassette; put what differs into the text of the call that makes them:
				loops / asks at names_test.go:LINE (2 times)
				It(fmt.Sprintf("asks %v", c.name), …)

				ginkgo-vcr shared := func() { It("is shared", asks("/shared")) } names_test.go:LINE
				cassettes/loops/is_shared.yaml: 2 specs claim this cassette; put what differs into the text of the call that makes them:
				loops / is shared at names_test.go:LINE (2 times)
				It(fmt.Sprintf("is shared %v", name), …)

				ginkgo-vcr It("counts", asks(fmt.Sprint("/", n))) names_test.go:LINE
				cassettes/loops/of_100_66031d82/counts.yaml: 3 specs claim this cassette; put what differs into the text of the call that makes them:
				loops / of 100% / counts at names_test.go:LINE (3 times)
				Describe(fmt.Sprintf("of 100%% %v", n), …)

				ginkgo-vcr Entry("equal", "/2"), names_test.go:LINE
				cassettes/loops/table/equal.yaml: 2 specs claim this cassette; give them different texts, or set vcr.Name on one of them:
				loops / table / equal at names_test.go:LINE
				loops / table / equal at names_test.go:LINE

				ginkgo-vcr It("visits", asks(path)) names_test.go:LINE
				cassettes/loops/visits.yaml: 2 specs claim this cassette; put what differs into the text of the call that makes them:
				loops / visits at names_test.go:LINE (2 times)
				It(fmt.Sprintf("visits %v", path), …)`), " ")))
		}
	})

	const claimed = `^cassettes/twins/look_alike\.yaml: 2 specs claim this cassette; give them different texts, or set vcr\.Name on one of them:
  twins / look alike at \S+refusals_test\.go:\d+
  twins / look ALIKE! at \S+refusals_test\.go:\d+$`

	It("stop the suite before they make a request", func() {
		got := newWorld().run("twins")
		Expect(got.exit).To(Equal(1))
		Expect(got.report.SpecReports).To(BeEmpty())
		Expect(got.output).To(ContainSubstring("look_alike.yaml: 2 specs claim this cassette"))
	})

	DescribeTable("that RunSpecs records are told of each other when they make a request",
		func(settings ...string) {
			w := newWorld()
			got := w.run("twins of a suite", slices.Concat([]string{"ASK=1"}, settings)...)
			Expect(got.exit).To(Equal(1))
			Expect(got.served).To(Equal(0))
			Expect(w.tapes()).To(BeEmpty())
			Expect(got.spec("look alike").Failure.Message).To(MatchRegexp(claimed))
			Expect(got.spec("look ALIKE!").Failure.Message).To(MatchRegexp(claimed))
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
	)

	It("that RunSpecs records do not matter to each other while they make none", func() {
		got := newWorld().run("twins of a suite")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.output).NotTo(ContainSubstring("cassette"))
	})

	It("that RunSpecs records are told in a dry run", func() {
		got := newWorld().run("twins of a suite", "--dry-run")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(summaryOf(got.report).String()).To(MatchRegexp(claimed))
	})
})
