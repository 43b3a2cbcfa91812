package match

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/theory/jsonpath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A Matcher matches requests by [Rules]. It is safe for concurrent use if the
// functions of the rules are.
type Matcher struct {
	rules ruleSet
	hosts map[string]*ruleSet
	funcs []func(*http.Request, cassette.Request) bool
}

// A ruleSet is what Rules come to for one host.
type ruleSet struct {
	parts         []Part // in one order, without repetition
	headers       []string
	allHeaders    bool
	ignoreQuery   []string
	ignoreHeaders []string
	ignoreBody    []*jsonpath.Path
	normalizeBody []func([]byte) []byte
	normalizeText []func(string) string
}

// New returns the matcher for rules. An unknown part, a JSONPath that is none,
// a function that is nil or that panics when it is tried, and rules by which
// nothing would count are errors that name the rule and what to do.
func New(r Rules) (*Matcher, error) {
	if r.isZero() {
		return byDefault(), nil
	}
	return newMatcher(r)
}

// byDefault is the matcher of most specs.
var byDefault = sync.OnceValue(func() *Matcher {
	m, _ := newMatcher(Rules{}) // nothing can be wrong with no rules
	return m
})

func newMatcher(r Rules) (*Matcher, error) {
	base, err := resolve(r)
	if err != nil {
		return nil, err
	}
	m := &Matcher{rules: *base, funcs: r.Funcs, hosts: map[string]*ruleSet{}}
	perHost := map[string]Rules{}
	for _, h := range r.Hosts {
		if h.Host == "" || strings.ContainsAny(h.Host, "/*?@ ") {
			return nil, fmt.Errorf("rules for the host %q: is no host; give a name such as api.example.com, with or without a port", h.Host)
		}
		if len(h.Rules.Hosts) > 0 || len(h.Rules.Funcs) > 0 {
			return nil, fmt.Errorf("rules for the host %s: hold rules for another host, or a function that is asked for all; give those by themselves", h.Host)
		}
		host := strings.ToLower(h.Host)
		perHost[host] = perHost[host].With(h.Rules)
	}
	for host, own := range perHost {
		if m.hosts[host], err = resolve(r.With(own)); err != nil {
			return nil, fmt.Errorf("rules for the host %s: %w", host, err)
		}
	}
	return m, nil
}

func resolve(r Rules) (*ruleSet, error) {
	set := &ruleSet{ignoreQuery: r.IgnoreQuery, ignoreHeaders: r.IgnoreHeaders, normalizeBody: r.NormalizeBody, normalizeText: r.NormalizeText}
	if err := set.matchOn(r.MatchOn); err != nil {
		return nil, err
	}
	for _, path := range r.IgnoreBody {
		parsed, err := jsonpath.Parse(path)
		if err != nil {
			reason := strings.TrimPrefix(err.Error(), "jsonpath: ")
			return nil, fmt.Errorf("IgnoreBody(%q): is no JSONPath: %s; write one as RFC 9535 says, such as $.messages[*].id", path, reason)
		}
		set.ignoreBody = append(set.ignoreBody, parsed)
	}
	if err := set.try(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(r.Funcs, func(f func(*http.Request, cassette.Request) bool) bool { return f == nil }) {
		return nil, errors.New("MatchFunc: the function is nil; leave the rule out")
	}
	if len(r.Funcs) == 0 && set.isEmpty() {
		return nil, errors.New("by these rules nothing of a request counts, and any recording would answer any request; name something with MatchOn, or ignore less")
	}
	return set, nil
}

func (s *ruleSet) matchOn(parts []Part) error {
	if len(parts) == 0 {
		parts = []Part{Method, URL, Body}
	}
	for _, part := range parts {
		if err := part.check(); err != nil {
			return err
		}
		names, isHeader := strings.CutPrefix(string(part), headers)
		switch {
		case part == URL:
			s.parts = append(s.parts, Scheme, Host, Port, Path, Query)
		case !isHeader:
			s.parts = append(s.parts, part)
		case names == "":
			s.allHeaders = true
		default:
			s.headers = append(s.headers, strings.Split(strings.ToLower(names), ",")...)
		}
	}
	slices.SortFunc(s.parts, func(a, b Part) int { return slices.Index(known, a) - slices.Index(known, b) })
	slices.Sort(s.headers)
	s.parts, s.headers = slices.Compact(s.parts), slices.Compact(s.headers)
	s.headers = slices.DeleteFunc(s.headers, func(name string) bool { return namesHeader(s.ignoreHeaders, name) })
	return nil
}

// isEmpty reports whether nothing counts.
func (s *ruleSet) isEmpty() bool {
	wholeBody := slices.ContainsFunc(s.ignoreBody, func(p *jsonpath.Path) bool { return len(p.Query().Segments()) == 0 })
	counts := slices.ContainsFunc(s.parts, func(p Part) bool {
		return !wholeBody || !slices.Contains([]Part{Body, JSONBody, FormBody, MultipartBody}, p)
	})
	return !counts && !s.allHeaders && len(s.headers) == 0
}

// try calls the normalisers once, so that one that always panics is found
// before a spec runs.
func (s *ruleSet) try() error {
	for _, sample := range []string{"", `{"sample":"text\r\n 1"}`} {
		if _, err := s.normalizedBody([]byte(sample)); err != nil {
			return err
		}
		if _, err := s.normalizedText(sample); err != nil {
			return err
		}
	}
	return nil
}

// of returns the rules for a request's host.
func (m *Matcher) of(request cassette.Request) *ruleSet {
	if len(m.hosts) == 0 {
		return &m.rules
	}
	if u, err := url.Parse(request.URL); err == nil {
		for _, host := range []string{u.Host, u.Hostname()} {
			if own := m.hosts[strings.ToLower(host)]; own != nil {
				return own
			}
		}
	}
	return &m.rules
}

// NeedsHeaders reports whether headers count, so that requests with the same
// method, URL and body may match different recordings.
func (m *Matcher) NeedsHeaders() bool {
	if m.rules.allHeaders || len(m.rules.headers) > 0 {
		return true
	}
	for _, own := range m.hosts {
		if own.allHeaders || len(own.headers) > 0 {
			return true
		}
	}
	return false
}

// HasFuncs reports whether [Matcher.Agrees] has to be asked.
func (m *Matcher) HasFuncs() bool { return len(m.funcs) > 0 }

// Agrees asks the functions of the rules about a request, as it was sent, and a
// recorded one that matches by the other rules. The error is that one panicked.
func (m *Matcher) Agrees(sent *http.Request, recorded cassette.Request) (agrees bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			agrees, err = false, fmt.Errorf("MatchFunc: the function panicked: %v; mend it", p)
		}
	}()
	for _, f := range m.funcs {
		if !f(sent, recorded) {
			return false, nil
		}
	}
	return true, nil
}
