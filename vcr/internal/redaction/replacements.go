package redaction

import (
	"bytes"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Replacements are what Rules.Replace wrote in the place of secrets. They look like any
// text, so a cassette lists those that its answers give to the code: a service must not
// get them.

// shortestReplacement is the length in bytes below which a replacement is not listed: a
// request may hold it by chance.
const shortestReplacement = 6

// Replacements returns the replacements in the responses of a tape, in order: those of
// this redactor, and earlier ones. It leaves out what replaced only itself, and what a
// tape must not hold.
func (r *Redactor) Replacements(interactions []*cassette.Interaction, earlier []string) []string {
	written := r.known.writtenTexts()
	for _, text := range earlier {
		written[text] = true
	}
	var patterns []pattern[string]
	for text := range written {
		if len(text) >= shortestReplacement && r.Text(text) == text {
			patterns = append(patterns, pattern[string]{[]byte(text), text})
		}
	}
	if patterns == nil {
		return nil
	}
	found, sought := map[string]bool{}, newSearcher(patterns...)
	for _, i := range interactions {
		eachText(&i.Response, func(text []byte) bool {
			sought.search(text, func(start, _ int, replacement string) int {
				found[replacement] = true
				return start // another one may begin as this does
			})
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// AnswersWith reports whether a response holds a text.
func AnswersWith(r *cassette.Response, text string) bool {
	return !eachText(r, func(held []byte) bool { return !bytes.Contains(held, []byte(text)) })
}

// AnswersWithPlaceholder reports whether a response holds a placeholder.
func AnswersWithPlaceholder(r *cassette.Response) bool {
	return !eachText(r, func(held []byte) bool { return !holdsPlaceholder(held) })
}

// EachPlaceholder calls visit for each placeholder in a response.
func EachPlaceholder(r *cassette.Response, visit func(placeholder string)) {
	eachText(r, func(held []byte) bool {
		for _, placeholder := range Placeholders(held) {
			visit(placeholder)
		}
		return true
	})
}

// eachText calls visit for each header, each trailer and the decoded body of a response
// until that returns false, and then returns false too.
func eachText(r *cassette.Response, visit func(text []byte) bool) bool {
	for _, values := range r.Header {
		for _, value := range values {
			if !visit([]byte(value)) {
				return false
			}
		}
	}
	for _, values := range r.Trailer {
		for _, value := range values {
			if !visit([]byte(value)) {
				return false
			}
		}
	}
	body := r.Body.Bytes()
	if plain, ok := media.Decompress(headerValue(r.Header, "Content-Encoding"), body); ok {
		body = plain
	}
	return visit(body)
}

// IsDistinct reports whether a text of 8 bytes or more hardly stands in a request by
// chance: it has letters and digits, or is neither a dummy nor a single word.
func IsDistinct(text string) bool {
	return wordPolicy(text) || len(text) >= shortestSecret && strings.ContainsFunc(text, unicode.IsLetter) && strings.ContainsFunc(text, unicode.IsDigit)
}

// SendsAsSecret reports whether a request has a text under a secret name: behind a
// scheme, as user or password, or as the whole value.
func (r *Redactor) SendsAsSecret(request cassette.Request, text string) (sends bool) {
	w := r.newWalk()
	defer r.release(w)
	w.learns, w.unnumbered = false, true
	w.visit = func(value []byte) {
		plain := withoutScheme(string(value))
		decoded, _ := base64.StdEncoding.DecodeString(plain)
		user, password, _ := strings.Cut(string(decoded), ":")
		sends = sends || plain == text || user == text || password == text
	}
	key := newRequestKey(request, slices.Collect(maps.Keys(request.Header)))
	key.redact(w, byName)
	return sends
}
