package matching

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/theory/jsonpath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

const (
	mostLoosened   = 3         // rules that are proposed; to ignore more would be to match anything
	mostNormalized = 256 << 10 // bytes of bodies for which normalisers are tried
	mostGrouped    = 1000      // differences that are looked at
)

// A Loosening is rules that make a request match the nearest recording when they are
// added to those that hold. It has been tried. The zero value is none.
type Loosening struct {
	Does string // what the rules do, as the title of a remedy
	// Heals means that all it ignores is new in every run, so that to record again
	// would not help.
	Heals bool
	Rules Rules // those that are not functions

	normalizers []normalizer
}

// Loosened finds the narrowest rules by which a request matches a recording: first
// normalisers, then paths to values that are new in every run, then MatchOn without
// the port. Any other value is ignored only where no prompt and nothing by which
// requests are told apart would be. Loosened fails like [Matcher.Key].
func (m *Matcher) Loosened(request, recorded cassette.Request) (Loosening, error) {
	if m.HasFuncs() || m.of(request) != m.of(recorded) {
		return Loosening{}, nil // it cannot be tried
	}
	t := trial{m.of(request), request, recorded}
	l, err := t.normalizers()
	if err != nil {
		return Loosening{}, err
	}
	left, err := t.compare(l)
	if err != nil {
		return Loosening{}, err
	}
	if !l.ignore(left, t.set) {
		return Loosening{}, nil
	}
	if matches, err := t.matches(l); err != nil || !matches || t.set.with(l).isEmpty() {
		return Loosening{}, err
	}
	return l, nil
}

// A trial tries rules with a request and a recording.
type trial struct {
	set               *ruleSet
	request, recorded cassette.Request
}

// normalizers returns those without which the two would be further apart.
func (t trial) normalizers() (Loosening, error) {
	var none Loosening
	if t.request.Body.Len()+t.recorded.Body.Len() > mostNormalized {
		return none, nil
	}
	before, err := t.compare(none)
	if err != nil || before.ofBodies == 0 {
		return none, err
	}
	all := Loosening{normalizers: normalizers}
	if !before.isRead {
		all.normalizers = slices.Concat(normalizers, plainNormalizers)
	}
	nearest, err := t.compare(all)
	if err != nil || nearest.distance >= before.distance {
		return none, err
	}
	for n := len(all.normalizers) - 1; n >= 0; n-- {
		fewer := Loosening{normalizers: slices.Concat(all.normalizers[:n], all.normalizers[n+1:])}
		c, err := t.compare(fewer)
		if err != nil {
			return none, err
		}
		if c.distance <= nearest.distance {
			all = fewer
		}
	}
	return all, nil
}

func (t trial) views(l Loosening) (recorded, request view, err error) {
	set := t.set.with(l)
	if recorded, err = set.view(t.recorded, mostExplained); err == nil {
		request, err = set.view(t.request, mostExplained)
	}
	return recorded, request, err
}

func (t trial) compare(l Loosening) (comparison, error) {
	recorded, request, err := t.views(l)
	if err != nil {
		return comparison{}, err
	}
	return compareViews(recorded, request, mostGrouped), nil
}

func (t trial) matches(l Loosening) (bool, error) {
	recorded, request, err := t.views(l)
	return err == nil && Pattern{recorded}.matches(request), err
}

// with returns the rules after a loosening was added.
func (s *ruleSet) with(l Loosening) *ruleSet {
	loose := *s
	if len(l.Rules.MatchOn) > 0 {
		loose.parts = slices.DeleteFunc(slices.Clone(s.parts), func(p match.Part) bool { return p == match.Port })
	}
	loose.ignoreQuery = slices.Concat(s.ignoreQuery, l.Rules.IgnoreQuery)
	loose.ignoreHeaders = slices.Concat(s.ignoreHeaders, l.Rules.IgnoreHeaders)
	loose.ignorePartHeaders = slices.Concat(s.ignorePartHeaders, l.Rules.IgnorePartHeaders)
	loose.headers = slices.DeleteFunc(slices.Clone(s.headers), func(name string) bool { return namesHeader(l.Rules.IgnoreHeaders, name) })
	loose.ignoreBody, loose.normalizeText, loose.normalizeBody = slices.Clip(s.ignoreBody), slices.Clip(s.normalizeText), slices.Clip(s.normalizeBody)
	for _, path := range l.Rules.IgnoreBody {
		if parsed, err := jsonpath.Parse(path); err == nil { // else the two differ there still
			loose.ignoreBody = append(loose.ignoreBody, parsed)
		}
	}
	for _, n := range l.normalizers {
		if n.text != nil {
			loose.normalizeText = append(loose.normalizeText, n.text)
		} else {
			loose.normalizeBody = append(loose.normalizeBody, n.body)
		}
	}
	return &loose
}

