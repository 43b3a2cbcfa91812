package reporters

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/internal/page"
)

// HTML writes the summary as one page of HTML that needs no network: totals, findings, a
// table of the specs to search and sort, and their tapes as conversations. The page stays
// below 10 MB. The error is that of w.
//
// show is for package vcr, and the command vcr report. It returns what the page shows of
// a cassette, of which it gets the path from the root of the repository and the room there
// is, in bytes; cut is how many texts are not whole. Several goroutines call it. Nil leaves
// the tapes out. A cassette with a finding of the kind secret is not shown.
func (s Summary) HTML(w io.Writer, show func(path string, room int) (shown any, cut int)) error {
	h := htmlPage{Summary: s, tapes: map[string]int{}, kinds: map[about][]string{}, report: page.Report{
		Title: "Cassettes", Headline: shown(s.Headline()), Withheld: map[string]string{}, Show: show,
	}}
	h.tell()
	for _, f := range s.Findings {
		if k, _ := kindOf(f.Kind); !k.counted {
			h.kinds[about{f.Suite, f.Cassette, f.Spec}] = append(h.kinds[about{f.Suite, f.Cassette, f.Spec}], shown(f.Kind))
		}
		if f.Kind == "secret" {
			h.report.Withheld[s.path(f)] = "It holds a secret, so it is not shown here."
		}
	}
	for _, spec := range s.Specs {
		h.report.Specs = append(h.report.Specs, h.spec(spec))
	}
	for _, section := range s.sections() {
		h.report.Sections = append(h.report.Sections, h.section(section))
	}
	return page.Write(w, h.report)
}

// An htmlPage is a page that is put together.
type htmlPage struct {
	Summary
	report page.Report
	tapes  map[string]int     // by path, from 1
	kinds  map[about][]string // of the findings
}

// An about is what findings are about. Some are of a cassette alone, without a spec.
type about struct{ suite, cassette, spec string }

// tell fills in what is about all specs.
func (h *htmlPage) tell() {
	r, t := &h.report, h.Totals
	if len(h.Suites) == 1 && h.Suites[0].Package != "" {
		r.Title += " of " + shown(h.Suites[0].Package)
	} else if len(h.Suites) > 1 {
		r.Title += " of " + count(len(h.Suites), "suite")
	}
	for _, suite := range h.Suites {
		if suite.Commit != "" && len(h.Suites) == 1 {
			r.Facts = append(r.Facts, fmt.Sprintf("commit %.12s", shown(suite.Commit)))
		}
	}
	if started := h.started(); !started.IsZero() {
		r.Facts = append(r.Facts, started.UTC().Format("2 January 2006, 15:04 UTC"))
	}
	for _, line := range h.sent() {
		r.Lines = append(r.Lines, shown(line))
	}
	total := func(name, value, more string) {
		r.Totals = append(r.Totals, page.Total{Name: name, Value: value, More: more})
	}
	total("Interactions replayed", fmt.Sprint(t.Replayed), "in "+count(t.Specs, "spec"))
	if t.Recorded+t.Kept > 0 {
		total("Recorded", fmt.Sprint(t.Recorded), "")
	}
	total("Sent live", fmt.Sprint(t.Live), "")
	if n := t.Saved.Total(); n > 0 {
		total("Tokens saved", rounded(n), worth(t.CostSaved))
	}
	if n := t.Spent.Total(); n > 0 {
		total("Tokens spent", rounded(n), worth(t.CostSpent))
	}
	if t.TimeSaved >= time.Second.Milliseconds() {
		total("Time saved", duration(time.Duration(t.TimeSaved)*time.Millisecond), "")
	}
	if age, ok := h.age(); ok {
		total("Oldest recording", age, "")
	}
	all := t.Saved.clone()
	all.add(t.Spent)
	for _, model := range slices.Sorted(maps.Keys(all)) {
		saved, spent := Tokens{model: t.Saved[model]}, Tokens{model: t.Spent[model]}
		r.Models = append(r.Models, page.Model{
			Name: brief(model), Saved: fmt.Sprint(saved.Total()), Worth: h.price(saved), Spent: fmt.Sprint(spent.Total()), Cost: h.price(spent),
		})
	}
}

