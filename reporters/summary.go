package reporters

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A Summary is what there is to say about the cassettes of a suite after a run.
// The zero value says nothing. It holds plain values only, so that it can be a
// report entry.
type Summary struct {
	// Findings of one kind are sorted by cassette. You may append your own.
	Findings []Finding
	// LiveSpecs counts the recordings in mode live, and LiveCalls the requests
	// that went past the tape in them.
	LiveSpecs, LiveCalls int
	// Compared counts the answers of the modes refresh, all and live that were compared
	// with a recording, and Same those of them that have its shape.
	Compared, Same int
}

// A Finding is one thing that people should know about a cassette. Its kind is one
// of these:
//
//	recorded    Text says how many interactions are new
//	secret      the tape holds a secret: Text says where, never which
//	redacted    a secret that only its format told is not on the tape: Text says where it was
//	bypassed    requests went past the cassette: Text says how many, to which server, and from where
//	idle        the spec at the place in Text sent no request, and would have been recorded
//	missing     the spec in Text made a request, had no cassette, and recorded none
//	rejected    Cassette is where a recording went that did not become the cassette
//	amended     the request of the interaction in Text was amended, and not sent since
//	partial     it was recorded in a run that did not pass
//	unreplayed  the interaction in Text was not requested
//	unused      no spec claims the cassette
//	stray       Cassette is a file with a body that no cassette names: Text removes it
//	warning     Text says of what; there is no Cassette
//	same        the spec in Text passed on answers of the recorded shape
//	failing     the spec in Text failed on such answers
//	drifted     answers have another shape: Text says how many
//	breaking    Text says how an API has changed; code that reads its answers is likely to fail
//	notice      Text says how an API has changed; most code does not see that
//	sent        Text says what the code sends otherwise than was recorded
//	uncompared  Text says which answers were not compared, and why; the recordings stay
//	gone        no request asks any more for what is recorded there
//	added       the request in Text has no recording to be compared with
//	missed      Text is the command that records all specs with a miss again
//
// Findings of another kind are printed last, under its name.
type Finding struct {
	Kind     string
	Cassette string // the path, as people see it
	Text     string // may be empty
}

// Summarize reads the summary out of a report. unused lists the cassettes that
// no spec claims: a report does not tell.
func Summarize(report types.Report, unused []string) Summary {
	var s Summary
	add := func(kind, cassette, text string) { s.Findings = append(s.Findings, Finding{kind, cassette, text}) }
	entries := entriesOf(report)
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.Cassette, b.Cassette) })
	written := map[string]bool{}
	for _, e := range entries {
		written[e.Cassette] = written[e.Cassette] || e.Recorded > 0
	}
	for _, e := range entries {
		if e.Missing && !written[e.Cassette] {
			add("missing", e.Cassette, e.Spec)
		}
		for _, title := range e.Unplayed {
			add("unreplayed", e.Cassette, title)
		}
		if e.Partial {
			add("partial", e.Cassette, "")
		}
		for _, title := range e.Amended {
			add("amended", e.Cassette, title)
		}
		for _, place := range e.Redacted {
			add("redacted", e.Cassette, place)
		}
		if e.Rejected != "" {
			add("rejected", e.Rejected, "")
		} else if e.Recorded > 0 {
			add("recorded", e.Cassette, count(e.Recorded, "interaction"))
		}
		s.Findings = append(s.Findings, e.silence()...)
		s.Findings = append(s.Findings, e.drift()...)
		if e.Mode == string(recorder.Live) {
			s.LiveSpecs++
			s.LiveCalls += e.Live
		}
	}
	s.addDrift(entries)
	for _, cassette := range slices.Sorted(slices.Values(unused)) {
		add("unused", cassette, "")
	}
	if missesLive(report) {
		add("warning", "", fmt.Sprintf("the label filter %q names live and selected no such spec; give specs vcr.Live() or, beside vcr.Recorded(), the label live", report.SuiteConfig.LabelFilter))
	}
	return s
}

// missesLive reports whether the label filter asks for live specs and selects
// none. It asks for them if it would select a spec for the label live: it
// matches the spec's labels with live, and does not without.
func missesLive(report types.Report) bool {
	if report.SuiteConfig.LabelFilter == "" {
		return false
	}
	matches, err := types.ParseLabelFilter(report.SuiteConfig.LabelFilter)
	if err != nil {
		return false // Ginkgo says so
	}
	asks := false
	for _, spec := range report.SpecReports.WithLeafNodeType(types.NodeTypeIt) {
		labels := spec.Labels()
		others := slices.DeleteFunc(slices.Clone(labels), isLive)
		if len(others) < len(labels) && matches(labels) {
			return false
		}
		asks = asks || !matches(others) && matches(append(others, "live"))
	}
	return asks
}

