package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

func refreshCommand() *cobra.Command {
	var older age
	var reports []string
	var runs, dry bool
	command := &cobra.Command{
		Use:   "refresh [file or folder]...",
		Short: "Print or run the commands that record specs again",
		Long: `Refresh prints the ginkgo commands that record specs again, one or more for each suite:
those of the cassettes that are named, or that are older, and those that a report of
ginkgo --json-report names because they missed a recording, or because it is stale or
has drifted. They run in record mode refresh: each request is sent, and a recording whose
answer has the same shape keeps its bytes. It keeps its date as well, and is older in the
next run, unless the suite has vcr.MaxAge and the date is older than half of that.

Run vcr in the root of the repository to read a report of another machine. A suite that
is selected as a whole runs as a whole.`,
		Example: "  vcr refresh --older-than 90d\n  vcr refresh --older-than 90d --dry-run\n  vcr refresh --report report.json --run",
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) == 0 && older == 0 && len(reports) == 0 {
				return fmt.Errorf("say what to record again: files or folders, --older-than 90d, or --report report.json")
			}
			p := &plan{}
			if len(args) > 0 || older > 0 {
				p.addCassettes(walk(args), older)
			}
			suites, problems := readReports(reports)
			p.problems = append(p.problems, problems...)
			for _, s := range suites {
				p.addReport(s)
			}
			stdout, stderr := command.OutOrStdout(), command.ErrOrStderr()
			var err error
			switch {
			case dry:
				err = p.writeCosts(stdout)
			case runs:
				err = p.run(stdout, stderr)
			default:
				err = p.write(stdout)
			}
			return cmp.Or(p.tell(stderr), err)
		},
	}
	flags := command.Flags()
	flags.Var(&older, "older-than", "what has an interaction that is older, as 90d, 12w or 36h")
	flags.StringArrayVar(&reports, "report", nil, "what a report of ginkgo --json-report names; may be repeated")
	flags.BoolVar(&runs, "run", false, "run the commands")
	flags.BoolVar(&dry, "dry-run", false, "tell how many calls that takes, and how many tokens it took, and run nothing")
	command.MarkFlagsMutuallyExclusive("run", "dry-run")
	return command
}

// A plan says which suites record what again.
type plan struct {
	tree
	suites map[string]*refresh // by folder
}

// A refresh is what one suite records again.
type refresh struct {
	root, pkg string              // the module, and the package there
	whole     bool                // all of it
	focus     []string            // texts of specs
	tests     []string            // names of plain tests
	lines     map[string][]int    // places of specs, by file
	cassettes map[string]struct{} // that are known to be recorded again
	isSeen    bool                // all of its cassettes were looked at
	others    map[string]cost     // those of these that were not selected
	cost      cost
}

// A cost is what recording again takes, as far as the tapes tell.
type cost struct {
	calls  int
	tokens int64 // that the answers on the tapes say they took
}

// of returns what a suite records again, which is nothing at first.
func (p *plan) of(folder string) (*refresh, error) {
	if r := p.suites[folder]; r != nil {
		return r, nil
	}
	root, pkg, err := moduleOf(folder)
	if err != nil {
		return nil, err
	}
	if p.suites == nil {
		p.suites = map[string]*refresh{}
	}
	r := &refresh{root: root, pkg: pkg, isSeen: p.covers(folder), lines: map[string][]int{}, cassettes: map[string]struct{}{}, others: map[string]cost{}}
	p.suites[folder] = r
	return r, nil
}

// header is what a plan has to know of a cassette.
type header struct {
	spec   string
	folder string // of the suite
	isOld  bool
	cost   cost
	err    error
}

func headerOf(path string, older age) header {
	c, err := cassette.Load(path)
	if err != nil {
		return header{err: err}
	}
	took, _ := tokensOf(c)
	h := header{spec: c.Spec, cost: cost{len(c.Interactions), took.total()}}
	h.isOld = older == 0 || slices.ContainsFunc(c.Interactions, func(i *cassette.Interaction) bool {
		return !i.Recorded.IsZero() && since(i.Recorded) > older
	})
	h.folder, h.err = suiteOf(path, c)
	return h
}

// addCassettes adds the specs of cassettes that are older.
func (p *plan) addCassettes(t *tree, older age) {
	p.problems = append(p.problems, t.problems...)
	p.others = append(p.others, t.others...)
	p.roots = t.roots
	for n, h := range forEach(t.cassettes, func(path string) header { return headerOf(path, older) }) {
		p.addCassette(t.cassettes[n], h)
	}
}

func (p *plan) addCassette(path string, h header) {
	err := h.err
	var r *refresh
	if err == nil {
		r, err = p.of(h.folder)
	}
	if err != nil {
		p.problems = append(p.problems, err)
		return
	}
	if !h.isOld {
		r.others[path] = h.cost
		return
	}
	if h.spec == "" {
		p.problems = append(p.problems, fmt.Errorf("%s: does not say which spec recorded it; run the suite in %s with %s", slashed(path), slashed(h.folder), environment))
		return
	}
	r.count(path, h.cost)
	switch {
	case h.spec == "BeforeSuite":
		r.whole = true // which is recorded with any spec
	case isTest.MatchString(h.spec):
		r.tests = append(r.tests, h.spec)
	default:
		r.focus = append(r.focus, h.spec)
	}
}

