package recorder

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A carried request is searched for what a service does not know, as it is and decoded.
type carried struct {
	cassette.Request
	texts [][]byte // its URL, headers and body; nil until they are needed
}

// holds reports whether a request carries one of some texts.
func (c *carried) holds(texts ...string) bool {
	return slices.ContainsFunc(c.all(), func(held []byte) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return bytes.Contains(held, []byte(text)) })
	})
}

// holdsSpelled reports whether a request carries a text in any spelling of more than some
// bytes.
func (c *carried) holdsSpelled(text string, shortest int) bool {
	return c.holds(slices.DeleteFunc(redaction.Spellings(text), func(spelling string) bool { return len(spelling) < shortest })...)
}

// placeholders returns the placeholders that a request carries.
func (c *carried) placeholders() (found []string) {
	for _, text := range c.all() {
		found = append(found, redaction.Placeholders(text)...)
	}
	return found
}

// all returns the texts of a request: as they are, and then decoded.
func (c *carried) all() [][]byte {
	if c.texts != nil {
		return c.texts
	}
	c.texts = [][]byte{[]byte(c.URL), c.Body.Bytes()}
	for _, coding := range redaction.HeaderValues(c.Header, "Content-Encoding") {
		if plain, ok := media.Decompress(coding, c.Body.Bytes()); ok {
			c.texts = append(c.texts, plain)
		}
	}
	for _, values := range c.Header {
		for _, value := range values {
			c.texts = append(c.texts, []byte(value))
			if encoded, ok := strings.CutPrefix(value, "Basic "); ok {
				if decoded, err := base64.StdEncoding.DecodeString(encoded); err == nil {
					c.texts = append(c.texts, decoded)
				}
			}
		}
	}
	// JSON may be in a string of JSON, and in a form.
	const deepest = 3
	next := c.texts
	for range deepest {
		if next = decodedTexts(next); len(next) == 0 {
			break
		}
		c.texts = append(c.texts, next...)
	}
	return c.texts
}

// decodedTexts returns the texts that have escapes without them.
func decodedTexts(texts [][]byte) (decoded [][]byte) {
	for _, text := range texts {
		if bytes.IndexByte(text, '\\') >= 0 {
			decoded = append(decoded, media.Unquote(nil, text))
		}
		if plain := media.Unescape(nil, text); bytes.IndexByte(text, '%') >= 0 && !bytes.Equal(plain, text) {
			decoded = append(decoded, plain)
		}
	}
	return decoded
}
