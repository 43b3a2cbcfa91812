package redaction

import (
	"maps"
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// knownValues are the secrets known so far and their replacements. They are safe
// for concurrent use; searches do not wait for each other.
type knownValues struct {
	replace func(name, value string) string // Rules.Replace

	mu         sync.RWMutex
	values     map[string]*knownValue
	partsKnown map[credential]bool         // credentials whose parts were learned
	counts     map[string]int              // by name: how many placeholders it has
	custom     map[string]bool             // what replace returned
	written    map[string]bool             // what it returned for another text
	renamed    map[string]string           // placeholders that have another name by now
	changes    int                         // how often something was learned
	spellings  *searcher[searchedSpelling] // of the searched values
	plain      bool                        // every searched value is plain, see isPlain
}

// A knownValue is a secret and what replaces it.
type knownValue struct {
	*replacement
	isSearched bool
	// A value that only a variable tells has no placeholder until it is seen: the place
	// where it is first seen names it, so that a tape does not depend on the variables of
	// a machine. In a place without a name, it has a neutral name, which gives way to the
	// first place with a name.
	isPending, isNeutral bool
	isGiven              bool // by an answer, as the token of a login is
}

// A replacement is what replaces a value. It never changes.
type replacement struct {
	onTape     string // "" while the value is pending
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
	spelling spelling
	value    *knownValue
}

// A credential is a secret header or parameter.
type credential struct{ name, value string }

func newKnownValues(replace func(name, value string) string) *knownValues {
	return &knownValues{
		replace: replace, values: map[string]*knownValue{}, partsKnown: map[credential]bool{}, counts: map[string]int{},
		custom: map[string]bool{}, written: map[string]bool{}, renamed: map[string]string{}, spellings: newSearcher[searchedSpelling](), plain: true,
	}
}

// learnIn returns the replacement of a value under a secret name. It learns the value,
// and of a header or parameter its parts too.
func (k *knownValues) learnIn(in place, name, value string, v verdict) *replacement {
	switch in {
	case inHeader, inQuery:
		return k.learnCredential(credential{name, value}, v)
	}
	if v == ifDrawn {
		return k.learn(name, value, identifierPolicy)
	}
	return k.learn(name, value, fieldPolicy)
}

// learnCredential also learns the parts that may occur elsewhere: the token without
// its scheme, the user and password of Basic, each cookie.
func (k *knownValues) learnCredential(c credential, v verdict) *replacement {
	if known := k.lookUp(c.value); known != nil && k.knowsParts(c) {
		return known
	}
	defer k.setPartsKnown(c)
	parts := credentialParts(lower(c.name), c.value, v)
	if len(parts) == 1 && parts[0].value == c.value {
		return k.learn(c.name, c.value, parts[0].searchable)
	}
	if k.learnToken(c, parts) {
		return k.lookUp(c.value)
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

// learnToken gives a header the placeholder of the token in it, if an answer gave that
// token before: in replay, the placeholder that code sends back then tells whose it is.
func (k *knownValues) learnToken(c credential, parts []credentialPart) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.values[c.value] != nil {
		return false
	}
	isCookie := strings.EqualFold(c.name, "cookie")
	for _, part := range parts {
		known := k.values[part.value]
		if known != nil && known.isGiven && known.isSearched && (isCookie || part.value == withoutScheme(c.value)) {
			k.keep(c.value, &knownValue{replacement: known.replacement}, neverPolicy)
			return true
		}
	}
	return false
}

// setGiven remembers that an answer gave a value.
func (k *knownValues) setGiven(value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.values[value]; known != nil {
		known.isGiven = true
	}
}

// neutralName names what only a variable tells.
const neutralName = "secret"

// learnEnvironment learns the secrets in the variables of the environment.
func (k *knownValues) learnEnvironment(environment []string, rules Rules) {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if len(value) < shortestSecret {
			continue
		}
		var parts []string
		switch {
		case rules.isSecretVariable(name):
			parts = variableParts(name, value)
		case rules.Environment == nil:
			parts = addressParts(value)
		}
		for _, part := range parts {
			k.learnPending(part, neutralName)
		}
	}
}

// learnPending learns a value that the place where it is seen will name. Until then, it
// has the name of its format, or a neutral one.
func (k *knownValues) learnPending(value, name string) {
	if k.lookUp(value) != nil {
		return
	}
	isNeutral := true
	if kind := formatOf(value); kind != "" {
		name, isNeutral = kind, false
	}
	custom := k.customText(name, value)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.values[value] != nil {
		return
	}
	known := &knownValue{replacement: &replacement{unnumbered: placeholderOf(placeholderName(name), 1)}, isPending: true, isNeutral: isNeutral}
	if custom != "" {
		known.replacement = &replacement{onTape: custom, unnumbered: custom}
		k.setCustom(custom, value)
	}
	k.keep(value, known, alwaysPolicy)
}

// name gives a pending value a placeholder. It is called with k.mu held.
func (k *knownValues) name(known *knownValue) {
	known.isPending = false
	if known.onTape != "" {
		return // by Rules.Replace
	}
	name := strings.TrimSuffix(strings.TrimPrefix(known.unnumbered, PlaceholderPrefix), "]")
	k.counts[name]++
	known.replacement = &replacement{onTape: placeholderOf(name, k.counts[name]), unnumbered: known.unnumbered}
	k.changes++
}

// learnFormat learns a key that was found by its format only.
func (k *knownValues) learnFormat(kind, value string) *replacement {
	if k.isCustom(kind, value) {
		return &replacement{onTape: value, unnumbered: value}
	}
	return k.learnAs(kind, kind, value, credentialPolicy)
}

// learn returns the replacement of a value that was found under a name. The value
// is searched for from now on if the policy says so.
func (k *knownValues) learn(name, value string, searchable policy) *replacement {
	return k.learnAs("", name, value, searchable)
}

func (k *knownValues) learnAs(format, name, value string, searchable policy) *replacement {
	k.mu.RLock()
	known := k.values[value]
	if known != nil && !known.isPending && !known.isNeutral && (known.isSearched || !searchable(value)) {
		defer k.mu.RUnlock()
		return known.replacement
	}
	k.mu.RUnlock()
	custom := k.customText(name, value)
	k.mu.Lock()
	defer k.mu.Unlock()
	known = k.values[value]
	switch {
	case known == nil:
		known = new(knownValue)
	case known.isPending, known.isNeutral && format == "":
		// This place names it, instead of the variable.
	default:
		k.keep(value, known, searchable) // its first place did not make it searchable
		return known.replacement
	}
	before := known.replacement
	learned := &replacement{onTape: custom, unnumbered: custom, format: format}
	if custom == "" {
		name = placeholderName(name)
		k.counts[name]++
		learned.onTape, learned.unnumbered = placeholderOf(name, k.counts[name]), placeholderOf(name, 1)
	} else {
		k.setCustom(custom, value)
	}
	if before != nil && !known.isPending && before.onTape != learned.onTape {
		k.renamed[before.onTape] = learned.onTape
	}
	known.replacement, known.isPending, known.isNeutral = learned, false, false
	k.keep(value, known, searchable)
	return learned
}

// learnPart gives a part of a value the replacement of the whole.
func (k *knownValues) learnPart(part credentialPart, whole *replacement) {
	if !part.searchable(part.value) {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	known := k.values[part.value]
	switch {
	case known == nil:
		known = &knownValue{replacement: whole}
	case known.isPending, known.isNeutral:
		if !known.isPending {
			k.renamed[known.onTape] = whole.onTape
		}
		known.replacement, known.isPending, known.isNeutral = whole, false, false
	}
	k.keep(part.value, known, part.searchable)
}

// keep is called with k.mu held.
func (k *knownValues) keep(value string, known *knownValue, searchable policy) {
	k.values[value] = known
	k.changes++
	if known.isSearched || value == known.onTape || !searchable(value) {
		return
	}
	known.isSearched = true
	k.plain = k.plain && isPlain(value)
	var patterns []pattern[searchedSpelling]
	for _, s := range spellingsOf(value) {
		patterns = append(patterns, pattern[searchedSpelling]{[]byte(s.text), searchedSpelling{s, known}})
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

// setCustom is called with k.mu held.
func (k *knownValues) setCustom(custom, value string) {
	k.custom[custom] = true
	if custom != value {
		k.written[custom] = true
	}
}

// edits returns the edits that replace every spelling of every searched value in a
// text.
func (k *knownValues) edits(text []byte, unnumbered bool) []media.Edit {
	edits, pending := k.search(text, unnumbered)
	if len(pending) == 0 {
		return edits
	}
	k.mu.Lock()
	for _, known := range pending {
		if known.isPending {
			k.name(known)
		}
	}
	k.mu.Unlock()
	edits, _ = k.search(text, unnumbered)
	return edits
}

// search returns the edits, and the values among them that have no placeholder yet.
func (k *knownValues) search(text []byte, unnumbered bool) (edits []media.Edit, pending []*knownValue) {
	k.mu.RLock()
	defer k.mu.RUnlock()
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
		if s.value.isPending && !unnumbered {
			pending = append(pending, s.value)
		}
		edit := s.value.edit(start, end, unnumbered)
		if isNumeric(text[start:end]) && isJSONNumber(text, start, end) {
			edit.Text = "0" // a number stays one
		}
		edits = append(edits, edit)
		return end
	})
	return edits, pending
}

// renameEdits returns the edits of placeholders that have another name by now.
func (k *knownValues) renameEdits(text []byte) []media.Edit {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var edits []media.Edit
	for p, ok := nextPlaceholder(text, 0); ok; p, ok = nextPlaceholder(text, p.end) {
		if name, ok := k.renamed[string(text[p.start:p.end])]; ok {
			edits = append(edits, media.Edit{Start: p.start, End: p.end, Text: name})
		}
	}
	return edits
}

// hasRenamed reports whether a placeholder has another name by now.
func (k *knownValues) hasRenamed() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.renamed) > 0
}

