package redact

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Key returns the parts of a request that are compared when it is matched, with
// its secrets replaced by placeholders without a number: which value a secret has
// makes no difference there. So do placeholders that the request itself carries,
// because code sends back what it got in replay. The header is left as it is,
// unless headers are named: then it holds these alone, redacted.
func (r *Redactor) Key(request cassette.Request, headers ...string) cassette.Request {
	if r.rules.Off {
		return request
	}
	r.learnSecrets()
	r.learnHeaders(request.Header)
	return r.key(request, headers, true, false)
}

// NameKey is like [Redactor.Key], and replaces what stands under a secret name
// only. That costs less, and is all that most requests need; where the two differ,
// Key tells.
func (r *Redactor) NameKey(request cassette.Request, headers ...string) cassette.Request {
	if r.rules.Off {
		return request
	}
	return r.key(request, headers, true)
}

// key goes through the parts of a key once for each layer: with names, and
// without.
func (r *Redactor) key(request cassette.Request, headers []string, layers ...bool) cassette.Request {
	sent := request.Header // says of what type the body is
	if headers != nil {
		request.Header = only(sent, headers)
	}
	p := r.pass()
	defer r.done(p)
	p.key, p.deaf = true, len(layers) == 1
	for _, p.names = range layers {
		request.URL = p.url("", request.URL)
		request.Body, _ = p.encoded("", sent, request.Body)
		if headers != nil {
			p.header("", request.Header)
		}
	}
	request.URL = unnumbered(request.URL)
	if edits := withoutNumbers(request.Body.Bytes()); edits != nil {
		request.Body = cassette.NewBody(media.Apply(request.Body.Bytes(), edits))
	}
	for _, values := range request.Header {
		for n := 0; headers != nil && n < len(values); n++ {
			values[n] = unnumbered(values[n])
		}
	}
	return request
}

// only returns a copy of some headers.
func only(header http.Header, names []string) http.Header {
	some := http.Header{}
	for spelled, values := range header {
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, spelled) }) {
			some[spelled] = slices.Clone(values)
		}
	}
	return some
}

// learnHeaders learns from the secret headers of a request what may stand in its
// URL and body.
func (r *Redactor) learnHeaders(header http.Header) {
	news := false
	for name, values := range header {
		if r.headers.has([]byte(name)) {
			for _, value := range values {
				news = news || !r.known.hasTaught(named{name, value})
			}
		}
	}
	if news {
		p := r.pass()
		defer r.done(p)
		p.names, p.key = true, true
		p.header("", header.Clone())
	}
}

func unnumbered(text string) string {
	return string(media.Apply([]byte(text), withoutNumbers([]byte(text))))
}
