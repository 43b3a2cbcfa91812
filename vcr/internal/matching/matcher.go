package matching

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/maphash"
	"maps"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A Matcher matches requests by [Rules]. It is safe for concurrent use if the
// functions of the rules are.
type Matcher struct {
	rules ruleSet
	hosts map[string]*ruleSet
	funcs []func(*http.Request, cassette.Request) bool
}

// HostPort returns the host of a URL with its port, also with the one that its scheme
// implies.
func HostPort(u *url.URL) string {
	port := u.Port()
	switch {
	case port == "" && u.Scheme == "http":
		port = "80"
	case port == "" && u.Scheme == "https":
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// IsHost reports whether a text can be the name of a host, with or without a port.
func IsHost(text string) bool { return text != "" && !strings.ContainsAny(text, "/*?@ ") }

// NamesHost reports whether a name that a user gave, a host with or without a port, is
// that of an address, as [SplitHost] spells both.
func NamesHost(named, address string) bool {
	name, port := SplitHost(named)
	host, itsPort := SplitHost(address)
	return name == host && (port == "" || port == itsPort)
}

// SplitHost returns the host of an address in small letters, and its port, "" for none.
// localhost, 127.0.0.1 and ::1 are one host.
func SplitHost(address string) (host, port string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), ""
	}
	host = strings.ToLower(host)
	if ip, err := netip.ParseAddr(host); err == nil && slices.Contains([]string{"127.0.0.1", "::1"}, ip.Unmap().String()) {
		host = "localhost"
	}
	return host, port
}

// of returns the rules for a request's host.
func (m *Matcher) of(request cassette.Request) *ruleSet {
	if len(m.hosts) == 0 {
		return &m.rules
	}
	if u, err := url.Parse(request.URL); err == nil {
		for _, host := range []string{u.Host, HostPort(u), u.Hostname()} {
			if own := m.hosts[strings.ToLower(host)]; own != nil {
				return own
			}
		}
	}
	return &m.rules
}

// NeedsHeaders reports whether headers count. If so, requests with the same
// method, URL and body may match different recordings.
func (m *Matcher) NeedsHeaders() bool {
	if m.rules.allHeaders || len(m.rules.headers) > 0 {
		return true
	}
	for _, own := range m.hosts {
		if own.allHeaders || len(own.headers) > 0 {
			return true
		}
	}
	return false
}

// HasFuncs reports whether the rules hold functions, which [Matcher.Agrees] calls.
func (m *Matcher) HasFuncs() bool { return len(m.funcs) > 0 }

// Agrees calls the functions of the rules with a request, as it was sent, and a
// recorded one that matches by the other rules. The error means that one panicked.
func (m *Matcher) Agrees(sent *http.Request, recorded cassette.Request) (agrees bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			agrees, err = false, fmt.Errorf("MatchFunc: the function panicked: %v; mend it", p)
		}
	}()
	for _, f := range m.funcs {
		if !f(sent, recorded) {
			return false, nil
		}
	}
	return true, nil
}

var seed = maphash.MakeSeed()

// Exact returns a hash of the method, URL, body bytes and the headers that
// count. Requests with equal values of these match by all rules. The hash is
// stable within a process only. Confirm a hit with [Matcher.Same].
func (m *Matcher) Exact(r cassette.Request) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	_, _ = h.WriteString(r.Method)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(r.URL)
	_ = h.WriteByte(0)
	_, _ = h.Write(r.Body.Bytes())
	for _, header := range m.of(r).headerComponents(r) {
		_, _ = h.WriteString(header.name)
		_, _ = h.WriteString(header.value)
	}
	return h.Sum64()
}

// Same reports whether two requests are equal in what [Matcher.Exact] hashes.
func (m *Matcher) Same(a, b cassette.Request) bool {
	return a.Method == b.Method && a.URL == b.URL && bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) &&
		slices.Equal(m.of(a).headerComponents(a), m.of(b).headerComponents(b))
}

// A Key is equal for requests that match.
type Key [sha256.Size]byte

// Key returns the key of a request by the rules. The error means that a
// normaliser panicked; it says which kind, and the remedy.
func (m *Matcher) Key(r cassette.Request) (Key, error) {
	v, err := m.of(r).view(r, everything)
	return v.key(), err
}

// A view is a request without anything that the rules ignore. Both the key and
// the explanation of a miss are made of it, so they cannot contradict each other.
type view struct {
	components []component
	bodies     []payload // one for each part that is a body
}

// A component is one text of a request that is equal or not.
type component struct {
	part  match.Part
	name  string // of a query parameter or header
	value string
}

// anyHeader is the part of every component and [Difference] of a header.
const anyHeader match.Part = "header"

// everything is the number of values up to which [ruleSet.view] reads any body.
const everything = math.MaxInt

