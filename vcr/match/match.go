// Package match says which recording answers a request.
//
// Matching is by key: each part of a request that counts becomes a part of a
// key, and equal keys match. What counts is the method, the URL with its query
// parameters in any order, and the body by its Content-Type: JSON by value,
// forms by field, multipart by part, anything else by its bytes. Headers do not
// count.
//
// There are two keys. [Exact] is cheap and tells requests apart byte by byte;
// [Value] is the one described above. A request is looked up by the first, and
// by the second only when the first finds nothing.
package match

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/maphash"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

var seed = maphash.MakeSeed()

// Exact returns a hash of the method, URL and body bytes of a request. It is
// stable within a process only, and a hit has to be confirmed with [Same].
func Exact(r cassette.Request) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	_, _ = h.WriteString(r.Method)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(r.URL)
	_ = h.WriteByte(0)
	_, _ = h.Write(r.Body.Bytes())
	return h.Sum64()
}

// Same reports whether two requests are equal in method, URL and body bytes.
func Same(a, b cassette.Request) bool {
	return a.Method == b.Method && a.URL == b.URL && bytes.Equal(a.Body.Bytes(), b.Body.Bytes())
}

// A Key is equal for requests that match.
type Key [sha256.Size]byte

// Value returns the key of a request by value.
func Value(r cassette.Request) Key {
	h := sha256.New()
	part(h, []byte(r.Method))
	part(h, []byte(CanonicalURL(r.URL)))
	part(h, canonicalBody(r))
	return Key(h.Sum(nil))
}

// part writes b with its length, so that no two lists of parts run together.
func part(h hash.Hash, b []byte) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(b)))
	_, _ = h.Write(length[:])
	_, _ = h.Write(b)
}

// CanonicalURL returns a URL as it is compared: scheme and host in lower case,
// without the port that the scheme implies and without a fragment, with the
// query parameters sorted by name. A URL that does not parse is returned as it is.
func CanonicalURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return raw
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme = strings.ToLower(u.Scheme); u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	canonical := u.Scheme + "://" + host + path
	if u.RawQuery != "" {
		canonical += "?" + media.SortQuery(u.RawQuery)
	}
	return canonical
}

// canonicalBody returns the body by value. A body that is not what its
// Content-Type says is compared by its bytes.
func canonicalBody(r cassette.Request) []byte {
	b := r.Body.Bytes()
	if len(b) == 0 {
		return nil
	}
	if plain, ok := cassette.Decode(headerOf(r.Header, "Content-Encoding"), b); ok {
		b = plain
	}
	contentType := headerOf(r.Header, "Content-Type")
	switch media.KindOf(contentType) {
	case media.JSON:
		if canonical, err := media.CanonicalJSON(b); err == nil {
			return canonical
		}
	case media.Form:
		return media.CanonicalForm(b)
	case media.Multipart:
		if canonical, ok := media.CanonicalMultipart(contentType, b); ok {
			return canonical
		}
	}
	return b
}

// headerOf finds a header in any spelling, since names are sent as they stand
// in the map.
func headerOf(header http.Header, name string) string {
	for spelled, values := range header {
		if strings.EqualFold(spelled, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}
