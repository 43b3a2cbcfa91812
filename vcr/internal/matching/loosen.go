package matching

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// mostLoosened is how many differences rules are proposed for. To ignore more would
// be to match anything.
const mostLoosened = 3

// Loosened returns rules that ignore the differences between a request and a
// recording. Added to the rules for the request, they make the two match. They are
// zero if there are more than a few differences, or one that no rule can ignore.
func (m *Matcher) Loosened(request cassette.Request, differences []Difference) Rules {
	var r Rules
	if len(differences) > mostLoosened {
		return r
	}
	for _, d := range differences {
		switch {
		case d.isAboutPlaceholder():
			return Rules{} // to ignore it would hide why it differs
		case d.Part == match.Port && len(differences) == 1:
			r.MatchOn = m.of(request).partsWithoutPort()
		case d.Part == match.Query && d.At != "":
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

func (s *ruleSet) partsWithoutPort() []match.Part {
	parts := slices.DeleteFunc(slices.Clone(s.parts), func(p match.Part) bool { return p == match.Port })
	if s.allHeaders {
		parts = append(parts, match.Header())
	}
	if len(s.headers) > 0 {
		parts = append(parts, match.Header(s.headers...))
	}
	return parts
}

// Options returns the rules as calls of the options of package vcr, such as
// vcr.IgnoreBody("$.user"). It leaves out functions and the rules for hosts.
func (r Rules) Options() []string {
	var calls []string
	for _, l := range r.lists() {
		calls = append(calls, "vcr."+l.name+"("+l.items+")")
	}
	return calls
}

// Fields returns the rules as fields of recorder.Config, such as
// IgnoreBody: []string{"$.user"}. It leaves out functions and the rules for hosts.
func (r Rules) Fields() []string {
	var fields []string
	for _, l := range r.lists() {
		fields = append(fields, l.name+": []"+l.kind+"{"+l.items+"}")
	}
	return fields
}

// A list is a rule in Go code.
type list struct{ name, kind, items string }

// lists returns the rules that are set.
func (r Rules) lists() []list {
	lists := []list{
		{"MatchOn", "match.Part", items(r.MatchOn, partCode)},
		{"IgnoreQuery", "string", items(r.IgnoreQuery, strconv.Quote)},
		{"IgnoreHeaders", "string", items(r.IgnoreHeaders, strconv.Quote)},
		{"IgnoreBody", "string", items(r.IgnoreBody, strconv.Quote)},
	}
	return slices.DeleteFunc(lists, func(l list) bool { return l.items == "" })
}

func items[T any](list []T, code func(T) string) string {
	codes := make([]string, len(list))
	for n, item := range list {
		codes[n] = code(item)
	}
	return strings.Join(codes, ", ")
}

// partCode returns the code of a part, such as match.Path.
func partCode(p match.Part) string {
	if names, ok := strings.CutPrefix(string(p), headerPrefix); ok {
		if names == "" {
			return "match.Header()"
		}
		return "match.Header(" + items(strings.Split(names, ","), strconv.Quote) + ")"
	}
	words := strings.Fields(string(p))
	for n, word := range words {
		words[n] = strings.ToUpper(word[:1]) + word[1:]
	}
	return "match." + strings.Join(words, "")
}
