package redaction

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// PlaceholderPrefix starts every placeholder. A name follows, then a colon and a
// number if several values share the name, and a closing bracket. Code that puts a
// placeholder into a URL or into JSON may escape the brackets and the colons. Anything
// else is text, such as [redacted:] and [redacted:a b]: a name consists of letters,
// digits, dashes, dots and underscores.
const PlaceholderPrefix = "[redacted:"

// placeholderOf returns the placeholder of the nth value of a name.
func placeholderOf(name string, n int) string {
	if n < 2 {
		return PlaceholderPrefix + name + "]"
	}
	return PlaceholderPrefix + name + ":" + strconv.Itoa(n) + "]"
}

// placeholderName returns a name in lower case. It replaces what would end a
// placeholder, and what URLs and JSON would escape.
func placeholderName(name string) string {
	if name == "" {
		return neutralName
	}
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case r < 0x80 && isNameByte(byte(r)):
			return r
		default:
			return '_'
		}
	}, name)
}

func isNameByte(c byte) bool { return nameBytes[c] }

var nameBytes = func() (set [256]bool) {
	for c := range set {
		set[c] = isAlphanumeric(byte(c)) || strings.IndexByte("_-.", byte(c)) >= 0
	}
	return set
}()

// CutPlaceholder cuts a text around its first placeholder that is not escaped, which it
// returns without its brackets and prefix.
func CutPlaceholder(text string) (before, name, after string, found bool) {
	for at := 0; ; {
		offset := strings.Index(text[at:], PlaceholderPrefix)
		if offset < 0 {
			return text, "", "", false
		}
		start := at + offset
		at = start + len(PlaceholderPrefix)
		if length := plainNameLength(text[at:]); length > 0 {
			return text[:start], text[at : at+length], text[at+length+1:], true
		}
	}
}

// HoldsPlaceholder reports whether [CutPlaceholder] finds a placeholder in a text.
func HoldsPlaceholder(text string) bool {
	_, _, _, found := CutPlaceholder(text)
	return found
}

// plainNameLength returns the length of the name, with its number, that a bracket closes.
// It is 0 without a name, or without a bracket.
func plainNameLength(text string) int {
	end := 0
	for end < len(text) && isNameByte(text[end]) {
		end++
	}
	nameEnd := end
	if end < len(text) && text[end] == ':' {
		for end++; end < len(text) && isDigit(text[end]); end++ {
		}
	}
	if nameEnd == 0 || end == len(text) || text[end] != ']' {
		return 0
	}
	return end
}

// Placeholders returns the placeholders in a text, with their delimiters decoded.
func Placeholders(text []byte) (placeholders []string) {
	for m, ok := nextPlaceholder(text, 0); ok; m, ok = nextPlaceholder(text, m.end) {
		placeholders = append(placeholders, m.placeholder(text))
	}
	return placeholders
}

// A mark is where a placeholder, or a quote of one, is in a text. Its brackets and
// colons may be percent-encoded, or escaped as in JSON.
type mark struct {
	start, end           int
	colonStart, colonEnd int // the first colon
	nameStart, nameEnd   int
	isQuote              bool // see quotes.go
}

// placeholder returns the placeholder of a mark with its delimiters decoded, or what a
// quote quotes.
func (m mark) placeholder(text []byte) string {
	placeholder := append([]byte(PlaceholderPrefix), text[m.nameStart:m.nameEnd]...)
	for at := m.nameEnd; at < m.end; {
		if length := delimiterLength(text, at, ':'); length > 0 {
			placeholder, at = append(placeholder, ':'), at+length
		} else if isDigit(text[at]) {
			placeholder, at = append(placeholder, text[at]), at+1
		} else {
			break // the closing bracket
		}
	}
	return string(append(placeholder, ']'))
}

// nextPlaceholder returns the first placeholder at or after a place.
func nextPlaceholder(text []byte, at int) (mark, bool) {
	for {
		m, ok := nextMark(text, at)
		if !ok || !m.isQuote {
			return m, ok
		}
		at = m.end
	}
}

// nextMark returns the first placeholder or quote at or after a place.
func nextMark(text []byte, at int) (mark, bool) {
	word := []byte("redacted")
	for {
		offset := bytes.Index(text[min(at, len(text)):], word)
		if offset < 0 {
			return mark{}, false
		}
		at += offset + len(word)
		for _, bracket := range [...]int{len("["), len("%5B"), len(`\u005b`)} {
			start := at - len(word) - bracket
			if start >= 0 && delimiterLength(text, start, '[') == bracket {
				if m, ok := markAt(text, start, at); ok {
					return m, true
				}
			}
		}
	}
}

