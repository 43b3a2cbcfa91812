package main

import (
	"fmt"
	"strings"
	"unicode"
)

// printable returns a text that moves no cursor and hides nothing: tapes and names of files
// may hold escapes for the terminal. Line feeds and tabs stay.
func printable(text string) string {
	if !strings.ContainsFunc(text, isUnprintable) && strings.ToValidUTF8(text, "") == text {
		return text
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if isUnprintable(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isUnprintable is true for controls, and for what turns the direction of the text.
func isUnprintable(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029')
}

// inLine is printable for one line.
func inLine(text string) string {
	return strings.NewReplacer("\n", `\n`, "\t", " ").Replace(printable(text))
}
