package redact_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"strings"
)

// search tells for each planting whether it is in one of the texts: as it is,
// percent-encoded, in base64 at each alignment, in hex, and as JSON escapes it. It
// shares nothing with how the package looks for secrets.
func search(texts []string, plantings []planting) []bool {
	type needle struct {
		text     string
		planting int
	}
	needles := map[uint64][]needle{} // by the first eight bytes
	for n, planting := range plantings {
		for _, secret := range planting.needles {
			for _, form := range formsOf(secret) {
				start := binary.LittleEndian.Uint64([]byte(form))
				needles[start] = append(needles[start], needle{form, n})
			}
		}
	}
	found := make([]bool, len(plantings))
	for _, text := range texts {
		bytes := []byte(text)
		for at := 0; at+8 <= len(text); at++ {
			for _, needle := range needles[binary.LittleEndian.Uint64(bytes[at:])] {
				found[needle.planting] = found[needle.planting] || strings.HasPrefix(text[at:], needle.text)
			}
		}
	}
	return found
}

func formsOf(secret string) []string {
	inJSON := escaped(secret)
	forms := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), lowerPercent(secret),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		inJSON, escaped(inJSON), escaped(escaped(inJSON)), url.QueryEscape(inJSON), unicodeEscaped(secret),
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		for before := range 3 {
			// Without the characters at the ends, which depend on what stands there.
			encoded := encoding.EncodeToString([]byte("abc"[:before] + secret + "z"))
			forms = append(forms, encoded[4:len(encoded)-4])
		}
	}
	return forms
}

// escaped is a text as it stands inside a JSON string.
func escaped(text string) string {
	quoted := quote(text)
	return quoted[1 : len(quoted)-1]
}
