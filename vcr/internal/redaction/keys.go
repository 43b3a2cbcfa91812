package redaction

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// A keyFormat is what the keys of one kind look like.
type keyFormat struct {
	kind     string
	literals []string // what is searched for: each key has one of them
	shape    keyShape // what surrounds them; empty if that is not all
	match    matchKey
}

// A matchKey returns where the key is that has its literal at text[start:end]. Without
// one, ok is false, and no key of any kind starts between start and to.
type matchKey func(text []byte, start, end int) (from, to int, ok bool)

// A foundKey is a key in a text.
type foundKey struct {
	from, to int
	literal  int // its length
	format   int // in keyFormats
}

// formatEdits returns the edits of the keys in a text, and learns them.
func (w *walk) formatEdits(text []byte) []media.Edit {
	var edits []media.Edit
	for _, k := range keysIn(text) {
		value := unescaped(string(text[k.from:k.to]))
		edits = append(edits, w.r.known.learnFormat(keyFormats[k.format].kind, value).edit(k.from, k.to, w.unnumbered))
	}
	if mayHoldURLPassword(text) {
		edits = merge(edits, w.urlPasswordEdits(text))
	}
	return edits
}

// unescaped returns a key as it is outside URLs, so that it is one value everywhere.
func unescaped(key string) string {
	unescape := url.PathUnescape
	if strings.HasPrefix(key, "-----BEGIN+") {
		unescape = url.QueryUnescape
	}
	for strings.Contains(key, "%") {
		once, err := unescape(key)
		if err != nil {
			break
		}
		key = once
	}
	return key
}

// keysIn returns the keys in a text, in order and without overlaps. Of keys with the
// same start, it returns the one with the longest literal: sk-ant- before sk-.
func keysIn(text []byte) []foundKey {
	keys := slices.DeleteFunc(keySearch.search(text, allKeys), func(k foundKey) bool {
		return placeholderAround(text, k.from) > 0 || isInsideBase64(text, k.from, k.to)
	})
	if len(keys) < 2 {
		return keys
	}
	slices.SortFunc(keys, func(a, b foundKey) int {
		return cmp.Or(a.from-b.from, b.literal-a.literal, a.format-b.format)
	})
	end := 0
	return slices.DeleteFunc(keys, func(k foundKey) bool {
		if k.from < end {
			return true
		}
		end = k.to
		return false
	})
}

// isInsideBase64 reports whether a key is part of base64 with + and /, which end it on
// both sides. There, it is one by chance.
func isInsideBase64(text []byte, from, to int) bool {
	const enough = 32 // a path of a URL rarely has as many before and after a key
	if from < enough || len(text)-to < enough || text[from-1] != '+' && text[from-1] != '/' {
		return false
	}
	isPart := func(c byte) bool { return isAlphanumeric(c) || c == '+' || c == '/' || c == '\\' } // some escape the slash
	return !isAlphanumeric(text[to]) && runEnd(text[:to+enough], from-enough, isPart) == to+enough
}

// mayHoldFormat reports whether a text holds a key of a known format, or may hold a URL
// with a password. A text whose JSON holds a key in a string holds it as well, unless
// an escape of JSON hides the key, see escapesPlain.
func mayHoldFormat(text []byte) bool {
	return keySearch.search(text, 1) != nil || mayHoldURLPassword(text) || mayHoldCommand(text)
}

// A part of a key is a literal, or a run of characters of one class.
type part struct {
	literal     string
	class       *class
	least, most int
}

// A class is a set of characters. In the class of base64, an escape of a URL counts as
// the character it stands for.
type class [256]bool

var classes = map[byte]*class{
	'd': classOf(digits),
	'h': classOf("0123456789abcdefABCDEF"),
	'l': classOf(digits + lowerLetters),
	'u': classOf(digits + upperLetters),
	'a': classOf(digits + lowerLetters + upperLetters),
	's': classOf(digits + lowerLetters + upperLetters + "-_"),
	'p': classOf(digits + lowerLetters + upperLetters + "-_."),
	't': classOf(digits + lowerLetters + upperLetters + "-_.~"),
	'b': classOf(digits + lowerLetters + upperLetters + "-_+/="),
}

