package matching

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/theory/jsonpath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// Rules say what counts when a request is matched. The zero value is the
// default: the method, the URL and the body, each in full. Do not change Rules
// that are in use; they are then safe for concurrent use if their functions are.
type Rules struct {
	// MatchOn lists the parts that count; empty means the default.
	MatchOn []match.Part
	// IgnoreQuery names parameters of the query that do not count. Letter case
	// matters.
	IgnoreQuery []string
	// IgnoreHeaders names headers that do not count although [match.Header] says
	// that headers do. A name may end in a star. Letter case does not matter.
	IgnoreHeaders []string
	// IgnorePartHeaders names headers of the parts of a multipart body that do not
	// count. A name may end in a star. Letter case does not matter.
	IgnorePartHeaders []string
	// IgnoreBody lists JSONPaths (RFC 9535) of values in the body that do not
	// count, with wildcards and filters: $.user, $.messages[*].id, $..timestamp,
	// $.messages[?@.role == 'system']. The fields of a form and the parts of a
	// multipart body are members of the root object; a field that is sent more
	// than once is an array. Where a field holds JSON, a path leads into it:
	// $.metadata.timestamp.
	IgnoreBody []string
	// NormalizeBody are applied to a body before it is read, but after its
	// Content-Encoding is removed. They return another slice and do not change
	// their argument.
	NormalizeBody []func([]byte) []byte
	// NormalizeText are applied to each string in a JSON body, and to each field
	// of a form or multipart body, after IgnoreBody.
	NormalizeText []func(string) string
	// Funcs are called for each recording that matches by all other rules, with
	// the request as it was sent and the redacted request on the tape. All must
	// agree. They may read the request's body, and may be called from several
	// goroutines. No other rule makes a lookup scan.
	Funcs []func(*http.Request, cassette.Request) bool
	// Hosts are rules for single hosts, in addition to the others.
	Hosts []HostRules
}

// HostRules are rules for the requests to one host.
type HostRules struct {
	Host  string // a name or an address, with or without a port
	Rules Rules  // without Hosts or Funcs of its own
}

// With returns r with other rules added. Parts that either names count.
func (r Rules) With(other Rules) Rules {
	return Rules{
		MatchOn:           slices.Concat(r.MatchOn, other.MatchOn),
		IgnoreQuery:       slices.Concat(r.IgnoreQuery, other.IgnoreQuery),
		IgnoreHeaders:     slices.Concat(r.IgnoreHeaders, other.IgnoreHeaders),
		IgnorePartHeaders: slices.Concat(r.IgnorePartHeaders, other.IgnorePartHeaders),
		IgnoreBody:        slices.Concat(r.IgnoreBody, other.IgnoreBody),
		NormalizeBody:     slices.Concat(r.NormalizeBody, other.NormalizeBody),
		NormalizeText:     slices.Concat(r.NormalizeText, other.NormalizeText),
		Funcs:             slices.Concat(r.Funcs, other.Funcs),
		Hosts:             slices.Concat(r.Hosts, other.Hosts),
	}
}

func (r Rules) isZero() bool { return reflect.ValueOf(r).IsZero() }

// New returns the matcher for rules. The error names the wrong rule and the
// remedy. Wrong are an unknown part, an invalid JSONPath or host, a function that
// is nil or panics when it is tried, and rules by which nothing counts.
func New(r Rules) (*Matcher, error) {
	if r.isZero() {
		return defaultMatcher(), nil
	}
	return newMatcher(r)
}

