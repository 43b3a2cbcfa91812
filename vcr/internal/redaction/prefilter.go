package redaction

import "bytes"

// mayHoldSecret is a cheap test that most texts fail. It reports whether the walk may
// change a text, the strings of its JSON, the JSON in those, and so on. A text that
// fails holds nothing to replace.
//
// The test decodes no strings. Names, formats and plain values consist of characters
// that JSON writes as they are at any depth, unless an escape hides them.
func (w *walk) mayHoldSecret(text []byte) bool {
	switch w.layer {
	case byName:
		return mayHoldWritten(text) || hidesWritten(text) || quotesSecretField(text, w.r.names)
	case byRename:
		return bytes.Contains(text, []byte("redacted"))
	}
	if len(text) < shortestSecret {
		return false
	}
	occurs, plain := w.r.known.mayChange(text)
	return occurs || !plain && bytes.IndexByte(text, '\\') >= 0 || escapesPlain(text) || !w.knownOnly && mayHoldFormat(text)
}

// stringMayHoldSecret is mayHoldSecret for a string.
func (w *walk) stringMayHoldSecret(text string) bool {
	w.bytes = append(w.bytes[:0], text...)
	return w.mayHoldSecret(w.bytes)
}

// isPlain reports whether JSON encoders write a value as it is, apart from the
// escapes that escapesPlain detects.
func isPlain(value string) bool {
	for n := range len(value) {
		if c := value[n]; c < ' ' || c > '~' || c == '"' || c == '\\' || isHTML(c) {
			return false
		}
	}
	return true
}

func isHTML(c byte) bool { return c == '<' || c == '>' || c == '&' }

// escapesPlain reports whether a text holds a JSON escape of a character that may be
// part of a plain value: of a slash, or of an ASCII character by its number. Other
// escapes are for quotes, backslashes, control characters and non-ASCII. Go escapes
// <, > and & by number too, but no plain value has them.
func escapesPlain(text []byte) bool { return escapes(text, false) }

// escapes is escapesPlain. If it asks so, an escaped & counts too: links have it.
func escapes(text []byte, ampersand bool) bool {
	for {
		at := bytes.IndexByte(text, '\\')
		if at < 0 || at+1 == len(text) {
			return false
		}
		switch text = text[at+1:]; text[0] {
		case '/':
			return true
		case 'u':
			if len(text) >= len("u00XX") && text[1] == '0' && text[2] == '0' && '0' <= text[3] && text[3] < '8' &&
				(!isHTMLEscape(text[3:5]) || ampersand && text[3] == '2') {
				return true
			}
		}
	}
}

func isHTMLEscape(digits []byte) bool {
	return digits[0] == '3' && (digits[1]|0x20 == 'c' || digits[1]|0x20 == 'e') || digits[0] == '2' && digits[1] == '6'
}

// quotesSecretField reports whether a text has the name of a secret field between
// quotes. In JSON inside a string, backslashes precede the quotes.
func quotesSecretField(text []byte, names *names) bool {
	code := oauthCode{text: text}
	for {
		quote := bytes.IndexByte(text, '"')
		if quote < 0 {
			return false
		}
		text = text[quote+1:]
		end := 0
		for end < len(text) && isNameByte(text[end]) {
			end++
		}
		if end < len(text) && (text[end] == '"' || text[end] == '\\') && names.mayBeSecret(inBody, text[:end]) && (names.containerVerdict(inBody, text[:end]) != kept || code.isNamed(text[:end])) {
			return true
		}
	}
}
