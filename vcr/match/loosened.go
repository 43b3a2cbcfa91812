package match

import (
	"slices"
	"strings"
)

// mostLoosened is how many differences may be ignored before the advice to do so
// would be that to match anything.
const mostLoosened = 3

// Loosened returns the rules to add to those of the matcher so that a request
// with these differences matches; zero where they are many, or not such as can
// be ignored one by one.
func (m *Matcher) Loosened(differences []Difference) Rules {
	var r Rules
	if len(differences) > mostLoosened {
		return r
	}
	for _, d := range differences {
		switch {
		case d.Part == Port && len(differences) == 1:
			r.MatchOn = slices.DeleteFunc(slices.Clone(m.rules.parts), func(p Part) bool { return p == Port })
			r.MatchOn = append(r.MatchOn, m.rules.headerParts()...)
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
