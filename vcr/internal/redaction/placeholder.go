package redaction

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// PlaceholderPrefix starts every placeholder. A name follows, then a colon and a
// number if several values share the name, and a closing bracket. Code that puts a
// placeholder into a URL escapes the brackets, and may escape the colons.
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

// A placeholderSpan is where a placeholder is in a text. Its brackets and colons may
// be percent-encoded.
type placeholderSpan struct{ start, nameStart, nameEnd, end int }

// nextPlaceholder returns the first placeholder at or after a place.
func nextPlaceholder(text []byte, at int) (placeholderSpan, bool) {
	word := []byte("redacted")
	for {
		offset := bytes.Index(text[min(at, len(text)):], word)
		if offset < 0 {
			return placeholderSpan{}, false
		}
		at += offset + len(word)
		for _, bracket := range []int{len("["), len("%5B")} {
			start := at - len(word) - bracket
			if start >= 0 && delimiterLength(text, start, '[') == bracket {
				if p, ok := placeholderAt(text, start, at); ok {
					return p, true
				}
			}
		}
	}
}

// placeholderAt reads on after the word "redacted", which ends at text[at].
func placeholderAt(text []byte, start, at int) (p placeholderSpan, ok bool) {
	colon := delimiterLength(text, at, ':')
	p.start, p.nameStart = start, at+colon
	for at = p.nameStart; at < len(text) && isNameByte(text[at]); at++ {
	}
	p.nameEnd = at
	if second := delimiterLength(text, at, ':'); second > 0 {
		for at += second; at < len(text) && isDigit(text[at]); at++ {
		}
	}
	closing := delimiterLength(text, at, ']')
	p.end = at + closing
	return p, colon > 0 && closing > 0 && p.nameEnd > p.nameStart
}

// delimiterLength returns the length of a delimiter at a place of text, which may be
// percent-encoded. It is 0 for anything else.
func delimiterLength(text []byte, at int, c byte) int {
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
		bytes.IndexByte(text, '%') >= 0 && (bytes.Contains(text, []byte("%5Bredacted")) || bytes.Contains(text, []byte("%5bredacted")))
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

var anyPlaceholder = regexp.MustCompile(regexp.QuoteMeta(PlaceholderPrefix) + `[^\]]+\]`)

// Restore returns an interaction whose response has usable values instead of
// placeholders, in headers, trailers and the body, also a compressed one. The
// function maps each placeholder to its value; it returns the placeholder to keep
// it. In JSON and in streams of it, values are escaped. Lengths and chunks follow.
// Restore never changes i, and returns i itself if nothing changes.
func Restore(i *cassette.Interaction, restore func(placeholder string) string) *cassette.Interaction {
	restored := i.Clone()
	r := &restored.Response
	changed := restoreHeader(r.Header, restore)
	changed = restoreHeader(r.Trailer, restore) || changed
	coding := headerValue(r.Header, "Content-Encoding")
	body := r.Body.Bytes()
	plain, isCoded := media.Decompress(coding, body)
	if isCoded {
		body = plain
	}
	edits := restoreEdits(media.KindOf(headerValue(r.Header, "Content-Type")), body, restore)
	switch {
	case len(edits) == 0 && !changed:
		return i
	case len(edits) == 0:
		return restored
	case isCoded:
		body, r.Chunks = media.Compress(coding, media.Apply(body, edits)), nil
	default:
		body, r.Chunks = media.Apply(body, edits), moveChunks(r.Chunks, edits)
	}
	setBody(r, cassette.NewBody(body))
	return restored
}

func restoreHeader(header http.Header, restore func(string) string) (changed bool) {
	for _, values := range header {
		for n, value := range values {
			if strings.Contains(value, PlaceholderPrefix) {
				values[n] = anyPlaceholder.ReplaceAllStringFunc(value, restore)
				changed = changed || values[n] != value
			}
		}
	}
	return changed
}

// restoreEdits returns the edits that restore values in a body.
func restoreEdits(kind media.Kind, body []byte, restore func(string) string) []media.Edit {
	if !bytes.Contains(body, []byte(PlaceholderPrefix)) {
		return nil
	}
	inStrings := kind == media.JSON || kind == media.NDJSON || kind == media.SSE
	var edits []media.Edit
	for _, at := range anyPlaceholder.FindAllIndex(body, -1) {
		placeholder := string(body[at[0]:at[1]])
		value := restore(placeholder)
		if value == placeholder {
			continue
		}
		if inStrings {
			quoted, _ := json.Marshal(value) // a string always has a JSON form
			value = string(quoted[1 : len(quoted)-1])
		}
		edits = append(edits, media.Edit{Start: at[0], End: at[1], Text: value})
	}
	return edits
}
