package recorder

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// Identities tell in replay who a request is from. On a tape, two values of one
// name have two placeholders, such as [redacted:x-api-key] and
// [redacted:x-api-key:2]; keys do not tell these apart, because the values in
// replay are others, or dummies. So each value that is sent is bound to the
// placeholder of the recording that it takes, and takes no recording of another
// one. The zero value has bound nothing.
type identities struct {
	around []*identities // of the sessions whose answers the code may use, too

	mu           sync.Mutex
	placeholders map[string]string // by value
	values       map[string]string // by placeholder
	restored     map[string]string // placeholder by the value that code got for it; "" for several
}

// An identity is a value that is sent, and the placeholder in its place on a
// recording.
type identity struct{ value, placeholder string }

// areBound reports whether all values are bound to these placeholders, or neither
// is bound to another one.
func (b *identities) areBound(list []identity) bool { return b.fit(list, true) }

// mayTake reports whether no value is bound to another placeholder. A value that
// is new may stand for one that was used before, as a token that was renewed does.
func (b *identities) mayTake(list []identity) bool { return b.fit(list, false) }

// fit reports whether no value is bound to another placeholder; with both, neither is a
// placeholder bound to another value.
func (b *identities) fit(list []identity, both bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, i := range list {
		sent := i.value
		if value, placeholder := b.restoredIn(sent); value != "" {
			if placeholder == "" || b.isRestoredAround(sent) {
				continue // code got it for several placeholders, so it tells nothing
			}
			sent = strings.ReplaceAll(sent, value, placeholder)
		}
		placeholder, value := b.placeholders[i.value], b.values[i.placeholder]
		if i.isAnother(sent) || placeholder != "" && placeholder != i.placeholder || both && value != "" && value != i.value {
			return false
		}
	}
	return true
}

// isAnother reports whether what is sent is what an answer gave for another secret of
// the same name: a placeholder with another number.
func (i identity) isAnother(sent string) bool {
	if !strings.Contains(sent, redaction.PlaceholderPrefix) || strings.Contains(sent, i.placeholder) {
		return false
	}
	prefix := redaction.PlaceholderPrefix + nameIn(i.placeholder)
	return strings.Contains(sent, prefix+"]") || strings.Contains(sent, prefix+":")
}

// restoredIn returns the restored value in what is sent, and its placeholder. It is
// the longest, because one value may begin as another does.
func (b *identities) restoredIn(sent string) (value, placeholder string) {
	for v, p := range b.restored {
		if len(v) > len(value) && strings.Contains(sent, v) {
			value, placeholder = v, p
		}
	}
	return value, placeholder
}

// isRestored reports whether what is sent is what code got for a placeholder, in this
// session or one around it: then it tells who sends it, whatever it looks like.
func (b *identities) isRestored(sent string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	value, _ := b.restoredIn(sent)
	return value != "" || b.isRestoredAround(sent)
}

// isRestoredAround leaves out what code got for several placeholders.
func (b *identities) isRestoredAround(sent string) bool {
	return slices.ContainsFunc(b.around, func(outer *identities) bool {
		outer.mu.Lock()
		defer outer.mu.Unlock()
		_, placeholder := outer.restoredIn(sent)
		return placeholder != ""
	})
}

// restore remembers the value that code got for a placeholder. A value for several
// placeholders does not tell them apart, and a short one may be anywhere.
func (b *identities) restore(placeholder, value string) {
	if len(value) < shortestRestored {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.restored == nil {
		b.restored = map[string]string{}
	}
	if known, ok := b.restored[value]; ok && known != placeholder {
		placeholder = ""
	}
	b.restored[value] = placeholder
}

func (b *identities) bind(list []identity) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.placeholders == nil {
		b.placeholders, b.values = map[string]string{}, map[string]string{}
	}
	for _, i := range list {
		if b.placeholders[i.value] == "" {
			b.placeholders[i.value] = i.placeholder
		}
		if b.values[i.placeholder] == "" {
			b.values[i.placeholder] = i.value
		}
	}
}

