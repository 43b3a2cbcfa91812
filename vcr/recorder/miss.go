package recorder

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// ErrMiss means that the tape holds no recording for the request, or none that
// may be played now, and that the mode does not record one. errors.Is finds it
// through the *url.Error of an http.Client.
var ErrMiss = errors.New("no recording for this request")

// A Miss is the error for a request without a recording. errors.As finds it. Its
// text explains the miss; it is redacted, and bounded in size.
type Miss struct {
	Cassette string // the path of the cassette, as people see it
	Mode     Mode
	Method   string
	URL      string

	why      *matching.Explanation
	remedies []harness.Remedy
}

// Explanation says why no recording answers the request, for package vcr.
func (m *Miss) Explanation() *matching.Explanation { return m.why }

// Error explains the miss in several lines, the cassette first.
func (m *Miss) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", m.Cassette, m.why.Text(string(m.Mode), m.Method, m.URL))
	for n, remedy := range m.remedies {
		fmt.Fprintf(&b, "\n  %d. %s:", n+1, remedy.Does)
		for _, command := range remedy.Commands {
			fmt.Fprintf(&b, "\n     %s", command)
		}
	}
	return b.String()
}

// Unwrap returns ErrMiss.
func (m *Miss) Unwrap() error { return ErrMiss }

// miss explains why no recording answers a request. It need not be fast: it
// happens once in a spec, which fails.
func (s *Session) miss(l *lookup) error {
	t := s.tape
	why := &matching.Explanation{
		Recordings: len(t.own.interactions), Unplayed: len(t.own.unplayed()), Empty: t.before != nil, LookedIn: s.spec.LookedIn, RenamedFrom: t.renamedFrom,
		AsksForToken: matching.AsksForToken(l.key), Note: l.note,
	}
	for _, x := range t.indexes {
		if x != t.own {
			why.Included = append(why.Included, x.cassette)
		}
		later, used, err := x.matching(l)
		if err != nil {
			return ruleFailed(err)
		}
		for _, n := range used {
			why.Used = append(why.Used, t.placeOf(x, n))
		}
		if len(later) > 0 && why.Later.Recording == 0 {
			why.Later, why.Next = t.placeOf(x, later[0]), t.placeOf(x, x.unplayed()[0])
		}
	}
	if why.Later.Recording == 0 && why.RenamedFrom == "" {
		if err := s.findNearest(why, l); err != nil {
			return ruleFailed(err)
		}
	}
	return &Miss{
		Cassette: t.place.shown, Mode: s.mode, Method: l.key.Method, URL: l.key.URL,
		why: why, remedies: s.guide().Remedies(t.place.shown, why),
	}
}

func (t *tape) placeOf(x *index, n int) matching.Place {
	p := matching.Place{Recording: n + 1, Line: x.interactions[n].Line()}
	if x != t.own {
		p.Cassette = x.cassette
	}
	return p
}

// findNearest searches what was not played yet, or everything if nothing is left;
// on the spec's own tape, or on the included ones if that is empty.
func (s *Session) findNearest(why *matching.Explanation, l *lookup) error {
	for _, x := range s.tape.indexes {
		candidates := x.unplayed()
		if len(candidates) == 0 && len(why.Used) == 0 {
			for n := range x.interactions {
				candidates = append(candidates, n)
			}
		}
		if len(candidates) == 0 {
			continue
		}
		requests := make([]cassette.Request, len(candidates))
		for n, position := range candidates {
			// People see these, and on a tape that was written by hand there may be secrets.
			requests[n] = s.compared(s.redactor.Key, x.requests()[position])
		}
		return why.FindNearest(s.matcher, l.key, requests, func(n int) matching.Place {
			return s.tape.placeOf(x, candidates[n])
		})
	}
	return nil
}

// guide says how to mend what fails the spec: that of its framework, else that of a plain
// go test whose name is not known.
func (s *Session) guide() harness.Guide {
	if s.spec.Guide != nil {
		return s.spec.Guide()
	}
	guide := plainGuide("")
	if s.hasOwnMode { // no variable is stronger
		guide.Where = ", in the Config"
		guide.Record = func(mode string) []string { return []string{fmt.Sprintf("Mode: %q", mode)} }
	}
	return guide
}

// guide is that of a test that ForTest knows.
func (p *plainTest) guide() harness.Guide { return plainGuide(p.selection()) }

// plainGuide writes the remedies for the tests that flags of go test select.
func plainGuide(flags string) harness.Guide {
	return harness.Guide{
		Noun: "test", Where: process.Where(),
		Record: func(mode string) []string { return []string{process.GoTest(mode, flags)} },
		Move: func(from, to string) []string {
			return []string{"git mv " + process.ShellQuoted(process.InModule(from)) + " " + process.ShellQuoted(process.InModule(to))}
		},
	}
}