// mayChange reports whether a searched value occurs in a text as it is, and whether
// all searched values are plain.
func (k *knownValues) mayChange(text []byte) (occurs, plain bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.spellings.occursIn(text), k.plain
}

// lookUp returns the replacement of a value, nil if it has none yet.
func (k *knownValues) lookUp(value string) *replacement {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if known := k.values[value]; known != nil && !known.isPending {
		return known.replacement
	}
	return nil
}

// isSearched reports whether a value is searched for everywhere.
func (k *knownValues) isSearched(value string) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	known := k.values[value]
	return known != nil && known.isSearched
}

// isCustom reports whether a value came from Rules.Replace, in this session or another.
func (k *knownValues) isCustom(name, value string) bool {
	if k.replace == nil {
		return false
	}
	return k.isReplacement([]byte(value)) || k.customText(name, value) == value
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

// customTexts returns what Rules.Replace returned so far.
func (k *knownValues) customTexts() map[string]bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return maps.Clone(k.custom)
}

// writtenTexts returns what Rules.Replace returned so far for other texts.
func (k *knownValues) writtenTexts() map[string]bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return maps.Clone(k.written)
}

// size grows with each thing that is learned.
func (k *knownValues) size() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.changes
}

// isReplacement reports whether a value is a placeholder, or came from
// Rules.Replace.
func (k *knownValues) isReplacement(value []byte) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.custom[string(value)] || isPlaceholder(value)
}

// secrets returns the searched values under the names of their placeholders. Those that
// only a variable tells are left out: whoever asks knows the variables too.
func (k *knownValues) secrets() []Secret {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var secrets []Secret
	for value, known := range k.values {
		if known.isSearched && !known.isPending {
			name := strings.TrimSuffix(strings.TrimPrefix(known.unnumbered, PlaceholderPrefix), "]")
			secrets = append(secrets, Secret{Name: name, Value: value, Learned: true})
		}
	}
	return secrets
}

// formatOf returns the kind of a value that is a key of a known format as a whole, ""
// for any other.
func formatOf(value string) (kind string) {
	for _, k := range keysIn([]byte(value)) {
		if k.from == 0 && k.to == len(value) {
			kind = keyFormats[k.format].kind
		}
	}
	return kind
}