// hasIdentities reports whether a name has more than one value in the requests of
// a tape.
func hasIdentities(interactions []*cassette.Interaction) bool {
	for _, i := range interactions {
		for _, values := range i.Request.Header {
			for _, value := range values {
				if isNumbered(value) {
					return true
				}
			}
		}
		if isNumbered(i.Request.URL) || i.Request.Body.Len() <= longestIdentified && bytes.Contains(i.Request.Body.Bytes(), []byte(redaction.PlaceholderPrefix)) && isNumbered(i.Request.Body.String()) {
			return true
		}
	}
	return false
}

// longestIdentified is the size in bytes of bodies in which identities are looked
// for.
const longestIdentified = 64 << 10

// isNumbered reports whether a text holds a placeholder with a number.
func isNumbered(text string) bool {
	for {
		_, name, after, found := redaction.CutPlaceholder(text)
		if !found || strings.Contains(name, ":") {
			return found
		}
		text = after
	}
}

// of returns the identities of a request that may take a recording.
func (b *identities) of(recorded cassette.Request, l *lookup) []identity {
	var list []identity
	for name, values := range recorded.Header {
		sent := redaction.HeaderValues(l.sent.Header, name)
		for n := range min(len(values), len(sent)) {
			list = appendIdentities(list, values[n], sent[n])
		}
	}
	list = appendURLIdentities(list, recorded.URL, urlOf(l.sent))
	if size := recorded.Body.Len(); size <= longestIdentified && l.body.Len() <= longestIdentified && bytes.Contains(recorded.Body.Bytes(), []byte(redaction.PlaceholderPrefix)) {
		list = appendIdentities(list, recorded.Body.String(), l.body.String())
	}
	return slices.DeleteFunc(list, func(i identity) bool { return !i.tells() && !b.isRestored(i.value) })
}

func appendURLIdentities(list []identity, recorded, sent string) []identity {
	if !strings.Contains(recorded, redaction.PlaceholderPrefix) {
		return list
	}
	there, err := url.Parse(recorded)
	if err != nil {
		return list
	}
	now, err := url.Parse(sent)
	if err != nil {
		return list
	}
	list = appendIdentities(list, there.Path, now.Path)
	values := now.Query()
	for name, recorded := range there.Query() {
		for n := range min(len(recorded), len(values[name])) {
			list = appendIdentities(list, recorded[n], values[name][n])
		}
	}
	return list
}

// appendIdentities compares a text in which placeholders stand with one that was
// sent. Texts that do not fit each other have none.
func appendIdentities(list []identity, recorded, sent string) []identity {
	before, name, after, found := redaction.CutPlaceholder(recorded)
	if !found {
		return list
	}
	text, fits := strings.CutPrefix(sent, before)
	kept := list
	for fits {
		var literal, next string
		literal, next, after, found = redaction.CutPlaceholder(after)
		end := len(text) - len(literal)
		if found {
			end = strings.Index(text, literal)
			if literal == "" {
				return kept // two placeholders side by side: nobody can tell where one ends
			}
		}
		if end < 0 || !strings.HasPrefix(text[end:], literal) {
			return kept
		}
		list = append(list, identity{withPlaceholder(text[:end]), redaction.PlaceholderPrefix + name + "]"})
		text, name = text[end+len(literal):], next
		if !found {
			break
		}
	}
	return list
}

// withPlaceholder returns a value of a form as it is outside, if it is a placeholder.
func withPlaceholder(value string) string {
	if !strings.HasPrefix(value, "%5") {
		return value
	}
	if plain, err := url.QueryUnescape(value); err == nil && strings.HasPrefix(plain, redaction.PlaceholderPrefix) {
		return plain
	}
	return value
}

// tells reports whether the value by itself tells who sends it.
// Signatures and tokens that are signed anew for each request do not: they depend
// on the time. Nor do dummies, which may be one for several keys.
func (i identity) tells() bool {
	for word := range strings.FieldsFuncSeq(nameIn(i.placeholder), func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch word {
		case "sig", "signature", "hmac", "mac", "nonce", "code", "assertion", "verifier":
			return false
		}
	}
	value := i.value
	scheme, rest, found := strings.Cut(value, " ")
	if found {
		value = rest
	}
	return !strings.HasPrefix(scheme, "AWS4-") && !strings.HasPrefix(value, "eyJ") && len(value) >= 8 && (strings.Contains(value, redaction.PlaceholderPrefix) || !redaction.IsDummy(value))
}
