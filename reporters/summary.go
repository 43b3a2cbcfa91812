package reporters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A Summary is what there is to say about the cassettes of a suite after a run.
// Each list is sorted by cassette. The zero value says nothing. It holds plain
// values only, so that it can be a report entry.
type Summary struct {
	Missing    []string // "cassette: spec" for specs that made a request and had no cassette
	Unused     []string // cassettes that no spec claims
	Unreplayed []string // "cassette: position: METHOD URL"
	Partial    []string // cassettes that were recorded in a run that did not pass
	Rejected   []string // recordings that did not become a cassette
	Recorded   []string // "cassette: n interactions"
	Leaking    []string // "cassette: interaction n (line n), place: kind" of secrets that stand on a tape
	Redacted   []string // the same of those that were found by their look alone, and are not on the tape
	Warnings   []string
	// LiveSpecs counts the recordings in mode live, and LiveCalls the requests
	// that went past the tape in them.
	LiveSpecs, LiveCalls int
}

// Summarize reads the summary out of a report. unused lists the cassettes that
// no spec claims, which a report does not tell.
func Summarize(report types.Report, unused []string) Summary {
	s := Summary{Unused: slices.Sorted(slices.Values(unused))}
	entries := Entries(report)
	slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Cassette, b.Cassette) })
	for _, e := range entries {
		if e.Missing {
			s.Missing = append(s.Missing, e.Cassette+": "+e.Spec)
		}
		for _, interaction := range e.Unplayed {
			s.Unreplayed = append(s.Unreplayed, e.Cassette+": "+interaction)
		}
		if e.Partial {
			s.Partial = append(s.Partial, e.Cassette)
		}
		for _, find := range e.Redacted {
			s.Redacted = append(s.Redacted, e.Cassette+": "+find)
		}
		if e.Rejected != "" {
			s.Rejected = append(s.Rejected, e.Rejected)
		} else if e.Recorded > 0 {
			s.Recorded = append(s.Recorded, fmt.Sprintf("%s: %s", e.Cassette, count(e.Recorded, "interaction")))
		}
		if e.Mode == string(recorder.Live) {
			s.LiveSpecs++
			s.LiveCalls += e.Live
		}
	}
	if missesLive(report) {
		s.Warnings = append(s.Warnings, fmt.Sprintf("the label filter %q names live and selected no such spec; give specs vcr.Live() or, beside vcr.Recorded(), the label live", report.SuiteConfig.LabelFilter))
	}
	return s
}

// Empty reports whether there is nothing to say.
func (s Summary) Empty() bool {
	return s.LiveSpecs == 0 && len(s.Missing)+len(s.Unused)+len(s.Unreplayed)+len(s.Partial)+len(s.Rejected)+len(s.Recorded)+len(s.Leaking)+len(s.Redacted)+len(s.Warnings) == 0
}

// String returns the summary as text, with a heading for each list.
func (s Summary) String() string { return s.text(func(_, text string) string { return text }) }

// ColorableString returns the same with Ginkgo's style tags, which it turns
// into colours or removes.
func (s Summary) ColorableString() string {
	return s.text(func(style, text string) string { return "{{" + style + "}}" + text + "{{/}}" })
}

// longestList is how many lines of a list are shown; the report has them all.
const longestList = 20

func (s Summary) text(paint func(style, text string) string) string {
	var b strings.Builder
	list := func(style, heading string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(&b, "%s\n", paint(style, heading))
		for _, line := range lines[:min(len(lines), longestList)] {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		if more := len(lines) - longestList; more > 0 {
			fmt.Fprintf(&b, "  and %d more\n", more)
		}
	}
	if s.LiveSpecs > 0 {
		fmt.Fprintf(&b, "%s\n", paint("cyan", fmt.Sprintf("%s live, %s to the real service; nothing was compared with the cassettes", count(s.LiveSpecs, "spec"), count(s.LiveCalls, "call"))))
	}
	list("green", count(len(s.Recorded), "new recording"), s.Recorded)
	list("red", count(len(s.Leaking), "secret")+" on tapes: rotate the key, then record these specs again or redact by hand", s.Leaking)
	list("yellow", count(len(s.Redacted), "secret")+" known by the look alone, and redacted: name where they stand with vcr.RedactHeaders, RedactQuery or RedactBody", s.Redacted)
	list("red", count(len(s.Missing), "missing cassette")+": requests were made and nothing is recorded", s.Missing)
	list("red", count(len(s.Rejected), "rejected recording")+": kept to look at, no cassette was replaced", s.Rejected)
	list("yellow", count(len(s.Partial), "partial cassette")+": recorded in a run that did not pass", s.Partial)
	list("yellow", count(len(s.Unreplayed), "unreplayed interaction")+": recorded and not requested", s.Unreplayed)
	list("yellow", count(len(s.Unused), "unused cassette")+": claimed by no spec", s.Unused)
	list("yellow", count(len(s.Warnings), "warning"), s.Warnings)
	return strings.TrimSuffix(b.String(), "\n")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Rejected says, for the failure of a spec, where its recording went.
func Rejected(result recorder.Result) string {
	if result.Loaded == 0 {
		return fmt.Sprintf("%s was not written; what this spec recorded is in %s", result.Cassette, result.Rejected)
	}
	return fmt.Sprintf("%s stays as it was; what this spec recorded is in %s", result.Cassette, result.Rejected)
}
