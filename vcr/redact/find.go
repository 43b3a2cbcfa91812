package redact

import (
	"fmt"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Find is a secret that was found by what it looks like, or on a tape that
// exists. It says where, and never the value.
type Find struct {
	Interaction int    // 1-based position on the tape, 0 when it is not known yet
	Line        int    // where the interaction begins in its file, 0 when it was not read from one
	Place       string // such as "response body $.data.note" or "request header X-Own"
	Kind        string // such as "OpenAI key", or the name under which it stands
}

// String returns the find in the words of a report, such as "interaction 2 (line
// 14), request header X-Own: OpenAI key".
func (f Find) String() string {
	text := f.Place + ": " + f.Kind
	switch {
	case f.Line > 0:
		return fmt.Sprintf("interaction %d (line %d), %s", f.Interaction, f.Line, text)
	case f.Interaction > 0:
		return fmt.Sprintf("interaction %d, %s", f.Interaction, text)
	}
	return text
}

// Scan returns which secrets stand on a tape: by what they look like, and by the
// names that are redacted by default, where what stands there is neither a
// placeholder nor a dummy. It changes nothing, and finds nothing on a tape that
// was recorded with the default rules. It may be called from several goroutines.
func Scan(c *cassette.Cassette) []Find {
	r, _ := New(Rules{Environment: func(string) bool { return false }}) // no rule, no error
	head := pass{r: r, scan: true}
	head.text("header, spec", c.Spec)
	finds := head.finds
	for n, i := range c.Interactions {
		copied := i.Clone()
		for _, names := range []bool{true, false} {
			p := pass{r: r, names: names, scan: true}
			p.interaction(copied)
			for _, find := range p.finds {
				find.Interaction, find.Line = n+1, i.Line()
				finds = append(finds, find)
			}
		}
	}
	return slices.Compact(finds)
}

// report notes a find of some kind; "" is none.
func (p *pass) report(place, kind string) {
	if kind != "" {
		p.finds = append(p.finds, Find{Place: place, Kind: kind})
	}
}

func (p *pass) reportAll(place string, edits []media.Edit) {
	for _, e := range edits {
		p.report(place, e.Note)
	}
}

// mostPaths bounds the work on a body that is full of secrets.
const mostPaths = 100

// reportBody adds the path to the places in a body.
func (p *pass) reportBody(place, contentType string, body []byte, edits []media.Edit) {
	p.changed = true
	kind := media.KindOf(contentType)
	located := 0
	for _, e := range edits {
		if e.Note == "" {
			continue
		}
		if located++; located > mostPaths {
			p.report(place, e.Note)
			continue
		}
		within := ""
		records(kind, body, func(record []byte, start int) {
			if start <= e.Start && e.Start < start+len(record) {
				within = media.PathAt(record, e.Start-start)
			}
		})
		if within != "" {
			within = " " + within
		}
		p.report(place+within, e.Note)
	}
}
