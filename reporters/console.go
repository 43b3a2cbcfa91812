package reporters

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// String returns the summary as text: a line about all recordings, and a heading for
// each kind of finding. It is empty if there is nothing to say.
func (s Summary) String() string { return s.text(func(_, text string) string { return text }) }

// ColorableString returns the same with Ginkgo's style tags, which it turns
// into colours or removes.
func (s Summary) ColorableString() string {
	return s.text(func(style, text string) string {
		text = strings.ReplaceAll(text, "{{", "{ {") // which would be a tag
		if style == "" {
			return text
		}
		return "{{" + style + "}}" + text + "{{/}}"
	})
}

func (s Summary) text(paint func(style, text string) string) string {
	var b strings.Builder
	if line := s.Headline(); line != "" {
		fmt.Fprintln(&b, paint("", line))
	}
	for _, line := range s.sent() {
		fmt.Fprintln(&b, paint("cyan", line))
	}
	for _, section := range s.sections() {
		fmt.Fprintln(&b, paint(section.kind.style, section.heading()))
		if section.kind.counted {
			continue
		}
		var lines []string
		for _, f := range section.findings {
			lines = append(lines, paint("", s.line(f)))
		}
		writeList(&b, "  ", lines)
		if commands := section.commands(); len(commands) > 0 {
			fmt.Fprintln(&b, "  in the root of the module:")
			for n, command := range commands {
				commands[n] = paint("", shown(command))
			}
			writeList(&b, "    ", commands)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// sent returns what went to the real service, a line for each thing to say.
func (s Summary) sent() (lines []string) {
	t := s.Totals
	if t.LiveSpecs > 0 {
		lines = append(lines, fmt.Sprintf("%s live, %s to the real service", count(t.LiveSpecs, "spec"), count(t.LiveCalls, "call")))
	}
	if t.Compared > 0 {
		lines = append(lines, fmt.Sprintf("%s compared with the cassettes, %d of them the same but for values", count(t.Compared, "answer"), t.Same))
	}
	return lines
}

// Headline returns the one line that says how the recordings of a run fared, empty if
// there were none:
//
//	412 interactions replayed in 312 specs, 0 live; 1.2M tokens worth 3.10 and 41 min saved; oldest recording 43 days
func (s Summary) Headline() string {
	t := s.Totals
	if t.Specs == 0 {
		return ""
	}
	made := []string{fmt.Sprintf("%s replayed in %s", count(t.Replayed, "interaction"), count(t.Specs, "spec"))}
	if t.Recorded > 0 {
		made = append(made, fmt.Sprintf("%d recorded", t.Recorded))
	}
	if t.Kept > 0 {
		made = append(made, fmt.Sprintf("%d sent and kept", t.Kept))
	}
	parts := []string{strings.Join(append(made, fmt.Sprintf("%d live", t.Live)), ", ")}
	var saved []string
	if text := tokensAndCost(t.Saved, t.CostSaved); text != "" {
		saved = append(saved, text)
	}
	if t.TimeSaved >= time.Second.Milliseconds() {
		saved = append(saved, duration(time.Duration(t.TimeSaved)*time.Millisecond))
	}
	if len(saved) > 0 {
		parts = append(parts, strings.Join(saved, " and ")+" saved")
	}
	if text := tokensAndCost(t.Spent, t.CostSpent); text != "" {
		parts = append(parts, text+" spent")
	}
	if age, ok := s.age(); ok {
		parts = append(parts, "oldest recording "+age)
	}
	return strings.Join(parts, "; ")
}

// age returns how old the oldest recording was when the last suite started, in days; not
// ok is a younger one, or none with a date.
func (s Summary) age() (age string, ok bool) {
	oldest, err := time.Parse(time.RFC3339, s.Totals.Oldest)
	days := int(s.started().Sub(oldest).Hours() / 24)
	return count(days, "day"), err == nil && days > 0
}

// started is when the last suite started.
func (s Summary) started() (last time.Time) {
	for _, suite := range s.Suites {
		if suite.Started.After(last) {
			last = suite.Started
		}
	}
	return last
}

func tokensAndCost(tokens Tokens, cost float64) string {
	total := tokens.Total()
	switch {
	case total == 0:
		return ""
	case cost == 0:
		return rounded(total) + " tokens"
	}
	return fmt.Sprintf("%s tokens worth %.2f", rounded(total), cost)
}

// rounded returns a number with two figures or three, such as 980, 1.2k or 41M.
func rounded(n int64) string {
	for _, unit := range []struct {
		size   float64
		letter string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		switch value := float64(n) / unit.size; {
		case value >= 9.95:
			return fmt.Sprintf("%.0f%s", value, unit.letter)
		case value >= 0.9995:
			return fmt.Sprintf("%.1f%s", value, unit.letter)
		}
	}
	return fmt.Sprint(n)
}

func duration(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 90*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// A section is the findings of one kind.
type section struct {
	kind     kind
	findings []Finding
}

// sections returns the findings by kind, in the order of the kinds.
func (s Summary) sections() []section {
	findings := slices.Clone(s.Findings)
	slices.SortStableFunc(findings, func(a, b Finding) int {
		_, m := kindOf(a.Kind)
		_, n := kindOf(b.Kind)
		if m != n {
			return m - n
		}
		return strings.Compare(a.Kind, b.Kind)
	})
	var all []section
	for _, f := range findings {
		if last := len(all) - 1; last >= 0 && all[last].kind.name == f.Kind {
			all[last].findings = append(all[last].findings, f)
			continue
		}
		k, _ := kindOf(f.Kind)
		all = append(all, section{k, []Finding{f}})
	}
	return all
}

func (s section) heading() string {
	if s.kind.noun == "" {
		return shown(s.kind.explanation)
	}
	return count(len(s.findings), s.kind.noun) + s.kind.explanation
}

// commands returns the fewest commands that mend all findings of a section.
func (s section) commands() []string {
	var commands []string
	for _, f := range s.findings {
		if f.Command != "" {
			commands = append(commands, f.Command)
		}
	}
	return combined(commands)
}

// line returns a finding as one line.
func (s Summary) line(f Finding) string {
	file := f.Cassette
	if len(s.Suites) > 1 {
		file = s.path(f)
	}
	if f.Line > 0 {
		file += fmt.Sprintf(":%d", f.Line)
	}
	if f.More > 0 {
		file += fmt.Sprintf(" and %d more", f.More)
	}
	line := file + f.Text
	if file != "" && f.Text != "" {
		line = file + ": " + f.Text
	}
	if k, _ := kindOf(f.Kind); line != "" && f.Place != "" && k.level > info {
		line += " (" + f.Place + ")"
	}
	return shown(line)
}

// path returns the path of the file that a finding is about, from the root of the
// repository; empty if there is none.
func (s Summary) path(f Finding) string {
	n := slices.IndexFunc(s.Suites, func(suite Suite) bool { return suite.Package == f.Suite })
	if n < 0 || f.Cassette == "" || filepath.IsAbs(f.Cassette) {
		return f.Cassette
	}
	return path.Join(s.Suites[n].Dir, f.Cassette)
}

// shown returns a text as one line without what a terminal would obey, or what would
// turn it around. Names and titles come from tapes.
func shown(text string) string {
	if !strings.ContainsFunc(text, isHostile) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if isHostile(r) {
			return ' '
		}
		return r
	}, text)
}

func isHostile(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar
}

// longestList is how many lines of a list are shown; the report has them all.
const longestList = 20

func writeList(b *strings.Builder, indent string, lines []string) {
	for _, line := range lines[:min(len(lines), longestList)] {
		fmt.Fprintf(b, "%s%s\n", indent, line)
	}
	if more := len(lines) - longestList; more > 0 {
		fmt.Fprintf(b, "%sand %d more\n", indent, more)
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
