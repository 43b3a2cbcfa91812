package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"Grüße,\tWelt\n":          "Grüße,\tWelt\n",
		"\x1b[2J\x1b]0;title\x07": `\u001b[2J\u001b]0;title\u0007`,
		"\u009b31mred":            `\u009b31mred`,
		"a\rb":                    `a\u000db`,
		"safe\u202etxt.exe":       `safe\u202etxt.exe`,
		"a\u2028b":                `a\u2028b`,
		"\xff":                    "\uFFFD",
	} {
		if got := printable(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := inLine("a\nb\tc"); got != `a\nb c` {
		t.Errorf("got %q", got)
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("\x1b[31m")
	f.Fuzz(func(t *testing.T, text string) {
		got := printable(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && r != '\t' && view.IsHidden(r) }) || printable(got) != got {
			t.Errorf("%q became %q", text, got)
		}
	})
}