// count adds what a cassette costs, once.
func (r *refresh) count(path string, c cost) {
	path = filepath.Clean(path)
	if _, counted := r.cassettes[path]; !counted {
		r.cassettes[path] = struct{}{}
		r.cost.calls += c.calls
		r.cost.tokens += c.tokens
	}
}

// addReport adds the specs that a report names.
func (p *plan) addReport(s *suiteReport) {
	places, err := s.selected()
	found, err2 := s.findings("stale", "drifted")
	if err = cmp.Or(err, err2); err != nil || len(places)+len(found) == 0 {
		p.addProblem(err)
		return
	}
	folder, err := s.folder()
	if err != nil {
		p.addProblem(err)
		return
	}
	for _, f := range found {
		if f.Command == "" {
			continue // the run has recorded it again
		}
		path := filepath.Join(folder, filepath.FromSlash(f.Cassette))
		if filepath.IsAbs(f.Cassette) {
			path = f.Cassette
		}
		p.addCassette(path, headerOf(path, 0))
	}
	r, err := p.of(folder)
	if err != nil {
		p.addProblem(err)
		return
	}
	for _, place := range places {
		if place.File == "" {
			r.whole = true
		} else if !slices.Contains(r.lines[place.File], place.Line) {
			r.lines[place.File] = append(r.lines[place.File], place.Line)
		}
	}
	p.countPlaces(r, folder, places)
}

// countPlaces adds what the cassettes of specs cost, as far as they have one. Those of an
// ordered container have one together.
func (p *plan) countPlaces(r *refresh, folder string, places []selected) {
	if len(places) == 0 {
		return
	}
	cassettes := walk([]string{folder}).cassettes
	for n, h := range forEach(cassettes, func(path string) header { return headerOf(path, 0) }) {
		if h.err == nil && h.folder == folder && slices.ContainsFunc(places, func(place selected) bool {
			return place.File == "" || strings.HasPrefix(place.title+" / ", h.spec+" / ")
		}) {
			r.count(cassettes[n], h.cost)
		}
	}
}

func (p *plan) addProblem(err error) {
	if err != nil {
		p.problems = append(p.problems, err)
	}
}

// selected returns the suites that record anything, by folder. One that runs as a whole
// records all of its cassettes.
func (p *plan) selected() []string {
	for _, r := range p.suites {
		for path, c := range r.others {
			if r.whole {
				r.count(path, c)
			}
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(p.suites)), func(folder string) bool { return len(p.suites[folder].commands()) == 0 })
}

// write prints the commands.
func (p *plan) write(w io.Writer) error {
	for _, folder := range p.selected() {
		r := p.suites[folder]
		fmt.Fprintf(w, "# %s: %s\n", inLine(slashed(folder)), r.costs())
		for _, c := range r.commands() {
			if _, err := fmt.Fprintln(w, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *refresh) costs() string {
	text := fmt.Sprintf("%s, %s", count(len(r.cassettes), "cassette"), count(r.cost.calls, "call"))
	if r.cost.tokens > 0 {
		text += ", " + shortened(r.cost.tokens) + " tokens when they were recorded"
	}
	return text
}

// writeCosts prints what the commands would cost.
func (p *plan) writeCosts(w io.Writer) error {
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(columns, "CASSETTES\tCALLS\tTOKENS\t  SUITE")
	cassettes, sum := 0, cost{}
	folders := p.selected()
	for _, folder := range folders {
		r := p.suites[folder]
		fmt.Fprintf(columns, "%d\t%d\t%s\t  %s\n", len(r.cassettes), r.cost.calls, shortened(r.cost.tokens), inLine(slashed(folder)))
		cassettes += len(r.cassettes)
		sum.calls += r.cost.calls
		sum.tokens += r.cost.tokens
	}
	fmt.Fprintf(columns, "%d\t%d\t%s\t  in %s\n", cassettes, sum.calls, shortened(sum.tokens), count(len(folders), "suite"))
	return columns.Flush()
}

// run runs the commands one after the other, also after one that failed.
func (p *plan) run(stdout, stderr io.Writer) error {
	failed := false
	for _, folder := range p.selected() {
		for _, c := range p.suites[folder].commands() {
			c = c.onThisMachine()
			fmt.Fprintln(stdout, c)
			command := c.command()
			command.Stdout, command.Stderr = stdout, stderr
			err := command.Run()
			var exit *exec.ExitError
			switch {
			case errors.As(err, &exit):
				failed = true // it has said why
			case err != nil:
				p.addProblem(err)
			}
		}
	}
	if failed {
		return errToDo
	}
	return nil
}

// environment is the record mode of the commands.
const environment = process.ModeVariable + "=refresh"

// onThisMachine returns what runs without ginkgo where there is none. The go command needs
// -v to show what a suite that passed has to say, which is what has drifted.
func (c invocation) onThisMachine() invocation {
	if _, err := exec.LookPath("ginkgo"); err == nil && len(c.ginkgo) > 0 {
		return c
	}
	return invocation{dir: c.dir, gotest: slices.Insert(slices.Clone(c.gotest), 1, "-v")}
}

// command returns the process of a command.
func (c invocation) command() *exec.Cmd {
	name, args := "ginkgo", c.ginkgo
	if len(args) == 0 {
		name, args = "go", c.gotest
	}
	command := exec.Command(name, args...)
	command.Dir = c.dir
	command.Env = append(os.Environ(), environment)
	return command
}
