package vcr_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
)

var update = flag.Bool("update", false, "write the golden files in testdata")

// moment is when Ginkgo saw an entry.
var moment = regexp.MustCompile(`@ \d\d/\d\d/\d\d [0-9:.]+`)

var _ = Describe("The report of a suite", func() {
	var w *world

	BeforeEach(func() {
		w = newWorld()
		w.tape("report/plays_half.yaml", "GET /1", "GET /2")
		w.tape("report/replays.yaml", "GET /1")
		w.tape("report/renamed.yaml", "GET /renamed")
		w.tape("gone.yaml", "GET /gone")
		w.write("elsewhere.yaml", "ginkgo-vcr: 1\nsuite: example.com/other\n") // shares the folder
	})

	processes := []TableEntry{Entry("one process"), Entry("-p", "--procs=2")}

	DescribeTable("says what became of the cassettes",
		func(flags ...string) {
			got := w.run("report", flags...)
			Expect(got.exit).To(Equal(1))
			text := section(got.output)
			w.expectGolden("report.golden", text)
			Expect(got.output).To(ContainSubstring("cassettes/report/is_rejected.yaml was not written; what this spec recorded is in cassettes/.rejected/report/is_rejected.yaml"))
		},
		processes,
	)

	DescribeTable("is in the JSON and JUnit reports",
		func(flags ...string) {
			got := w.run("report", append(flags, "--junit-report=junit.xml")...)
			specs := got.specs()
			Expect(specs).To(HaveLen(9))
			place := func(text string) string { return got.spec(text).LeafNodeLocation.String() }
			again := func(text string) string {
				return fmt.Sprintf("VCR_RECORD_MODE=all ginkgo --focus-file=/report_test.go:%d ./scenarios", got.spec(text).LeafNodeLocation.LineNumber)
			}
			Expect(specs["records two"]).To(Equal(reporters.Spec{
				Name: "report / records two", Place: place("records two"), Attempt: 1, Passed: true, Cassette: "cassettes/report/records_two.yaml", Mode: "once", Recorded: 2, Bytes: 12,
			}))
			Expect(specs["replays"]).To(Equal(reporters.Spec{
				Name: "report / replays", Place: place("replays"), Attempt: 1, Passed: true, Cassette: "cassettes/report/replays.yaml", Mode: "once", Loaded: 1, Replayed: 1, Bytes: 12,
			}))
			Expect(specs["misses"]).To(And(HaveField("Missing", true), HaveField("Refused", 1), HaveField("Passed", false), HaveField("Command", again("misses")),
				HaveField("Missed", []reporters.Miss{{Request: "GET " + w.origin.URL + "/1", Place: got.spec("misses").Failure.Location.String()}})))
			Expect(specs["plays half"]).To(And(HaveField("Unplayed", []string{"line 14, GET " + w.origin.URL + "/2"}), HaveField("Command", again("plays half"))))
			Expect(specs["breaks off"]).To(HaveField("Partial", true))
			Expect(specs["is rejected"]).To(HaveField("Rejected", "cassettes/.rejected/report/is_rejected.yaml"))
			Expect(specs["asks nothing"]).To(HaveField("Idle", true))
			Expect(specs["calls"]).To(And(HaveField("Mode", "live"), HaveField("Live", 2)))

			unused := []reporters.Finding{
				{Kind: "unused", Cassette: "cassettes/gone.yaml", Command: "git rm scenarios/cassettes/gone.yaml"},
				{Kind: "unused", Cassette: "cassettes/report/renamed.yaml", Command: "git rm scenarios/cassettes/report/renamed.yaml"},
			}
			want := reporters.Summarize(got.report, reporters.Suite{Package: "example.com/fixtures/scenarios", Dir: "."}, unused...)
			want.Specs = nil
			Expect(got.summarized()).To(Equal(want))

			junit, err := os.ReadFile(filepath.Join(w.dir, "junit.xml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(junit)).To(And(ContainSubstring("cassettes/.rejected/report/is_rejected.yaml"), ContainSubstring("cassettes/gone.yaml")))
		},
		processes,
	)

	DescribeTable("is one line when all was replayed",
		func(flags ...string) {
			w := newWorld()
			w.tape("asks/the_origin.yaml", "GET /1")
			got := w.run("asks", append(flags, "ASK=/1")...)
			Expect(got.exit).To(Equal(0), got.output)
			w.expectGolden("all_is_well.golden", section(got.output))
		},
		processes,
	)

	DescribeTable("is preceded by a line for each request, if one asks for that",
		func(flags ...string) {
			w := newWorld()
			w.tape("asks/the_origin.yaml", "GET /1")
			got := w.run("asks", append(flags, "ASK=/1 /2")...)
			Expect(w.said(got.output)).To(And(
				ContainSubstring("ginkgo-vcr: GET http://origin/1: played from cassettes/asks/the_origin.yaml:5, equal to the byte\n"),
				ContainSubstring("ginkgo-vcr: GET http://origin/2: refused: cassettes/asks/the_origin.yaml: no recording for GET http://origin/2\n"),
			))
			Expect(strings.Count(got.output, "played from")).To(Equal(1))
		},
		Entry("-v", "-v"), Entry("-v, -p", "-v", "--procs=2"), Entry("VCR_DEBUG", "VCR_DEBUG=1"), Entry("VCR_DEBUG, -p", "VCR_DEBUG=1", "--procs=2"), Entry("both", "-v", "VCR_DEBUG=1"),
	)

	It("is silent about a suite in which all is well, with Quiet", func() {
		w := newWorld()
		w.tape("asks/the_origin.yaml", "GET /1")
		got := w.run("asks", "ASK=/1", "CONFIGURE=quiet")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.output).NotTo(Or(ContainSubstring("cassette"), ContainSubstring("vcr")))
		Expect(got.summarized().Totals.Replayed).To(Equal(1))
		w.tape("asks/gone.yaml", "GET /1")
		Expect(section(w.run("asks", "ASK=/1", "CONFIGURE=quiet").output)).To(ContainSubstring("1 unused cassette"))
	})

	It("fails the suite for the kinds of findings that FailOn names", func() {
		w := newWorld()
		w.tape("asks/the_origin.yaml", "GET /1", "GET /2")
		w.tape("asks/gone.yaml", "GET /1")
		Expect(w.run("asks", "ASK=/1", "CONFIGURE=fail_on:partial").exit).To(Equal(0))
		got := w.run("asks", "ASK=/1", "CONFIGURE=fail_on:unused,unreplayed")
		Expect(got.exit).To(Equal(1))
		Expect(got.output).To(ContainSubstring("the cassettes of this suite need care: unreplayed (1), unused (1); the section cassettes of the report lists them"))
		for _, narrow := range []string{"--focus=nothing of that name", "--label-filter=!vcr", "--skip=origin"} {
			got := w.run("asks", "ASK=/1", "CONFIGURE=fail_on:unreplayed,missing,idle", narrow)
			Expect(got.exit).To(Equal(0), got.output)
		}
		got = w.run("asks", "ASK=/1", "CONFIGURE=fail_on:unusd")
		Expect(strings.Join(strings.Fields(got.output), " ")).To(ContainSubstring(`vcr.FailOn("unusd"): no such kind of finding; known are same, breaking, failing, `))
	})

	It("names a report that cannot be written, and has the rest", func() {
		w := newWorld()
		w.tape("asks/the_origin.yaml", "GET /1")
		got := w.run("asks", "ASK=/1", "CONFIGURE=json:missing/vcr.json", "GITHUB_STEP_SUMMARY="+w.dir)
		Expect(got.exit).To(Equal(0), got.output)
		Expect(section(got.output)).To(And(ContainSubstring("    1 interaction replayed in 1 spec, 0 live\n    2 warnings\n"),
			ContainSubstring("this report was not written: open missing/vcr.json: no such file or directory\n"),
			ContainSubstring("the summary of the job was not written: open "+w.dir+": is a directory\n")))
		got = w.run("asks", "ASK=/1", "VCR_SHARD=0/3")
		Expect(section(got.output)).To(ContainSubstring("    1 warning\n      VCR_SHARD=\"0/3\" is not one of several machines; give it as in 2/5, which counts from 1\n"))
		got = w.run("asks", "ASK=/1", "CONFIGURE=html:missing/vcr.html")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(section(got.output)).To(And(ContainSubstring("    1 interaction replayed in 1 spec, 0 live\n    1 warning\n"),
			ContainSubstring("this report was not written: open missing/vcr.html: no such file or directory\n")))
	})

	It("lists the bodies whose cassette was removed alone, with what removes them", func() {
		w := newWorld()
		cassettes := filepath.Join(filepath.Dir(scenarioBinary), "scenarios", "cassettes")
		DeferCleanup(os.RemoveAll, cassettes)
		asks := []string{"CASSETTES=", "TEXTS=chat/tools/asks", "ASK=" + large}
		Expect(w.run("renamed", asks...).findings("stray")).To(BeEmpty())
		bodies, err := filepath.Glob(filepath.Join(cassettes, "_bodies", "*.txt"))
		Expect(err).NotTo(HaveOccurred())
		Expect(bodies).To(HaveLen(1))

		Expect(os.Remove(filepath.Join(cassettes, "chat/tools/asks.yaml"))).To(Succeed())
		got := w.run("renamed", append(asks, "--focus=neighbour")...)
		Expect(got.findings("stray")).To(Equal(bodies))
		Expect(got.output).To(ContainSubstring("1 stray body file: named by no cassette\n      " + bodies[0] + "\n      in the root of the module:\n        rm " + bodies[0] + "\n"))
		w.shell("rm " + bodies[0])
		Expect(w.run("renamed", append(asks, "--focus=neighbour")...).findings("stray")).To(BeEmpty())
	})

	DescribeTable("calls no cassette unused because its spec did not run",
		func(unused []string, settings ...string) {
			w.tape("report/records_one.yaml", "GET /1")
			Expect(w.run("report", settings...).findings("unused")).To(Equal(unused))
		},
		Entry("--focus", []string{"cassettes/gone.yaml", "cassettes/report/renamed.yaml"}, "--focus=replays"),
		Entry("--focus, -p", []string{"cassettes/gone.yaml", "cassettes/report/renamed.yaml"}, "--focus=replays", "--procs=2"),
		Entry("--label-filter", []string{"cassettes/gone.yaml", "cassettes/report/renamed.yaml"}, "--label-filter=!vcr"),
		Entry("BeforeSuite failed", []string{"cassettes/gone.yaml", "cassettes/report/renamed.yaml"}, "BROKEN=1"),
		Entry("--dry-run says nothing", nil, "--dry-run"),
	)
})

// specs returns what each recording left in a JSON report, by the text of its spec.
func (r result) specs() map[string]reporters.Spec {
	GinkgoHelper()
	specs := map[string]reporters.Spec{}
	for _, s := range r.report.SpecReports {
		for _, entry := range s.ReportEntries {
			if entry.Name != "ginkgo-vcr recording" {
				continue
			}
			var recorded reporters.Spec
			Expect(json.Unmarshal([]byte(entry.Value.AsJSON), &recorded)).To(Succeed())
			specs[s.LeafNodeText] = recorded
		}
	}
	return specs
}

// summarized returns the summary in a JSON report.
func (r result) summarized() (summary reporters.Summary) {
	GinkgoHelper()
	if value := summaryOf(r.report).AsJSON; value != "" {
		Expect(json.Unmarshal([]byte(value), &summary)).To(Succeed())
	}
	return summary
}

// findings returns those of one kind, as they are printed.
func (r result) findings(kind string) []string {
	GinkgoHelper()
	var lines []string
	for _, f := range r.summarized().Findings {
		switch {
		case f.Kind != kind:
		case f.Text == "":
			lines = append(lines, f.Cassette)
		default:
			lines = append(lines, f.Cassette+": "+f.Text)
		}
	}
	return lines
}

// summaryOf returns the entry with the summary of a suite; the zero value if
// there was nothing to say.
func summaryOf(report types.Report) types.ReportEntryValue {
	for _, s := range report.SpecReports.WithLeafNodeType(types.NodeTypeReportAfterSuite) {
		for _, entry := range s.ReportEntries {
			return entry.Value
		}
	}
	return types.ReportEntryValue{}
}

// section returns what Ginkgo prints of the node that sums up the cassettes.
func section(output string) string {
	lines := strings.Split(output, "\n")
	first := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "[ReportAfterSuite] ginkgo-vcr") })
	if first < 0 {
		return ""
	}
	last := slices.IndexFunc(lines[first:], func(line string) bool { return strings.HasPrefix(line, "-----") })
	return strings.Join(lines[first:first+last], "\n") + "\n"
}

// expectGolden compares text with a file in testdata, without what differs from
// run to run.
func (w *world) expectGolden(name, text string) {
	GinkgoHelper()
	text = w.said(text)
	text = moment.ReplaceAllString(text, "@ moment")
	file := filepath.Join("testdata", name)
	if *update {
		Expect(os.MkdirAll("testdata", 0o777)).To(Succeed())
		Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	}
	golden, err := os.ReadFile(file)
	Expect(err).NotTo(HaveOccurred())
	Expect(text).To(Equal(string(golden)))
}
