package vcr_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

var _ = Describe("The guards of a suite", func() {
	const spent = "was not sent: the budget of this run is used up: 100 of 100 calls are spent, and 0 tokens; run fewer tests at once, or raise vcr.LiveBudget"

	DescribeTable("let through as many calls as the budget has",
		func(args ...string) {
			w := newWorld()
			got := w.run("guards", append(args, "GUARDS=budget:100,0", "TMPDIR="+w.dir)...)
			Expect(got.exit).To(Equal(1), got.output)
			Expect(got.served).To(Equal(100))
			Expect(got.output).To(ContainSubstring(spent))
			Expect(w.temporary()).To(BeEmpty(), "the books of the run are gone")
		},
		Entry("mode once", "--procs=4"),
		Entry("mode new_episodes", "--procs=4", "VCR_RECORD_MODE=new_episodes"),
		Entry("mode all", "--procs=4", "VCR_RECORD_MODE=all"),
		Entry("mode refresh", "--procs=4", "VCR_RECORD_MODE=refresh"),
		Entry("mode live", "--procs=4", "VCR_RECORD_MODE=live"),
		Entry("live by the label", "--procs=4", "--label-filter=live"),
		Entry("one process"),
	)

	It("count a live call once whose answer is compared with a cassette", func() {
		w := newWorld()
		Expect(w.run("guards", "--procs=4", "VCR_RECORD_MODE=all", "TMPDIR="+w.dir).served).To(Equal(240))
		got := w.run("guards", "--procs=4", "VCR_RECORD_MODE=live", "GUARDS=budget:100,0", "TMPDIR="+w.dir)
		Expect(got.exit).To(Equal(1), got.output)
		Expect(got.served).To(Equal(100))
	})

	It("fails the specs that go past the budget, and no other", func() {
		w := newWorld()
		got := w.run("guards", "GUARDS=budget:6,0", "--focus=spec [123]$", "--seed=1")
		Expect(got.served).To(Equal(6))
		Expect(got.spec("spec 1").State).To(Equal(types.SpecStatePassed))
		Expect(got.spec("spec 2").Failure.Message).To(Equal("cassettes/guards/spec_2.yaml: GET " + w.origin.URL + "/2/3 was not sent: the budget of this run is used up: " +
			"6 of 6 calls are spent, and 0 tokens; run fewer tests at once, or raise vcr.LiveBudget"))
		Expect(got.spec("spec 3").Failure.Message).To(HavePrefix("cassettes/guards/spec_3.yaml: GET " + w.origin.URL + "/3/1 was not sent: "))
		replayed := w.run("guards", "GUARDS=budget:1,0", "--focus=spec 1$")
		Expect(replayed.exit).To(Equal(0), replayed.output)
	})

	It("do not count what a run has spent that was killed", func() {
		w := newWorld()
		killed := w.run("guards", "--procs=4", "--seed=1", "GUARDS=budget:100,0", "KILLED=12", "TMPDIR="+w.dir)
		Expect(killed.exit).NotTo(Equal(0))
		Expect(killed.served).To(BeNumerically(">", 0))
		w.run("guards", "--procs=4", "--seed=1", "GUARDS=budget:100,0", "VCR_RECORD_MODE=live", "BELOW=again/", "TMPDIR="+w.dir)
		again := slices.DeleteFunc(w.origin.Requests(), func(r vcrtest.Request) bool { return !strings.HasPrefix(r.URL, "/again/") }) // else of a process that lives on
		Expect(again).To(HaveLen(100))
	})

	It("let through as many calls as a host may have in a minute", func() {
		w := newWorld()
		got := w.run("guards", "--procs=4", "GUARDS=rate:localhost,10", "PATIENCE=1s", "VCR_RECORD_MODE=live", "TMPDIR="+w.dir)
		Expect(got.served).To(Equal(10))
		Expect(got.output).To(MatchRegexp(`was not sent: its turn comes in [0-9ms]+, since 10 calls a minute may go to localhost, and neither its context nor this package waits so long; send fewer requests at once, or raise vcr.RateLimit`))
	})

	It("let through as many calls at once as they say", func() {
		w := newWorld()
		var now, most atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			n := now.Add(1)
			for before := most.Load(); n > before && !most.CompareAndSwap(before, n); before = most.Load() {
			}
			time.Sleep(time.Millisecond)
			now.Add(-1)
		}))
		DeferCleanup(server.Close)
		got := w.run("guards", "--procs=4", "GUARDS=concurrent:2", "VCR_RECORD_MODE=live", "ORIGIN="+server.URL, "TMPDIR="+w.dir)
		Expect(got.exit).To(Equal(0), got.output)
		Expect(most.Load()).To(BeNumerically("<=", 2))
	})

	DescribeTable("count what is captured, too",
		func(mode string) {
			w := newWorld()
			got := w.run("guards", "GUARDS=budget:5,0", "OTHERS=yes", "VCR_RECORD_MODE="+mode, "--focus=other clients")
			Expect(got.served).To(Equal(5))
			Expect(got.spec("sends with other clients").Failure.Message).To(ContainSubstring("5 of 5 calls are spent"))
		},
		Entry("live", "live"),
		Entry("recorded", "all"),
	)

	DescribeTable("are wrong",
		func(message string, settings ...string) {
			got := newWorld().run("guards", append(settings, "--focus=spec 1$")...)
			Expect(got.exit).To(Equal(1))
			Expect(got.served).To(Equal(0))
			Expect(strings.Join(strings.Fields(got.output), " ")).To(ContainSubstring(message))
		},
		Entry("a budget of nothing", "vcr.LiveBudget(0, 0): not a budget; give the most calls and the most tokens, and 0 for one that has no limit", "GUARDS=budget:0,0"),
		Entry("a negative budget", "vcr.LiveBudget(-1, 5): not a budget; ", "GUARDS=budget:-1,5"),
		Entry("a rate of no host", `vcr.RateLimit("https://a", 5): not a limit; give a host such as api.example.com, with or without a port, and the calls that may go to it in a minute`, "GUARDS=rate:https://a,5"),
		Entry("a rate of nothing", `vcr.RateLimit("a", 0): not a limit; `, "GUARDS=rate:a,0"),
		Entry("no call at once", "vcr.MaxConcurrentCalls(0): not a limit; give the most calls that may be under way at once", "GUARDS=concurrent:0"),
		Entry("on a decorator", "vcr.LiveBudget holds for all calls of the suite; give it to vcr.Configure", "GUARDS_OF_SPECS=budget:5,0"),
	)
})

// temporary lists what runs left in the temporary folder of this world.
func (w *world) temporary() []string {
	GinkgoHelper()
	left, err := filepath.Glob(filepath.Join(w.dir, "ginkgo-vcr-*", "*"))
	Expect(err).NotTo(HaveOccurred())
	return left
}
