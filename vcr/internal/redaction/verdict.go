package redaction

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
	"sync/atomic"
)

// A verdict is what happens to a value because of its name.
type verdict uint8

const (
	kept verdict = iota
	ifDrawn
	secret
	forced // as the user says, whatever the value is
)

// A place is where a name is.
type place int

const (
	inHeader place = iota
	inQuery        // of a URL
	inForm         // also a field of multipart
	inBody         // JSON, XML, configuration
	inVariable
	places
)

// names tell what happens to the value of a name: the names of the rules, and the rule
// book.
type names struct {
	redact, keep [places]*nameSet // nil without names
}

func namesFor(rules Rules) *names {
	n := new(names)
	n.redact[inHeader], n.redact[inQuery] = newPatternSet(rules.Headers), newPatternSet(rules.Query)
	n.keep[inHeader], n.keep[inQuery] = newPatternSet(rules.KeepHeaders), newPatternSet(rules.KeepQuery)
	n.keep[inBody] = newPatternSet(slices.DeleteFunc(slices.Clone(rules.KeepBody), isJSONPath))
	n.keep[inForm], n.keep[inVariable] = n.keep[inBody], n.keep[inBody]
	return n
}

// isForced reports whether the user says that a name is secret, whatever the value is.
func (n *names) isForced(in place, name []byte) bool {
	return n.redact[in] != nil && n.redact[in].has(name)
}

// mayBeSecret is a cheap test that most innocent names fail.
func (n *names) mayBeSecret(in place, name []byte) bool {
	return n.redact[in] != nil || defaultNames.mayBeSecret(name)
}

// verdict returns what happens to a string under a name. It does not allocate, except
// for a name that was not seen before.
func (n *names) verdict(in place, name []byte) verdict {
	if n.redact[in] != nil || n.keep[in] != nil {
		if v, ok := n.own(in, name); ok {
			return v
		}
	}
	return defaultNames.find(in, name).ofString
}

// containerVerdict returns what happens to the strings of an object or array under a
// name. The names of arrays may be plural.
func (n *names) containerVerdict(in place, name []byte) verdict {
	if n.redact[in] != nil || n.keep[in] != nil {
		if v, ok := n.own(in, name); ok {
			return v
		}
	}
	return defaultNames.find(in, name).ofContainer
}

// keeps reports whether the user says that the values of a name stay.
func (n *names) keeps(in place, name []byte) bool {
	return n.keep[in] != nil && n.keep[in].has(name) && !n.isForced(in, name)
}

func (n *names) own(in place, name []byte) (v verdict, ok bool) {
	switch {
	case n.isForced(in, name):
		return secret, true
	case n.keeps(in, name):
		return kept, true
	}
	return kept, false
}

// defaultNames remembers what the rule book says. A process sees few names: those of
// its APIs.
var defaultNames rememberedNames

// rememberedNames are names of which the rule book was asked. Their number is bounded:
// two names of the same hash take each other's place. They are safe for concurrent use.
type rememberedNames struct {
	seed  maphash.Seed
	slots [1 << 12]atomic.Pointer[rememberedName]
	// ends has a bit for the last three letters of each name that may be secret. It
	// dismisses most names.
	ends [1 << 15 / 64]uint64
}

type rememberedName struct {
	in                    place
	name                  string
	ofString, ofContainer verdict
}

var unknownName = new(rememberedName)

// longestName is the length in bytes of the longest name that is judged.
const longestName = 64

func (r *rememberedNames) find(in place, name []byte) *rememberedName {
	if len(name) > longestName || !r.mayBeSecret(name) {
		return unknownName
	}
	slot := &r.slots[(maphash.Bytes(r.seed, name)+uint64(in))%uint64(len(r.slots))]
	if known := slot.Load(); known != nil && known.in == in && known.name == string(name) {
		return known
	}
	ruling := judge(in, string(name))
	known := &rememberedName{in: in, name: string(name), ofString: ruling.verdict, ofContainer: ruling.verdict}
	if ruling.plural {
		known.ofString = kept
		if in == inVariable {
			known.ofString = ruling.verdict // several values with commas between them
		}
		if ruling.verdict != secret {
			known.ofContainer = kept // such as the counts of tokens
		}
	}
	slot.Store(known)
	return known
}

