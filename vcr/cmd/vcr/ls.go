package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

func lsCommand() *cobra.Command {
	var stale age
	var large size
	var asJSON bool
	var reports []string
	command := &cobra.Command{
		Use:   "ls [file or folder]...",
		Short: "List cassettes: interactions, age, tokens, size, findings",
		Long: `Ls lists the cassettes of files and folders. The age is that of the oldest
interaction. Tokens are those that the answers say they took. The size includes the
bodies that are in files of their own.

Findings are what needs care: a partial cassette, amended interactions. With
--report, they are also what the run of a suite found, such as unreplayed and stale.`,
		Example: "  vcr ls\n  vcr ls --stale 90d ./assistant\n  vcr ls --large 1MB --json\n  vcr ls --report report.json",
		RunE: func(command *cobra.Command, args []string) error {
			t := walk(args)
			found, problems := findingsByFile(reports)
			t.problems = append(t.problems, problems...)
			listed := forEach(t.cassettes, list)
			for _, l := range listed {
				if l.err != nil {
					t.problems = append(t.problems, l.err)
					continue
				}
				l.addReported(found[l.Cassette])
			}
			listed = slices.DeleteFunc(listed, func(l *listing) bool {
				return l.err != nil || stale > 0 && !l.olderThan(stale) || large > 0 && l.Bytes < int64(large)
			})
			write := writeTable
			if asJSON {
				write = writeJSON[[]*listing]
			}
			if err := write(command.OutOrStdout(), listed); err != nil {
				return err
			}
			for _, l := range listed {
				for _, flaw := range l.Uncounted {
					fmt.Fprintf(command.ErrOrStderr(), "vcr: %s:%s\n", inLine(l.Cassette), inLine(flaw))
				}
			}
			return t.tell(command.ErrOrStderr())
		},
	}
	command.Flags().Var(&stale, "stale", "list what has an interaction that is older, as 90d, 12w or 36h")
	command.Flags().Var(&large, "large", "list what has this size or more, as 200KB or 1MB")
	command.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	command.Flags().StringArrayVar(&reports, "report", nil, "add the findings of a report of ginkgo --json-report")
	return command
}

// A listing is what a list tells of a cassette.
type listing struct {
	Cassette     string     `json:"cassette"` // its path, with slashes
	Suite        string     `json:"suite,omitempty"`
	Spec         string     `json:"spec,omitempty"`
	Interactions int        `json:"interactions"`
	Oldest       *time.Time `json:"oldest,omitempty"` // when its interactions were recorded, nil if that is not known
	Newest       *time.Time `json:"newest,omitempty"`
	Bytes        int64      `json:"bytes"`
	Tokens       tokens     `json:"tokens,omitempty"`
	Uncounted    []string   `json:"uncounted,omitempty"` // what answers tell of tokens that is no number of them
	Findings     []string   `json:"findings,omitempty"`  // such as "partial" and "2 amended", by the kinds of package reporters

	err error
}

// list reads a cassette and keeps little of it.
func list(path string) *listing {
	l := &listing{Cassette: slashed(path)}
	c, err := cassette.Load(path)
	if err != nil {
		l.err = err
		return l
	}
	l.Suite, l.Spec, l.Interactions = c.Suite, c.Spec, len(c.Interactions)
	for _, i := range c.Interactions {
		recorded := i.Recorded
		switch {
		case recorded.IsZero():
			continue
		case l.Oldest == nil:
			l.Oldest, l.Newest = &recorded, &recorded
		case recorded.Before(*l.Oldest):
			l.Oldest = &recorded
		case recorded.After(*l.Newest):
			l.Newest = &recorded
		}
	}
	l.Bytes = sizeOf(path)
	l.Tokens, l.Uncounted = tokensOf(c)
	l.Findings = findingsOn(c)
	return l
}

// findingsOn returns what a tape says of itself.
func findingsOn(c *cassette.Cassette) (findings []string) {
	if c.Partial {
		findings = append(findings, "partial")
	}
	amended := 0
	for _, i := range c.Interactions {
		if !i.Amended.IsZero() {
			amended++
		}
	}
	if amended > 0 {
		findings = append(findings, fmt.Sprintf("%d amended", amended))
	}
	return findings
}