func isLive(label string) bool { return strings.EqualFold(label, "live") }

// Empty reports whether there is nothing to say.
func (s Summary) Empty() bool { return s.LiveSpecs == 0 && s.Compared == 0 && len(s.Findings) == 0 }

// String returns the summary as text, with a heading for each kind of finding.
func (s Summary) String() string { return s.text(func(_, text string) string { return text }) }

// ColorableString returns the same with Ginkgo's style tags, which it turns
// into colours or removes.
func (s Summary) ColorableString() string {
	return s.text(func(style, text string) string { return "{{" + style + "}}" + text + "{{/}}" })
}

// sections are the kinds of findings in the order in which they are printed. A noun is
// counted.
var sections = []struct{ kind, style, noun, explanation string }{
	{"same", "green", "spec", " passed on answers of the recorded shape"},
	{"breaking", "red", "breaking change", " of an API: code that reads these answers is likely to fail"},
	{"failing", "red", "spec", " failed on today's answers, though they have the recorded shape"},
	{"notice", "yellow", "change", " of an API that most code does not see"},
	{"drifted", "yellow", "cassette", " with answers of another shape"},
	{"sent", "yellow", "value", " that the code sends otherwise than was recorded: the answers raise no alarm"},
	{"uncompared", "yellow", "comparison", " left out"},
	{"gone", "yellow", "recording", " that no request asks for any more"},
	{"added", "yellow", "answer", " without a recording to compare with"},
	{"recorded", "green", "new recording", ""},
	{"secret", "red", "secret", " on tapes: rotate the key, then record these specs again or redact by hand"},
	{"redacted", "yellow", "secret", " found by the format alone, and redacted: name the places with vcr.RedactHeaders, RedactQuery or RedactBody"},
	{"bypassed", "red", "bypassed server", ": what they answer is not recorded; if that is meant, name them in vcr.PassThrough"},
	{"idle", "yellow", "recorded spec", " sent no request: hand vcr.Client() to the code under test, or leave vcr.Recorded() out"},
	{"missing", "red", "missing cassette", ": requests were made and nothing is recorded"},
	{"rejected", "red", "rejected recording", ": kept to look at, no cassette was replaced"},
	{"partial", "yellow", "partial cassette", ": recorded in a run that did not pass"},
	{"amended", "yellow", "amended interaction", ": the answer is older than the request; VCR_RECORD_MODE=all records the spec again, VCR_RECORD_ONLY=amended just these"},
	{"unreplayed", "yellow", "unreplayed interaction", ": recorded and not requested"},
	{"unused", "yellow", "unused cassette", ": claimed by no spec"},
	{"stray", "yellow", "stray body file", ": named by no cassette; run the commands in the root of the module to remove them"},
	{"warning", "yellow", "warning", ""},
	{"missed", "red", "", "requests without a recording: to record their specs again, in the root of the module"},
}

func (s Summary) text(paint func(style, text string) string) string {
	var b strings.Builder
	if s.LiveSpecs > 0 {
		fmt.Fprintln(&b, paint("cyan", fmt.Sprintf("%s live, %s to the real service", count(s.LiveSpecs, "spec"), count(s.LiveCalls, "call"))))
	}
	if s.Compared > 0 {
		fmt.Fprintln(&b, paint("cyan", fmt.Sprintf("%s compared with the cassettes, %d of them the same but for values", count(s.Compared, "answer"), s.Same)))
	}
	lines := map[string][]string{} // by kind
	for _, f := range s.Findings {
		lines[f.Kind] = append(lines[f.Kind], f.line())
	}
	for _, section := range sections {
		list := lines[section.kind]
		heading := section.explanation
		if section.noun != "" {
			heading = count(len(list), section.noun) + heading
		}
		if section.kind == "same" { // nobody looks for these
			if len(list) > 0 {
				fmt.Fprintln(&b, paint(section.style, heading))
			}
			list = nil
		}
		writeList(&b, paint(section.style, heading), list)
		delete(lines, section.kind)
	}
	for _, kind := range slices.Sorted(maps.Keys(lines)) {
		writeList(&b, paint("yellow", kind), lines[kind])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (f Finding) line() string {
	if f.Cassette == "" || f.Text == "" {
		return f.Cassette + f.Text
	}
	return f.Cassette + ": " + f.Text
}

// longestList is how many lines of a list are shown; the report has them all.
const longestList = 20

func writeList(b *strings.Builder, heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintln(b, heading)
	for _, line := range lines[:min(len(lines), longestList)] {
		fmt.Fprintf(b, "  %s\n", line)
	}
	if more := len(lines) - longestList; more > 0 {
		fmt.Fprintf(b, "  and %d more\n", more)
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
