package redaction

import (
	"slices"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// knownValues are the secrets known so far and their replacements. They are safe
// for concurrent use; searches do not wait for each other.
type knownValues struct {
	replace func(name, value string) string // Rules.Replace

	mu           sync.RWMutex
	replacements map[string]*replacement     // by value
	searched     map[string]bool             // values that are searched for
	partsKnown   map[credential]bool         // credentials whose parts were learned
	counts       map[string]int              // by name: how many placeholders it has
	custom       map[string]bool             // what replace returned
	spellings    *searcher[searchedSpelling] // of the searched values
	plain        bool                        // every searched value is plain, see isPlain
}

// A replacement is what replaces a value.
type replacement struct {
	onTape     string
	unnumbered string // in what is compared or shown
	format     string // the kind of a key that was found by its format: each hit is a finding
}

func (r *replacement) edit(start, end int, unnumbered bool) media.Edit {
	if unnumbered {
		return media.Edit{Start: start, End: end, Text: r.unnumbered}
	}
	return media.Edit{Start: start, End: end, Text: r.onTape, Note: r.format}
}

// A searchedSpelling is one spelling of a value that is searched for.
type searchedSpelling struct {
	spelling    spelling
	replacement *replacement
}

// A credential is a secret header or parameter.
type credential struct{ name, value string }

func newKnownValues(replace func(name, value string) string) *knownValues {
	return &knownValues{
		replace: replace, replacements: map[string]*replacement{}, searched: map[string]bool{}, partsKnown: map[credential]bool{},
		counts: map[string]int{}, custom: map[string]bool{}, spellings: newSearcher[searchedSpelling](), plain: true,
	}
}

// learnIn returns the replacement of a value under a secret name. It learns the
// value, and of a header or parameter its parts too.
func (k *knownValues) learnIn(in namePlace, name, value string) *replacement {
	if in == inField {
		return k.learn(name, value, fieldPolicy)
	}
	return k.learnCredential(credential{name, value})
}

// learnCredential also learns the parts that may occur elsewhere: the token without
// its scheme, the user and password of Basic, each cookie.
func (k *knownValues) learnCredential(c credential) *replacement {
	if known, _ := k.lookUp(c.value); known != nil && k.knowsParts(c) {
		return known
	}
	defer k.setPartsKnown(c)
	parts := credentialParts(lower(c.name), c.value)
	if len(parts) == 1 && parts[0].value == c.value {
		return k.learn(c.name, c.value, parts[0].searchable)
	}
	whole := k.learn(c.name, c.value, neverPolicy)
	severalCookies := strings.EqualFold(c.name, "cookie") && len(parts) > 1
	for _, part := range parts {
		if !severalCookies {
			k.learnPart(part, whole)
		} else if part.searchable(part.value) {
			k.learn(c.name, part.value, part.searchable) // each cookie gets a placeholder of its own
		}
	}
	return whole
}

// learnEnvironment learns the values of the variables that isSecret accepts.
func (k *knownValues) learnEnvironment(environment []string, isSecret func(name string) bool) {
	// In order, so that a value under two names gets the same placeholder every time.
	for _, variable := range slices.Sorted(slices.Values(environment)) {
		name, value, _ := strings.Cut(variable, "=")
		if searchable := variablePolicyFor(name); searchable(value) && isSecret(name) {
			k.learn(name, value, searchable)
		}
	}
}

// learnFormat learns a key that was found by its format only.
func (k *knownValues) learnFormat(kind, value string) *replacement {
	return k.learnAs(kind, kind, value, credentialPolicy)
}

// learn returns the replacement of a value that was found under a name. The value
// is searched for from now on if the policy says so.
func (k *knownValues) learn(name, value string, searchable policy) *replacement {
	return k.learnAs("", name, value, searchable)
}

func (k *knownValues) learnAs(format, name, value string, searchable policy) *replacement {
	known, searched := k.lookUp(value)
	if known != nil && (searched || !searchable(value)) {
		return known
	}
	custom := k.customText(name, value)
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.replacements[value]; known != nil {
		k.keep(value, known, searchable) // its first place did not make it searchable
		return known
	}
	learned := &replacement{onTape: custom, unnumbered: custom, format: format}
	if custom == "" {
		name = placeholderName(name)
		k.counts[name]++
		learned.onTape, learned.unnumbered = placeholderOf(name, k.counts[name]), placeholderOf(name, 1)
	} else {
		k.custom[custom] = true
	}
	k.keep(value, learned, searchable)
	return learned
}

// learnPart gives a part of a value the replacement of the whole.
func (k *knownValues) learnPart(part credentialPart, whole *replacement) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.replacements[part.value]; known != nil {
		whole = known
	}
	if part.searchable(part.value) {
		k.keep(part.value, whole, part.searchable)
	}
}

