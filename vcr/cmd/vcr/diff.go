package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

func diffCommand() *cobra.Command {
	var rules drift.Rules
	var revision string
	var asJSON, asMarkdown, onlyChanged bool
	command := &cobra.Command{
		Use:   "diff OLD NEW\n  vcr diff --git REV [file or folder]...",
		Short: "Compare two recordings: how an API has drifted",
		Long: `Diff compares the shape of recorded answers, not their values: types, fields, events,
tools that are called, status and media type. Old and new are two cassettes, two folders
with cassettes of the same names, or with --git a revision and the work tree.

What is optional is learnt from all old cassettes, and what is gone is gone from all new
ones. So compare a whole suite, and where only some specs were recorded again, give
--only-changed: cassettes that are equal are no evidence then.

The exit status is 1 if the drift is breaking.`,
		Example: "  vcr diff --git main\n  vcr diff --git HEAD --markdown ./assistant >>\"$GITHUB_STEP_SUMMARY\"\n  vcr diff old.yaml new.yaml --ignore '$.usage'",
		RunE: func(command *cobra.Command, args []string) error {
			suite, err := drift.NewSuite(rules)
			if err != nil {
				return err
			}
			var d *recordings
			switch {
			case revision != "":
				if d, err = sinceRevision(revision, args); err == nil {
					defer d.remove()
				}
			case len(args) == 2:
				d, err = between(args[0], args[1])
			default:
				err = fmt.Errorf("name an old and a new file or folder, or a revision with --git; see vcr diff --help")
			}
			if err != nil {
				return err
			}
			if onlyChanged {
				d.pairs = slices.DeleteFunc(d.pairs, pair.isEqual)
			}
			report := d.compare(suite)
			if err := writeReport(command.OutOrStdout(), report, asJSON, asMarkdown); err != nil {
				return err
			}
			if err := d.tell(command.ErrOrStderr()); err != nil {
				return err
			}
			if report.Worst() == drift.Breaking {
				return errToDo
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.StringVar(&revision, "git", "", "compare with this revision, as HEAD or main")
	flags.BoolVar(&onlyChanged, "only-changed", false, "leave out cassettes that are equal")
	flags.BoolVar(&asJSON, "json", false, "write JSON")
	flags.BoolVar(&asMarkdown, "markdown", false, "write Markdown, for a pull request")
	flags.StringArrayVar(&rules.Ignore, "ignore", nil, "a JSONPath of what is not compared")
	flags.StringArrayVar(&rules.Exact, "exact", nil, "a JSONPath of values that must be equal")
	flags.StringArrayVar(&rules.Enums, "enum", nil, "a JSONPath of words of which a new one is told")
	flags.StringArrayVar(&rules.Variants, "variant", nil, "a JSONPath of the member that tells objects apart")
	command.MarkFlagsMutuallyExclusive("json", "markdown")
	return command
}

func writeReport(w io.Writer, report drift.Report, asJSON, asMarkdown bool) error {
	switch {
	case asJSON:
		return writeJSON(w, report)
	case asMarkdown:
		_, err := io.WriteString(w, printable(report.Markdown()))
		return err
	default:
		_, err := io.WriteString(w, printable(report.Text()))
		return err
	}
}

// recordings are the cassettes of two times. The problems of its tree are those of both.
type recordings struct {
	tree
	pairs  []pair
	remove func() // what was written for the comparison
}

// A pair is a cassette, then and now. One of them is nil if it was not there.
type pair struct{ old, new *version }

// A version of a cassette is a file, which people may know under another name.
type version struct{ path, shown string }

// between pairs two files, or the files with the same names in two folders.
func between(old, new string) (*recordings, error) {
	areFolders := 0
	for _, path := range []string{old, new} {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			areFolders++
		}
	}
	switch areFolders {
	case 0:
		return &recordings{pairs: []pair{{&version{old, slashed(old)}, &version{new, slashed(new)}}}}, nil
	case 1:
		return nil, fmt.Errorf("%s and %s: one is a file and the other a folder; name two of a kind", slashed(old), slashed(new))
	}
	versionsIn := func(root string) (*tree, map[string]*version) {
		t := walk([]string{root})
		versions := map[string]*version{}
		for _, path := range t.cassettes {
			below, err := filepath.Rel(root, path)
			if err != nil {
				below = path
			}
			versions[filepath.ToSlash(below)] = &version{path, slashed(path)}
		}
		return t, versions
	}
	before, olds := versionsIn(old)
	after, news := versionsIn(new)
	d := &recordings{pairs: pairUp(olds, news)}
	d.problems = append(before.problems, after.problems...)
	return d, nil
}

// pairUp pairs versions by name, in the order of the names.
func pairUp(olds, news map[string]*version) []pair {
	var names []string
	for name := range olds {
		names = append(names, name)
	}
	for name := range news {
		names = append(names, name)
	}
	slices.Sort(names)
	var pairs []pair
	for _, name := range slices.Compact(names) {
		pairs = append(pairs, pair{olds[name], news[name]})
	}
	return pairs
}

// isEqual reports whether both versions have the same bytes.
func (p pair) isEqual() bool {
	if p.old == nil || p.new == nil {
		return false
	}
	old, oldErr := os.ReadFile(p.old.path)
	new, newErr := os.ReadFile(p.new.path)
	return oldErr == nil && newErr == nil && string(old) == string(new)
}

// atOnce bounds how many pairs are in memory.
const atOnce = 32

// compare learns all old recordings, then compares pair by pair.
func (d *recordings) compare(suite *drift.Suite) drift.Report {
	matcher, _ := matching.New(matching.Rules{}) // the default has no mistake
	key := func(request cassette.Request) string {
		key, err := matcher.Key(request)
		if err != nil {
			return request.Method + " " + request.URL + "\n" + request.Body.String()
		}
		return string(key[:])
	}
	for _, err := range forEach(d.pairs, func(p pair) error { return learn(suite, p.old) }) {
		d.addProblem(err)
	}
	var run drift.Run
	for pairs := range slices.Chunk(d.pairs, atOnce) {
		for _, c := range forEach(pairs, func(p pair) compared { return p.compare(suite, key) }) {
			run.Add(c.comparisons...)
			d.addProblem(c.err)
		}
	}
	return run.Report()
}

func (d *recordings) addProblem(err error) {
	if err != nil {
		d.problems = append(d.problems, err)
	}
}

// learn adds what an old cassette shows. That one cannot be read is told only here.
func learn(suite *drift.Suite, v *version) error {
	c, err := v.load()
	if err != nil || c == nil {
		return err
	}
	for _, i := range c.Interactions {
		err = cmp.Or(err, suite.Learn(i))
	}
	return err
}

type compared struct {
	comparisons []drift.Comparison
	err         error
}

// compare compares the tapes of a pair. If one cannot be read, neither is compared.
func (p pair) compare(suite *drift.Suite, key func(cassette.Request) string) compared {
	old, err := p.old.load()
	if err != nil {
		return compared{} // told when it was learnt
	}
	new, err := p.new.load()
	if err != nil {
		return compared{err: err}
	}
	var place drift.Place
	var tapes [2][]*cassette.Interaction
	for n, c := range []*cassette.Cassette{old, new} {
		if c != nil {
			place, tapes[n] = drift.Place{Spec: c.Spec, Cassette: []*version{p.old, p.new}[n].shown}, c.Interactions
		}
	}
	return compared{comparisons: suite.CompareTapes(place, tapes[0], tapes[1], key)}
}

// load reads a version; nil is one that is not there.
func (v *version) load() (*cassette.Cassette, error) {
	if v == nil {
		return nil, nil
	}
	c, err := cassette.Load(v.path)
	if err == nil || v.path == v.shown {
		return c, err
	}
	var parse *cassette.ParseError
	if errors.As(err, &parse) {
		renamed := *parse
		renamed.File = v.shown
		return nil, &renamed
	}
	return nil, errors.New(strings.ReplaceAll(err.Error(), v.path, v.shown))
}
