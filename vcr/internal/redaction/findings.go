package redaction

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Finding is a secret that was found by its format, or on an existing tape. It
// tells the place, never the value.
type Finding struct {
	Interaction int    // position on the tape, from 1; 0 while it is unknown
	Line        int    // line of its file where the interaction starts; 0 without a file
	Place       string // such as "response body $.data.note" or "request header X-Own"
	Kind        string // such as "OpenAI key", or the secret name
}

// String returns the finding as reports print it, such as "interaction 2 (line 14),
// request header X-Own: OpenAI key".
func (f Finding) String() string {
	text := f.Place + ": " + f.Kind
	if f.placeTells() {
		text = f.Place
	}
	switch {
	case f.Line > 0:
		return fmt.Sprintf("interaction %d (line %d), %s", f.Interaction, f.Line, text)
	case f.Interaction > 0:
		return fmt.Sprintf("interaction %d, %s", f.Interaction, text)
	}
	return text
}

// placeTells reports whether the place ends with the secret name, as "request header
// Authorization" does.
func (f Finding) placeTells() bool {
	at := len(f.Place) - len(f.Kind)
	return at > 0 && strings.EqualFold(f.Place[at:], f.Kind) && strings.ContainsRune(" .", rune(f.Place[at-1]))
}

// Scan returns the secrets on a tape by the default rules, see [Redactor.Scan].
func Scan(c *cassette.Cassette) []Finding {
	r, _ := New(Rules{}) // no rule, no error
	return r.Scan(c)
}

// Scan returns the secrets on a tape: those of a known format, and values under secret
// names that are neither placeholders nor dummies nor came from Rules.Replace, which a
// tape may list. A tape that was recorded with the same rules has none. Rules.Off does
// not matter. Scan changes nothing and is safe for concurrent use.
func (r *Redactor) Scan(c *cassette.Cassette) []Finding {
	rules := r.rules
	rules.Environment, rules.Secrets = func(string) bool { return false }, nil
	if rules.Replace == nil && len(c.Replacements) > 0 {
		rules.Replace = listedIn(c)
	}
	scanner, _ := New(rules) // r has the same
	scanner.known.custom = r.known.customTexts()
	for _, text := range c.Replacements {
		scanner.known.custom[text] = true
	}
	head := walk{r: scanner, layer: byValue, learns: true, isScan: true}
	head.text(inSpec, c.Spec)
	findings := head.findings
	for n, i := range c.Interactions {
		w := walk{r: scanner, learns: true, isScan: true}
		copied := i.Clone()
		w.layer = byName
		w.interaction(copied)
		w.layer = byValue
		w.interaction(copied)
		for _, finding := range w.findings {
			finding.Interaction, finding.Line = n+1, i.Line()
			findings = append(findings, finding)
		}
	}
	return slices.Compact(findings)
}

// listedIn is Rules.Replace of who only has the tape.
func listedIn(c *cassette.Cassette) func(name, value string) string {
	return func(_, value string) string {
		if slices.Contains(c.Replacements, value) {
			return value
		}
		return ""
	}
}

// inSpec is the place of a finding in the header of a tape.
const inSpec = "header, spec"

// KeyInPath returns the kind of a key in a text that a path was made of, "" if the path
// shows none.
func KeyInPath(text, path string) string {
	const enough = 16 // a long name is cut
	for _, key := range keysIn([]byte(text)) {
		shown := pathForm(text[key.from:key.to])
		if strings.Contains(pathForm(path), shown[:min(len(shown), enough)]) {
			return keyFormats[key.format].kind
		}
	}
	return ""
}

// pathForm returns what any path that is made of a text keeps of it.
func pathForm(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isAlphanumeric(byte(r)) {
			return r
		}
		return -1
	}, strings.ToLower(text))
}

// userInURL is the kind of a finding.
const userInURL = "user and password in a URL"

// report adds a finding, unless its kind is "".
func (w *walk) report(place, kind string) {
	if kind != "" {
		w.findings = append(w.findings, Finding{Place: place, Kind: kind})
	}
}

func (w *walk) reportEdits(place string, edits []media.Edit) {
	for _, e := range edits {
		w.report(place, e.Note)
	}
}

// mostPaths bounds the work on a body that is full of secrets.
const mostPaths = 100

// reportBody adds the findings in a body, with their paths.
func (w *walk) reportBody(place, contentType string, body []byte, edits []media.Edit) {
	w.changed = true
	kind := media.KindOf(contentType)
	located := 0
	for _, e := range edits {
		if e.Note == "" {
			continue
		}
		if located++; located > mostPaths {
			w.report(place, e.Note)
			continue
		}
		path := ""
		eachRecord(kind, body, func(record []byte, start int) {
			if start <= e.Start && e.Start < start+len(record) && (kind != media.Text && kind != media.Other || looksLikeJSON(record)) {
				path = media.PathAt(record, e.Start-start)
			}
		})
		if path != "" {
			path = " " + path
		}
		w.report(place+path, e.Note)
	}
}
