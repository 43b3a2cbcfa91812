package redact

import (
	"strings"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// knowledge is which values are secrets, and what stands for each. It is safe
// for concurrent use; searching does not wait for searching.
type knowledge struct {
	replace func(name, value string) string

	mu     sync.RWMutex
	values map[string]*standIn
	sought map[string]bool // values that are searched for
	taught map[named]bool  // headers and parameters that have nothing more to teach
	count  map[string]int  // name -> values that have a placeholder of that name
	own    map[string]bool // what replace returned
	forms  *searcher[sought]
	plain  bool // all that is searched for stands in JSON as it is, unless an escape disguises it
}

// A standIn is what stands for a value.
type standIn struct {
	text string // on a tape
	key  string // in what is compared
	kind string // of a key that was known by its shape only: each find is reported
}

// edit puts it in the place of a value. Compared says that it is for a key.
func (s *standIn) edit(start, end int, compared bool) media.Edit {
	if compared {
		return media.Edit{Start: start, End: end, Text: s.key}
	}
	return media.Edit{Start: start, End: end, Text: s.text, Note: s.kind}
}

// sought is a form of a value, and what stands for it.
type sought struct {
	form    form
	standIn *standIn
}

func newKnowledge(replace func(name, value string) string) *knowledge {
	return &knowledge{
		replace: replace, values: map[string]*standIn{}, sought: map[string]bool{}, taught: map[named]bool{},
		count: map[string]int{}, own: map[string]bool{}, forms: newSearcher[sought](), plain: true,
	}
}

// of returns what stands for a value, nil if that is not known, and whether the
// value is searched for.
func (k *knowledge) of(value string) (s *standIn, sought bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.values[value], k.sought[value]
}

// named is a header or parameter.
type named struct{ name, value string }

func (k *knowledge) hasTaught(n named) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.taught[n]
}

func (k *knowledge) setTaught(n named) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.taught[n] = true
}

// size returns how many values are known.
func (k *knowledge) size() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.values)
}

// stands reports whether a value stands for another one: a placeholder, or what
// the user's callable returned.
func (k *knowledge) stands(value []byte) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.own[string(value)] || isPlaceholder(value)
}

// learn returns what stands for a value that was found under a name, and has it
// searched for from now on if it is worth it.
func (k *knowledge) learn(name, value string, worth worth) *standIn {
	return k.learnAs(standIn{}, name, value, worth)
}

// learnShape learns a key that is known by its shape.
func (k *knowledge) learnShape(kind, value string) *standIn {
	return k.learnAs(standIn{kind: kind}, kind, value, asCredential)
}

func (k *knowledge) learnAs(as standIn, name, value string, worth worth) *standIn {
	found, sought := k.of(value)
	if found != nil && (sought || !worth(value)) {
		return found
	}
	custom := k.custom(name, value)
	k.mu.Lock()
	defer k.mu.Unlock()
	if found := k.values[value]; found != nil {
		k.keep(value, found, worth) // it was not worth it where it stood before
		return found
	}
	as.text, as.key = custom, custom
	if custom == "" {
		name = placeholderName(name)
		k.count[name]++
		as.text, as.key = placeholderOf(name, k.count[name]), placeholderOf(name, 1)
	} else {
		k.own[custom] = true
	}
	k.keep(value, &as, worth)
	return &as
}

// alias puts the part of a value that counts under the placeholder of the whole.
func (k *knowledge) alias(part string, whole *standIn, worth worth) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.values[part]; s != nil {
		whole = s
	}
	if worth(part) {
		k.keep(part, whole, worth)
	}
}

// keep is called with k.mu held.
func (k *knowledge) keep(value string, s *standIn, worth worth) {
	k.values[value] = s
	if k.sought[value] || value == s.text || !worth(value) {
		return
	}
	k.sought[value] = true
	k.plain = k.plain && isPlain(value)
	var patterns []pattern[sought]
	for _, f := range forms(value) {
		patterns = append(patterns, pattern[sought]{[]byte(f.text), sought{f, s}})
	}
	k.forms.add(patterns)
}

// custom asks the user's callable. One that panics has said nothing, and so has
// one whose text could not stand everywhere.
func (k *knowledge) custom(name, value string) (text string) {
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

// learnField learns the value of a field of a body.
func (k *knowledge) learnField(name, value string) *standIn {
	return k.learn(name, value, asField)
}

// find returns the edits that replace what is known wherever it stands in a text,
// in whatever form. Compared says that it is part of a key.
func (k *knowledge) find(text []byte, compared bool) []media.Edit {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var edits []media.Edit
	k.forms.find(text, func(start, end int, s sought) int {
		if within := placeholderAround(text, start); within > 0 {
			return within
		}
		if isNumeric(text[start:end]) && touchesNumber(text, start, end) {
			return start
		}
		start, end = s.form.grow(text, start, end)
		if last := len(edits) - 1; last >= 0 {
			start = max(start, edits[last].End) // two finds in one run of base64
		}
		edit := s.standIn.edit(start, end, compared)
		if isNumeric(text[start:end]) && isJSONNumber(text, start, end) {
			edit.Text = "0" // a number stays one
		}
		edits = append(edits, edit)
		return end
	})
	return edits
}
