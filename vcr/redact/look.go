package redact

import "bytes"

// mayHold is a look at a text that costs little, and most texts do not pass it: it
// reports whether there can be anything to replace in the text, in the strings of
// its JSON, in the JSON of those, and so on. What it says no to holds nothing.
//
// No string has to be decoded for that. Names, keys and the values that are plain
// are made of characters that stand for themselves in JSON, at any depth, unless
// an escape disguises them.
func (p *pass) mayHold(text []byte) bool {
	if p.names {
		return bytes.IndexByte(text, '?') >= 0 && bytes.IndexByte(text, '=') >= 0 || disguises(text) || quotesField(text)
	}
	if len(text) < shortestSecret {
		return false
	}
	holds, plain := p.r.known.mayStandIn(text)
	return holds || !plain && bytes.IndexByte(text, '\\') >= 0 || disguises(text) || !p.again && hasAnchor(text)
}

// mayStandIn reports whether anything that is known stands in a text as it is, and
// whether it could only do so.
func (k *knowledge) mayStandIn(text []byte) (stands, plain bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.forms.any(text), k.plain
}

// hasAnchor reports whether a key of a known format may stand in a text as it is,
// or the password of a URL.
func hasAnchor(text []byte) bool {
	return anchors.mayPass(text) || bytes.IndexByte(text, '@') >= 0 && bytes.Contains(text, []byte(urlAnchor))
}

// anchors are those of all shapes but passwords: most URLs have none.
var anchors = func() *sieve {
	var all []string
	for _, s := range shapes {
		if s.anchor != urlAnchor {
			all = append(all, s.anchor)
		}
	}
	return newSieve(all)
}()

// isPlain reports whether a value consists of characters that have no escape in
// JSON but those that disguises knows.
func isPlain(value string) bool {
	for n := range len(value) {
		if c := value[n]; c < ' ' || c > '~' || c == '"' || c == '\\' || isHTML(c) {
			return false
		}
	}
	return true
}

func isHTML(c byte) bool { return c == '<' || c == '>' || c == '&' }

// disguises reports whether a text holds an escape of JSON for a character that
// may be a part of something plain: a slash, or one of ASCII by its number. Other
// escapes are for quotes, backslashes, control characters, and what is not ASCII.
// Go writes <, > and & by their numbers; they are in nothing plain.
func disguises(text []byte) bool {
	for {
		at := bytes.IndexByte(text, '\\')
		if at < 0 || at+1 == len(text) {
			return false
		}
		switch text = text[at+1:]; text[0] {
		case '/':
			return true
		case 'u':
			if len(text) >= len("u00XX") && text[1] == '0' && text[2] == '0' && '0' <= text[3] && text[3] < '8' && !isHTMLEscape(text[3:5]) {
				return true
			}
		}
	}
}

func isHTMLEscape(digits []byte) bool {
	return digits[0] == '3' && (digits[1]|0x20 == 'c' || digits[1]|0x20 == 'e') || digits[0] == '2' && digits[1] == '6'
}

// quotesField reports whether a secret field may stand in a text: the name of one
// between quotes, which have backslashes before them where the JSON is in a string.
func quotesField(text []byte) bool {
	for {
		quote := bytes.IndexByte(text, '"')
		if quote < 0 {
			return false
		}
		text = text[quote+1:]
		end := 0
		for end < len(text) && (isAlphanumeric(text[end]) || text[end] == '_') {
			end++
		}
		if end < len(text) && (text[end] == '"' || text[end] == '\\') && secretFields.has(text[:end]) {
			return true
		}
	}
}