const (
	digits       = "0123456789"
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// or returns the class of both. Nil has all characters.
func (c *class) or(d *class) *class {
	if c == nil || d == nil {
		return nil
	}
	both := *c
	for n, isMember := range d {
		both[n] = both[n] || isMember
	}
	return &both
}

func classOf(members string) *class {
	c := new(class)
	for n := range len(members) {
		c[members[n]] = true
	}
	return c
}

// longestSecret is the length in characters that no key reaches. A longer run is data
// that happens to start like a key.
const longestSecret = 8192

// key is a key that starts with one of some prefixes.
func key(kind, prefixes, after string) keyFormat { return keyAround(kind, "", prefixes, after) }

// randomKey is a key whose prefix may also start words.
func randomKey(kind, prefixes, after string) keyFormat {
	f := key(kind, prefixes, after)
	match := f.match
	f.match = func(text []byte, start, end int) (int, int, bool) {
		from, to, ok := match(text, start, end)
		return from, to, ok && isRandom(string(text[end:to]))
	}
	return f
}

// keyAround is a key that has one of some literals after other parts. Those have fixed
// lengths.
func keyAround(kind, before, literals, after string) keyFormat {
	shape := keyShape{before: partsOf(before), after: partsOf(after)}
	return keyFormat{kind, strings.Fields(literals), shape, shape.match}
}

// partsOf parses the notation of keyFormats. Mistakes in it panic.
func partsOf(notation string) []part {
	var parts []part
	for field := range strings.FieldsSeq(notation) {
		if len(field) < 2 || !isDigit(field[1]) || classes[field[0]] == nil {
			parts = append(parts, part{literal: field})
			continue
		}
		p := part{class: classes[field[0]]}
		least, most, isRange := strings.Cut(field[1:], "-")
		least, isOpen := strings.CutSuffix(least, "+")
		p.least = number(least)
		switch p.most = p.least; {
		case isRange:
			p.most = number(most)
		case isOpen:
			p.most = longestSecret
		}
		parts = append(parts, p)
	}
	return parts
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		panic("redaction: not a length: " + digits)
	}
	return n
}

// A keyShape is what surrounds the literal of a key.
type keyShape struct{ before, after []part }

// next returns the class of what follows the literal, nil if that may be anything.
func (s keyShape) next() *class {
	if len(s.after) == 0 {
		return nil
	}
	return s.after[0].class
}

func (s keyShape) match(text []byte, start, end int) (from, to int, ok bool) {
	from = start
	for _, p := range s.before {
		from -= p.least
	}
	if from < 0 || !startsKey(text, from) {
		return 0, 0, false
	}
	to = from
	for _, p := range s.before {
		if to = p.end(text, to); to < 0 {
			return 0, 0, false
		}
	}
	to = end
	for n, p := range s.after {
		begin := to
		if to = p.end(text, begin); to < 0 {
			return 0, 0, false
		}
		if n < len(s.after)-1 {
			continue
		}
		if p.goesOn(text, to) {
			if p.most < longestSecret {
				return 0, 0, false
			}
			return 0, to, false // data
		}
		for text[to-1] == '.' { // the end of a sentence
			to--
		}
		if to-begin < p.least {
			return 0, 0, false
		}
	}
	return from, to, !s.isExample(text[from:to], text[end:to])
}

// end returns where a part that starts at a place ends, -1 if it is not there.
func (p part) end(text []byte, at int) int {
	if p.class == nil {
		if !bytes.HasPrefix(text[at:], []byte(p.literal)) {
			return -1
		}
		return at + len(p.literal)
	}
	n := 0
	for ; n < p.most && at < len(text); n++ {
		length := p.class.lengthAt(text[at:])
		if length == 0 {
			break
		}
		at += length
	}
	if n < p.least {
		return -1
	}
	return at
}

// goesOn reports whether a run does not end at a place, but in what is longer. Dots end
// it if nothing follows them.
func (p part) goesOn(text []byte, at int) bool {
	for p.class['.'] && at < len(text) && text[at] == '.' {
		at++
	}
	return at < len(text) && (p.class[text[at]] || isAlphanumeric(text[at]))
}

// lengthAt returns the length of the character at the start of a text, 0 if it is not of
// the class.
func (c *class) lengthAt(text []byte) int {
	switch {
	case c[text[0]]:
		return 1
	case text[0] != '%' || !c['+']:
		return 0
	}
	at := 1
	for bytes.HasPrefix(text[at:], []byte("25")) { // %252B
		at += len("25")
	}
	if at+2 <= len(text) {
		switch string(text[at : at+2]) {
		case "2B", "2b", "2F", "2f", "3D", "3d":
			return at + 2
		}
	}
	return 0
}