// view leaves JSON of more than so many values unread.
func (s *ruleSet) view(r cassette.Request, most int) (view, error) {
	var v view
	a := addressOf(r.URL)
	for _, part := range s.parts {
		switch part {
		case match.Method:
			v.components = append(v.components, component{part, "", r.Method})
		case match.Scheme:
			v.components = append(v.components, component{part, "", a.scheme})
		case match.Host:
			v.components = append(v.components, component{part, "", a.host})
		case match.Port:
			v.components = append(v.components, component{part, "", a.port})
		case match.Path:
			v.components = append(v.components, component{part, "", a.path})
		case match.Query:
			v.components = append(v.components, s.queryComponents(a)...)
		default:
			body, err := s.payload(part, r, most)
			if err != nil {
				return v, err
			}
			v.bodies = append(v.bodies, body)
		}
	}
	v.components = append(v.components, s.headerComponents(r)...)
	return v, nil
}

func (s *ruleSet) queryComponents(a address) []component {
	var components []component
	for _, name := range slices.Sorted(maps.Keys(a.query)) {
		if slices.Contains(s.ignoreQuery, name) || isVolatileParameter(a.host, name) {
			continue
		}
		for _, value := range a.query[name] {
			components = append(components, component{match.Query, name, value})
		}
	}
	return components
}

// headerComponents accepts names in any letter case, since a header may have been
// set without its canonical name.
func (s *ruleSet) headerComponents(r cassette.Request) []component {
	if !s.allHeaders && len(s.headers) == 0 {
		return nil
	}
	var components []component
	for name, values := range r.Header {
		counts := namesHeader(s.headers, name) || s.allHeaders && !namesHeader(volatileHeaders, name) && !namesHeader(s.ignoreHeaders, name)
		for n := 0; counts && n < len(values); n++ {
			components = append(components, component{anyHeader, strings.ToLower(name), values[n]})
		}
	}
	slices.SortStableFunc(components, func(a, b component) int { return strings.Compare(a.name, b.name) })
	return components
}

// volatileHeaders do not count even where all headers do: noise, what else the clients
// of OpenAI, Anthropic, Google, AWS, Azure and Cohere vary between calls, those of the
// transport, and credentials.
var volatileHeaders = slices.Concat(noiseHeaders, []string{
	"accept-encoding", "connection", "content-length", "content-type", "host", "transfer-encoding",
	"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-goog-user-project",
	"x-amz-security-token", "cookie", "x-auth-token", "openai-organization", "openai-project",
	"x-server-timeout", "x-amz-date",
	"x-amz-content-sha256", "x-amzn-trace-id", "idempotency-key", "traceparent", "tracestate", "x-ms-client-request-id",
	"sec-websocket-key",
})

// isVolatileParameter reports whether a parameter says when the request was made:
// X-Amz-Date of a URL that AWS signed, and ts of Ollama's cloud. On other hosts
// ts counts, since it may name a message.
func isVolatileParameter(host, name string) bool {
	return strings.EqualFold(name, "X-Amz-Date") || name == "ts" && (host == "ollama.com" || strings.HasSuffix(host, ".ollama.com"))
}

// namesHeader reports whether one of the names is that of a header: in full, or
// up to a star.
func namesHeader(names []string, header string) bool {
	for _, name := range names {
		start, isPrefix := strings.CutSuffix(name, "*")
		if isPrefix && len(header) >= len(start) && strings.EqualFold(header[:len(start)], start) || strings.EqualFold(header, name) {
			return true
		}
	}
	return false
}

func (v view) key() Key {
	h := sha256.New()
	for _, c := range v.components {
		write(h, string(c.part))
		write(h, c.name)
		write(h, c.value)
	}
	for _, body := range v.bodies {
		write(h, body.canonical())
	}
	return Key(h.Sum(nil))
}

// write writes text after its length, so that different lists of texts never
// give the same bytes.
func write[T string | []byte](h hash.Hash, text T) {
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

// addressOf splits a URL. One that does not parse becomes the path as a whole.
func addressOf(raw string) address {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return address{path: raw}
	}
	a := address{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Hostname()), port: u.Port(), path: normalPath(u.EscapedPath())}
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

// normalPath returns an escaped path in the one form that RFC 3986 gives to
// equivalent ones: escapes in upper case, and none of letters, digits, and "-._~".
// That of a slash stays, since it separates nothing.
func normalPath(escaped string) string {
	if !strings.Contains(escaped, "%") {
		return escaped
	}
	var b strings.Builder
	before, rest, found := strings.Cut(escaped, "%")
	for b.WriteString(before); found && len(rest) >= 2; b.WriteString(before) {
		digits := strings.ToUpper(rest[:2])
		if c, err := strconv.ParseUint(digits, 16, 8); err == nil && isUnreserved(byte(c)) {
			b.WriteByte(byte(c))
		} else {
			b.WriteString("%" + digits)
		}
		before, rest, found = strings.Cut(rest[2:], "%")
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