// ignore adds the rules that ignore differences, and reports whether there are some
// for all of them.
func (l *Loosening) ignore(c comparison, s *ruleSet) bool {
	switch differences := c.differences; {
	case c.count > len(differences):
		return false
	case len(differences) == 1 && differences[0].Part == match.Port:
		l.Rules.MatchOn = s.partsWithoutPort()
		l.Heals, l.Does = true, "to ignore the port"
		if s.namesParts {
			l.Does += ", in the place of the MatchOn that holds now"
		}
		return len(l.normalizers) == 0
	}
	l.Heals = true
	for _, d := range grouped(c.differences) {
		switch class := classOf(d, c.isRPC, c.hasFields); {
		case class == telling:
			return false
		case class == plain:
			l.Heals = false
		}
		switch {
		case d.Part == match.Query:
			l.Rules.IgnoreQuery = append(l.Rules.IgnoreQuery, d.At)
		case d.Part == anyHeader:
			l.Rules.IgnoreHeaders = append(l.Rules.IgnoreHeaders, d.At)
		case d.Part == partHeader:
			header, _, _ := strings.Cut(d.At, " ")
			l.Rules.IgnorePartHeaders = append(l.Rules.IgnorePartHeaders, header)
		default:
			l.Rules.IgnoreBody = append(l.Rules.IgnoreBody, d.At)
		}
	}
	ignored := l.ignored()
	l.Does = l.title(slices.Clone(ignored))
	return len(ignored) <= mostLoosened && len(ignored)+len(l.normalizers) > 0
}

// ignored returns what is ignored in full, each once.
func (l *Loosening) ignored() []string {
	r := &l.Rules
	r.IgnoreQuery, r.IgnoreHeaders = slices.Compact(r.IgnoreQuery), slices.Compact(r.IgnoreHeaders)
	slices.Sort(r.IgnorePartHeaders)
	r.IgnorePartHeaders = slices.Compact(r.IgnorePartHeaders)
	return slices.Concat(r.IgnoreQuery, r.IgnoreHeaders, r.IgnorePartHeaders, r.IgnoreBody)
}

func (l *Loosening) title(ignored []string) string {
	var kinds []string
	for _, n := range l.normalizers {
		if !slices.Contains(kinds, n.kind) {
			kinds = append(kinds, n.kind)
		}
	}
	if slices.Contains(l.Rules.IgnorePartHeaders, fileNames) && l.Heals {
		kinds = append(kinds, "names of files")
		ignored = slices.DeleteFunc(ignored, func(rule string) bool { return rule == fileNames })
	}
	switch normal := "to let " + listed(kinds) + " differ"; {
	case len(ignored) == 0:
		return normal
	case !l.Heals:
		return fmt.Sprintf("to ignore what differs; then any value of %s matches", listed(ignored))
	case len(kinds) == 0:
		return "to ignore what is new in every run"
	default:
		return normal + ", and ignore what else is new in every run"
	}
}

// fileNames is the header of a part that has the name of its file.
const fileNames = "Content-Disposition"

func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

var indexInPath = regexp.MustCompile(`\[\d+\]`)

// grouped returns the differences with one for the same field of several elements
// of arrays, whose index is a wildcard.
func grouped(differences []Difference) []Difference {
	wild := func(d Difference) string {
		if strings.HasSuffix(d.At, "]") && indexInPath.MatchString(d.At[strings.LastIndexByte(d.At, '['):]) {
			return d.At // an element, not a field of one
		}
		return indexInPath.ReplaceAllString(d.At, "[*]")
	}
	count := map[string]int{}
	for _, d := range differences {
		count[wild(d)]++
	}
	var groups []Difference
	place := map[string]int{}
	for _, d := range differences {
		if !isPath(d.At) || count[wild(d)] == 1 {
			groups = append(groups, d)
			continue
		}
		path := wild(d)
		at, known := place[path]
		if !known {
			d.At, place[path] = path, len(groups)
			groups = append(groups, d)
			continue
		}
		if classOf(d, false, false) > classOf(groups[at], false, false) { // the strictest one counts
			d.At = path
			groups[at] = d
		}
	}
	return groups
}

func isPath(at string) bool { return strings.HasPrefix(at, "$.") || strings.HasPrefix(at, "$[") }

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
