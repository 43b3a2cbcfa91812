package vcr_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("A request that goes past the session", func() {
	DescribeTable("is counted, listed and seen by the matchers",
		func(flags ...string) {
			w := newWorld()
			got := w.run("bypasses", flags...)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(w.listed(got, "bypassed")).To(Equal(unindent(`
				cassettes/bypasses/by_a_clone.yaml: 1 request to ADDRESS went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("ADDRESS") (silence_test.go: by a clone)
				cassettes/bypasses/by_the_default_client.yaml: 3 requests to ADDRESS went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("ADDRESS") (silence_test.go: by the default client)
				cassettes/bypasses/in_two_attempts.yaml: 2 requests to ADDRESS went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("ADDRESS") (silence_test.go: in two attempts)
			`)))
			Expect(got.output).To(ContainSubstring("3 bypassed servers: what they answer is not recorded; if that is meant, name them in vcr.PassThrough"))
			Expect(got.entry("by the default client", "live")).To(Equal(strings.TrimSpace(strings.Repeat("GET "+w.origin.URL+"/1?api_key=[redacted:api_key]\n", 3))))
			Expect(w.tapes()).To(Equal(rack{
				"bypasses/by_the_default_client.yaml":         {"GET /taped"},
				"bypasses/not_by_asking_its_own_server.yaml":  {"GET /taped"},
				"bypasses/not_by_a_server_that_is_named.yaml": {"GET /named"},
				"bypasses/not_by_a_port_that_is_named.yaml":   {"GET /named"},
				"bypasses/not_without_interception.yaml":      {"GET /taped"},
			}))
			replayed := w.run("bypasses", append(flags, "CI=true")...)
			Expect(replayed.exit).To(Equal(0), "servers of the suite answer in replay:\n%s", replayed.output)
			Expect(w.listed(replayed, "bypassed")).To(HaveLen(3))
		},
		Entry("one process"), Entry("-p", "--procs=2"),
	)
})

var _ = Describe("A server with another port in every run", func() {
	It("is replayed by the rule in the manual", func() {
		w := newWorld()
		Expect(w.run("any port").exit).To(Equal(0))
		replayed := w.run("any port", "ORIGIN=http://127.0.0.1:1", "CI=true")
		Expect(replayed.exit).To(Equal(0), replayed.output)
		Expect(replayed.served).To(BeZero())
	})
})

var _ = Describe("A recorded spec that sends no request", func() {
	idle := unindent(`
		cassettes/idle/has_a_transport_of_its_own.yaml (silence_test.go: has a transport of its own)
		cassettes/idle/sends_nothing.yaml (silence_test.go: sends nothing)
	`)

	DescribeTable("is listed in the run that records",
		func(flags ...string) {
			w := newWorld()
			recorded := w.run("idle", append(flags, "ASK=yes")...)
			Expect(w.listed(recorded, "idle")).To(Equal(idle))
			Expect(recorded.output).To(ContainSubstring("2 recorded specs sent no request: hand vcr.Client() to the code under test, or leave vcr.Recorded() out"))
			Expect(w.run("idle", append(flags, "ASK=yes")...).output).NotTo(ContainSubstring("sent no request"))
			Expect(w.run("idle", append(flags, "ASK=yes", "CI=true")...).output).NotTo(ContainSubstring("sent no request"))
			Expect(w.listed(w.run("idle", append(flags, "ASK=yes", "VCR_RECORD_MODE=all")...), "idle")).To(Equal(idle))
		},
		Entry("one process"), Entry("-p", "--procs=2"),
	)

	It("is listed where nothing was ever recorded", func() {
		w := newWorld()
		Expect(w.listed(w.run("idle"), "idle")).To(ContainElements(idle))
		Expect(w.run("idle", "CI=true").output).NotTo(ContainSubstring("sent no request"))
	})
})

var _ = Describe("A refused request", func() {
	It("is not polled", func() {
		got := newWorld().run("polls", "CI=true")
		Expect(got.exit).To(Equal(1))
		Expect(got.output).NotTo(ContainSubstring("Timedout"))
		specs := got.report.SpecReports.WithLeafNodeType(types.NodeTypeIt)
		Expect(specs).To(HaveLen(7))
		for _, spec := range specs {
			Expect(got.entry(spec.LeafNodeText, "polls")).To(Equal("1"), spec.LeafNodeText)
			Expect(spec.State).To(Equal(types.SpecStateFailed), spec.LeafNodeText)
		}
		Expect(got.spec("what is not recorded").FailureMessage()).To(MatchRegexp(`(?s)^Told to stop trying after \S+s\.\n.*nothing is recorded here`))
	})

	DescribeTable("is told on stderr when it happens",
		func(flags ...string) {
			w := newWorld()
			got := w.run("exits", append(flags, "CI=true")...)
			Expect(got.exit).NotTo(Equal(0))
			Expect(strings.Count(got.output, "ginkgo-vcr: cassettes/exits/at_once.yaml: no recording for ")).To(Equal(1), got.output)
			Expect(w.placed(got.output)).To(ContainSubstring("ginkgo-vcr: cassettes/exits/at_once.yaml: no recording for GET %s/1, in the spec at silence_test.go: at once\n", w.origin.URL))
		},
		Entry("one process"), Entry("-p", "--procs=2"),
	)

	It("is told once in a spec, whatever the attempts", func() {
		w := newWorld()
		got := w.run("refused again", "CI=true")
		Expect(strings.Count(got.output, "ginkgo-vcr: cassettes/tries_again.yaml: no recording for ")).To(Equal(1), got.output)
	})
})

// listed returns the findings of one kind, as they are printed, with the name of a
// spec in the place of its line.
func (w *world) listed(r result, kind string) []string {
	GinkgoHelper()
	var places []string
	for _, f := range r.summarized().Findings {
		if f.Kind == kind {
			places = append(places, f.Place)
		}
	}
	lines := r.findings(kind)
	for n, line := range lines {
		if places[n] != "" {
			line += " (" + places[n] + ")"
		}
		lines[n] = strings.ReplaceAll(w.placed(line), strings.TrimPrefix(w.origin.URL, "http://"), "ADDRESS")
		Expect(r.output).To(ContainSubstring(line))
	}
	return lines
}

// placed replaces the places of the scenarios whose lines have a comment "place:".
func (w *world) placed(text string) string {
	GinkgoHelper()
	var pairs []string
	for _, scenarios := range []string{"silence_test.go", "lookups_test.go"} {
		file := filepath.Join(scenariosModule, "scenarios", scenarios)
		source, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		for n, line := range strings.Split(string(source), "\n") {
			if _, name, ok := strings.Cut(line, "// place: "); ok {
				pairs = append([]string{fmt.Sprintf("%s:%d", file, n+1), scenarios + ": " + name}, pairs...) // longer numbers first
			}
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// unindent returns the lines of a text without the blanks before them.
func unindent(text string) []string {
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(text)) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}
