package redaction

import (
	"bytes"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// isObject reports whether a text that is no JSON is an object or a list of them, as
// Python, Ruby and JavaScript write them. A template begins with two braces.
func isObject(text []byte) bool {
	text = trimStart(text)
	if len(text) > 1 && text[0] == '[' {
		text = trimStart(text[1:])
	}
	return len(text) > 1 && text[0] == '{' && text[1] != '{' && text[1] != '%'
}

// memberEdits returns the edits of members of objects: {'access_token': '…'},
// {"secret"=>"…"} and { clientSecret: "…" }. Without quotes, a value may be code, so it
// must be drawn; if the search is strict, any value must.
func (w *walk) memberEdits(text []byte, isStrict bool) []media.Edit {
	var edits []media.Edit
	for _, sign := range [...]string{":", "=>"} {
		for at := 0; ; {
			offset := bytes.Index(text[at:], []byte(sign))
			if offset < 0 {
				break
			}
			at += offset + len(sign)
			a, quoted, ok := memberAt(text, at-len(sign), at, isStrict)
			if !ok {
				continue
			}
			in := a.place()
			if v := w.r.names.verdict(in, a.name); v != kept && !isLabelled(a) {
				edits = append(edits, w.spanEdits(text, a.start, a.end, in, string(a.name), v, isStrict || !quoted)...)
			}
			at = a.end
		}
	}
	return sorted(edits)
}

// memberAt reads around the sign text[sign:end]. A colon between double quotes is one of
// JSON. Without quotes, a value is in an object, or a brace or comma is before its name.
func memberAt(text []byte, sign, end int, isStrict bool) (a assignment, quoted, ok bool) {
	const quotes = "\"'`"
	for sign > 0 && text[sign-1] == ' ' && end-sign < longestName {
		sign--
	}
	var quote byte
	if sign > 0 && strings.IndexByte(quotes, text[sign-1]) >= 0 {
		sign--
		quote = text[sign]
	}
	a.nameStart = sign
	for a.nameStart > 0 && sign-a.nameStart < longestName && isNameByte(text[a.nameStart-1]) {
		a.nameStart--
	}
	a.name = text[a.nameStart:sign]
	if len(a.name) < 2 || !defaultNames.mayBeSecret(a.name) || quote != 0 && (a.nameStart == 0 || text[a.nameStart-1] != quote) {
		return a, false, false
	}
	at := skipSpace(text, end)
	if at+1 < len(text) && (text[at] == 'b' || text[at] == 'u') && strings.IndexByte(quotes, text[at+1]) >= 0 {
		at++ // a prefix of Python
	}
	if at == len(text) || strings.IndexByte(quotes, text[at]) < 0 {
		before := bytes.TrimRight(text[max(0, a.nameStart-2):a.nameStart], " ")
		if isStrict && (len(before) == 0 || before[len(before)-1] != '{' && before[len(before)-1] != ',') {
			return a, false, false
		}
		a.start, a.end, ok = assignedAt(text, at)
		return a, false, ok
	}
	a.start = at + 1
	a.end, ok = closingQuote(text, at)
	return a, true, ok && a.end > a.start && (quote != '"' || text[at] != '"' || text[end-1] != ':')
}

// closingQuote returns where the quote is that closes the one at a place of text, on the
// same line.
func closingQuote(text []byte, opening int) (at int, ok bool) {
	for at = opening + 1; at < min(len(text), opening+longestAssigned) && text[at] >= ' '; at++ {
		switch text[at] {
		case text[opening]:
			return at, true
		case '\\':
			at++
		}
	}
	return 0, false
}
