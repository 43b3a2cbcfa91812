package match

import (
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// mostLoosened is how many differences may be ignored before the advice to do so
// would be that to match anything.
const mostLoosened = 3

// Loosened returns the rules to add to those that hold for a request so that it
// matches a recording from which it has these differences; zero where they are many, or not such as can
// be ignored one by one.
func (m *Matcher) Loosened(request cassette.Request, differences []Difference) Rules {
	var r Rules
	set := m.of(request)
	if len(differences) > mostLoosened {
		return r
	}
	for _, d := range differences {
		switch {
		case d.Part == Port && len(differences) == 1:
			r.MatchOn = slices.DeleteFunc(slices.Clone(set.parts), func(p Part) bool { return p == Port })
			r.MatchOn = append(r.MatchOn, set.headerParts()...)
		case d.Part == Query && d.At != "":
			r.IgnoreQuery = append(r.IgnoreQuery, d.At)
		case d.Part == anyHeader:
			r.IgnoreHeaders = append(r.IgnoreHeaders, d.At)
		case strings.HasPrefix(d.At, "$.") || strings.HasPrefix(d.At, "$["):
			r.IgnoreBody = append(r.IgnoreBody, d.At)
		default:
			return Rules{}
		}
	}
	r.IgnoreQuery, r.IgnoreHeaders = slices.Compact(r.IgnoreQuery), slices.Compact(r.IgnoreHeaders)
	return r
}

func (s *ruleSet) headerParts() []Part {
	var parts []Part
	if s.allHeaders {
		parts = append(parts, Header())
	}
	if len(s.headers) > 0 {
		parts = append(parts, Header(s.headers...))
	}
	return parts
}
