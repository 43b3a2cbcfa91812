package redaction

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// formats are the formats of keys, as their providers document them or as the keys
// show. The shortest lengths are below those of real keys, and far above those of
// words and ids with the same prefix. Of two prefixes at one place, the longer is
// tried first.
var formats = []format{
	prefixed("OpenRouter key", "sk-or-", 32, isSlug),
	prefixed("Anthropic key", "sk-ant-", 24, isSlug),
	prefixed("OpenAI key", "sk-", 20, isSlug), // sk-proj-, sk-svcacct-, sk-admin-, and the keys of many others
	fixedLength("Google API key", "AIza", 35, isSlug),
	prefixed("Google access token", "ya29.", 24, isSlugOrDot),
	prefixed("Google client secret", "GOCSPX-", 20, isSlug),
	fixedLength("AWS access key id", "AKIA", 16, isUpperOrDigit),
	fixedLength("AWS access key id", "ASIA", 16, isUpperOrDigit),
	labelled("AWS secret key", "aws_secret_access_key", 40),
	labelled("AWS secret key", "AWS_SECRET_ACCESS_KEY", 40),
	labelled("AWS secret key", "secretAccessKey", 40),
	labelled("AWS secret key", "SecretAccessKey", 40),
	labelled("Azure account key", "AccountKey=", 40),
	labelled("Azure shared access key", "SharedAccessKey=", 40),
	labelled("Azure shared access signature", "SharedAccessSignature=", 40),
	prefixed("GitHub token", "ghp_", 30, isAlphanumeric),
	prefixed("GitHub token", "gho_", 30, isAlphanumeric),
	prefixed("GitHub token", "ghu_", 30, isAlphanumeric),
	prefixed("GitHub token", "ghs_", 30, isAlphanumeric),
	prefixed("GitHub token", "ghr_", 30, isAlphanumeric),
	prefixed("GitHub token", "github_pat_", 40, isSlug),
	prefixed("GitLab token", "glpat-", 20, isSlug),
	prefixed("Slack token", "xoxa-", 20, isSlug),
	prefixed("Slack token", "xoxb-", 20, isSlug),
	prefixed("Slack token", "xoxe-", 20, isSlug),
	prefixed("Slack token", "xoxp-", 20, isSlug),
	prefixed("Slack token", "xoxr-", 20, isSlug),
	prefixed("Slack token", "xoxs-", 20, isSlug),
	{"Slack webhook", "hooks.slack.com/services/", webhookPath},
	prefixed("Stripe key", "sk_live_", 16, isAlphanumeric),
	prefixed("Stripe key", "sk_test_", 16, isAlphanumeric),
	prefixed("Stripe key", "rk_live_", 16, isAlphanumeric),
	prefixed("Stripe key", "rk_test_", 16, isAlphanumeric),
	prefixed("Stripe webhook secret", "whsec_", 24, isBase64),
	prefixed("Hugging Face token", "hf_", 30, isAlphanumeric),
	prefixed("Groq key", "gsk_", 40, isAlphanumeric),
	prefixed("Replicate token", "r8_", 30, isAlphanumeric),
	prefixed("Perplexity key", "pplx-", 32, isAlphanumeric),
	prefixed("xAI key", "xai-", 40, isAlphanumeric),
	prefixed("NVIDIA key", "nvapi-", 40, isSlug),
	{"JSON web token", "eyJ", jsonWebToken},
	{"private key", "-----BEGIN ", privateKey},
	{"password in a URL", urlPrefix, urlPassword},
}

// urlPrefix is the prefix of passwords in URLs.
const urlPrefix = "://"

// A format is what the keys of one kind look like.
type format struct {
	kind   string
	prefix string // what is searched for, at least three bytes; the key may start after it
	// match returns where the key is that belongs to the prefix text[start:end].
	// Without one, ok is false, and no other key of this kind starts before to.
	match func(text []byte, start, end int) (from, to int, ok bool)
}

// formatSearcher finds the prefixes of all formats.
var formatSearcher = func() *searcher[format] {
	patterns := make([]pattern[format], len(formats))
	for n, f := range formats {
		patterns[n] = pattern[format]{[]byte(f.prefix), f}
	}
	return newSearcher(patterns...)
}()

// formatEdits returns the edits of the keys in a text, and learns them.
func (w *walk) formatEdits(text []byte) []media.Edit {
	var edits []media.Edit
	var absentKind string // no key of this kind starts before absentUntil
	absentUntil := 0
	formatSearcher.search(text, func(start, end int, f format) int {
		if f.kind == absentKind && start < absentUntil {
			return start
		}
		from, to, ok := f.match(text, start, end)
		if !ok {
			absentKind, absentUntil = f.kind, to
			return start
		}
		if last := len(edits) - 1; last >= 0 && edits[last].End > from || placeholderAround(text, from) > 0 {
			return start
		}
		edits = append(edits, w.r.known.learnFormat(f.kind, string(text[from:to])).edit(from, to, w.unnumbered))
		return to
	})
	return edits
}

