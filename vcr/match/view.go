package match

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/maphash"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var seed = maphash.MakeSeed()

// Exact returns a hash of the method, URL, body bytes and the headers that
// count. Requests that are equal in these match by all rules. It is stable
// within a process only, and a hit has to be confirmed with [Matcher.Same].
func (m *Matcher) Exact(r cassette.Request) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	_, _ = h.WriteString(r.Method)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(r.URL)
	_ = h.WriteByte(0)
	_, _ = h.Write(r.Body.Bytes())
	for _, f := range m.of(r).headerFacets(r) {
		_, _ = h.WriteString(f.name)
		_, _ = h.WriteString(f.value)
	}
	return h.Sum64()
}

// Same reports whether two requests are equal in what [Matcher.Exact] hashes.
func (m *Matcher) Same(a, b cassette.Request) bool {
	return a.Method == b.Method && a.URL == b.URL && bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) &&
		slices.Equal(m.of(a).headerFacets(a), m.of(b).headerFacets(b))
}

// A Key is equal for requests that match.
type Key [sha256.Size]byte

// Key returns the key of a request by the rules. The error is that a normaliser
// panicked; it says which kind and what to do.
func (m *Matcher) Key(r cassette.Request) (Key, error) {
	v, err := m.of(r).view(r)
	return v.key(), err
}

// A view is a request as the rules see it: what is left of it when everything
// that does not count is gone. Both the key and the explanation of a miss are
// made of it, so that they cannot contradict each other.
type view struct {
	facets []facet
	bodies []content // one for each part that is a body
}

// A facet is one thing that is equal or not.
type facet struct {
	part  Part
	name  string // of a query parameter or header
	value string
}

func (s *ruleSet) view(r cassette.Request) (view, error) {
	var v view
	a := addressOf(r.URL)
	for _, part := range s.parts {
		switch part {
		case Method:
			v.facets = append(v.facets, facet{part, "", r.Method})
		case Scheme:
			v.facets = append(v.facets, facet{part, "", a.scheme})
		case Host:
			v.facets = append(v.facets, facet{part, "", a.host})
		case Port:
			v.facets = append(v.facets, facet{part, "", a.port})
		case Path:
			v.facets = append(v.facets, facet{part, "", a.path})
		case Query:
			v.facets = append(v.facets, s.queryFacets(a)...)
		default:
			body, err := s.content(part, r)
			if err != nil {
				return v, err
			}
			v.bodies = append(v.bodies, body)
		}
	}
	v.facets = append(v.facets, s.headerFacets(r)...)
	return v, nil
}

func (s *ruleSet) queryFacets(a address) []facet {
	var facets []facet
	for _, name := range slices.Sorted(maps.Keys(a.query)) {
		if slices.Contains(s.ignoreQuery, name) || isQuietQuery(a.host, name) {
			continue
		}
		for _, value := range a.query[name] {
			facets = append(facets, facet{Query, name, value})
		}
	}
	return facets
}

// headerFacets finds headers in any spelling, since names are sent as they
// stand in the map.
func (s *ruleSet) headerFacets(r cassette.Request) []facet {
	if !s.allHeaders && len(s.headers) == 0 {
		return nil
	}
	var facets []facet
	for name, values := range r.Header {
		asked := namesHeader(s.headers, name) || s.allHeaders && !namesHeader(quietHeaders, name) && !namesHeader(s.ignoreHeaders, name)
		for n := 0; asked && n < len(values); n++ {
			facets = append(facets, facet{anyHeader, strings.ToLower(name), values[n]})
		}
	}
	slices.SortStableFunc(facets, func(a, b facet) int { return strings.Compare(a.name, b.name) })
	return facets
}

func (v view) key() Key {
	h := sha256.New()
	for _, f := range v.facets {
		write(h, string(f.part))
		write(h, f.name)
		write(h, f.value)
	}
	for _, body := range v.bodies {
		write(h, string(body.canonical()))
	}
	return Key(h.Sum(nil))
}

// write writes text with its length, so that no two lists of texts run together.
func write(h hash.Hash, text string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(text)))
	_, _ = h.Write(length[:])
	_, _ = h.Write([]byte(text))
}

// An address is a URL in its parts.
type address struct {
	scheme, host, port, path string
	query                    url.Values
}

// addressOf takes a URL apart. One that does not parse is a path as a whole.
func addressOf(raw string) address {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return address{path: raw}
	}
	a := address{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Hostname()), port: u.Port(), path: u.EscapedPath()}
	switch {
	case a.port == "" && a.scheme == "http":
		a.port = "80"
	case a.port == "" && a.scheme == "https":
		a.port = "443"
	}
	if a.path == "" {
		a.path = "/"
	}
	if a.query, err = url.ParseQuery(u.RawQuery); err != nil {
		a.query = url.Values{"": {u.RawQuery}}
	}
	return a
}
