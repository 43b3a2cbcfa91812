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
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
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
	i.Request.URL = s.url(i.Request.URL)
	i.Request.Body = s.message(i.Request.Header, i.Request.Body)
	i.Response.Body = s.message(i.Response.Header, i.Response.Body)
	s.header(i.Response.Trailer)
	if i.Error != nil {
		i.Error.Message = s.text(i.Error.Message)
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
	placeholder := "[redacted:" + name + "]"
	if n := r.count[name]; n > 1 {
		placeholder = "[redacted:" + name + ":" + strconv.Itoa(n) + "]"
	}
	r.placeholders[value] = placeholder
	return placeholder
}

// A sweep is one pass over a message.
type sweep struct {
	place   func(name, value string) string
	secrets []Secret
	forms   func(value string) []string
}

func (r *Redactor) sweep(place func(name, value string) string) sweep {
	secrets := slices.DeleteFunc(slices.Clone(r.secrets()), func(s Secret) bool { return len(s.Value) < shortestSecret })
	// A value that holds another one has to be replaced before it.
	slices.SortStableFunc(secrets, func(a, b Secret) int { return len(b.Value) - len(a.Value) })
	return sweep{place, secrets, r.formsOf}
}

// named returns the rewriting of values that stand under one of the names.
func (s sweep) named(names nameSet) media.Rewrite {
	return func(name, value string) (string, bool) {
		if !names.has(name) || value == "" {
			return "", false
		}
		placeholder := s.place(name, value)
		return placeholder, placeholder != value
	}
}

func (s sweep) message(header http.Header, body cassette.Body) cassette.Body {
	s.header(header)
	swept := s.body(header, body)
	if length, err := strconv.Atoi(header.Get("Content-Length")); err == nil && swept.Len() != body.Len() {
		// Not simply the length: the body may have been closed before its end.
		header.Set("Content-Length", strconv.Itoa(length+swept.Len()-body.Len()))
	}
	return swept
}

func (s sweep) header(header http.Header) {
	rewrite := s.named(secretHeaders)
	for name, values := range header {
		for n, value := range values {
			// What is known by its value goes first, so that it has one
			// placeholder, whatever name it stands under.
			value = s.text(value)
			if placeholder, ok := rewrite(name, value); ok {
				value = placeholder
			} else if urlHeaders.has(name) {
				value = s.url(value)
			}
			values[n] = value
		}
	}
}

// url replaces secrets in the query and, by value, anywhere else, and drops the
// user information, which the transport sends as a header.
func (s sweep) url(raw string) string {
	raw = s.text(withoutUser(raw))
	before, query, found := strings.Cut(raw, "?")
	if !found {
		return raw
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	query = string(media.RewriteForm([]byte(query), s.named(secretQuery)))
	if hasFragment {
		query += "#" + fragment
	}
	return before + "?" + query
}

func withoutUser(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return raw
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		return scheme + "://" + rest[at+1:]
	}
	return raw
}

func (s sweep) body(header http.Header, body cassette.Body) cassette.Body {
	if body.Len() == 0 {
		return body
	}
	rewrite := s.named(secretFields)
	swept := s.bytes(body.Bytes())
	contentType := contentTypeOf(header)
	switch media.KindOf(contentType) {
	case media.Form:
		swept = media.RewriteForm(swept, rewrite)
	case media.Multipart:
		swept = media.RewriteMultipart(contentType, swept, rewrite)
	default:
		// JSON hides in text/plain and in bodies without a type as well.
		swept = media.RewriteJSON(swept, rewrite)
	}
	return cassette.NewBody(swept)
}

// contentTypeOf finds the header in any spelling: clients put names into the map
// that Get does not see, and they are sent all the same.
func contentTypeOf(header http.Header) string {
	for name, values := range header {
		if strings.EqualFold(name, "Content-Type") && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
