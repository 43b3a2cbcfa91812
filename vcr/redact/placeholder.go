package redact

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// PlaceholderPrefix is what every placeholder begins with. A name follows, a number
// behind a colon where values of one name differ, and a closing bracket. Code that
// puts a placeholder into a URL escapes the bracket, and may escape the colon.
const PlaceholderPrefix = "[redacted:"

// placeholderOf returns what stands for the nth value of a name.
func placeholderOf(name string, n int) string {
	if n < 2 {
		return PlaceholderPrefix + name + "]"
	}
	return PlaceholderPrefix + name + ":" + strconv.Itoa(n) + "]"
}

// placeholderName is a name in lower case, without what would end a placeholder
// or what URLs and JSON would have to escape in it.
func placeholderName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case r < 0x80 && inName(byte(r)):
			return r
		default:
			return '_'
		}
	}, name)
}

func inName(c byte) bool { return isAlphanumeric(c) || c == '_' || c == '-' || c == '.' }

// A placeholder is where one stands in a text. Its brackets and colons may be
// percent-encoded, as code writes them that puts what it got into a URL.
type placeholder struct{ start, nameStart, nameEnd, end int }

// nextPlaceholder returns the first placeholder at or after a place.
func nextPlaceholder(text []byte, at int) (placeholder, bool) {
	word := []byte("redacted")
	for {
		found := bytes.Index(text[min(at, len(text)):], word)
		if found < 0 {
			return placeholder{}, false
		}
		at += found + len(word)
		for _, bracket := range []int{len("["), len("%5B")} {
			start := at - len(word) - bracket
			if start >= 0 && sign(text, start, '[') == bracket {
				if p, ok := placeholderAt(text, start, at); ok {
					return p, true
				}
			}
		}
	}
}

// placeholderAt reads on behind the word.
func placeholderAt(text []byte, start, at int) (p placeholder, ok bool) {
	colon := sign(text, at, ':')
	p.start, p.nameStart = start, at+colon
	for at = p.nameStart; at < len(text) && inName(text[at]); at++ {
	}
	p.nameEnd = at
	if second := sign(text, at, ':'); second > 0 {
		for at += second; at < len(text) && isDigit(text[at]); at++ {
		}
	}
	closing := sign(text, at, ']')
	p.end = at + closing
	return p, colon > 0 && closing > 0 && p.nameEnd > p.nameStart
}

// sign returns the length of a sign at a place of text, as it is or
// percent-encoded; 0 if it does not stand there.
func sign(text []byte, at int, c byte) int {
	switch {
	case at < len(text) && text[at] == c:
		return 1
	case at+3 <= len(text) && text[at] == '%' && strings.EqualFold(string(text[at+1:at+3]), strconv.FormatInt(int64(c), 16)):
		return 3
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

// withoutNumbers returns the edits that write each placeholder of a text in one
// way, and without its number.
func withoutNumbers(text []byte) []media.Edit {
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

// placeholderAround returns the end of the placeholder in which a place of text
// lies, 0 if it lies in none.
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
