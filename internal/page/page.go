// Package page writes the report of a suite as one page of HTML, with what is on its tapes.
// The page needs no network, and forbids its browser to use any.
//
// Tapes are untrusted. What they hold reaches the page as JSON, which its script turns into
// texts and never into markup. They are asked for a few at a time, each with the room that it
// has, so that many tapes take little time and memory.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"sync"
)

// A Report is what a page tells beside the tapes. Its texts are for people: they are
// redacted, and short enough to be shown.
type Report struct {
	Title    string
	Facts    []string // such as the commit
	Headline string
	Lines    []string // what is to be said after it
	Totals   []Total
	Sections []Section
	Models   []Model
	Specs    []Spec
	// Tapes are the paths of cassettes. Fields called Tape count them from 1; 0 is none.
	Tapes []string
	// Withheld has the tapes that are not to be shown, and why.
	Withheld map[string]string
	// Show returns what the page shows of a tape, in so many bytes of JSON, and how many
	// texts of it are cut. Nil leaves the tapes out. It is called by several goroutines.
	Show func(path string, room int) (shown any, cut int)
}

// HasCommands reports whether a finding has a command.
func (r Report) HasCommands() bool {
	return slices.ContainsFunc(r.Sections, func(s Section) bool { return len(s.Commands) > 0 })
}

// A Total is a number with its name, and what it says more.
type Total struct{ Name, Value, More string }

// A Section has the findings of one kind.
type Section struct {
	Kind, Heading string
	Tone          string // good, info, care or bad
	Findings      []Finding
	Left          int      // how many findings are left out
	Commands      []string // that mend them
	LeftCommands  int
}

// A Finding is about a file, a spec or both.
type Finding struct {
	File, Text, Spec, Place string
	Tape                    int
}

// A Model is a row of the table of tokens.
type Model struct{ Name, Saved, Worth, Spent, Cost string }

// A Spec is a row of the table of specs.
type Spec struct {
	Name     string   `json:"name"`
	Suite    string   `json:"suite,omitempty"`
	Cassette string   `json:"cassette"`
	Place    string   `json:"place,omitempty"`
	Mode     string   `json:"mode"`
	Failed   bool     `json:"failed,omitempty"`
	Replayed int      `json:"replayed"`
	Recorded int      `json:"recorded"`
	Live     int      `json:"live"`
	Oldest   string   `json:"oldest,omitempty"` // a date
	Days     int      `json:"days"`             // the age of that, -1 if it is not known
	Tokens   int64    `json:"tokens"`
	Cost     float64  `json:"cost"`
	Saved    int64    `json:"saved"` // in milliseconds
	Bytes    int64    `json:"bytes"`
	Findings []string `json:"findings,omitempty"` // their kinds
	Models   []string `json:"models,omitempty"`
	Tape     int      `json:"tape,omitempty"`
	// Loaded counts the interactions on the tape.
	Loaded int `json:"loaded,omitempty"`
}

// How large a page is, in bytes, and how much of it are rows of specs at most.
const (
	mostOfPage = 9_900_000
	mostOfRows = 3_000_000
)

var (
	//go:embed page.html
	markup string
	//go:embed page.css
	style string
	//go:embed page.js
	script string

	parts = template.Must(template.New("page").Parse(markup))
)

// Write writes the page. The error is that of w.
func Write(w io.Writer, report Report) error {
	var top, bottom bytes.Buffer
	about := struct {
		Report
		Policy string
		Style  template.CSS
		Script template.JS
	}{report, policy, template.CSS(style), template.JS(script)}
	if err := parts.ExecuteTemplate(&top, "top", about); err != nil {
		return err
	}
	if err := parts.ExecuteTemplate(&bottom, "bottom", about); err != nil {
		return err
	}
	p := &writer{w: w, left: mostOfPage - top.Len() - bottom.Len()}
	p.write(top.Bytes())
	p.rows(report.Specs)
	if report.Show == nil {
		report.Tapes = nil
	}
	p.tapes(report)
	p.write(bottom.Bytes())
	return p.err
}

// policy forbids everything but the script and the style of the page itself.
var policy = fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'", hashOf(script), hashOf(style))

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// A writer counts how much room is left on the page. After an error it writes nothing.
type writer struct {
	w    io.Writer
	left int
	err  error
}

func (p *writer) write(text []byte) {
	if p.err == nil {
		_, p.err = p.w.Write(text)
	}
}

// data writes JSON as a block that no browser executes.
func (p *writer) data(id string, encoded []byte) {
	block := fmt.Appendf(nil, "<script type=\"application/json\" id=%q>%s</script>\n", id, encoded)
	p.left -= len(block)
	p.write(block)
}

// rows writes what the table of specs shows.
func (p *writer) rows(specs []Spec) {
	var rows bytes.Buffer
	rows.WriteByte('[')
	shown := 0
	for n, spec := range specs {
		row := encode(spec)
		if rows.Len()+len(row) > min(mostOfRows, p.left-1000) {
			break
		}
		if n > 0 {
			rows.WriteByte(',')
		}
		rows.Write(row)
		shown++
	}
	rows.WriteByte(']')
	p.data("specs", rows.Bytes())
	p.data("left-specs", encode(len(specs)-shown))
}

// mostOfTape is how large the part of the page is that one tape takes, in bytes.
const mostOfTape = 512 << 10

// atOnce is how many tapes are read at a time. It is the same on every machine, so that
// the page is.
const atOnce = 4

// tapes writes each tape into its share of the room that is left. What a tape does not
// take, later ones have.
func (p *writer) tapes(report Report) {
	cut, notRead := 0, 0
	p.left -= 1000 // for what follows
	for n := 0; n < len(report.Tapes); n += atOnce {
		paths := report.Tapes[n:min(n+atOnce, len(report.Tapes))]
		room := max(0, min(p.left/(len(report.Tapes)-n), mostOfTape))
		for m, shown := range report.showAll(paths, room) {
			if len(shown.encoded)+100 > p.left {
				notRead++
				continue
			}
			cut += shown.cut
			p.data(fmt.Sprintf("tape-%d", n+m+1), shown.encoded)
		}
	}
	p.data("cuts", encode(map[string]int{"tapes": len(report.Tapes), "cut": cut, "notRead": notRead}))
}

// A shownTape is JSON, and how many texts of it are cut.
type shownTape struct {
	encoded []byte
	cut     int
}

func (r Report) showAll(paths []string, room int) []shownTape {
	all := make([]shownTape, len(paths))
	var group sync.WaitGroup
	for n, path := range paths {
		group.Add(1)
		go func() {
			defer group.Done()
			shown, cut := r.show(path, room)
			all[n] = shownTape{encode(shown), cut}
		}()
	}
	group.Wait()
	return all
}

func (r Report) show(path string, room int) (shown any, cut int) {
	if why := r.Withheld[path]; why != "" {
		return map[string]string{"path": path, "note": why}, 0
	}
	return r.Show(path, room)
}

// encode returns plain values as JSON in which nothing ends a script element.
func encode(value any) []byte {
	encoded, _ := json.Marshal(value) // plain values have no errors
	return encoded
}