// prefixed is a key of a prefix and at least so many characters that look random.
// It starts a word.
func prefixed(kind, prefix string, least int, isPart func(byte) bool) format {
	return format{kind, prefix, func(text []byte, start, end int) (int, int, bool) {
		if !startsWord(text, start) {
			return 0, 0, false
		}
		to := runEnd(text, end, isPart)
		return start, to, to-end >= least && to-end < longestSecret && isRandom(string(text[end:to]))
	}}
}

// fixedLength is a key of a prefix and exactly so many characters. It is a word of
// its own.
func fixedLength(kind, prefix string, length int, isPart func(byte) bool) format {
	return format{kind, prefix, func(text []byte, start, end int) (int, int, bool) {
		to := runEnd(text, end, isPart)
		return start, to, to-end == length && (to == len(text) || !isAlphanumeric(text[to])) && startsWord(text, start)
	}}
}

// labelled is a secret that follows its label, such as AccountKey=.
func labelled(kind, label string, least int) format {
	return format{kind, label, func(text []byte, _, end int) (int, int, bool) {
		for end < len(text) && bytes.IndexByte([]byte(" \t=:\"'\\"), text[end]) >= 0 {
			end++
		}
		to := runEnd(text, end, func(c byte) bool { return isAlphanumeric(c) || c == '+' || c == '/' || c == '=' })
		return end, to, to-end >= least && to-end < longestSecret && isRandom(string(text[end:to]))
	}}
}

// jsonWebToken is three parts of base64url, the first of which is JSON with an alg
// (RFC 7519). The signature may be empty.
func jsonWebToken(text []byte, start, _ int) (int, int, bool) {
	if !startsWord(text, start) || start > 0 && (text[start-1] == '-' || text[start-1] == '_') {
		return 0, 0, false
	}
	header := runEnd(text, start, isSlug)
	if header == len(text) || text[header] != '.' {
		return 0, 0, false
	}
	claims := unboundedRunEnd(text, header+1, isSlug)
	if claims == len(text) || text[claims] != '.' || claims-header < shortestSecret {
		return 0, 0, false
	}
	decoded, err := base64.RawURLEncoding.DecodeString(string(text[start:header]))
	var fields struct{ Alg *string }
	if err != nil || json.Unmarshal(decoded, &fields) != nil || fields.Alg == nil {
		return 0, 0, false
	}
	return start, unboundedRunEnd(text, claims+1, isSlug), true
}

// privateKey is a PEM block from its first dash to its last (RFC 7468), also with
// escaped line breaks. Without an end, it is a secret as far as it goes.
func privateKey(text []byte, start, end int) (int, int, bool) {
	const longestLabel = 40
	label, _, found := bytes.Cut(text[end:min(len(text), end+longestLabel)], []byte("-----"))
	if !found || !bytes.HasSuffix(label, []byte("PRIVATE KEY")) {
		return 0, 0, false
	}
	body := end + len(label) + len("-----")
	to := unboundedRunEnd(text, body, func(c byte) bool {
		return isBase64(c) && c != '-' || bytes.IndexByte([]byte("= \t\r\n\\:,"), c) >= 0
	})
	if to-body < shortestSecret {
		return 0, 0, false // a text about keys
	}
	closing := "-----END " + string(label) + "-----"
	if bytes.HasPrefix(text[to:], []byte(closing)) {
		to += len(closing)
	}
	return start, to, true
}

// urlPassword is the password in a URL, such as the address of a database.
func urlPassword(text []byte, start, end int) (int, int, bool) {
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

// webhookPath is the path of a Slack webhook: whoever knows it can post.
func webhookPath(text []byte, _, end int) (int, int, bool) {
	to := runEnd(text, end, func(c byte) bool { return isAlphanumeric(c) || c == '/' })
	return end, to, to-end >= 30 && bytes.Count(text[end:to], []byte("/")) >= 2
}

// longestSecret is the length in bytes that no key reaches. A longer run is data
// that happens to start like a key.
const longestSecret = 2048

// runEnd returns where a run of characters ends, at most longestSecret from its
// start.
func runEnd(text []byte, start int, isPart func(byte) bool) int {
	end := start
	for end < len(text) && end-start < longestSecret && isPart(text[end]) {
		end++
	}
	return end
}

// unboundedRunEnd is for runs that hold no prefix, so that nothing is read twice.
func unboundedRunEnd(text []byte, start int, isPart func(byte) bool) int {
	for start < len(text) && isPart(text[start]) {
		start++
	}
	return start
}

// startsWord reports whether a word can start at a place of text: after anything but
// a letter or digit, and after an escape of JSON or of a URL.
func startsWord(text []byte, at int) bool {
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

func isSlugOrDot(c byte) bool { return isSlug(c) || c == '.' }

func isUpperOrDigit(c byte) bool { return isDigit(c) || 'A' <= c && c <= 'Z' }
