package instants

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// isInstantName reports whether the name of a field says that its value is an instant:
// its last word is at, as in created_at and expiresAt, one of its words says that
// something expires, or it is a claim of a JSON Web Token (RFC 7519).
func isInstantName(name string) bool {
	switch name {
	case "exp", "iat", "nbf":
		return true
	}
	words := wordsOf(name)
	for n, word := range words {
		switch word {
		case "expires", "expiry", "expiration":
			return true
		case "at":
			if n > 0 && n == len(words)-1 {
				return true
			}
		}
	}
	return false
}

// wordsOf returns the words of a name such as expires_at, expires-at or expiresAt, in
// small letters.
func wordsOf(name string) []string {
	var spaced strings.Builder
	before := ' '
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before):
			spaced.WriteByte(' ')
		}
		spaced.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.Fields(spaced.String())
}

// move returns the text of an instant that lies a time later. Ok is false for a text
// that is no instant, or that would get another length.
func move(text string, by time.Duration) (now string, ok bool) {
	if now, ok = moveNumber(text, by); !ok {
		if now, ok = moveDate(text, by); !ok {
			now, ok = moveHTTPDate(text, by)
		}
	}
	return now, ok && len(now) == len(text)
}

// moveNumber moves a time since 1970, with or without a fraction. Its digits tell its
// unit: ten are seconds from 2001 on, 13 milliseconds, 16 microseconds, 19 nanoseconds.
// So the 3600 of expires_in is no instant.
func moveNumber(text string, by time.Duration) (now string, ok bool) {
	whole, fraction := text, ""
	if dot := strings.IndexByte(text, '.'); dot >= 0 {
		whole, fraction = text[:dot], text[dot:]
	}
	unit := time.Second
	for digits := 10; digits < len(whole); digits += 3 {
		unit /= 1000
	}
	if len(whole) < 10 || (len(whole)-10)%3 != 0 || unit == 0 || !isDigits(strings.TrimPrefix(fraction, ".")) || whole[0] == '0' || !isDigits(whole) {
		return "", false
	}
	number, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return "", false
	}
	return strconv.FormatInt(number+int64(by/unit), 10) + fraction, true
}

func isDigits(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// dateRest is what may follow the seconds of a date of RFC 3339, and of its relatives
// that leave the zone out.
var dateRest = regexp.MustCompile(`^(\.\d+)?(Z|z|[+-]\d\d:?\d\d)?$`)

// moveDate moves a date of RFC 3339. Its fraction and zone stay.
func moveDate(text string, by time.Duration) (now string, ok bool) {
	const seconds = len(time.DateTime)
	if len(text) < seconds || !dateRest.MatchString(text[seconds:]) {
		return "", false
	}
	for _, layout := range []string{"2006-01-02T15:04:05", time.DateTime} {
		if at, err := time.Parse(layout, text[:seconds]); err == nil {
			return at.Add(by).Format(layout) + text[seconds:], true
		}
	}
	return "", false
}

// cookieDate is the form of dates that the cookies of older servers have.
const cookieDate = "Mon, 02-Jan-2006 15:04:05 GMT"

func moveHTTPDate(text string, by time.Duration) (now string, ok bool) {
	for _, layout := range []string{http.TimeFormat, cookieDate} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Add(by).Format(layout), true
		}
	}
	return "", false
}

// written finds what may be an instant in a request. In the query of a URL and in a form
// it may be escaped.
var written = regexp.MustCompile(`\d{4}-\d\d-\d\d(?:[T +]|%20)\d\d(?::|%3[Aa])\d\d(?::|%3[Aa])\d\d(?:\.\d+)?(?:[Zz]|(?:[+-]|%2[Bb])\d\d(?::|%3[Aa])?\d\d)?|\d{10,19}(?:\.\d+)?`)

// MoveBack returns a text of a request with the moved instants as they were on the tape:
// old returns that for an instant, and "" for any other text. Without one, MoveBack
// returns text itself.
func MoveBack(text string, old func(moved string) string) string {
	return written.ReplaceAllStringFunc(text, func(found string) string {
		if before := old(found); before != "" {
			return before
		}
		if plain, err := url.QueryUnescape(found); err == nil && plain != found {
			if before := old(plain); before != "" {
				return url.QueryEscape(before)
			}
		}
		return found
	})
}