// defaultMatcher is the matcher of most specs.
var defaultMatcher = sync.OnceValue(func() *Matcher {
	m, _ := newMatcher(Rules{}) // the default rules are valid
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
		if !IsHost(h.Host) {
			return nil, fmt.Errorf("rules for the host %q: not a host; give a name such as api.example.com, with or without a port", h.Host)
		}
		if len(h.Rules.Hosts) > 0 || len(h.Rules.Funcs) > 0 {
			return nil, fmt.Errorf("rules for the host %s: hold a MatchFunc or rules for another host; move those out", h.Host)
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

// A ruleSet is Rules in a form for matching, for the requests to one host.
type ruleSet struct {
	namesParts        bool         // MatchOn is set
	parts             []match.Part // in the order of knownParts, each once
	headers           []string
	allHeaders        bool
	ignoreQuery       []string
	ignoreHeaders     []string
	ignorePartHeaders []string
	ignoreBody        []*jsonpath.Path
	normalizeBody     []func([]byte) []byte
	normalizeText     []func(string) string
}

func resolve(r Rules) (*ruleSet, error) {
	set := &ruleSet{ignoreQuery: r.IgnoreQuery, ignoreHeaders: r.IgnoreHeaders, ignorePartHeaders: r.IgnorePartHeaders, normalizeBody: r.NormalizeBody, normalizeText: r.NormalizeText}
	if err := set.matchOn(r.MatchOn); err != nil {
		return nil, err
	}
	for _, path := range r.IgnoreBody {
		parsed, err := jsonpath.Parse(path)
		if err != nil {
			reason := strings.TrimPrefix(err.Error(), "jsonpath: ")
			return nil, fmt.Errorf("IgnoreBody(%q): not a JSONPath: %s; write one as RFC 9535 says, such as $.messages[*].id", path, reason)
		}
		set.ignoreBody = append(set.ignoreBody, parsed)
	}
	if err := set.tryNormalizers(); err != nil {
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

// headerPrefix starts every part that [match.Header] returns.
const headerPrefix = "header "

// knownParts lists all parts but those of headers.
var knownParts = []match.Part{match.Method, match.Scheme, match.Host, match.Port, match.Path, match.Query, match.URL, match.Body, match.RawBody, match.JSONBody, match.FormBody, match.MultipartBody}

func (s *ruleSet) matchOn(parts []match.Part) error {
	s.namesParts = len(parts) > 0
	if !s.namesParts {
		parts = []match.Part{match.Method, match.URL, match.Body}
	}
	for _, part := range parts {
		if err := checkPart(part); err != nil {
			return err
		}
		names, isHeader := strings.CutPrefix(string(part), headerPrefix)
		switch {
		case part == match.URL:
			s.parts = append(s.parts, match.Scheme, match.Host, match.Port, match.Path, match.Query)
		case !isHeader:
			s.parts = append(s.parts, part)
		case names == "":
			s.allHeaders = true
		default:
			s.headers = append(s.headers, strings.Split(strings.ToLower(names), ",")...)
		}
	}
	slices.SortFunc(s.parts, func(a, b match.Part) int { return slices.Index(knownParts, a) - slices.Index(knownParts, b) })
	slices.Sort(s.headers)
	s.parts, s.headers = slices.Compact(s.parts), slices.Compact(s.headers)
	s.headers = slices.DeleteFunc(s.headers, func(name string) bool { return namesHeader(s.ignoreHeaders, name) })
	return nil
}

func checkPart(p match.Part) error {
	names, isHeader := strings.CutPrefix(string(p), headerPrefix)
	switch {
	case !isHeader && !slices.Contains(knownParts, p):
		var known []string
		for _, part := range knownParts {
			known = append(known, string(part))
		}
		return fmt.Errorf("MatchOn(%q): unknown part of a request; known are %s, and match.Header(names...)", string(p), strings.Join(known, ", "))
	case isHeader && names != "":
		for name := range strings.SplitSeq(names, ",") {
			if !isToken(name) {
				return fmt.Errorf("MatchOn(match.Header(%q)): not the name of a header; give one such as Accept-Language", name)
			}
		}
	}
	return nil
}

// isToken reports whether a name is valid for a header, by RFC 9110.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7F || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// tryNormalizers calls the normalisers once, so that one that always panics fails
// before a spec runs.
func (s *ruleSet) tryNormalizers() error {
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

// isEmpty reports whether nothing counts.
func (s *ruleSet) isEmpty() bool {
	ignoresWholeBody := slices.ContainsFunc(s.ignoreBody, func(p *jsonpath.Path) bool { return len(p.Query().Segments()) == 0 })
	counts := slices.ContainsFunc(s.parts, func(p match.Part) bool {
		return !ignoresWholeBody || !slices.Contains([]match.Part{match.Body, match.JSONBody, match.FormBody, match.MultipartBody}, p)
	})
	return !counts && !s.allHeaders && len(s.headers) == 0
}
