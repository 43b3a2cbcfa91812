package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
)

// A suiteReport is what is read of a suite in a report of ginkgo --json-report.
type suiteReport struct {
	SuitePath                  string // of the machine on which it ran
	SuiteHasProgrammaticFocus  bool
	SpecialSuiteFailureReasons []string
	PreRunStats                struct{ TotalSpecs, SpecsThatWillRun int }
	EndTime                    time.Time
	SuiteConfig                struct {
		DryRun                                           bool
		LabelFilter                                      string
		FocusStrings, SkipStrings, FocusFiles, SkipFiles []string
		SemVerFilter                                     string
	}
	SpecReports []specReport

	file string // the report
}

type specReport struct {
	ContainerHierarchyTexts []string
	LeafNodeText            string
	LeafNodeType            string
	State                   string
	NumAttempts             int
	ReportEntries           []reportEntry
}

// title is what the cassette of a spec names it by.
func (s specReport) title() string {
	texts := slices.DeleteFunc(append(slices.Clone(s.ContainerHierarchyTexts), s.LeafNodeText), func(text string) bool { return text == "" })
	return strings.Join(texts, " / ")
}

type reportEntry struct {
	Name  string
	Value struct{ AsJSON string }
}

// mostOfReport is the size in bytes of the largest report that is read.
const mostOfReport = 1 << 30

// readReport reads a report of one or more suites.
func readReport(path string) ([]*suiteReport, error) {
	const remedy = "give vcr the file that ginkgo --json-report wrote"
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	var suites []*suiteReport
	var wrongType *json.UnmarshalTypeError
	switch err := json.NewDecoder(io.LimitReader(file, mostOfReport)).Decode(&suites); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: is empty; %s", slashed(path), remedy)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("%s: is cut off; %s, of a run that was not killed", slashed(path), remedy)
	case errors.As(err, &wrongType):
		return nil, fmt.Errorf("%s: is JSON of another form or version: %s; %s", slashed(path), fmt.Sprintf("%s is of type %s", cmp.Or(wrongType.Field, "all of it"), wrongType.Value), remedy)
	case err != nil:
		return nil, fmt.Errorf("%s: is not JSON: %w; %s", slashed(path), err, remedy)
	}
	for _, s := range suites {
		if s == nil || s.SuitePath == "" {
			return nil, fmt.Errorf("%s: is JSON of another form or version: a suite has no SuitePath; %s", slashed(path), remedy)
		}
		s.file = slashed(path)
	}
	return suites, nil
}

// readReports reads several reports. What cannot be read is a problem, and the rest is read.
func readReports(paths []string) (suites []*suiteReport, problems []error) {
	for _, path := range paths {
		read, err := readReport(path)
		suites = append(suites, read...)
		if err != nil {
			problems = append(problems, err)
		}
	}
	return suites, problems
}

// name is how errors name a suite.
func (s *suiteReport) name() string { return s.file + ": suite " + filepath.ToSlash(s.SuitePath) }

// folder finds the folder of a suite below this one, also if it ran on another machine:
// where its longest end is a folder with tests.
func (s *suiteReport) folder() (string, error) {
	here, err := filepath.Abs(".")
	if err != nil {
		return "", err
	}
	path := filepath.FromSlash(strings.ReplaceAll(s.SuitePath, `\`, "/"))
	if below, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(below) && hasTests(below) {
		return below, nil
	}
	names := strings.Split(strings.Trim(filepath.ToSlash(path), "/"), "/")
	for n := range names {
		below := filepath.Join(names[n:]...)
		if filepath.IsLocal(below) && hasTests(below) {
			return below, nil
		}
	}
	if filepath.Base(path) == filepath.Base(here) && hasTests(".") {
		return ".", nil
	}
	return "", fmt.Errorf("%s: no such folder with tests below this one; run vcr in the root of the repository", s.name())
}

// incomplete says why a run tells nothing of cassettes that it did not use, "" if it does.
func (s *suiteReport) incomplete() string {
	c, ran := s.SuiteConfig, 0
	for _, spec := range s.SpecReports {
		if spec.LeafNodeType == "It" {
			ran++
		}
	}
	switch {
	case c.DryRun:
		return "it was a dry run"
	case s.SuiteHasProgrammaticFocus:
		return "specs are focused in the code"
	case len(c.FocusStrings)+len(c.SkipStrings)+len(c.FocusFiles)+len(c.SkipFiles) > 0 || c.LabelFilter != "" || c.SemVerFilter != "":
		return "it ran with a filter or focus"
	case len(s.SpecialSuiteFailureReasons) > 0 && ran < s.PreRunStats.TotalSpecs, ran < s.PreRunStats.TotalSpecs:
		return "it did not come to all specs"
	case slices.ContainsFunc(s.SpecReports, func(spec specReport) bool { return spec.State == "interrupted" || spec.State == "aborted" }):
		return "it was interrupted"
	}
	return ""
}

// A reported is a finding of the section about cassettes. Its command is empty where
// nothing is to be mended any more.
type reported struct{ Kind, Cassette, Command string }

// newestSummary is the last version of a reporters.Summary that is known here.
const newestSummary = 1

// findings returns those of some kinds. Another version may write an entry that is none.
func (s *suiteReport) findings(kinds ...string) ([]reported, error) {
	var found []reported
	for _, spec := range s.SpecReports {
		for _, entry := range spec.ReportEntries {
			if entry.Name != "cassettes" || spec.LeafNodeType != "ReportAfterSuite" {
				continue
			}
			var summary struct {
				Version  int
				Findings []reported
			}
			err := json.Unmarshal([]byte(entry.Value.AsJSON), &summary)
			if err != nil || summary.Version < 1 || summary.Version > newestSummary {
				return nil, s.otherVersion("cassettes")
			}
			for _, f := range summary.Findings {
				if slices.Contains(kinds, f.Kind) {
					found = append(found, f)
				}
			}
		}
	}
	return found, nil
}

// eachFile calls a function with the path of the cassette of each finding, from the folder
// in which vcr runs. It returns the folder of the suite.
func (s *suiteReport) eachFile(findings []reported, do func(path string, f reported)) (folder string, err error) {
	if folder, err = s.folder(); err != nil {
		return "", err
	}
	for _, f := range findings {
		below := filepath.FromSlash(f.Cassette)
		if filepath.IsAbs(below) { // of the machine on which the suite ran
			if below, err = filepath.Rel(s.SuitePath, below); err != nil {
				return "", err
			}
		}
		do(filepath.Join(folder, below), f)
	}
	return folder, nil
}

func (s *suiteReport) otherVersion(entry string) error {
	return fmt.Errorf("%s: the entry %q has the form of another version of ginkgo-vcr; run the suite and vcr with one version", s.name(), entry)
}

// A selected is a place in the source at which specs are to be recorded again.
type selected struct {
	File string // "" is the whole suite
	Line int

	title string // of the spec
}

// selected returns what specs of the run left that missed a recording.
func (s *suiteReport) selected() ([]selected, error) {
	var all []selected
	for _, spec := range s.SpecReports {
		if spec.NumAttempts > 1 && spec.State == "passed" {
			continue // the last attempt missed nothing
		}
		for _, entry := range spec.ReportEntries {
			if entry.Name != choice.MissEntry {
				continue
			}
			place := selected{title: spec.title()}
			if json.Unmarshal([]byte(entry.Value.AsJSON), &place) != nil || strings.ContainsAny(place.File, `/\`) {
				return nil, s.otherVersion(entry.Name)
			}
			all = append(all, place)
		}
	}
	return all, nil
}
