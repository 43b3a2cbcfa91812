package chat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// maxShown is the size in bytes up to which Markdown shows a text.
const maxShown = 64 << 10

// Markdown returns a decoded interaction as a page of CommonMark: a conversation message
// by message, anything else as its request and response. shown redacts what is taken from
// the interaction; it gets whole texts, because half a secret cannot be told from other
// text.
//
// Nothing in a text acts on who shows it: each stands in a code block or span, whose
// fence is longer than any in it, so that neither its Markdown nor its HTML is read, and
// escapes of terminals, control characters and changes of direction are left out.
func Markdown(i *cassette.Interaction, shown func(string) string) string {
	p := &page{shown: shown}
	c, ok := Of(i)
	if !ok {
		p.paragraph("%s", p.span(i.Request.Method+" "+i.Request.URL))
		p.heading("request")
		p.body(i.Request.Header, i.Request.Body)
		p.response(i)
		return p.String()
	}
	p.paragraph("%s: %s", c.API, p.span(i.Request.Method+" "+i.Request.URL))
	p.facts(c, i)
	for _, message := range append(c.Asked, c.Answer...) {
		p.message(message)
	}
	if c.IsCut {
		p.paragraph("The conversation has more parts, which are left out.")
	}
	return p.String()
}

// A page is Markdown that is written.
type page struct {
	strings.Builder
	shown func(string) string
}

// facts says which model answered, and with how many tokens.
func (p *page) facts(c Chat, i *cassette.Interaction) {
	var facts []string
	if c.Model != "" {
		facts = append(facts, p.span(c.Model))
	}
	used := UsageOf(i)
	if tokens := used.Tokens.String(); tokens != "" {
		facts = append(facts, tokens+" tokens")
	}
	for _, flaw := range used.Flaws {
		facts = append(facts, p.span(flaw))
	}
	if len(facts) > 0 {
		p.paragraph("%s", strings.Join(facts, ", "))
	}
}

func (p *page) message(m Message) {
	p.heading(m.Role)
	for _, piece := range m.Pieces {
		switch piece.Kind {
		case Said:
			p.text(piece.Text)
		case Thought:
			p.paragraph("thinks:")
			p.text(piece.Text)
		case Called:
			p.paragraph("calls %s:", p.names(piece.Name, piece.ID))
			p.data(piece.Text)
		case Returned:
			p.paragraph("returns %s:", p.names("", piece.ID))
			p.text(piece.Text)
		case Attached:
			p.paragraph("attaches %s", p.span(piece.Text))
		case Failed:
			p.paragraph("fails:")
			p.text(piece.Text)
		}
	}
}

// names shows a call by the name of its tool and its own.
func (p *page) names(name, id string) string {
	var names []string
	for _, name := range []string{name, id} {
		if name != "" {
			names = append(names, p.span(name))
		}
	}
	return strings.Join(names, " ")
}

func (p *page) heading(text string) { p.paragraph("### %s", text) }

func (p *page) paragraph(format string, args ...any) {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
	line := fmt.Sprintf(format, args...)
	p.WriteString(strings.Replace(line, " :", ":", 1) + "\n")
}

// response shows an answer of which no reader knows more.
func (p *page) response(i *cassette.Interaction) {
	if i.Response.Status == 0 {
		p.heading("no response")
	} else {
		p.heading(fmt.Sprintf("response %d", i.Response.Status))
		p.body(i.Response.Header, i.Response.Body)
	}
	if i.Error != nil {
		p.text(i.Error.Message)
	}
}

// body shows a body of which no reader knows more.
func (p *page) body(header http.Header, b cassette.Body) {
	text := body(header, b)
	switch {
	case len(text) == 0:
		p.paragraph("no body")
	case !utf8.Valid(text):
		p.paragraph("%d bytes", len(text))
	case media.KindOf(header.Get("Content-Type")) == media.JSON:
		p.data(string(text))
	default:
		p.text(string(text))
	}
}

// data shows JSON in lines; other text stays as it is.
func (p *page) data(text string) {
	var lines bytes.Buffer
	if text = p.shown(text); len(text) > maxShown || depth(text) > maxDepth || json.Indent(&lines, []byte(text), "", "  ") != nil {
		p.block("text", text)
	} else {
		p.block("json", lines.String())
	}
}

func (p *page) text(text string) { p.block("text", p.shown(text)) }

// maxDepth is how deep JSON is that is shown in lines: each of them is indented.
const maxDepth = 32

// depth returns how deep containers are nested, or more.
func depth(text string) (deepest int) {
	open := 0
	for _, c := range []byte(text) {
		switch c {
		case '{', '[':
			open++
			deepest = max(deepest, open)
		case '}', ']':
			open--
		}
	}
	return deepest
}

// block shows a redacted text in a code block. Language is a word of our own.
func (p *page) block(language, text string) {
	text = inert(text)
	more := ""
	if left := len(text) - maxShown; left > 0 {
		text, more = strings.ToValidUTF8(text[:maxShown], ""), fmt.Sprintf("%d bytes more", left)
	}
	fence := strings.Repeat("`", max(3, longestRun(text)+1))
	p.paragraph("%s%s\n%s\n%s", fence, language, strings.TrimSuffix(text, "\n"), fence)
	if more != "" {
		p.paragraph("%s", more)
	}
}

// maxSpan is the length in characters up to which a span shows a text.
const maxSpan = 300

// span shows a text on one line, as code.
func (p *page) span(text string) string {
	text = strings.Join(strings.Fields(inert(p.shown(text))), " ")
	if runes := []rune(text); len(runes) > maxSpan {
		text = string(runes[:maxSpan-1]) + "…"
	}
	if text == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// longestRun returns the length of the longest run of backticks.
func longestRun(text string) int {
	longest, run := 0, 0
	for at := range len(text) {
		if text[at] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// terminalEscape is what moves the cursor of a terminal, colours its text, or names its
// window.
var terminalEscape = regexp.MustCompile("(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]|\x1b[()*+#%][0-9A-Za-z]?|\x1b.")

// inert returns a text without what acts on a terminal or a reader: escapes, control
// characters and marks that turn the direction of writing.
func inert(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	if strings.ContainsAny(text, "\x1b\u009b") {
		text = terminalEscape.ReplaceAllString(text, "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
}