// isExample reports whether a key is one of documentation: AKIA...EXAMPLE, or a prefix
// with words after it.
func (s keyShape) isExample(key, afterLiteral []byte) bool {
	if bytes.Contains(key, []byte("EXAMPLE")) {
		return true
	}
	if len(s.before) > 0 {
		return false
	}
	return isDummy(string(afterLiteral)) || len(s.after) == 1 && s.after[0].class['-'] && isWords(string(afterLiteral))
}

// isWords reports whether a text consists of several words, such as put-your-key-here or
// PUT_YOUR_KEY_HERE. A word may end in digits.
func isWords(text string) bool {
	const longestWord, mostDigits = 14, 4
	if text != strings.ToLower(text) && text != strings.ToUpper(text) {
		return false
	}
	words := 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("-_.", r) }) {
		letters := strings.TrimRight(word, digits)
		isWord := strings.Trim(letters, lowerLetters+upperLetters) == "" && len(letters) <= longestWord && len(word)-len(letters) <= mostDigits
		if !isWord && !isRepeated(word) {
			return false
		}
		words++
	}
	return words > 1
}

// startsKey reports whether a key can start at a place of text: after anything but a
// letter, a digit, - and _, and after an escape.
func startsKey(text []byte, at int) bool {
	return at == 0 || !isSlug(text[at-1]) || endsEscape(text, at)
}

// startsWord is startsKey for what may follow - and _.
func startsWord(text []byte, at int) bool {
	return at == 0 || !isAlphanumeric(text[at-1]) || endsEscape(text, at)
}

// endsEscape reports whether an escape ends before a place of text. That is an escape of
// JSON or of a programming language, such as \n, \u003d and \x3d; of a URL, such as %3D
// and %253D; or of a terminal, such as ESC[1;32m, whose ESC may be escaped in turn. An
// escape of a letter, a digit, - or _ is none.
func endsEscape(text []byte, at int) bool {
	text = text[max(0, at-longestEscape):at]
	last := len(text) - 1
	switch {
	case last >= 1 && text[last-1] == '\\':
		return strings.IndexByte("abefnrtv0", text[last]) >= 0
	case isHex(text[last]):
		if c, ok := hexEscape(text); ok {
			return c > 0x7F || !isSlug(byte(c))
		}
	}
	return isLetter(text[last]) && endsInColour(text[:last])
}

// longestEscape bounds how far back an escape is looked for.
const longestEscape = 40

// hexEscape returns the character of an escape by number at the end of a text.
func hexEscape(text []byte) (c uint64, ok bool) {
	digits := 2
	before := text[:max(0, len(text)-digits)]
	for bytes.HasSuffix(before, []byte("25")) {
		before = before[:len(before)-len("25")] // %253D
	}
	if !bytes.HasSuffix(before, []byte("%")) && !bytes.HasSuffix(text[:max(0, len(text)-digits)], []byte(`\x`)) {
		digits = 4
		if !bytes.HasSuffix(text[:max(0, len(text)-digits)], []byte(`\u`)) {
			return 0, false
		}
	}
	c, err := strconv.ParseUint(string(text[len(text)-digits:]), 16, 32)
	return c, err == nil
}

// endsInColour reports whether a text ends in an escape of a terminal without its last
// letter.
func endsInColour(text []byte) bool {
	text = bytes.TrimRight(text, "0123456789;:?")
	rest, ok := bytes.CutSuffix(text, []byte("["))
	if !ok && len(text) >= len("%5B") && bytes.EqualFold(text[len(text)-len("%5B"):], []byte("%5B")) {
		rest, ok = text[:len(text)-len("%5B")], true
	}
	if !ok || len(rest) == 0 {
		return false
	}
	if rest[len(rest)-1] == 0x1B || bytes.HasSuffix(rest, []byte(`\033`)) || bytes.HasSuffix(rest, []byte(`\e`)) {
		return true
	}
	c, ok := hexEscape(rest)
	return ok && c == 0x1B
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isSlug is for keys of base64url, or of words and dashes.
func isSlug(c byte) bool { return isAlphanumeric(c) || c == '-' || c == '_' }
