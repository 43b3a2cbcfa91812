package redact

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

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
	// In order, so that a value which stands under two names gets the same
	// placeholder in every recording.
	for _, name := range slices.Sorted(maps.Keys(header)) {
		values := header[name]
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

// failure replaces what is known by its value, such as a host that is a secret.
func (s sweep) failure(e *cassette.TransportError) {
	e.Message = s.text(e.Message)
	if op := e.Op; op != nil {
		op.Source, op.Addr = s.text(op.Source), s.text(op.Addr)
	}
	if dns := e.DNS; dns != nil {
		dns.Reason, dns.Name, dns.Server = s.text(dns.Reason), s.text(dns.Name), s.text(dns.Server)
	}
}

func (s sweep) body(header http.Header, body cassette.Body) cassette.Body {
	if body.Len() == 0 {
		return body
	}
	coding := headerOf(header, "Content-Encoding")
	plain, whole := cassette.Decode(coding, body.Bytes())
	if len(plain) > 0 {
		// What a body that breaks off says so far may be a secret as well.
		if swept := s.plain(headerOf(header, "Content-Type"), plain); !bytes.Equal(swept, plain) {
			return cassette.NewBody(cassette.Encode(coding, swept))
		}
	}
	if whole {
		return body // another program may have compressed it in another way
	}
	return cassette.NewBody(s.plain(headerOf(header, "Content-Type"), body.Bytes()))
}

func (s sweep) plain(contentType string, body []byte) []byte {
	rewrite := s.named(secretFields)
	swept := s.bytes(body)
	switch media.KindOf(contentType) {
	case media.Form:
		swept = media.RewriteForm(swept, rewrite)
	case media.Multipart:
		swept = media.RewriteMultipart(contentType, swept, rewrite)
	default:
		// JSON hides in text/plain and in bodies without a type as well.
		swept = rewriteJSON(swept, rewrite)
	}
	return swept
}

// rewriteJSON looks at what stands between zero bytes, which are no part of
// JSON: a large binary body is not copied for what looks like a field in it.
func rewriteJSON(body []byte, rewrite media.Rewrite) []byte {
	zero := []byte{0}
	if !bytes.Contains(body, zero) {
		return media.RewriteJSON(body, rewrite)
	}
	var swept []byte
	copied, at := 0, 0
	for run := range bytes.SplitSeq(body, zero) {
		if now := media.RewriteJSON(run, rewrite); !bytes.Equal(now, run) {
			swept = append(append(swept, body[copied:at]...), now...)
			copied = at + len(run)
		}
		at += len(run) + len(zero)
	}
	if copied == 0 {
		return body
	}
	return append(swept, body[copied:]...)
}

// headerOf finds a header in any spelling: clients put names into the map that
// Get does not see, and they are sent all the same.
func headerOf(header http.Header, name string) string {
	for spelled, values := range header {
		if strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
