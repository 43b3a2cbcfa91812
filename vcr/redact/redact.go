// Package redact keeps secrets off a tape.
//
// It replaces the values of the headers, query parameters and body fields
// whose names say that they are secret, and the values that the test got from
// the environment, by placeholders such as [redacted:authorization]. One value
// always gets the same placeholder, and where values differ they are numbered:
// [redacted:authorization:2]. A body keeps its type: only strings are replaced
// in JSON. Every byte that is no secret stays as it is.
//
// The lists are for what can be known by name. A secret that stands under a
// name of its own is not found, unless it came from the environment.
package redact

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// A Redactor replaces secrets on one tape and remembers which value got which
// placeholder. It is safe for concurrent use, if the function given to [New] is.
type Redactor struct {
	secrets func() []Secret

	mu           sync.Mutex
	placeholders map[string]string // value -> placeholder
	count        map[string]int    // name -> values seen
	forms        map[string][]string
}

// New returns a Redactor that, beside the default names, replaces the secrets
// which the function returns at the time of each call. A nil function means none.
func New(secrets func() []Secret) *Redactor {
	if secrets == nil {
		secrets = func() []Secret { return nil }
	}
	return &Redactor{secrets: secrets, placeholders: map[string]string{}, count: map[string]int{}, forms: map[string][]string{}}
}

// Interaction replaces the secrets of an exchange in place. The headers of i
// must not be shared with anything that still needs them.
func (r *Redactor) Interaction(i *cassette.Interaction) {
	s := r.sweep(r.placeholder)
	raw := i.Request.URL
	i.Request.URL = s.url(raw)
	i.Request.Body = s.message(i.Request.Header, i.Request.Body)
	before := i.Response.Body.Bytes()
	i.Response.Body = s.message(i.Response.Header, i.Response.Body)
	moveChunks(&i.Response, before)
	if length := i.Response.Length; length != nil && *length >= 0 {
		*length += int64(i.Response.Body.Len() - len(before))
	}
	s.header(i.Response.Trailer)
	if i.Error != nil {
		i.Error.Message = strings.ReplaceAll(i.Error.Message, raw, i.Request.URL)
		s.failure(i.Error)
	}
}

// Key returns the parts of a request that are compared when it is matched,
// with its secrets replaced by placeholders without a number: which value a
// secret has makes no difference there. The header is left as it is.
func (r *Redactor) Key(request cassette.Request) cassette.Request {
	s := r.sweep(unnumbered)
	request.URL = string(withoutNumbers([]byte(s.url(request.URL))))
	request.Body = cassette.NewBody(withoutNumbers(s.body(request.Header, request.Body).Bytes()))
	return request
}

// URL returns a URL as it may be shown to people.
func (r *Redactor) URL(raw string) string { return r.sweep(unnumbered).url(raw) }

func unnumbered(name, _ string) string {
	return "[redacted:" + strings.ToLower(name) + "]"
}

var numbered = regexp.MustCompile(`(\[redacted:[^\]:]+):\d+\]`)

func withoutNumbers(text []byte) []byte {
	if !bytes.Contains(text, []byte("[redacted:")) {
		return text
	}
	return numbered.ReplaceAll(text, []byte("$1]"))
}

func (r *Redactor) placeholder(name, value string) string {
	if strings.HasPrefix(value, "[redacted:") && strings.IndexByte(value, ']') == len(value)-1 {
		return value
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.placeholders[value]; ok {
		return known
	}
	name = strings.ToLower(name)
	r.count[name]++
	placeholder := unnumbered(name, value)
	if n := r.count[name]; n > 1 {
		placeholder = "[redacted:" + name + ":" + strconv.Itoa(n) + "]"
	}
	r.placeholders[value] = placeholder
	return placeholder
}
