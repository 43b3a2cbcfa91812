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
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A Secret is a value that must not reach a tape, wherever it stands.
type Secret struct {
	Name  string // the placeholder's name
	Value string // replaced as it is and percent-encoded; shorter than 8 bytes: ignored
}

// shortestSecret is the length in bytes below which a value says too little to
// be searched for: it would be found in innocent text.
const shortestSecret = 8

// A Redactor replaces secrets on one tape and remembers which value got which
// placeholder. It is safe for concurrent use.
type Redactor struct {
	secrets func() []Secret

	mu           sync.Mutex
	placeholders map[string]string // value -> placeholder
	count        map[string]int    // name -> values seen
}

// New returns a Redactor that, beside the default names, replaces the secrets
// which the function returns at the time of each call. A nil function means none.
func New(secrets func() []Secret) *Redactor {
	if secrets == nil {
		secrets = func() []Secret { return nil }
	}
	return &Redactor{secrets: secrets, placeholders: map[string]string{}, count: map[string]int{}}
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
	request.URL = s.url(request.URL)
	request.Body = s.body(request.Header.Get("Content-Type"), request.Body)
	return request
}

// URL returns a URL as it may be shown to people.
func (r *Redactor) URL(raw string) string { return r.sweep(unnumbered).url(raw) }

func unnumbered(name, value string) string {
	return "[redacted:" + strings.ToLower(name) + "]"
}

func (r *Redactor) placeholder(name, value string) string {
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
}

func (r *Redactor) sweep(place func(name, value string) string) sweep {
	secrets := slices.DeleteFunc(slices.Clone(r.secrets()), func(s Secret) bool { return len(s.Value) < shortestSecret })
	return sweep{place, secrets}
}

// named returns the rewriting of values that stand under one of the names.
func (s sweep) named(names nameSet) media.Rewrite {
	return func(name, value string) (string, bool) {
		if !names.has(name) || value == "" || strings.HasPrefix(value, "[redacted:") {
			return "", false
		}
		return s.place(name, value), true
	}
}

func (s sweep) message(header http.Header, body cassette.Body) cassette.Body {
	contentType := header.Get("Content-Type")
	s.header(header)
	swept := s.body(contentType, body)
	if swept.Len() != body.Len() && header.Get("Content-Length") != "" {
		header.Set("Content-Length", strconv.Itoa(swept.Len()))
	}
	return swept
}

func (s sweep) header(header http.Header) {
	rewrite := s.named(secretHeaders)
	for name, values := range header {
		for n, value := range values {
			switch placeholder, ok := rewrite(name, value); {
			case ok:
				values[n] = placeholder
			case urlHeaders.has(name):
				values[n] = s.url(value)
			default:
				values[n] = s.text(value)
			}
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
	if !ok {
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

func (s sweep) body(contentType string, body cassette.Body) cassette.Body {
	if body.Len() == 0 {
		return body
	}
	rewrite := s.named(secretFields)
	swept := s.bytes(body.Bytes())
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

func (s sweep) text(text string) string {
	if len(s.secrets) == 0 {
		return text
	}
	return string(s.bytes([]byte(text)))
}

func (s sweep) bytes(b []byte) []byte {
	for _, secret := range s.secrets {
		for _, form := range []string{secret.Value, url.QueryEscape(secret.Value), url.PathEscape(secret.Value)} {
			if bytes.Contains(b, []byte(form)) {
				b = bytes.ReplaceAll(b, []byte(form), []byte(s.place(secret.Name, secret.Value)))
			}
		}
	}
	return b
}