// findingsByFile returns the kinds of findings in reports, by the path of the cassette
// and as often as they were found.
func findingsByFile(reports []string) (found map[string][]string, problems []error) {
	suites, problems := readReports(reports)
	found = map[string][]string{}
	for _, s := range suites {
		findings, err := s.findings(reporters.Kinds(false)...)
		if err == nil && len(findings) > 0 {
			_, err = s.eachFile(findings, func(path string, f reported) {
				path = slashed(path)
				found[path] = append(found[path], f.Kind)
			})
		}
		if err != nil {
			problems = append(problems, err)
		}
	}
	return found, problems
}

// addReported adds the findings of a run to those that the tape tells itself.
func (l *listing) addReported(kinds []string) {
	for _, kind := range reporters.Kinds(false) { // in the order of the report
		n := 0
		for _, reported := range kinds {
			if reported == kind {
				n++
			}
		}
		switch {
		case n == 0, kind == "partial", kind == "amended": // the tape is newer than the report
		case n == 1:
			l.Findings = append(l.Findings, kind)
		default:
			l.Findings = append(l.Findings, fmt.Sprintf("%d %s", n, kind))
		}
	}
}

// sizeOf returns the size of a cassette and of its bodies in files.
func sizeOf(path string) int64 {
	content, size, err := disk.ReadFile(path)
	if err != nil {
		return 0 // it was removed meanwhile
	}
	bodies := disk.Bodies(path)
	for _, name := range disk.Names(content) {
		if info, err := fs.Stat(bodies, name); err == nil {
			size += info.Size()
		}
	}
	return size
}

func (l *listing) olderThan(limit age) bool { return l.Oldest != nil && since(*l.Oldest) > limit }

// age is that of the oldest interaction, "-" if no interaction has a time.
func (l *listing) age() string {
	if l.Oldest == nil {
		return "-"
	}
	return since(*l.Oldest).shown()
}

func writeTable(w io.Writer, listed []*listing) error {
	widest, found := 0, false
	for _, l := range listed {
		widest = max(widest, utf8.RuneCountInString(inLine(l.Cassette)))
		found = found || len(l.Findings) > 0
	}
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	last := "CASSETTE"
	if found {
		last = fmt.Sprintf("%-*s  FINDINGS", widest, last)
	}
	fmt.Fprintf(columns, "INTERACTIONS\tAGE\tTOKENS\tSIZE\t  %s\n", last)
	interactions, tokens, bytes := 0, int64(0), int64(0)
	for _, l := range listed {
		last := inLine(l.Cassette)
		if len(l.Findings) > 0 {
			last = fmt.Sprintf("%-*s  %s", widest, last, strings.Join(l.Findings, ", "))
		}
		fmt.Fprintf(columns, "%d\t%s\t%s\t%s\t  %s\n", l.Interactions, l.age(), shortened(l.Tokens.total()), size(l.Bytes).shown(), last)
		interactions += l.Interactions
		tokens += l.Tokens.total()
		bytes += l.Bytes
	}
	fmt.Fprintf(columns, "%d\t\t%s\t%s\t  in %s\n", interactions, shortened(tokens), size(bytes).shown(), count(len(listed), "cassette"))
	return columns.Flush()
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func writeJSON[T any](w io.Writer, value T) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// said is the text of an error, with the path first.
func said(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) && err == error(failed) {
		return slashed(failed.Path) + ": " + failed.Err.Error()
	}
	return err.Error()
}

// tell prints what could not be read, and returns an error if there was anything.
func (t *tree) tell(w io.Writer) error {
	for _, problem := range t.problems {
		fmt.Fprintf(w, "vcr: %s\n", inLine(said(problem)))
	}
	for _, other := range t.others {
		fmt.Fprintf(w, "vcr: %s: neither a cassette nor a body of one\n", inLine(slashed(other)))
	}
	if len(t.problems)+len(t.others) > 0 {
		return errTold
	}
	return nil
}