// markAt reads on after the word "redacted", which ends at text[at].
func markAt(text []byte, start, at int) (m mark, ok bool) {
	m = mark{start: start, colonStart: at, colonEnd: at + delimiterLength(text, at, ':')}
	m.nameStart = m.colonEnd
	for length := delimiterLength(text, m.nameStart, ':'); m.colonEnd > at && length > 0; length = delimiterLength(text, m.nameStart, ':') {
		m.nameStart, m.isQuote = m.nameStart+length, true
	}
	for at = m.nameStart; at < len(text) && isNameByte(text[at]); at++ {
	}
	m.nameEnd = at
	if second := delimiterLength(text, at, ':'); second > 0 {
		for at += second; at < len(text) && isDigit(text[at]); at++ {
		}
	}
	closing := delimiterLength(text, at, ']')
	m.end = at + closing
	return m, m.colonEnd > m.colonStart && closing > 0 && m.nameEnd > m.nameStart
}

// delimiterLength returns the length of a delimiter at a place of text, which may be
// percent-encoded, or escaped as in JSON. It is 0 for anything else.
func delimiterLength(text []byte, at int, c byte) int {
	switch {
	case at < len(text) && text[at] == c:
		return 1
	case at+3 <= len(text) && text[at] == '%' && strings.EqualFold(string(text[at+1:at+3]), strconv.FormatInt(int64(c), 16)):
		return 3
	case at+6 <= len(text) && text[at] == '\\' && string(text[at+1:at+4]) == "u00" && strings.EqualFold(string(text[at+4:at+6]), strconv.FormatInt(int64(c), 16)):
		return 6
	}
	return 0
}

func isPlaceholder(value []byte) bool {
	p, ok := nextPlaceholder(value, 0)
	return ok && p.start == 0 && p.end == len(value)
}

func holdsPlaceholder(text []byte) bool {
	_, ok := nextPlaceholder(text, 0)
	return ok
}

// stripNumbers removes the numbers of placeholders from a text.
func stripNumbers(text string) string {
	return string(media.Apply([]byte(text), numberEdits([]byte(text))))
}

// numberEdits returns the edits that remove the numbers of placeholders, and decode
// their delimiters.
func numberEdits(text []byte) []media.Edit {
	if !holdsBracket(text) {
		return nil // the common case
	}
	var edits []media.Edit
	for at := 0; ; {
		p, ok := nextPlaceholder(text, at)
		if !ok {
			return edits
		}
		at = p.end
		if plain := placeholderOf(string(text[p.nameStart:p.nameEnd]), 1); plain != string(text[p.start:p.end]) {
			edits = append(edits, media.Edit{Start: p.start, End: p.end, Text: plain})
		}
	}
}

// holdsBracket reports whether a text holds the opening of a placeholder. It is faster
// than a search for the word.
func holdsBracket(text []byte) bool {
	return bytes.Contains(text, []byte("[redacted")) ||
		(bytes.IndexByte(text, '%') >= 0 || bytes.IndexByte(text, '\\') >= 0) && (bytes.Contains(text, []byte("5Bredacted")) || bytes.Contains(text, []byte("5bredacted")))
}

// placeholderAround returns the end of the placeholder that covers a place of text, 0
// without one.
func placeholderAround(text []byte, at int) int {
	const longest = 200
	from := max(0, at-longest)
	near := text[from:min(len(text), at+longest)]
	for p, ok := nextPlaceholder(near, 0); ok && from+p.start <= at; p, ok = nextPlaceholder(near, p.end) {
		if at < from+p.end {
			return from + p.end
		}
	}
	return 0
}

// Restore returns an interaction whose response has usable values instead of
// placeholders, in headers, trailers and the body, also a compressed one. The
// function maps each placeholder to its value; it returns the placeholder to keep
// it, and nil keeps all. In JSON and in streams of it, values are escaped. Quotes of a
// tape that has them become what they quote, in errors too. Lengths and chunks follow.
// Restore never changes i, and returns i itself if nothing changes.
func Restore(i *cassette.Interaction, restore func(placeholder string) string, hasQuotes bool) *cassette.Interaction {
	restored := i.Clone()
	changed := rewriteResponse(&restored.Response, func(kind media.Kind, text []byte) []media.Edit {
		return restoreEdits(kind, text, restore, hasQuotes)
	})
	if hasQuotes && restored.Error != nil {
		changed = true
		restored.Error.Redact(func(text string) string { return string(media.Apply([]byte(text), unquoteEdits([]byte(text)))) })
	}
	if !changed {
		return i
	}
	return restored
}

// restoreEdits returns the edits that restore values in a text.
func restoreEdits(kind media.Kind, text []byte, restore func(string) string, hasQuotes bool) []media.Edit {
	inStrings := kind == media.JSON || kind == media.NDJSON || kind == media.SSE || kind == media.Frames
	return editMarks(text, func(m mark) (media.Edit, bool) {
		placeholder := string(text[m.start:m.end])
		if m.isQuote || restore == nil || !strings.HasPrefix(placeholder, PlaceholderPrefix) {
			return m.unquoted(), m.isQuote && hasQuotes
		}
		value := restore(placeholder)
		if value == placeholder {
			return media.Edit{}, false
		}
		if inStrings {
			quoted, _ := json.Marshal(value) // a string always has a JSON form
			value = string(quoted[1 : len(quoted)-1])
		}
		return media.Edit{Start: m.start, End: m.end, Text: value}, true
	})
}
