// Package slug makes file paths of the names of specs: paths that every file
// system and the go command accept, and that tell different names apart. It knows
// nothing of trees, tests and cassettes.
package slug

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The limits of a path, in bytes.
const (
	MaxSegment = 80
	MaxPath    = 180
)

// Extension is that of cassettes.
const Extension = ".yaml"

// Of returns a text as one part of a path. Letters of any script and ASCII digits
// stay, in lower case; what is between them becomes "_". A hash of the text is
// added where a name was cut, emptied or is reserved, and where something was
// dropped that two names may differ in.
func Of(text string) string {
	var b strings.Builder
	lossy, gap := false, false
	for _, r := range norm.NFC.String(strings.ToLower(norm.NFC.String(text))) {
		if r < utf8.RuneSelf && unicode.IsDigit(r) || unicode.IsLetter(r) {
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		gap = true
		lossy = lossy || unicode.IsSymbol(r) || unicode.IsMark(r) || unicode.IsNumber(r) || r == '*' || r == '%' || r == utf8.RuneError
	}
	name := b.String()
	if name == "" || lossy || len(name) > MaxSegment || isReserved(name) {
		return Hashed(name, text)
	}
	return name
}

// Hashed returns name with a hash of text behind it, in at most [MaxSegment]
// bytes.
func Hashed(name, text string) string {
	sum := sha256.Sum256([]byte(text))
	hash := hex.EncodeToString(sum[:4])
	if name = cut(name, MaxSegment-len(hash)-1); name == "" {
		return hash
	}
	return strings.TrimRight(name, "_") + "_" + hash
}

// Path returns the path of a cassette below its folder, with slashes. The segments
// are those of the nodes around the spec, and the last one its own.
func Path(segments []string) (string, error) {
	whole := path.Join(segments...)
	if len(whole)+len(Extension) <= MaxPath {
		return whole + Extension, nil
	}
	if len(segments) < 3 {
		return "", fmt.Errorf("%s: %d bytes are more than the %d that a path may have; give shorter names with vcr.Name", whole, len(whole), MaxPath)
	}
	// The outermost and the innermost name tell most. A hash replaces what is
	// between them.
	first, last := path.Base(segments[0]), path.Base(segments[len(segments)-1])
	return path.Join(first, Hashed("", whole), last) + Extension, nil
}

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// isReserved reports whether Windows takes the name for a device.
func isReserved(name string) bool {
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && '0' <= name[3] && name[3] <= '9'
}
