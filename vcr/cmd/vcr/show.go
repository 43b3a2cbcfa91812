package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/title"
)

func showCommand() *cobra.Command {
	var raw, asMarkdown bool
	colour := colourMode("auto")
	command := &cobra.Command{
		Use:   "show FILE[:LINE]...",
		Short: "Show a tape: what was asked and answered",
		Long: `Show prints the interactions of a cassette: a call of a model as a conversation, with
streams put together, and anything else as its request and response. With a line
it shows the interaction on that line, as other commands and editors name it.

Escapes for the terminal that are on a tape are shown, and not obeyed. Secrets that the
rules of ginkgo-vcr find are replaced, except with --raw, which prints the file as it is.`,
		Example: "  vcr show cassettes/chat/answers.yaml\n  vcr show cassettes/chat/answers.yaml:74 --raw",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("name a cassette; see vcr show --help")
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			s := &show{w: command.OutOrStdout(), isColoured: colour.isOn(command.OutOrStdout()), raw: raw, asMarkdown: asMarkdown}
			var t tree
			for _, arg := range args {
				if err := s.file(arg); err != nil {
					t.problems = append(t.problems, err)
				}
			}
			return t.tell(command.ErrOrStderr())
		},
	}
	command.Flags().BoolVar(&raw, "raw", false, "print what is in the file")
	command.Flags().BoolVar(&asMarkdown, "markdown", false, "print Markdown, for a comment or a summary")
	command.MarkFlagsMutuallyExclusive("raw", "markdown")
	command.Flags().Var(&colour, "color", "auto, always or never; auto goes by the terminal and NO_COLOR")
	return command
}

// A show prints tapes.
type show struct {
	w               io.Writer
	isColoured      bool
	raw, asMarkdown bool
}

// file shows the interactions that an argument names.
func (s *show) file(arg string) error {
	path, line := cutLine(arg)
	if info, err := os.Stat(path); err == nil && (info.IsDir() || !isBelowCassettes(path) && !disk.BeginsAsCassette(path)) {
		return fmt.Errorf("%s: not a cassette; name one of those that vcr ls lists", slashed(path))
	}
	c, err := cassette.Load(path)
	if err != nil {
		return err
	}
	from, to := 0, len(c.Interactions)
	if line > 0 {
		for to > 0 && c.Interactions[to-1].Line() > line {
			to--
		}
		if from = to - 1; from < 0 {
			return fmt.Errorf("%s:%d: no interaction is on this line; the tape has %s", slashed(path), line, placesOf(c))
		}
	}
	switch {
	case s.raw:
		return s.documents(path, c, from, to, line == 0)
	case s.asMarkdown:
		return s.markdown(c.Interactions[from:to])
	case line == 0:
		s.header(c)
	}
	for n := from; n < to; n++ {
		s.interaction(n+1, c.Interactions[n])
	}
	return nil
}

var lineAtEnd = regexp.MustCompile(`^(.+):([0-9]{1,9})$`)

// cutLine takes the line off an argument, unless that is the name of a file as it is.
func cutLine(arg string) (path string, line int) {
	match := lineAtEnd.FindStringSubmatch(arg)
	if _, err := os.Lstat(arg); err == nil || match == nil {
		return arg, 0
	}
	line, _ = strconv.Atoi(match[2]) // it has digits alone
	return match[1], line
}

func placesOf(c *cassette.Cassette) string {
	if len(c.Interactions) == 0 {
		return "none"
	}
	return fmt.Sprintf("%s, from line %d", count(len(c.Interactions), "interaction"), c.Interactions[0].Line())
}

// markdown prints a page with a rule between interactions. Nothing in it acts on who shows
// it.
func (s *show) markdown(interactions []*cassette.Interaction) error {
	var pages []string
	for _, i := range interactions {
		pages = append(pages, chat.Markdown(i, redaction.Text))
	}
	_, err := io.WriteString(s.w, strings.Join(pages, "\n---\n\n"))
	return err
}

// documents prints documents as they are in the file, but for what a terminal would obey.
func (s *show) documents(path string, c *cassette.Cassette, from, to int, whole bool) error {
	content, _, err := disk.ReadFile(path)
	if err != nil {
		return err
	}
	lines := slices.Collect(bytes.Lines(content))
	first, last := 0, len(lines)
	if !whole {
		first = c.Interactions[from].Line() - 1
		if to < len(c.Interactions) {
			last = c.Interactions[to].Line() - 2 // without the separator
		}
	}
	text := string(bytes.Join(lines[min(first, len(lines)):max(first, last)], nil))
	if isTerminal(s.w) {
		text = printable(text)
	}
	_, err = io.WriteString(s.w, text)
	return err
}

