package drift

import (
	"fmt"
	"slices"
	"strings"
)

// Text returns the report for a terminal: what is gravest first, noise as a number.
//
//	breaking  POST api.example.com/v1/chat
//	          $.choices[*].message.reasoning is gone: 24 of 24 recordings had it, 0 of 10 new answers have it; new beside it: reasoning_text
//	            cassettes/chat/answers.yaml:12 and 9 more
//
//	88 of 100 answers have the shape of their recording.
func (r Report) Text() string {
	var b strings.Builder
	for n, d := range r.Differences {
		if n == 0 || d.Severity != r.Differences[n-1].Severity || d.Endpoint != r.Differences[n-1].Endpoint {
			fmt.Fprintf(&b, "%-8s  %s\n", d.Severity, clean(d.Endpoint))
		}
		fmt.Fprintf(&b, "          %s\n", d)
		if where := d.where(); where != "" {
			fmt.Fprintf(&b, "            %s\n", where)
		}
	}
	if len(r.Requests) > 0 {
		b.WriteString(gap(&b) + "The code sends something else than was recorded, so these answers raise no alarm:\n")
		for _, one := range r.Requests {
			fmt.Fprintf(&b, "  %s\n", one.sent())
		}
	}
	b.WriteString(gap(&b))
	for _, line := range r.summary() {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// Markdown returns the report for a pull request.
func (r Report) Markdown() string {
	var b strings.Builder
	severity := Noise
	for _, d := range r.Differences {
		if d.Severity != severity {
			severity = d.Severity
			title := "Notices"
			if severity == Breaking {
				title = "Breaking"
			}
			fmt.Fprintf(&b, "%s### %s\n\n| endpoint | what is different | where |\n|---|---|---|\n", gap(&b), title)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(d.Endpoint), cell(d.String()), cell(d.where()))
	}
	if len(r.Requests) > 0 {
		fmt.Fprintf(&b, "%s### Sent differently\n\nThese answers raise no alarm.\n\n", gap(&b))
		for _, one := range r.Requests {
			fmt.Fprintf(&b, "- %s\n", code(one.sent()))
		}
	}
	b.WriteString(gap(&b))
	for _, line := range r.summary() {
		fmt.Fprintf(&b, "- %s\n", plain(line))
	}
	return b.String()
}

func gap(b *strings.Builder) string {
	if b.Len() == 0 {
		return ""
	}
	return "\n"
}

// String says what is different in one line, without endpoint and place.
func (d Difference) String() string {
	return clean(d.at() + d.what())
}

// at returns where in the answer the difference is.
func (d Difference) at() string {
	switch {
	case d.Kind == EventGone:
		return "event " + d.Old
	case d.Kind == EventNew:
		return "event " + d.New
	case d.Event != "":
		return "event " + d.Event + " " + d.Path
	}
	return d.Path
}

func (d Difference) what() string {
	switch d.Kind {
	case Gone, EventGone:
		return d.gone()
	case New, EventNew:
		if d.New == "a call" {
			return " is a call that the recording does not have"
		}
		return fmt.Sprintf(" is new: %s new answers have it", d.NewCount)
	case Type:
		return fmt.Sprintf(" is %s and was %s, in %s new answers", withArticles(d.New), withArticles(d.Old), d.NewCount)
	case Null:
		return fmt.Sprintf(" is null in all %d new answers, and was never in %d recordings", d.NewCount.Of, d.OldCount.Of)
	case Word:
		return fmt.Sprintf(" has a new value: %q", d.New)
	case Value:
		return fmt.Sprintf(" is %s, and a rule wants %s", d.New, d.Old)
	case Status:
		return "the status is " + d.New + " and was " + d.Old
	case MediaType:
		return "the media type is " + d.New + " and was " + d.Old
	default:
		return "the body is " + d.New + " and was " + d.Old
	}
}

// withArticles returns types as people name them: "a string or an object".
func withArticles(types string) string {
	named := strings.Split(types, " or ")
	for n, name := range named {
		switch name {
		case "object", "array":
			named[n] = "an " + name
		default:
			named[n] = "a " + name
		}
	}
	return strings.Join(named, " or ")
}

func (d Difference) gone() string {
	if d.Old == "a call" {
		return " is not called, as in the recording"
	}
	has := fmt.Sprintf("%s recordings had it, %s new answers have it", d.OldCount, d.NewCount)
	what := " is gone: "
	if d.NewCount.N > 0 {
		what = " is not always there: "
	}
	if len(d.Instead) > 0 {
		has += "; new beside it: " + strings.Join(d.Instead, ", ")
	}
	return what + has
}

// where returns the first place and how many there are.
func (d Difference) where() string {
	if len(d.Places) == 0 || d.Places[0].String() == "" {
		return ""
	}
	text := clean(d.Places[0].String())
	if d.Answers > 1 {
		text += fmt.Sprintf(" and %d more", d.Answers-1)
	}
	return text
}

func (l Listed) sent() string {
	var parts []string
	for n, s := range l.Sent {
		if n == 3 {
			parts = append(parts, fmt.Sprintf("and %d more", len(l.Sent)-n))
			break
		}
		parts = append(parts, s.String())
	}
	text := strings.Join(parts, "; ")
	if place := l.Place.String(); place != "" {
		text = place + ": " + text
	}
	return clean(text)
}

// summary has a line for everything that was counted.
func (r Report) summary() []string {
	lines := []string{"Nothing was compared."}
	switch {
	case r.Compared == 1 && r.Silent == 1:
		lines[0] = "The answer has the shape of its recording."
	case r.Compared > 0:
		lines[0] = fmt.Sprintf("%d of %d answers have the shape of their recordings.", r.Silent, r.Compared)
	}
	lines = append(lines, listed(r.Failed, "Not compared, for the service failed")...)
	lines = append(lines, listed(r.Unread, "Not compared, for one cannot be read")...)
	lines = append(lines, listed(r.Unasked, "Recorded, and not asked for any more")...)
	lines = append(lines, listed(r.Added, "Without a recording to compare with")...)
	for _, note := range r.Notes {
		lines = append(lines, clean(note)+".")
	}
	if r.LeftOut > 0 {
		lines = append(lines, fmt.Sprintf("For lack of room, %d more are not listed.", r.LeftOut))
	}
	return lines
}

// maxNamed is how many recordings are named in one line.
const maxNamed = 3

// listed returns a line that names a few recordings.
func listed(of []Listed, title string) []string {
	if len(of) == 0 {
		return nil
	}
	var parts []string
	for _, one := range of {
		part := one.Place.String()
		if part == "" {
			part = one.Endpoint
		}
		if one.Reason != "" {
			part += " (" + one.Reason + ")"
		}
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if more := len(parts) - maxNamed; more > 0 {
		parts = append(parts[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	return []string{clean(fmt.Sprintf("%s (%d): %s.", title, len(of), strings.Join(parts, ", ")))}
}

func counted(count int, note string) string { return fmt.Sprintf("For %d of them: %s", count, note) }

// clean returns a text in one line: names and words come from a server.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, text)
}

// code returns a text as code, in which nothing is a link, a name or a tag.
func code(text string) string {
	if text = strings.ReplaceAll(clean(text), "`", "'"); text == "" {
		return ""
	}
	return "`" + text + "`"
}

// cell returns a text as code for a table.
func cell(text string) string { return strings.ReplaceAll(code(text), "|", `\|`) }

// plain returns a text in which nothing is Markdown.
func plain(text string) string {
	return strings.NewReplacer(`\`, `\\`, "<", "&lt;", "`", "'", "[", `\[`, "*", `\*`, "_", `\_`, "@", "(at)").Replace(clean(text))
}
