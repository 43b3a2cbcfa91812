package recorder

import (
	"bytes"
	"cmp"
	"net/http"
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
// one. A word such as test or k1 may stand for several keys: while it is the only one
// under its name, it also takes recordings of placeholders that nothing else is bound to.
// The zero value has bound nothing.
type identities struct {
	around []*identities // of the sessions whose answers the code may use, too

	mu           sync.Mutex
	placeholders map[string]string // the first, by the key of the value
	values       map[string]string // keys, by placeholder
	words        map[string]string // the one that was sent, by name and host; "" for several
	restored     map[string]string // placeholder by the value that code got for it; "" for several
}

// An identity is a value that is sent, and the placeholder in its place on a
// recording.
type identity struct {
	value, placeholder string
	host               string
	isWord             bool // it may stand for several keys: it is short, or a dummy
}

// key is what binds. A word means something else under each name.
func (i identity) key() string {
	if i.isWord {
		return nameIn(i.placeholder) + ": " + i.value
	}
	return i.value
}

// place is where different words stand for different keys.
func (i identity) place() string { return nameIn(i.placeholder) + "@" + i.host }

// areBound reports whether all values are bound to these placeholders, or neither
// is bound to another one.
func (b *identities) areBound(list []identity) bool { return b.fit(list, strictly) }

// mayTake reports whether no value is bound to another placeholder. A value that
// is new may stand for one that was used before, as a token that was renewed does.
func (b *identities) mayTake(list []identity) bool { return b.fit(list, renewed) }

// mayShare is like mayTake, for one word that stands for several keys.
func (b *identities) mayShare(list []identity) bool { return b.fit(list, shared) }

// A fit says which bindings a request must respect to take a recording.
type fit int

const (
	strictly fit = iota // neither a value nor a placeholder is bound to another
	renewed             // no value is bound to another placeholder
	shared              // nor is one, except for a word that is the only one
)

func (b *identities) fit(list []identity, how fit) bool {
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
		placeholder, value := b.placeholders[i.key()], b.values[i.placeholder]
		switch {
		case i.isAnother(sent),
			how == strictly && value != "" && value != i.key() && b.placeholders[value] == i.placeholder,
			placeholder != "" && placeholder != i.placeholder && !(how == shared && b.shares(i, value)):
			return false
		}
	}
	return true
}

// shares reports whether a word that is bound to another placeholder may stand for this one
// too, to which a value is bound.
func (b *identities) shares(i identity, value string) bool {
	return i.isWord && (value == i.key() || value == "" && b.words[i.place()] == i.value)
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
		b.placeholders, b.values, b.words = map[string]string{}, map[string]string{}, map[string]string{}
	}
	for _, i := range list {
		if b.placeholders[i.key()] == "" {
			b.placeholders[i.key()] = i.placeholder
		}
		if value := b.values[i.placeholder]; b.placeholders[value] != i.placeholder {
			b.values[i.placeholder] = i.key() // value is none, or a word that has another one first
		}
		if !i.isWord {
			continue
		}
		if word, ok := b.words[i.place()]; !ok {
			b.words[i.place()] = i.value
		} else if word != i.value {
			b.words[i.place()] = ""
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
	kept := list[:0]
	for _, i := range list {
		isRestored := b.isRestored(i.value)
		if i.varies() && !isRestored {
			continue
		}
		i.host, i.isWord = hostOf(l.sent), !isRestored && i.looksLikeWord()
		kept = append(kept, i)
	}
	return kept
}

func hostOf(req *http.Request) string { return cmp.Or(req.Host, req.URL.Host) }

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
		list = append(list, identity{value: withPlaceholder(text[:end]), placeholder: redaction.PlaceholderPrefix + name + "]"})
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

// varies reports whether the value tells nothing of who sends it: signatures and tokens
// that are signed anew for each request depend on the time.
func (i identity) varies() bool {
	for word := range strings.FieldsFuncSeq(nameIn(i.placeholder), func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch word {
		case "sig", "signature", "hmac", "mac", "nonce", "code", "assertion", "verifier":
			return true
		}
	}
	scheme, _, _ := strings.Cut(i.value, " ")
	return strings.HasPrefix(scheme, "AWS4-") || strings.HasPrefix(i.withoutScheme(), "eyJ")
}

// looksLikeWord reports whether a value is short, or a dummy.
func (i identity) looksLikeWord() bool {
	const shortest = 8
	value := i.withoutScheme()
	return len(value) < shortest || !strings.Contains(value, redaction.PlaceholderPrefix) && redaction.IsDummy(value)
}

func (i identity) withoutScheme() string {
	if _, rest, found := strings.Cut(i.value, " "); found {
		return rest
	}
	return i.value
}