func (s *show) header(c *cassette.Cassette) {
	if c.Spec != "" {
		s.line(bold, "", redaction.Text(c.Spec))
	}
	if c.Partial {
		s.line(yellow, "", "partial: the spec had not passed when it was recorded")
	}
}

// interaction prints what was asked and what came back: as a conversation if it is one.
func (s *show) interaction(number int, i *cassette.Interaction) {
	heading := title.Of(fmt.Sprintf("%d, line %d", number, i.Line()), cassette.Request{Method: i.Request.Method, URL: i.Request.URL}, redaction.Text)
	fmt.Fprintln(s.w)
	s.line(bold, "", heading)
	outcome, colour := outcomeOf(i)
	c, isChat := chat.Of(i)
	if !isChat {
		s.said("request", cyan, body(i.Request.Header, i.Request.Body))
		s.said("response: "+outcome, colour, body(i.Response.Header, i.Response.Body))
		return
	}
	for _, message := range c.Asked {
		s.message(message, cyan)
	}
	for _, message := range c.Answer {
		s.message(message, colour)
	}
	if c.IsCut {
		s.line(yellow, "  ", "the conversation has more parts, which are left out")
	}
	s.line(colour, "  ", factsOf(c, i)+outcome)
}

// factsOf says which model answered, and with how many tokens.
func factsOf(c chat.Chat, i *cassette.Interaction) string {
	var facts string
	if c.Model != "" {
		facts = redaction.Text(c.Model) + ", "
	}
	if tokens := chat.UsageOf(i).Tokens.String(); tokens != "" {
		facts += tokens + " tokens, "
	}
	return facts
}

func (s *show) message(m chat.Message, colour string) {
	for _, piece := range m.Pieces {
		who, text := m.Role, piece.Text
		switch piece.Kind {
		case chat.Thought:
			who += " thinks"
		case chat.Called:
			who += " calls " + redaction.Text(strings.TrimSpace(piece.Name+" "+piece.ID))
			text = inLines([]byte(text))
		case chat.Returned:
			who += " returns " + redaction.Text(piece.ID)
		case chat.Attached:
			who += " attaches"
		case chat.Failed:
			who, colour = who+" fails", red
		}
		s.said(strings.TrimSpace(who), colour, text)
	}
}

// outcomeOf says how an exchange ended, and the colour of that.
func outcomeOf(i *cassette.Interaction) (outcome, colour string) {
	outcome, colour = strings.TrimSpace(fmt.Sprintf("%d %s", i.Response.Status, http.StatusText(i.Response.Status))), green
	if i.Response.Status >= 400 {
		colour = red
	}
	if i.Error != nil {
		outcome, colour = "failed: "+redaction.Text(i.Error.Message), red
	}
	if i.Took > 0 {
		outcome += ", " + i.Took.String()
	}
	if !i.Recorded.IsZero() {
		outcome += ", recorded " + i.Recorded.Format(time.DateOnly)
	}
	return outcome, colour
}

// mostShown is how much of a text is shown, in bytes.
const mostShown = 64 << 10

// body returns a body for people: JSON in lines, the size of what is no text.
func body(header http.Header, b cassette.Body) string {
	content := b.Bytes()
	if !utf8.Valid(content) {
		kind := header.Get("Content-Type")
		if kind == "" {
			kind = "bytes"
		}
		return fmt.Sprintf("(%s of %s)", size(len(content)).shown(), kind)
	}
	return inLines(content)
}

// inLines returns JSON in lines; other text stays as it is.
func inLines(content []byte) string {
	var indented bytes.Buffer
	if len(content) <= mostShown && json.Indent(&indented, content, "", "  ") == nil {
		return indented.String()
	}
	return string(content)
}

// said prints who says something, and what below that.
func (s *show) said(who, colour, text string) {
	s.line(colour, "  ", who)
	text = strings.TrimRight(redaction.Text(text), "\n")
	if text == "" {
		return
	}
	rest := ""
	if len(text) > mostShown {
		rest = fmt.Sprintf("(%s more; see --raw)", size(len(text)-mostShown).shown())
		text = strings.ToValidUTF8(text[:mostShown], "")
	}
	for line := range strings.SplitSeq(printable(text), "\n") {
		fmt.Fprintf(s.w, "    %s\n", line)
	}
	if rest != "" {
		fmt.Fprintf(s.w, "    %s\n", rest)
	}
}

// line prints one line in a colour.
func (s *show) line(colour, indent, text string) {
	text = inLine(text)
	if s.isColoured {
		text = colour + text + reset
	}
	fmt.Fprintln(s.w, indent+text)
}
