package vcr

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The limits of a cassette's path, in bytes.
const (
	longestSegment = 80
	longestPath    = 180
)

const extension = ".yaml"

// The cassettes of what runs outside of specs. No slug begins with "_".
const (
	suiteCassette     = "_suite"
	containerCassette = "_container" + extension
)

// slug returns a text as a part of a path that every file system and the go
// command accept. Letters and ASCII digits stay, in lower case; what stands
// between them becomes "_". Where a name was cut, emptied or is reserved, or
// where something was dropped that two names may differ in, a hash of the text
// is added.
func slug(text string) string {
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
	if name == "" || lossy || len(name) > longestSegment || reserved(name) {
		return hashed(name, text, longestSegment)
	}
	return name
}

// hashed returns name with a hash of text behind it, in at most limit bytes.
func hashed(name, text string, limit int) string {
	sum := sha256.Sum256([]byte(text))
	hash := hex.EncodeToString(sum[:4])
	if name = cutRunes(name, limit-len(hash)-1); name == "" {
		return hash
	}
	return strings.TrimRight(name, "_") + "_" + hash
}

func cutRunes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// reserved reports whether Windows takes the name for a device.
func reserved(name string) bool {
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && '0' <= name[3] && name[3] <= '9'
}

// checkName says what is wrong with a name that the user gave.
func checkName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("vcr.Name is empty; give a name, or leave the option out")
	case path.IsAbs(name) || strings.Contains(name, `\`):
		return fmt.Errorf("vcr.Name(%q): is no relative path with slashes; a cassette lies below its folder, which vcr.Dir sets", name)
	case len(name) > longestPath:
		return fmt.Errorf("vcr.Name: %d bytes are more than the %d that a path may have; give a shorter one", len(name), longestPath)
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "." || part == "..":
			return fmt.Errorf("vcr.Name(%q): leads out of the folder of the cassettes; use vcr.Dir to set that", name)
		case part == "":
			return fmt.Errorf("vcr.Name(%q): has an empty part; remove the extra slash", name)
		case len(part) > longestSegment:
			return fmt.Errorf("vcr.Name: a part of %d bytes is longer than %d; give a shorter one", len(part), longestSegment)
		}
	}
	return nil
}

// cassettePath returns the path of a cassette, with slashes, below its folder.
// The segments are those of the nodes around it, the last one its own.
func cassettePath(segments []string) (string, error) {
	whole := path.Join(segments...)
	if len(whole)+len(extension) <= longestPath {
		return whole + extension, nil
	}
	if len(segments) < 3 {
		return "", fmt.Errorf("%s: %d bytes are more than the %d that a path may have; give shorter names with vcr.Name", whole, len(whole), longestPath)
	}
	// The outermost and the innermost name tell most; what lies between them
	// becomes a hash.
	first, last := path.Base(segments[0]), path.Base(segments[len(segments)-1])
	return path.Join(first, hashed("", whole, longestSegment), last) + extension, nil
}

// segment returns the part of a path that stands for a node: its name, or its text.
func segment(name, text string) string {
	if name == "" {
		return slug(text)
	}
	parts := strings.Split(name, "/")
	for n, part := range parts {
		parts[n] = slug(part)
	}
	return path.Join(parts...)
}
