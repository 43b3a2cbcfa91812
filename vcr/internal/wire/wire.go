// Package wire says what a message of HTTP can hold. A person may have written
// anything on a tape, and a transport of the user's own may answer anything. So who
// reads a tape asks here, and who records asks the same: what is written can be read.
package wire

import (
	"fmt"
	"net/http"
	"strings"
)

// A Flaw says what is wrong with a value, to be read after its name, and what to do
// about it.
type Flaw struct{ Reason, Remedy string }

// Method returns what is wrong with a method; nil if nothing is.
func Method(method string) *Flaw {
	if method == "" || strings.ContainsFunc(method, isNotInToken) {
		return &Flaw{fmt.Sprintf("is %.60q, not a method", method), "write one such as GET"}
	}
	return nil
}

func isNotInToken(r rune) bool {
	switch {
	case 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// URL returns what is wrong with the URL of a request; nil if nothing is. A URL may
// hold a secret, and is not quoted.
func URL(url string) *Flaw {
	colon := strings.IndexByte(url, ':')
	if colon < 1 || strings.ContainsAny(url[:colon], "/?#[") {
		return &Flaw{"is not an absolute URL", "write it whole, as in https://api.example.com/v1/models"}
	}
	if authority, ok := strings.CutPrefix(url[colon+1:], "//"); ok {
		if end := strings.IndexAny(authority, "/?#"); end >= 0 {
			authority = authority[:end]
		}
		if strings.IndexByte(authority, '@') >= 0 {
			return &Flaw{"has a user before its host", "take out what stands before the @, and the @"}
		}
	}
	return Text(url)
}

// Text returns what is wrong with a text on one line, such as the value of a header;
// nil if nothing is. Other control characters are odd, and some servers send them.
func Text(text string) *Flaw {
	n := strings.IndexAny(text, breaks)
	if n < 0 {
		return nil
	}
	return &Flaw{fmt.Sprintf("holds %U, which HTTP does not allow there", text[n]), "write a blank in its place"}
}

const breaks = "\r\n\x00"

// IsBreak reports whether a character may be in no text on one line.
func IsBreak(r rune) bool { return r == '\r' || r == '\n' || r == 0 }

// Clean returns a text with blanks in the place of what HTTP does not allow.
func Clean(text string) string {
	if Text(text) == nil {
		return text
	}
	return strings.Map(func(r rune) rune {
		if IsBreak(r) {
			return ' '
		}
		return r
	}, text)
}

// CleanHeader cleans the names and values of a header, in place. Of two names that
// become equal, one keeps its values.
func CleanHeader(header http.Header) {
	for name, values := range header {
		for n, value := range values {
			values[n] = Clean(value)
		}
		if clean := Clean(name); clean != name {
			delete(header, name)
			header[clean] = values
		}
	}
}

// MostFields is how many names and values of headers a message may have. Servers
// send fewer than a hundred, and clients that count them take a thousand at most.
const MostFields = 2000

// Header returns what is wrong with the headers of a message, and with which of
// them; nil if nothing is.
func Header(header http.Header) (name string, flaw *Flaw) {
	if Fields(header) > MostFields {
		return "", TooMany()
	}
	for name, values := range header {
		if flaw := Text(name); flaw != nil {
			return name, flaw
		}
		for _, value := range values {
			if flaw := Text(value); flaw != nil {
				return name, flaw
			}
		}
	}
	return "", nil
}

// Fields returns how many names and values a header has.
func Fields(header http.Header) int {
	fields := len(header)
	for _, values := range header {
		fields += len(values)
	}
	return fields
}

// TooMany is the flaw of headers with more than [MostFields].
func TooMany() *Flaw {
	return &Flaw{fmt.Sprintf("hold more than %d names and values", MostFields), "take out those that nobody reads"}
}

// IsStatus reports whether a response can have a status code.
func IsStatus(code int) bool { return 100 <= code && code <= 999 }

// IsLength reports whether net/http can report a content length; -1 is unknown.
func IsLength(length int64) bool { return length >= -1 }
