package cassette_test

import (
	"strings"
	"testing"
)

// A file in a repository may be meant to do harm: each of these is refused
// before it is read any deeper, or stands for no more than its own size.
func TestHostileFiles(t *testing.T) {
	const deep = 20_000
	laughs := head + "---\na: &a [lol, lol, lol, lol]\n"
	for next := 'b'; next <= 'z'; next++ {
		last := "*" + string(next-1)
		laughs += string(next) + ": &" + string(next) + " [" + strings.Repeat(last+", ", 8) + last + "]\n"
	}
	for name, c := range map[string]struct{ file, message string }{
		"aliases of aliases":   {laughs, "anchors and aliases are not part of the format"},
		"an alias to itself":   {head + "---\nrequest: &a {url: *a}\n", "anchors and aliases are not part of the format"},
		"flow lists":           {head + whole + "  headers: {A: " + strings.Repeat("[", deep), "exceeded max depth"},
		"flow mappings":        {head + "---\n" + strings.Repeat("{a: ", deep), "exceeded max depth"},
		"block lists":          {head + "---\n" + strings.Repeat("- ", deep), "exceeded max depth"},
		"block mappings":       {head + "---\n" + strings.Repeat("? ", deep), "exceeded max depth"},
		"lists in a header":    {head + whole + "  headers: {A: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}\n", "should be a single value"},
		"brackets in json":     {head + whole + "  body:\n    json: |-\n      " + strings.Repeat("[", deep) + strings.Repeat("]", deep) + "\n", "exceeded max depth"},
		"a long key":           {head + strings.Repeat("k", 1<<20) + ": a\n", "could not find expected ':'"},
		"a long anchor":        {head + "spec: *" + strings.Repeat("a", 1<<20) + "\n", "unknown anchor"},
		"many separators":      {head + strings.Repeat("---\n", deep), "a document without keys"},
		"many keys":            {head + strings.Repeat("spec: a\n", deep), `key "spec" stands twice`},
		"many comments":        {head + strings.Repeat("# a\n", deep) + "a: b\n", "unknown key"},
		"a long line of text":  {head + "spec: |\n " + strings.Repeat("a", 1<<20) + "\na: b\n", "unknown key"},
		"a value of two files": {head + "spec: \"\n---\n\"\n", "found unexpected end of stream"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := parseError(t, c.file); !strings.Contains(err.Error(), c.message) {
				t.Errorf("the error is %.300s", err)
			}
		})
	}
}
