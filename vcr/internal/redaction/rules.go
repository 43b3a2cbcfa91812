package redaction

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Rules say what is a secret besides what the package knows by itself. They add
// to its rules; only what is kept, and Environment, take away. The zero value is the
// safe default. The functions may be called from several goroutines at once. If
// Replace panics, the placeholder of the package is used; if Environment panics,
// the variable is a secret; if Secrets panics, it returned none.
type Rules struct {
	// Headers and Query name more headers and query parameters whose values are
	// secrets. A name may end in a star. Letter case does not matter.
	Headers, Query []string
	// Body holds JSONPaths (RFC 9535) of values that are secrets, such as $..email.
	// They apply to JSON bodies, to JSON in form fields and multipart parts, and to
	// each event or line of a stream. Strings at or below a path become
	// placeholders and numbers 0; true, false and null stay, so that every value
	// keeps its type.
	Body []string
	// KeepHeaders and KeepQuery name headers and query parameters whose values stay on
	// the tape although their names are secret. Secrets found by value or format are
	// still replaced in them. A name may end in a star.
	KeepHeaders, KeepQuery []string
	// KeepBody does the same for bodies: it holds names of fields, of JSON, XML and forms
	// at any depth, and JSONPaths, which begin with a dollar sign.
	KeepBody []string
	// Replace returns the replacement of a value, given the name under which it was
	// found first. "" is the placeholder of the package.
	Replace func(name, value string) string
	// Environment reports whether an environment variable holds a secret. The
	// default goes by the names of headers, and passwords in URLs. Paths, words, numbers
	// and short values are kept in any case.
	Environment func(name string) bool
	// Secrets returns values that are secrets everywhere. It is called for every
	// request, and may return more each time.
	Secrets func() []Secret
	// Off redacts nothing. It is only for tests that prove that a search for
	// secrets finds them.
	Off bool
}

// A Secret is a value that must not reach a tape.
type Secret struct {
	Name  string // of the placeholder
	Value string // under 8 bytes, it is not searched for
	// Learned says that Name comes from another tape. Then a place with a name of its own
	// names the value, as if it had been seen there first.
	Learned bool
}

// With returns the rules of r and inner together. Where only one function can
// hold, the one of inner does.
func (r Rules) With(inner Rules) Rules {
	r.Headers = slices.Concat(r.Headers, inner.Headers)
	r.Query = slices.Concat(r.Query, inner.Query)
	r.Body = slices.Concat(r.Body, inner.Body)
	r.KeepHeaders = slices.Concat(r.KeepHeaders, inner.KeepHeaders)
	r.KeepQuery = slices.Concat(r.KeepQuery, inner.KeepQuery)
	r.KeepBody = slices.Concat(r.KeepBody, inner.KeepBody)
	if inner.Replace != nil {
		r.Replace = inner.Replace
	}
	if inner.Environment != nil {
		r.Environment = inner.Environment
	}
	switch outer := r.Secrets; {
	case outer == nil:
		r.Secrets = inner.Secrets
	case inner.Secrets != nil:
		r.Secrets = func() []Secret { return slices.Concat(outer(), inner.Secrets()) }
	}
	r.Off = r.Off || inner.Off
	return r
}

// Valid returns the error that [New] returns for these rules.
func (r Rules) Valid() error {
	_, _, err := r.parse()
	return err
}

