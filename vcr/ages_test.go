package vcr_test

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("The age of recordings", func() {
	const month = "max_age:720h"
	var w *world

	BeforeEach(func() {
		w = newWorld()
		w.agedTape("ages/plays_old_ones.yaml", 45, "GET /1", "GET /2", "GET /3")
		w.agedTape("ages/plays_another_old_one.yaml", 31, "GET /1")
		w.agedTape("ages/plays_a_young_one.yaml", 29, "GET /1")
		w.agedTape("ages/leaves_an_old_one.yaml", 45, "GET /1")
	})

	lineOf := func(got result, spec string) int { return got.spec(spec).LeafNodeLocation.LineNumber }

	DescribeTable("is told of what was played, with one command for all",
		func(flags ...string) {
			before := w.tapes()
			got := w.run("ages", append(flags, "CONFIGURE="+month)...)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(w.aged(section(got.output))).To(ContainSubstring(fmt.Sprintf(`    4 stale interactions: older than vcr.MaxAge allows
      cassettes/ages/plays_another_old_one.yaml: line 5, GET http://origin/1, recorded on day 31 (FILE:%[2]d)
      cassettes/ages/plays_old_ones.yaml: line 5, GET http://origin/1, recorded on day 45 (FILE:%[1]d)
      cassettes/ages/plays_old_ones.yaml: line 15, GET http://origin/2, recorded on day 45 (FILE:%[1]d)
      cassettes/ages/plays_old_ones.yaml: line 25, GET http://origin/3, recorded on day 45 (FILE:%[1]d)
      in the root of the module:
        VCR_RECORD_MODE=refresh ginkgo --focus-file=/ages_test.go:%[1]d,%[2]d ./scenarios
`, lineOf(got, "plays old ones"), lineOf(got, "plays another old one"))))
			Expect(got.served).To(Equal(0))
			Expect(w.tapes()).To(Equal(before))
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
		Entry("in CI, where nothing is recorded again", "CI=true", "OPTION=record_stale"),
	)

	It("is told of the whole suite where BeforeSuite played something stale", func() {
		w.agedTape("_suite_scenarios_066d95fe.yaml", 45, "GET /before")
		got := w.run("ages", "CONFIGURE="+month, "BEFORE_SUITE=yes")
		Expect(section(got.output)).To(ContainSubstring("\n        VCR_RECORD_MODE=refresh ginkgo ./scenarios\n"))
	})

	DescribeTable("fails the suite, if that is asked for",
		func(option, kinds string) {
			got := w.run("ages", "CONFIGURE="+month+" "+option)
			Expect(got.exit).To(Equal(1))
			Expect(got.report.SpecReports.CountWithState(types.SpecStateFailed)).To(Equal(1))
			Expect(got.output).To(ContainSubstring("the cassettes of this suite need care: " + kinds + "; the section cassettes of the report lists them"))
		},
		Entry("FailOn", "fail_on:stale", "stale (4)"),
		Entry("Strict", "strict", "stale (4), unreplayed (1)"),
	)

	It("is that of today after a refresh with the command that is told", func() {
		Expect(w.run("ages", "CONFIGURE="+month, "VCR_RECORD_MODE=refresh").exit).To(Equal(0))
		got := w.run("ages", "CONFIGURE="+month)
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.findings("stale")).To(BeEmpty())
	})

	It("has stale recordings recorded again, if that is asked for", func() {
		young := w.read("ages/plays_a_young_one.yaml")
		got := w.run("ages", "CONFIGURE="+month, "OPTION=record_stale")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(4))
		Expect(got.findings("stale")).To(BeEmpty())
		Expect(got.findings("recorded")).To(ConsistOf("cassettes/ages/plays_old_ones.yaml: 3 interactions", "cassettes/ages/plays_another_old_one.yaml: 1 interaction"))
		Expect(w.read("ages/plays_old_ones.yaml")).NotTo(ContainSubstring("taped"))
		Expect(w.read("ages/plays_a_young_one.yaml")).To(Equal(young))
		again := w.run("ages", "CONFIGURE="+month, "OPTION=record_stale")
		Expect(again.exit).To(Equal(0), again.output)
		Expect(again.served).To(Equal(0))
	})

	It("says nothing of a pinned cassette", func() {
		got := w.run("ages", "CONFIGURE="+month, "OPTION=pinned")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.findings("stale")).To(BeEmpty())
	})

	DescribeTable("is wrong",
		func(message, options string) {
			got := w.run("ages", "OPTION="+options)
			Expect(got.exit).To(Equal(1))
			Expect(strings.Join(strings.Fields(got.output), " ")).To(ContainSubstring(message))
		},
		Entry("an age of nothing", "vcr.MaxAge(0s): not an age; give one such as 90*24*time.Hour", "max_age:0s"),
		Entry("nothing is stale", "vcr.RecordStale without vcr.MaxAge; say how old a recording may be", "record_stale"),
	)
})

// aged puts days before today in the place of dates, and FILE in that of the suite's files.
func (w *world) aged(text string) string {
	text = regexp.MustCompile(`\d{4}-\d\d-\d\d`).ReplaceAllStringFunc(text, func(date string) string {
		day, _ := time.Parse(time.DateOnly, date)
		return fmt.Sprint("day ", int(time.Since(day).Hours()/24))
	})
	text = regexp.MustCompile(`\(\S*ages_test.go:`).ReplaceAllString(text, "(FILE:")
	return strings.ReplaceAll(text, w.origin.URL, "http://origin")
}
