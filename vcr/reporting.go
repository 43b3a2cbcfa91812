package vcr

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// Quiet leaves out the section after a suite in which all is well. Findings are listed
// all the same. Give it to [Configure]; on a node it has no effect.
func Quiet() Option { return option(func(s *settings) { s.quiet = true }) }

// FailOn fails the suite if its report has findings of these kinds, as in
//
//	vcr.Configure(vcr.FailOn("unused", "unreplayed"))
//
// The kinds are those of [reporters.Finding]; an unknown one is an error that lists them.
// Specs that a filter leaves out, or that are pending, make no finding. Give it to
// [Configure]; on a node it has no effect.
func FailOn(kinds ...string) Option {
	return option(func(s *settings) {
		for _, kind := range kinds {
			if known := reporters.Kinds(false); !slices.Contains(known, kind) {
				s.fail(fmt.Errorf("vcr.FailOn(%q): no such kind of finding; known are %s", kind, strings.Join(known, ", ")))
			}
		}
		s.failOn = append(slices.Clip(s.failOn), kinds...)
	})
}

// Strict is [FailOn] with all that a branch for releases should be without: missed
// requests, cassettes that are missing, unused, partial, rejected or unreadable, and those
// that hold secrets, stale recordings, or what nobody asks for. Give it to [Configure]; on a
// node it has no effect.
func Strict() Option { return FailOn(reporters.Kinds(true)...) }

// JSONReport writes what is known of the cassettes after the suite into a file, as
// [reporters.Summary.JSON] documents it. The path is relative to the folder of the
// suite. Give it to [Configure]; on a node it has no effect.
func JSONReport(file string) Option {
	return reportTo("JSONReport", file, reporters.Summary.JSON)
}

// CodeQualityReport writes the findings into a file that GitLab reads as an artifact of
// the kind codequality. The path is relative to the folder of the suite. Give it to
// [Configure]; on a node it has no effect.
func CodeQualityReport(file string) Option {
	return reportTo("CodeQualityReport", file, reporters.Summary.CodeQuality)
}

// A writtenReport is a file that is written after the suite.
type writtenReport struct {
	file   string
	render func(reporters.Summary) []byte
}

func reportTo(name, file string, render func(reporters.Summary) []byte) Option {
	return option(func(s *settings) {
		if file == "" {
			s.fail(fmt.Errorf("vcr.%s is given no file; name one, or leave the option out", name))
			return
		}
		s.reports = append(slices.Clip(s.reports), writtenReport{file, render})
	})
}

// write writes the reports that are asked for, by options or by GitHub Actions. It returns
// what could not be written.
func (s *settings) write(summary reporters.Summary) (errs []error) {
	for _, report := range s.reports {
		if err := os.WriteFile(report.file, report.render(summary), 0o666); err != nil {
			errs = append(errs, fmt.Errorf("this report was not written: %w", err))
		}
	}
	if file := os.Getenv("GITHUB_STEP_SUMMARY"); file != "" && !summary.Empty() && !(s.quiet && len(summary.Findings) == 0) {
		if err := appendTo(file, summary.Markdown()+"\n"); err != nil {
			errs = append(errs, fmt.Errorf("the summary of the job was not written: %w", err))
		}
	}
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		fmt.Print(summary.Annotations())
	}
	return errs
}

func appendTo(file, text string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func (s *settings) failsOn(kind string) bool { return slices.Contains(s.failOn, kind) }

// failure says which findings fail the suite, "" if none does.
func (s *settings) failure(summary reporters.Summary) string {
	found := map[string]int{}
	for _, f := range summary.Findings {
		if s.failsOn(f.Kind) {
			found[f.Kind]++
		}
	}
	var list []string
	for _, kind := range reporters.Kinds(false) {
		if found[kind] > 0 {
			list = append(list, fmt.Sprintf("%s (%d)", kind, found[kind]))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "the cassettes of this suite need care: " + strings.Join(list, ", ") + "; the section cassettes of the report lists them"
}

// trace returns what tells of each request with ginkgo -v, nil without it. With VCR_DEBUG
// they are told in another way.
func trace() func(string) {
	_, reporter := ginkgo.GinkgoConfiguration()
	if process.IsDebugging() || reporter.Verbosity().LT(types.VerbosityLevelVerbose) {
		return nil
	}
	return func(line string) { fmt.Fprintln(ginkgo.GinkgoWriter, "ginkgo-vcr: "+line) }
}