// keep is called with k.mu held.
func (k *knownValues) keep(value string, r *replacement, searchable policy) {
	k.replacements[value] = r
	if k.searched[value] || value == r.onTape || !searchable(value) {
		return
	}
	k.searched[value] = true
	k.plain = k.plain && isPlain(value)
	var patterns []pattern[searchedSpelling]
	for _, s := range spellingsOf(value) {
		patterns = append(patterns, pattern[searchedSpelling]{[]byte(s.text), searchedSpelling{s, r}})
	}
	k.spellings.add(patterns)
}

// customText asks Rules.Replace. It returns "" if that panics, or returns a text
// that needs an escape somewhere.
func (k *knownValues) customText(name, value string) (text string) {
	if k.replace == nil {
		return ""
	}
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	text = k.replace(name, value)
	for n := range len(text) {
		if c := text[n]; c <= ' ' || c > '~' || strings.IndexByte(`"&%+#\`, c) >= 0 {
			return ""
		}
	}
	return text
}

// edits returns the edits that replace every spelling of every searched value in a
// text.
func (k *knownValues) edits(text []byte, unnumbered bool) []media.Edit {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var edits []media.Edit
	k.spellings.search(text, func(start, end int, s searchedSpelling) int {
		if placeholderEnd := placeholderAround(text, start); placeholderEnd > 0 {
			return placeholderEnd
		}
		if isNumeric(text[start:end]) && touchesNumber(text, start, end) {
			return start
		}
		start, end = s.spelling.grow(text, start, end)
		if last := len(edits) - 1; last >= 0 {
			start = max(start, edits[last].End) // two hits in one run of base64
		}
		edit := s.replacement.edit(start, end, unnumbered)
		if isNumeric(text[start:end]) && isJSONNumber(text, start, end) {
			edit.Text = "0" // a number stays one
		}
		edits = append(edits, edit)
		return end
	})
	return edits
}

// mayChange reports whether a searched value occurs in a text as it is, and whether
// all searched values are plain.
func (k *knownValues) mayChange(text []byte) (occurs, plain bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.spellings.occursIn(text), k.plain
}

// lookUp returns the replacement of a value, nil if it is unknown, and whether the
// value is searched for.
func (k *knownValues) lookUp(value string) (r *replacement, searched bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.replacements[value], k.searched[value]
}

func (k *knownValues) knowsParts(c credential) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.partsKnown[c]
}

func (k *knownValues) setPartsKnown(c credential) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.partsKnown[c] = true
}

// size returns how many values are known.
func (k *knownValues) size() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.replacements)
}

// isReplacement reports whether a value is a placeholder, or came from
// Rules.Replace.
func (k *knownValues) isReplacement(value []byte) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.custom[string(value)] || isPlaceholder(value)
}

// secrets returns the searched values under the names of their placeholders.
func (k *knownValues) secrets() []Secret {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var secrets []Secret
	for value := range k.searched {
		name := strings.TrimSuffix(strings.TrimPrefix(k.replacements[value].unnumbered, PlaceholderPrefix), "]")
		secrets = append(secrets, Secret{Name: name, Value: value})
	}
	return secrets
}
