package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
)

// The escapes that are printed.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	reset  = "\x1b[0m"
)

// A colourMode is a flag that says whether to print in colour.
type colourMode string

func (m *colourMode) Set(text string) error {
	switch text {
	case "auto", "always", "never":
		*m = colourMode(text)
		return nil
	}
	return fmt.Errorf("not one of auto, always and never")
}

func (m *colourMode) String() string { return string(*m) }

func (*colourMode) Type() string { return "when" }

func (m colourMode) isOn(w io.Writer) bool {
	return m == "always" || m == "auto" && isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// printable returns a text that moves no cursor and hides nothing: tapes and names of files
// may hold escapes for the terminal. Line feeds and tabs stay.
func printable(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !strings.ContainsFunc(text, isUnprintable) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isUnprintable(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isUnprintable is true for controls, for what turns the direction of the text, and for
// line ends that only some programs know.
func isUnprintable(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029')
}

// inLine is printable for one line.
func inLine(text string) string {
	return strings.NewReplacer("\n", `\n`, "\t", " ").Replace(printable(text))
}
