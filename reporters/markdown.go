package reporters

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Markdown returns the summary as Markdown with tables, as GitHub shows it after a job.
// Texts from tapes and names of specs are quoted: none of them is markup there.
func (s Summary) Markdown() string {
	if s.Empty() {
		return ""
	}
	var b strings.Builder
	title := "Cassettes"
	if len(s.Suites) == 1 && s.Suites[0].Package != "" {
		title += " of " + code(s.Suites[0].Package)
	}
	fmt.Fprintf(&b, "## %s\n\n", title)
	if line := s.Headline(); line != "" {
		fmt.Fprintf(&b, "%s\n\n", escaped(line))
	}
	for _, line := range s.sent() {
		fmt.Fprintf(&b, "%s\n\n", escaped(line))
	}
	for _, section := range s.sections() {
		s.writeSection(&b, section)
	}
	s.writeTokens(&b)
	return b.String()
}

// longestTable is how many rows of a table are shown: GitHub takes a mebibyte.
const longestTable = 100

func (s Summary) writeSection(b *strings.Builder, section section) {
	fmt.Fprintf(b, "### %s\n\n", escaped(section.heading()))
	if section.kind.counted {
		return
	}
	b.WriteString("| file | what | where |\n| --- | --- | --- |\n")
	rows := section.findings
	for _, f := range rows[:min(len(rows), longestTable)] {
		where := f.Place
		if where == "" {
			where = f.Spec
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", code(s.path(f)), escaped(f.Text), code(where))
	}
	if more := len(rows) - longestTable; more > 0 {
		fmt.Fprintf(b, "\nand %d more\n", more)
	}
	if commands := section.commands(); len(commands) > 0 {
		fmt.Fprintf(b, "\nIn the root of the module:\n\n%s", block(commands[:min(len(commands), longestTable)]))
	}
	b.WriteString("\n")
}

func (s Summary) writeTokens(b *strings.Builder) {
	t := s.Totals
	all := t.Saved.clone()
	all.add(t.Spent)
	if len(all) == 0 {
		return
	}
	b.WriteString("### Tokens\n\n| model | saved | worth | spent | cost |\n| --- | ---: | ---: | ---: | ---: |\n")
	for _, model := range slices.Sorted(maps.Keys(all)) {
		saved, spent := Tokens{model: t.Saved[model]}, Tokens{model: t.Spent[model]}
		fmt.Fprintf(b, "| %s | %d | %s | %d | %s |\n", code(model), saved.Total(), s.price(saved), spent.Total(), s.price(spent))
	}
	b.WriteString("\n")
}

// price returns what tokens of one model cost, empty if that is not known.
func (s Summary) price(tokens Tokens) string {
	for model := range tokens {
		if len(s.Prices[model]) == 0 || tokens.Total() == 0 {
			return ""
		}
	}
	return fmt.Sprintf("%.2f", s.cost(tokens))
}

// escaped returns a text in which no character is markup, for a cell of a table too.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range shown(text) {
		switch {
		case r == '<' || r == '>' || r == '&' || r == '@' || r == '|': // also where a backslash is not read
			fmt.Fprintf(&b, "&#%d;", r)
		case r < unicode.MaxASCII && unicode.In(r, unicode.Punct, unicode.Symbol) && !strings.ContainsRune(",;/'\"()%", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code returns a text as code in a line, for a cell of a table too. A bar has no escape
// that both a table and all readers of code know, so such a text is no code.
func code(text string) string {
	text = strings.TrimSpace(shown(text))
	switch {
	case text == "":
		return ""
	case strings.ContainsRune(text, '|'):
		return escaped(text)
	}
	fence := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// block returns lines as a block of code.
func block(lines []string) string {
	var b strings.Builder
	longest := 2
	for _, line := range lines {
		longest = max(longest, longestRun(line))
	}
	fence := strings.Repeat("`", longest+1)
	fmt.Fprintf(&b, "%ssh\n", fence)
	for _, line := range lines {
		fmt.Fprintln(&b, shown(line))
	}
	fmt.Fprintf(&b, "%s\n", fence)
	return b.String()
}

// longestRun returns the length of the longest run of backticks.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
