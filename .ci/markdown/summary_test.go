// Package markdown checks the Markdown of reports with a library that renders it, which
// users of the library do not inherit.
package markdown

import (
	"bytes"
	stdhtml "html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
)

// It is as careless with HTML as a renderer may be.
var renderer = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))

func TestPlantedSummary(t *testing.T) {
	source, err := os.ReadFile(filepath.FromSlash("../../vcr/testdata/planted/summary.md"))
	if err != nil {
		t.Fatal(err)
	}
	check(t, string(source), strings.Count(string(source), "\n| --- |"), nil)
}

// Whatever a name or a prompt holds, it is text in the cell that it is in.
func TestHostileTexts(t *testing.T) {
	hostile := []string{
		"<script>alert(1)</script>", "</td></tr></table><h1>", "a | b || c", `a \| b \\| c`, "`code` ``", "``` \n# heading", "**bold** __x__ ~~y~~",
		"[link](javascript:alert(1))", "![image](https://example.com/x.png)", "https://example.com/ www.example.com a@example.com", "line\nbreak\r\n| new | row |",
		"\x1b[31mred\x1b[0m", "&lt;b&gt; &amp;", "<!-- comment", "@everyone #1", "- item", "1. item", "> quote", "$x$", "\\", "|", "`", "`|`", "\u202egnp.exe", "", " ",
		"[^1]", "{{red}}", "~", "~~~", ":smile:", "<https://example.com>", "\t", "a\u2028b",
	}
	for _, hostile := range hostile {
		for _, f := range []reporters.Finding{
			{Kind: "unreplayed", Cassette: hostile, Text: hostile, Place: hostile, Command: hostile},
			{Kind: "unused", Spec: hostile, Command: hostile}, {Kind: hostile, Text: hostile},
		} {
			s := reporters.Summary{Suites: []reporters.Suite{{Package: hostile}}, Findings: []reporters.Finding{f, {Kind: "unused", Cassette: "a.yaml"}}}
			s.Totals.Saved = reporters.Tokens{hostile: {"input": 7}}
			tables := 3
			if f.Kind == "unused" {
				tables = 2
			}
			check(t, s.Markdown(), tables, []string{hostile})
		}
	}
}

var unwanted = regexp.MustCompile(`<(script|h1|img|a|b|strong|em|del|li|blockquote|input)\b`)

// check reports a broken table, markup that came out of a text, and texts that are lost.
func check(t *testing.T, source string, tables int, texts []string) {
	t.Helper()
	document := renderer.Parser().Parse(text.NewReader([]byte(source)))
	found := 0
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if table, ok := n.(*extast.Table); ok && entering {
			found++
			for row := table.FirstChild(); row != nil; row = row.NextSibling() {
				if row.ChildCount() != len(table.Alignments) {
					t.Errorf("a row has %d cells, not %d, in\n%s", row.ChildCount(), len(table.Alignments), source)
				}
			}
		}
		switch n.Kind() {
		case ast.KindRawHTML, ast.KindHTMLBlock, ast.KindLink, ast.KindImage, ast.KindAutoLink, ast.KindEmphasis, extast.KindStrikethrough, ast.KindList, ast.KindBlockquote:
			t.Errorf("%s in\n%s", n.Kind(), source)
		}
		return ast.WalkContinue, nil
	})
	if found != tables {
		t.Errorf("%d tables, not %d, in\n%s", found, tables, source)
	}
	var rendered bytes.Buffer
	if err := renderer.Convert([]byte(source), &rendered); err != nil {
		t.Fatal(err)
	}
	if markup := unwanted.FindString(rendered.String()); markup != "" {
		t.Errorf("%s in\n%s", markup, rendered.String())
	}
	var cells []string
	for _, cell := range cell.FindAllStringSubmatch(rendered.String(), -1) {
		cells = append(cells, oneLine(stdhtml.UnescapeString(tag.ReplaceAllString(cell[1], ""))))
	}
	for _, hostile := range texts {
		if want := oneLine(hostile); !slices.Contains(cells, want) {
			t.Errorf("no cell is %q in\n%s", want, rendered.String())
		}
	}
}

var cell, tag = regexp.MustCompile(`(?s)<td[^>]*>(.*?)</td>`), regexp.MustCompile(`<[^>]+>`)

// oneLine leaves out of a text what would not be seen.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u202e'
	}), " ")
}
