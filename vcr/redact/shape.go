package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A shape is the format of a kind of key.
type shape struct {
	kind   string
	anchor string // what is searched for
	// extent returns where the secret is that belongs to the anchor at
	// text[start:end]; it is false if none does, and if none of that kind begins
	// before to.
	extent func(text []byte, start, end int) (from, to int, ok bool)
}

// shapesByAnchor finds the anchors of all shapes.
var shapesByAnchor = func() *searcher[shape] {
	patterns := make([]pattern[shape], len(shapes))
	for n, s := range shapes {
		patterns[n] = pattern[shape]{[]byte(s.anchor), s}
	}
	return newSearcher(patterns...)
}()

// shapes returns the edits of what looks like a key, and learns it.
func (p *pass) shapes(text []byte) []media.Edit {
	var edits []media.Edit
	var barren string // a kind of which nothing begins before the next place
	before := 0
	shapesByAnchor.find(text, func(start, end int, s shape) int {
		if s.kind == barren && start < before {
			return start
		}
		from, to, ok := s.extent(text, start, end)
		if !ok {
			barren, before = s.kind, to
			return start
		}
		if last := len(edits) - 1; last >= 0 && edits[last].End > from || placeholderAround(text, from) > 0 {
			return start
		}
		edits = append(edits, p.r.known.learnShape(s.kind, string(text[from:to])).edit(from, to, p.key))
		return to
	})
	return edits
}

// key is the shape of a key that begins with the anchor, and has so many of the
// characters behind it. It stands alone, and looks drawn at random.
func key(kind, anchor string, least int, of func(byte) bool) shape {
	return shape{kind, anchor, func(text []byte, start, end int) (int, int, bool) {
		if !begins(text, start) {
			return 0, 0, false
		}
		to := runEnd(text, end, of)
		return start, to, to-end >= least && to-end < longestKey && isRandom(string(text[end:to]))
	}}
}

// exactKey is a key of a fixed length, at whose end no other character follows.
func exactKey(kind, anchor string, length int, of func(byte) bool) shape {
	return shape{kind, anchor, func(text []byte, start, end int) (int, int, bool) {
		to := runEnd(text, end, of)
		return start, to, to-end == length && (to == len(text) || !isAlphanumeric(text[to])) && begins(text, start)
	}}
}

// after is a secret that stands behind its name, such as AccountKey=.
func after(kind, anchor string, least int) shape {
	return shape{kind, anchor, func(text []byte, _, end int) (int, int, bool) {
		for end < len(text) && bytes.IndexByte([]byte(" \t=:\"'\\"), text[end]) >= 0 {
			end++
		}
		to := runEnd(text, end, func(c byte) bool { return isAlphanumeric(c) || c == '+' || c == '/' || c == '=' })
		return end, to, to-end >= least && to-end < longestKey && isRandom(string(text[end:to]))
	}}
}

// longestKey bounds what a key of a known format may have. A longer run is data
// that happens to begin like one.
const longestKey = 2048

func runEnd(text []byte, start int, of func(byte) bool) int {
	end := start
	for end < len(text) && end-start < longestKey && of(text[end]) {
		end++
	}
	return end
}

// wholeRun is for what no anchor can stand in, so that nothing is read twice.
func wholeRun(text []byte, start int, of func(byte) bool) int {
	for start < len(text) && of(text[start]) {
		start++
	}
	return start
}

// begins reports whether a word can begin at a place of text: behind anything but
// a letter or digit, and behind an escape of JSON or a URL.
func begins(text []byte, at int) bool {
	switch {
	case at == 0 || !isAlphanumeric(text[at-1]):
		return true
	case at >= 2 && text[at-2] == '\\':
		return true
	case at >= 3 && text[at-3] == '%':
		return true
	}
	return at >= 6 && text[at-6] == '\\' && text[at-5] == 'u'
}

// isSlug is for keys of base64url, or of words and dashes.
func isSlug(c byte) bool { return isAlphanumeric(c) || c == '-' || c == '_' }

func isUpperOrDigit(c byte) bool { return isDigit(c) || 'A' <= c && c <= 'Z' }

// jwt is three parts of base64url, the first of which is JSON with an alg (RFC
// 7519). The signature may be empty.
func jwt(text []byte, start, _ int) (int, int, bool) {
	if !begins(text, start) || start > 0 && (text[start-1] == '-' || text[start-1] == '_') {
		return 0, 0, false
	}
	header := runEnd(text, start, isSlug)
	if header == len(text) || text[header] != '.' {
		return 0, 0, false
	}
	claims := wholeRun(text, header+1, isSlug)
	if claims == len(text) || text[claims] != '.' || claims-header < shortestSecret {
		return 0, 0, false
	}
	decoded, err := base64.RawURLEncoding.DecodeString(string(text[start:header]))
	var fields struct{ Alg *string }
	if err != nil || json.Unmarshal(decoded, &fields) != nil || fields.Alg == nil {
		return 0, 0, false
	}
	return start, wholeRun(text, claims+1, isSlug), true
}

// pem is a private key from its first dash to its last (RFC 7468), plain or with
// its line breaks escaped. One without an end is a secret as far as it goes.
func pem(text []byte, start, end int) (int, int, bool) {
	const longestLabel = 40
	label, _, found := bytes.Cut(text[end:min(len(text), end+longestLabel)], []byte("-----"))
	if !found || !bytes.HasSuffix(label, []byte("PRIVATE KEY")) {
		return 0, 0, false
	}
	body := end + len(label) + len("-----")
	to := wholeRun(text, body, func(c byte) bool { return isBase64(c) && c != '-' || bytes.IndexByte([]byte("= \t\r\n\\:,"), c) >= 0 })
	if to-body < shortestSecret {
		return 0, 0, false // a text that speaks of keys
	}
	closing := "-----END " + string(label) + "-----"
	if bytes.HasPrefix(text[to:], []byte(closing)) {
		to += len(closing)
	}
	return start, to, true
}

// password is the password in a URL, such as the connection string of a database.
func password(text []byte, start, end int) (int, int, bool) {
	if start == 0 || !isAlphanumeric(text[start-1]) {
		return 0, 0, false
	}
	const longest = 512
	to := runEnd(text[:min(len(text), end+longest)], end, func(c byte) bool {
		return c > ' ' && c != 0x7F && bytes.IndexByte([]byte("/?#\"'`<>\\{}()"), c) < 0
	})
	at := bytes.LastIndexByte(text[end:to], '@')
	if at < 0 {
		return 0, 0, false
	}
	colon := bytes.IndexByte(text[end:end+at], ':')
	if colon < 0 {
		return 0, 0, false
	}
	from, to := end+colon+1, end+at
	value := text[from:to]
	return from, to, len(value) > 2 && !isDummy(string(value)) && !holdsPlaceholder(value) && bytes.IndexByte(value, '$') < 0 && bytes.IndexByte(value, '*') < 0
}

// webhook is the path of a Slack webhook, which is all that it takes to post.
func webhook(text []byte, _, end int) (int, int, bool) {
	to := runEnd(text, end, func(c byte) bool { return isAlphanumeric(c) || c == '/' })
	return end, to, to-end >= 30 && bytes.Count(text[end:to], []byte("/")) >= 2
}
