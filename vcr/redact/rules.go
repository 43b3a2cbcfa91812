package redact

import (
	"errors"
	"fmt"
	"slices"

	"github.com/theory/jsonpath"
)

// Rules say what is a secret besides what the package knows by itself. They add
// to its lists; only KeepHeaders and Environment take away. The zero value is
// the safe default. The functions are called from several goroutines at once; one
// that panics is taken to have said that the value is a secret.
type Rules struct {
	// Headers and Query are more names of headers and of parameters in the query
	// of a URL whose values are secrets. Case makes no difference.
	Headers, Query []string
	// Body holds JSONPaths (RFC 9535), such as $..email, of values that are
	// secrets: in JSON bodies, the JSON of form fields and of multipart parts, and
	// each event or line of a stream. Strings below a path become placeholders and
	// numbers 0; true, false and null stay, so that every value keeps its type.
	Body []string
	// KeepHeaders are headers whose values stay on the tape, although their names
	// are on a list. What is a secret by its value or shape is replaced in them all
	// the same.
	KeepHeaders []string
	// Replace returns what stands for a value, given the name under which it was
	// found first. "" stands for the placeholder of the package.
	Replace func(name, value string) string
	// Environment reports whether an environment variable of that name holds a
	// secret. Nil stands for names that say KEY, TOKEN, SECRET, PASSWORD or
	// CREDENTIAL. Of these, values that tell nothing by themselves (paths, words,
	// numbers, short ones) are left.
	Environment func(name string) bool
	// Secrets returns values that are secrets wherever they stand. It is called
	// for every request, and may return more each time.
	Secrets func() []Secret
	// Off redacts nothing at all. It is there to prove that a test of redaction
	// finds what it looks for, and for nothing else.
	Off bool
}

// A Secret is a value that must not reach a tape, wherever it stands.
type Secret struct {
	Name  string // the placeholder's name
	Value string // left where it stands by itself if it is shorter than 8 bytes
}

// With returns the rules of r and of inner together. Where only one function can
// hold, it is the one of inner.
func (r Rules) With(inner Rules) Rules {
	r.Headers = slices.Concat(r.Headers, inner.Headers)
	r.Query = slices.Concat(r.Query, inner.Query)
	r.Body = slices.Concat(r.Body, inner.Body)
	r.KeepHeaders = slices.Concat(r.KeepHeaders, inner.KeepHeaders)
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

// Valid returns the error that [New] would return.
func (r Rules) Valid() error {
	_, err := r.paths()
	return err
}

// paths returns the JSONPaths of Body, and an error for each that is none, and
// for names that are empty.
func (r Rules) paths() ([]*jsonpath.Path, error) {
	var errs []error
	for _, list := range [...]struct {
		of    string
		names []string
	}{{"headers", r.Headers}, {"query parameters", r.Query}, {"headers to keep", r.KeepHeaders}} {
		if slices.Contains(list.names, "") {
			errs = append(errs, fmt.Errorf("redact: an empty name among the %s; remove it, or write the name", list.of))
		}
	}
	paths := make([]*jsonpath.Path, 0, len(r.Body))
	for _, text := range r.Body {
		path, err := jsonpath.Parse(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("redact: %q is no JSONPath: %w; write one such as $.user.email, or $..email for any depth", text, err))
			continue
		}
		paths = append(paths, path)
	}
	return paths, errors.Join(errs...)
}

func (r Rules) secrets() (secrets []Secret) {
	if r.Secrets == nil {
		return nil
	}
	defer func() { _ = recover() }() // what it has not returned cannot be known
	return r.Secrets()
}

func (r Rules) isSecretVariable(name string) (secret bool) {
	if r.Environment == nil {
		return saysSecret(name)
	}
	defer func() {
		if recover() != nil {
			secret = true
		}
	}()
	return r.Environment(name)
}