func worth(cost float64) string {
	if cost == 0 {
		return ""
	}
	return fmt.Sprintf("worth %.2f", cost)
}

// spec returns the row of a recording.
func (h *htmlPage) spec(s Spec) page.Spec {
	f := Finding{Suite: s.Suite, Cassette: s.Cassette}
	row := page.Spec{
		Name: brief(s.Name), Cassette: brief(s.Cassette), Place: brief(s.Place), Mode: shown(s.Mode), Failed: !s.Passed && !s.Skipped,
		Replayed: s.Replayed, Recorded: s.Recorded, Live: s.Live, Days: -1, Saved: s.TimeSaved, Bytes: s.Bytes, Loaded: s.Loaded,
		Tokens: s.Saved.Total() + s.Spent.Total(), Cost: h.cost(s.Saved) + h.cost(s.Spent),
	}
	if len(h.Suites) > 1 {
		row.Suite = brief(s.Suite)
	}
	if oldest, err := time.Parse(time.RFC3339, s.Oldest); err == nil {
		row.Oldest = oldest.UTC().Format(time.DateOnly)
		row.Days = max(0, int(h.started().Sub(oldest).Hours()/24))
	}
	models := s.Saved.clone()
	models.add(s.Spent)
	for _, model := range slices.Sorted(maps.Keys(models)) {
		row.Models = append(row.Models, brief(model))
	}
	kinds := slices.Concat(h.kinds[about{s.Suite, s.Cassette, s.Name}], h.kinds[about{s.Suite, s.Cassette, ""}])
	slices.Sort(kinds)
	row.Findings = slices.Compact(kinds)
	if s.Loaded+s.Replayed+s.Recorded+s.Kept > 0 || s.Unreadable != "" {
		row.Tape = h.tape(f)
	}
	return row
}

// mostFindings is how many findings of a kind are on the page.
const mostFindings = 200

func (h *htmlPage) section(s section) page.Section {
	made := page.Section{Kind: brief(s.kind.name), Heading: brief(s.heading()), Tone: [...]string{info: "info", minor: "care", major: "bad"}[s.kind.level]}
	if s.kind.style == "green" {
		made.Tone = "good"
	}
	if s.kind.counted {
		return made
	}
	made.Left = max(0, len(s.findings)-mostFindings)
	for _, f := range s.findings[:len(s.findings)-made.Left] {
		file := h.path(f)
		if f.Line > 0 {
			file += fmt.Sprintf(":%d", f.Line)
		}
		if f.More > 0 {
			file += fmt.Sprintf(" and %d more", f.More)
		}
		made.Findings = append(made.Findings, page.Finding{File: brief(file), Text: brief(f.Text), Spec: brief(f.Spec), Place: brief(f.Place), Tape: h.shownTape(f)})
	}
	commands := s.commands()
	made.LeftCommands = max(0, len(commands)-longestList)
	for _, command := range commands[:len(commands)-made.LeftCommands] {
		made.Commands = append(made.Commands, shown(command))
	}
	return made
}

// shownTape returns the tape that shows what a finding means, 0 if none does. Cassettes
// without a spec come in here.
func (h *htmlPage) shownTape(f Finding) int {
	switch f.Kind {
	case "unused", "rejected":
		return h.tape(f)
	}
	return h.tapes[h.path(f)]
}

// tape returns the number of a tape; the first time, it adds it.
func (h *htmlPage) tape(f Finding) int {
	file := h.path(f)
	if h.tapes[file] == 0 && file != "" && h.report.Show != nil {
		h.report.Tapes = append(h.report.Tapes, file)
		h.tapes[file] = len(h.report.Tapes)
	}
	return h.tapes[file]
}

// longest is how many characters of a name are on the page.
const longest = 300

// brief returns a text as one line that is not too long.
func brief(text string) string {
	text = shown(text)
	if len(text) > longest {
		if runes := []rune(text); len(runes) > longest {
			return strings.TrimSpace(string(runes[:longest-1])) + "…"
		}
	}
	return text
}
