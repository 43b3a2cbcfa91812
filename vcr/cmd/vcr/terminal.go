package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
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
	return view.Visible(text, func(r rune) bool { return r == '\n' || r == '\t' })
}

// inLine is printable for one line.
func inLine(text string) string {
	return strings.NewReplacer("\n", `\n`, "\t", " ").Replace(printable(text))
}
