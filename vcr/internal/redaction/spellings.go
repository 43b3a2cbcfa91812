package redaction

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A spelling is one way to write a value in a message.
type spelling struct {
	text string
	// In base64, a character at an edge may hold bits of the value and of its
	// neighbour.
	base64        bool
	before, after int // how many such characters there are
}

// longestEncoded is the length in bytes up to which values are searched for in
// base64 and hex too.
const longestEncoded = 16 << 10

// Spellings returns the texts by which a value is searched for: as it is, and in the
// codings of URLs, JSON, XML, hex and base64.
func Spellings(value string) []string {
	var texts []string
	for _, s := range spellingsOf(value) {
		texts = append(texts, s.text)
	}
	return texts
}

// spellingsOf returns the ways to write a value: as it is, in a URL or form, in a
// JSON string, in XML and HTML, with other line breaks, in hex, and in base64 with any
// number of bytes before it. Every text is in the list once.
func spellingsOf(value string) []spelling {
	query, path := url.QueryEscape(value), url.PathEscape(value)
	component := strings.ReplaceAll(query, "+", "%20") // as browsers and Python write it
	all := []spelling{
		{text: value},
		{text: query}, {text: path}, {text: component},
		{text: lowerEscapes(query)}, {text: lowerEscapes(path)}, {text: lowerEscapes(component)},
		{text: inJSON(value, false)}, {text: inJSON(value, true)}, {text: strings.ReplaceAll(inJSON(value, false), "/", `\/`)},
	}
	if strings.ContainsAny(value, `&<>"'`) {
		for _, entities := range inMarkup {
			all = append(all, spelling{text: entities.Replace(value)})
		}
	}
	if lines := strings.ReplaceAll(value, "\r\n", "\n"); strings.Contains(lines, "\n") {
		for _, lineBreak := range [...]string{"\n", "\r\n", " "} {
			all = append(all, spelling{text: strings.ReplaceAll(lines, "\n", lineBreak)})
		}
	}
	if len(value) <= longestEncoded {
		lower := hex.EncodeToString([]byte(value))
		all = append(all, spelling{text: lower}, spelling{text: strings.ToUpper(lower)})
		for before := range 3 {
			all = append(all, inBase64(value, before, base64.RawStdEncoding), inBase64(value, before, base64.RawURLEncoding))
		}
	}
	slices.SortStableFunc(all, func(a, b spelling) int { return strings.Compare(a.text, b.text) })
	return slices.CompactFunc(all, func(a, b spelling) bool { return a.text == b.text })
}

// inJSON returns a value as a JSON string holds it, with or without the escapes
// that Go's encoder adds for HTML. Values with other escapes are found in decoded
// strings.
func inJSON(value string, html bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(html)
	_ = encoder.Encode(value) // a string always has a JSON form
	return b.String()[1 : b.Len()-len("\"\n")]
}

// inMarkup writes a value as XML and HTML hold it: in an element, in an attribute, and as
// the encoders of Go, of Python, of XML and of other languages do. They agree on & and <.
var inMarkup = [...]*strings.Replacer{
	strings.NewReplacer("&", "&amp;", "<", "&lt;"),
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;"),
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;"),
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;"),
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;"),
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;"),
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;"),
}

// inBase64 returns the characters that depend only on the value. Before is the
// number of bytes ahead of it, modulo three.
func inBase64(value string, before int, encoding *base64.Encoding) spelling {
	encoded := encoding.EncodeToString(append(make([]byte, before), value...))
	s := spelling{base64: true, before: min(before, 1)}
	bits := 8 * (before + len(value))
	if bits%6 != 0 {
		s.after = 1
	}
	s.text = encoded[(8*before+5)/6 : bits/6]
	return s
}

// grow extends a hit by the edge characters that hold bits of the value, and by the
// padding.
func (s spelling) grow(text []byte, start, end int) (int, int) {
	if !s.base64 {
		return start, end
	}
	if s.before > 0 && start > 0 && isBase64(text[start-1]) {
		start--
	}
	if s.after > 0 && end < len(text) && isBase64(text[end]) {
		end++
	}
	for n := 0; n < 2 && end < len(text) && text[end] == '='; n++ {
		end++
	}
	return start, end
}

var upperEscape = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerEscapes(text string) string { return upperEscape.ReplaceAllStringFunc(text, strings.ToLower) }

// isNumeric reports whether a secret has only digits, like a code or an account
// number. Such a secret needs care: embeddings are full of digits, and a JSON number
// must not become a string.
func isNumeric(text []byte) bool {
	for _, c := range text {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// touchesNumber reports whether the digits text[start:end] are part of something
// longer: a word, a fraction or a negative number. So many digits are no number: they may
// be the hex form of a value that is hex itself.
func touchesNumber(text []byte, start, end int) bool {
	const mostDigits = 40
	if end-start > mostDigits {
		return false
	}
	if end < len(text) && isAlphanumeric(text[end]) || !startsWord(text, start) {
		return true
	}
	if start < 2 {
		return false
	}
	switch sign, before := text[start-1], text[start-2]; sign {
	case '.':
		return isDigit(before)
	case '-':
		return bytes.IndexByte([]byte(":[, "), before) >= 0
	}
	return false
}

// isJSONNumber reports whether the digits text[start:end] are a number in JSON.
func isJSONNumber(text []byte, start, end int) bool {
	const blanks = " \t\r\n"
	before := bytes.TrimRight(text[max(0, start-2):start], blanks)
	after := bytes.TrimLeft(text[end:min(len(text), end+longestName)], blanks)
	return len(before) > 0 && bytes.IndexByte([]byte(":[,"), before[len(before)-1]) >= 0 &&
		len(after) > 0 && bytes.IndexByte([]byte(",]}"), after[0]) >= 0
}

func isBase64(c byte) bool {
	return isAlphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_'
}

func isAlphanumeric(c byte) bool { return isLetter(c) || isDigit(c) }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