// parse returns the parsed JSONPaths of Body and KeepBody. The error lists those that do
// not parse, names that nothing can have, and names that are to be redacted and kept.
func (r Rules) parse() (redacted, keptPaths jsonPaths, err error) {
	var errs []error
	for _, list := range [...]struct {
		option, kind string
		names        []string
	}{
		{"RedactHeaders", "headers", r.Headers}, {"RedactQuery", "query parameters", r.Query}, {"KeepHeaders", "headers to keep", r.KeepHeaders},
		{"KeepQuery", "query parameters to keep", r.KeepQuery}, {"KeepBody", "fields to keep", r.KeepBody},
	} {
		if slices.Contains(list.names, "") {
			errs = append(errs, fmt.Errorf("redact: an empty name among the %s; remove it, or write the name", list.kind))
		}
		for _, name := range list.names {
			if err := nameError(list.option, name); err != nil {
				errs = append(errs, err)
			}
		}
	}
	for _, pair := range [...]struct {
		redact, keep   string
		redacted, kept []string
	}{
		{"RedactHeaders", "KeepHeaders", r.Headers, r.KeepHeaders},
		{"RedactQuery", "KeepQuery", r.Query, r.KeepQuery},
		{"RedactBody", "KeepBody", r.Body, r.KeepBody},
	} {
		for _, name := range contradictions(pair.redacted, pair.kept) {
			errs = append(errs, fmt.Errorf("redact: %s and %s both name %q; remove it from one of them", pair.redact, pair.keep, name))
		}
	}
	parse := func(text string) *jsonpath.Path {
		path, err := jsonpath.Parse(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("redact: %q is not a JSONPath: %w; write one such as $.user.email, or $..email for any depth", text, err))
		}
		return path
	}
	for _, text := range r.Body {
		redacted = append(redacted, parse(text))
	}
	for _, text := range r.KeepBody {
		if isJSONPath(text) {
			keptPaths = append(keptPaths, parse(text))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	return redacted, keptPaths, nil
}

func isJSONPath(text string) bool { return strings.HasPrefix(text, "$") }

// nameError returns what is wrong with a name in an option, which would then do nothing,
// or too much.
func nameError(option, name string) error {
	start := strings.TrimSuffix(name, "*")
	isHeader := strings.HasSuffix(option, "Headers")
	switch {
	case name == "", isJSONPath(name):
		return nil
	case start == "" && option == "KeepHeaders":
		return fmt.Errorf("redact: %s(%q) would keep every secret; name the headers, such as X-Stainless-*", option, name)
	case start == "" && strings.HasPrefix(option, "Keep"):
		return fmt.Errorf("redact: %s(%q) would keep every secret; write the start of the names before the star", option, name)
	case start == "" && isHeader:
		return fmt.Errorf("redact: %s(%q) would replace every header, Content-Type too; name the headers, such as X-Acme-*", option, name)
	case strings.Contains(start, "*"):
		return fmt.Errorf("redact: %s(%q) has a star that is not at the end of the name; write the start of the name and one star", option, name)
	case isHeader && strings.ContainsFunc(start, isOutsideHeaderName):
		return fmt.Errorf("redact: %s(%q) names no header, because no header has such a name; write it with letters, digits and dashes", option, name)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("redact: %s(%q) has a blank around the name; remove it", option, name)
	}
	return nil
}

// isOutsideHeaderName reports whether no name of a header has a character (RFC 9110,
// section 5.6.2).
func isOutsideHeaderName(c rune) bool {
	return c >= 0x80 || !isAlphanumeric(byte(c)) && !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
}

// contradictions returns the names that are in both lists, or that a star in the first
// list covers. The JSONPath of a field at any depth names what the field does; one at some
// place takes it out of what is kept.
func contradictions(redacted, kept []string) (both []string) {
	for _, name := range redacted {
		covered := newPatternSet([]string{name})
		if isJSONPath(name) {
			covered = newNameSet([]string{name, strings.TrimPrefix(name, "$..")})
		}
		for _, other := range kept {
			switch {
			case !covered.has([]byte(other)):
			case strings.HasSuffix(name, "*"):
				both = append(both, other)
			default:
				both = append(both, name)
			}
		}
	}
	return both
}

func (r Rules) secrets() (secrets []Secret) {
	if r.Secrets == nil {
		return nil
	}
	defer func() { _ = recover() }() // what it did not return cannot be known
	return r.Secrets()
}

func (r Rules) isSecretVariable(name string) (secret bool) {
	if r.Environment == nil {
		return isSecretVariableName(name)
	}
	defer func() {
		if recover() != nil {
			secret = true
		}
	}()
	return r.Environment(name)
}

// jsonPaths are the JSONPaths of Rules.Body.
type jsonPaths []*jsonpath.Path

// A selection holds the paths that JSONPaths select in one document: by the hash
// of each, the name at its end.
type selection map[uint64]string

// jsonIn returns where the JSON of a text starts, at the first brace or bracket that is
// not that of a placeholder, and the length of text without one.
func jsonIn(text []byte) int {
	for at := 0; ; at++ {
		offset := bytes.IndexAny(text[at:], "{[")
		if offset < 0 {
			return len(text)
		}
		if at += offset; !bytes.HasPrefix(text[at:], []byte(PlaceholderPrefix)) {
			return at
		}
	}
}

// selectIn selects in the JSON at the start of a text. It selects nothing if that is not
// JSON.
func (paths jsonPaths) selectIn(text []byte) selection {
	if len(text) == 0 {
		return nil
	}
	var document any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&document) != nil {
		return nil
	}
	selected := selection{}
	for _, path := range paths {
		for located := range path.SelectLocated(document).Paths() {
			name, members := "body", make([]any, 0, len(located))
			for _, member := range located {
				switch member := member.(type) {
				case spec.Name:
					name, members = string(member), append(members, string(member))
				case spec.Index:
					members = append(members, int(member))
				}
			}
			selected[media.HashPath(members...)] = name
		}
	}
	return selected
}

// nameOf returns the name of the selected value at a path, or of the one that
// holds it.
func (s selection) nameOf(path []media.Step) (name string, ok bool) {
	if name, ok = s[media.HashPath()]; ok {
		return name, true
	}
	for _, step := range path {
		if name, ok = s[step.Hash]; ok {
			return name, true
		}
	}
	return "", false
}
