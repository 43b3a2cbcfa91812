package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
)

func reportCommand() *cobra.Command {
	formats := []struct {
		flag, usage string
		render      func(reporters.Summary) []byte
		chosen      bool
	}{
		{flag: "json", usage: "print JSON", render: reporters.Summary.JSON},
		{flag: "markdown", usage: "print Markdown, as for the summary of a job", render: func(s reporters.Summary) []byte { return []byte(s.Markdown()) }},
		{flag: "junit", usage: "print properties of JUnit, as XML", render: reporters.Summary.JUnit},
		{flag: "gitlab", usage: "print the findings as GitLab's code quality report", render: reporters.Summary.CodeQuality},
	}
	var html string
	command := &cobra.Command{
		Use:   "report REPORT...",
		Short: "Make one report of those of many machines",
		Long: `Report makes one report of what ginkgo --json-report wrote on several machines. A spec
counts once, and a cassette is unused only if no machine uses it. It tells machines whose
report is missing, or is of another commit.

With --html, it writes a page to look at in a browser. The tapes come from the current
folder, which should be the root of the repository.

The exit status is 2 if a report could not be read; the others are reported nevertheless.`,
		Example: "  vcr report shard-*.json\n  vcr report --markdown shard-*.json >> $GITHUB_STEP_SUMMARY\n  vcr report --html vcr.html shard-*.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("name the reports that ginkgo --json-report wrote; see vcr report --help")
			}
			return nil
		},
		RunE: func(command *cobra.Command, args []string) error {
			if err := mayWritePage(html, args); err != nil {
				return err
			}
			summary, err := reporters.Merge(args...)
			render := asText
			for _, format := range formats {
				if format.chosen {
					render = format.render
				}
			}
			var failed error
			if html != "" {
				failed = writePage(html, summary)
			} else {
				_, failed = command.OutOrStdout().Write(render(summary))
			}
			problems := &tree{problems: separate(err)}
			return cmp.Or(problems.tell(command.ErrOrStderr()), failed)
		},
	}
	command.Flags().StringVar(&html, "html", "", "write a page of HTML to this file, with the tapes below the current folder")
	flags := []string{"html"}
	for n := range formats {
		command.Flags().BoolVar(&formats[n].chosen, formats[n].flag, false, formats[n].usage)
		flags = append(flags, formats[n].flag)
	}
	command.MarkFlagsMutuallyExclusive(flags...)
	return command
}

// mayWritePage refuses to write a page over a report, as where its name was forgotten.
func mayWritePage(file string, reports []string) error {
	page, err := os.Stat(file)
	if err != nil {
		return nil // there is none yet
	}
	for _, report := range reports {
		if info, err := os.Stat(report); err == nil && os.SameFile(page, info) {
			return fmt.Errorf("%s: is one of the reports; give --html the name of the page", slashed(file))
		}
	}
	content, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was only read
	begin := make([]byte, 32)
	n, _ := io.ReadFull(content, begin)
	if n > 0 && !strings.HasPrefix(strings.ToLower(string(begin[:n])), "<!doctype html") {
		return fmt.Errorf("%s: is a file, and no page; give --html another name, or remove it", slashed(file))
	}
	return nil
}

// writePage writes the page of a report into a file.
func writePage(file string, summary reporters.Summary) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(f)
	return errors.Join(summary.HTML(buffered, view.Tapes(".")), buffered.Flush(), f.Close())
}

// asText returns what the section after a suite says.
func asText(s reporters.Summary) []byte {
	if s.Empty() {
		return []byte("these reports have no cassettes\n")
	}
	return []byte(s.String() + "\n")
}

// separate returns the errors that were joined to one.
func separate(err error) []error {
	var joined interface{ Unwrap() []error }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &joined):
		return joined.Unwrap()
	}
	return []error{err}
}
