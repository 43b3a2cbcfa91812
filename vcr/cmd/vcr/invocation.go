package main

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
)

// An invocation is a command that records specs again. Both forms do the same; a plain
// test has no command of Ginkgo's.
type invocation struct {
	dir            string // the root of the module
	ginkgo, gotest []string
}

// String returns the command for a shell.
func (c invocation) String() string {
	words := append([]string{"ginkgo"}, c.ginkgo...)
	if len(c.ginkgo) == 0 {
		words = append([]string{"go"}, c.gotest...)
	}
	for n, word := range words {
		words[n] = quoted(word)
	}
	command := environment + " " + strings.Join(words, " ")
	if c.dir != "." {
		command = "(cd " + quoted(slashed(c.dir)) + " && " + command + ")"
	}
	return command
}

// quoted quotes the value of a flag alone, which is easier to read.
func quoted(word string) string {
	if flag, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(flag, "--") {
		return flag + "=" + process.ShellQuoted(value)
	}
	return process.ShellQuoted(word)
}

// commands returns what records a suite again. Ginkgo runs what fits all kinds of flags, so
// each kind has a command of its own.
func (r *refresh) commands() []invocation {
	var all []invocation
	specs := len(r.focus)+len(r.lines) > 0
	switch {
	case r.whole || specs && len(r.tests) == 0 && len(r.lines) == 0 && r.isSeen && len(r.others) == 0:
		return []invocation{r.invocation(nil)}
	case len(r.focus) > 0:
		all = append(all, r.invocation(flagsOf("focus", slices.Compact(slices.Sorted(slices.Values(r.focus))), focusOf)))
	}
	if len(r.lines) > 0 {
		all = append(all, r.invocation(flagsOf("focus-file", slices.Sorted(maps.Keys(r.lines)), func(file string) string {
			return focusFile(file, r.lines[file])
		})))
	}
	if len(r.tests) > 0 {
		all = append(all, invocation{dir: r.root, gotest: []string{"test", "-count=1", "-run", runOf(r.tests), r.pkg}})
	}
	return all
}

func (r *refresh) invocation(flags []string) invocation {
	c := invocation{dir: r.root, gotest: []string{"test", "-count=1", r.pkg}}
	for _, flag := range flags {
		c.ginkgo = append(c.ginkgo, "--"+flag)
		c.gotest = append(c.gotest, "-ginkgo."+flag)
	}
	c.ginkgo = append(c.ginkgo, r.pkg)
	return c
}

func flagsOf(name string, values []string, expression func(string) string) []string {
	var flags []string
	for _, value := range values {
		flags = append(flags, name+"="+expression(value))
	}
	return flags
}

// focusOf returns an expression for --focus that finds a spec, or the specs of an ordered
// container, by the text in its cassette. Ginkgo joins the texts of nodes by blanks, after
// that of the suite. A dot stands for what a terminal would obey.
func focusOf(spec string) string {
	var b strings.Builder
	for _, r := range spec {
		if view.IsHidden(r) {
			b.WriteByte('.')
		} else {
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return " " + strings.ReplaceAll(b.String(), " / ", " (/ )?") + "( |$)"
}

// focusFile is how Ginkgo's --focus-file names lines of a file.
func focusFile(file string, lines []int) string {
	var numbers []string
	for _, line := range slices.Sorted(slices.Values(lines)) {
		numbers = append(numbers, strconv.Itoa(line))
	}
	expression := strings.ReplaceAll(regexp.QuoteMeta(path.Base(file)), `\.`, ".")
	return "/" + expression + ":" + strings.Join(numbers, ",")
}

// isTest is true for the name of a plain test, with its subtests.
var isTest = regexp.MustCompile(`^Test(?:[^a-z\s/]\S*)?$`)

// runOf returns an expression for -run of tests. A test with subtests runs them all if more
// than one of them is named.
func runOf(tests []string) string {
	if len(tests) == 1 {
		var parts []string
		for part := range strings.SplitSeq(tests[0], "/") {
			parts = append(parts, "^"+regexp.QuoteMeta(part)+"$")
		}
		return strings.Join(parts, "/")
	}
	var names []string
	for _, test := range tests {
		name, _, _ := strings.Cut(test, "/")
		names = append(names, regexp.QuoteMeta(name))
	}
	slices.Sort(names)
	return "^(" + strings.Join(slices.Compact(names), "|") + ")$"
}