// mayBeSecret looks at the last three letters of a name.
func (r *rememberedNames) mayBeSecret(name []byte) bool {
	end := len(name)
	for end > 0 && !isLetter(name[end-1]) {
		end-- // as wordsOf drops it
	}
	if end < len("pw") {
		return false
	}
	var third byte
	if end > 2 {
		third = name[end-3]
	}
	bit := endBit(third, name[end-2], name[end-1])
	return r.ends[bit/64]>>(bit%64)&1 != 0
}

// endBit is the same for both cases of a letter.
func endBit(a, b, c byte) uint { return uint(a%32)<<10 | uint(b%32)<<5 | uint(c%32) }

func (r *rememberedNames) prepare() {
	r.seed = maphash.MakeSeed()
	addEnd := func(a, b, c byte) {
		bit := endBit(a, b, c)
		r.ends[bit/64] |= 1 << (bit % 64)
	}
	add := func(word string) {
		if len(word) == 1 { // behind a sign, or behind a last word
			for third := range byte(32) {
				addEnd(third, '-', word[0])
				addEnd(third, '_', word[0])
				addEnd(third, '.', word[0])
			}
			for head := range rulesByHead {
				addEnd(head[len(head)-2], head[len(head)-1], word[0])
			}
			return
		}
		if end := len(word); end > 2 {
			addEnd(word[end-3], word[end-2], word[end-1])
			return
		}
		for third := range byte(32) {
			addEnd(third, word[0], word[1])
		}
	}
	for _, set := range []map[string]bool{valueWords, secretHeaders, secretParameters, secretFields} {
		for word := range set {
			add(word)
		}
	}
	for head := range rulesByHead {
		if head != "id" { // most names that end in it are no session's
			add(head)
			add(head + "s")
		}
	}
	for _, end := range []string{"_id", "-id", "nid"} {
		add(end)
	}
}

// A nameSet is a set of names, without regard to letter case.
type nameSet struct {
	names  map[string]bool
	firsts [longestName + 1]uint32 // by the length: the first letters, one bit each
	starts []string                // of the names that end in a star
}

// newNameSet returns nil without names.
func newNameSet(names []string) *nameSet {
	if len(names) == 0 {
		return nil
	}
	set := &nameSet{names: make(map[string]bool, len(names))}
	for _, name := range names {
		name = lower(name)
		set.names[name] = true
		if 0 < len(name) && len(name) <= longestName {
			set.firsts[len(name)] |= 1 << (name[0] % 32)
		}
	}
	return set
}

// newPatternSet is like newNameSet, for names that may end in a star.
func newPatternSet(names []string) *nameSet {
	set := newNameSet(names)
	for _, name := range names {
		if start, ok := strings.CutSuffix(name, "*"); ok {
			set.starts = append(set.starts, start)
		}
	}
	return set
}

// has reports whether a name is in the set. It does not allocate for common names.
func (s *nameSet) has(name []byte) bool {
	for _, start := range s.starts {
		if len(name) >= len(start) && bytes.EqualFold(name[:len(start)], []byte(start)) {
			return true
		}
	}
	if len(name) > longestName {
		return s.names[string(bytes.ToLower(name))]
	}
	// Both cases of a letter leave the same remainder.
	if len(name) == 0 || s.firsts[len(name)]>>(name[0]%32)&1 == 0 {
		return false
	}
	var short [longestName]byte
	for n, c := range name {
		if isUpper(c) {
			c += 'a' - 'A'
		}
		short[n] = c
	}
	return s.names[string(short[:len(name)])]
}

func lower(name string) string { return string(bytes.ToLower([]byte(name))) }

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
