package vcr

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
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
	return reportTo("JSONReport", file, whole(reporters.Summary.JSON))
}

// CodeQualityReport writes the findings into a file that GitLab reads as an artifact of
// the kind codequality. The path is relative to the folder of the suite. Give it to
// [Configure]; on a node it has no effect.
func CodeQualityReport(file string) Option {
	return reportTo("CodeQualityReport", file, whole(reporters.Summary.CodeQuality))
}

// HTMLReport writes one page of HTML after the suite, to be opened in any browser without
// a network: totals, findings, and a table of the specs with the conversations on their
// tapes, with streams put together. The page stays below 10 MB: it leaves out the rest of
// long texts and tapes, and says which command shows them. A cassette that cannot be read,
// or holds a secret, is named and not shown. The path is relative to the folder of the
// suite. Give it to [Configure]; on a node it has no effect.
func HTMLReport(file string) Option {
	return reportTo("HTMLReport", file, func(s reporters.Summary, w io.Writer) error { return s.HTML(w, view.Tapes(process.Repository())) })
}

// A writtenReport is a file that is written after the suite.
type writtenReport struct {
	file  string
	write func(reporters.Summary, io.Writer) error
}

// whole writes a report that is rendered at once.
func whole(render func(reporters.Summary) []byte) func(reporters.Summary, io.Writer) error {
	return func(s reporters.Summary, w io.Writer) error {
		_, err := w.Write(render(s))
		return err
	}
}

func reportTo(name, file string, write func(reporters.Summary, io.Writer) error) Option {
	return option(func(s *settings) {
		if file == "" {
			s.fail(fmt.Errorf("vcr.%s is given no file; name one, or leave the option out", name))
			return
		}
		s.reports = append(slices.Clip(s.reports), writtenReport{file, write})
	})
}

// write writes the reports that are asked for, by options or by GitHub Actions. It returns
// what could not be written.
func (s *settings) write(summary reporters.Summary) (errs []error) {
	for _, report := range s.reports {
		if err := report.writeTo(summary); err != nil {
			errs = append(errs, fmt.Errorf("this report was not written: %w", err))
		}
	}
	if file := os.Getenv("GITHUB_STEP_SUMMARY"); file != "" && !summary.Empty() && !(s.quiet && len(summary.Findings) == 0) {
		if err := appendTo(file, "\n"+summary.Markdown()+"\n"); err != nil {
			errs = append(errs, fmt.Errorf("the summary of the job was not written: %w", err))
		}
	}
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		if lines := summary.Annotations(); lines != "" {
			fmt.Print("\n" + lines) // after Ginkgo's dots: GitHub takes a command at the start of a line only
		}
	}
	return errs
}

func (r writtenReport) writeTo(summary reporters.Summary) error {
	f, err := os.Create(r.file)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(f)
	return errors.Join(r.write(summary, buffered), buffered.Flush(), f.Close())
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
