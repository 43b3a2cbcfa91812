package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

func checkCommand() *cobra.Command {
	var rules redaction.Rules
	var fix, asJSON bool
	command := &cobra.Command{
		Use:   "check [file or folder]...",
		Short: "Check cassettes: readable, canonical, no secrets, no orphans",
		Long: `Check reads cassettes and prints a line for each finding, as file:line: kind: text.

  unreadable  the file is not a cassette, or a body is missing or changed
  form        a document is not as ginkgo-vcr writes it; lines that begin with # may be
              anywhere, and a limit of the suite for bodies is accepted
  secret      the rules that come with ginkgo-vcr find a secret
  orphan      no cassette names a file with a body; only where a folder is checked
  attributes  .gitattributes lets git change line ends or mix two recordings

The options of a suite are in its code, which check does not run. If one keeps a name
that looks like that of a secret, give check the same name.

The exit status is 1 if there are findings. As a hook of pre-commit, check takes the
names of files; those that are neither cassettes nor bodies are passed over.`,
		Example: "  vcr check\n  vcr check --keep-header X-Public-Token ./assistant\n  git diff --cached --name-only --diff-filter=d | xargs vcr check",
		RunE: func(command *cobra.Command, args []string) error {
			redactor, err := redaction.New(rules)
			if err != nil {
				return err
			}
			t := walk(args)
			findings := check(t, redactor, fix)
			stdout, stderr := command.OutOrStdout(), command.ErrOrStderr()
			if asJSON {
				err = writeJSON(stdout, findings)
			} else {
				err = writeFindings(stdout, findings, t)
			}
			for _, other := range t.others {
				fmt.Fprintf(stderr, "vcr: %s: neither a cassette nor a body of one, so it was not checked\n", inLine(slashed(other)))
			}
			t.others = nil
			if err := cmp.Or(err, t.tell(stderr)); err != nil {
				return err
			}
			if len(findings) > 0 {
				return errToDo
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.StringArrayVar(&rules.KeepHeaders, "keep-header", nil, "a header that holds no secret, as vcr.KeepHeaders")
	flags.StringArrayVar(&rules.KeepQuery, "keep-query", nil, "a query parameter that holds no secret, as vcr.KeepQuery")
	flags.StringArrayVar(&rules.KeepBody, "keep-body", nil, "a field or JSONPath that holds no secret, as vcr.KeepBody")
	flags.BoolVar(&fix, "fix", false, "write documents in canonical form, without their comments")
	flags.BoolVar(&asJSON, "json", false, "write JSON")
	return command
}

// A finding is one thing to mend.
type finding struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"` // 0 if the whole file is meant
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// check returns what is to be mended, by file and line.
func check(t *tree, redactor *redaction.Redactor, fix bool) []finding {
	findings := slices.Concat(forEach(t.cassettes, func(path string) []finding { return checkCassette(path, redactor, fix) })...)
	findings = append(findings, slices.Concat(forEach(t.named, checkBody)...)...)
	for _, folder := range t.bodies {
		for _, path := range disk.Stray(filepath.Dir(folder), slug.Extension) {
			findings = append(findings, finding{slashed(path), 0, "orphan", "no cassette names this body; remove the file"})
		}
	}
	findings = append(findings, checkAttributes(t)...)
	slices.SortStableFunc(findings, func(a, b finding) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return append([]finding{}, findings...) // which is [] in JSON
}

func checkCassette(path string, redactor *redaction.Redactor, fix bool) []finding {
	c, err := cassette.Load(path)
	if err != nil {
		return []finding{unreadable(path, err)}
	}
	var findings []finding
	if lines := outOfForm(path, c); len(lines) > 0 {
		f := finding{slashed(path), lines[0], "form", "not in canonical form; vcr check --fix writes it so"}
		if more := len(lines) - 1; more > 0 {
			f.Text = fmt.Sprintf("not in canonical form, and %s neither; vcr check --fix writes them so", count(more, "later document"))
		}
		if fix {
			f.Text, err = "", bringIntoForm(path, c, lines)
		}
		if err != nil {
			f.Text = "not in canonical form, and " + err.Error()
		}
		if f.Text != "" {
			findings = append(findings, f)
		}
	}
	for _, secret := range redactor.Scan(c) {
		text := fmt.Sprintf("%s: %s; rotate the key, then record this spec again or redact by hand", secret.Place, secret.Kind)
		findings = append(findings, finding{slashed(path), secret.Line, "secret", text})
	}
	return findings
}

// unreadable tells an error of reading a cassette, which may name the file and line.
func unreadable(path string, err error) finding {
	f := finding{File: slashed(path), Kind: "unreadable", Text: err.Error()}
	var parse *cassette.ParseError
	if errors.As(err, &parse) {
		f.Line = parse.Line
		bare := *parse
		bare.File, bare.Line = "", 0
		f.Text = strings.TrimPrefix(bare.Error(), ": ")
	}
	return f
}

// checkBody checks a file with a body that was named. Where its cassette is checked too,
// that tells the same.
func checkBody(path string) []finding {
	content, _, err := disk.ReadFile(path)
	hash, _ := disk.HashIn(filepath.Base(path))
	if err != nil {
		return []finding{{slashed(path), 0, "unreadable", err.Error()}}
	}
	if _, ok := disk.Original(content, hash); !ok {
		return []finding{{slashed(path), 0, "unreadable", "its name does not fit its content; to edit a body, move it into its cassette"}}
	}
	return nil
}

func writeFindings(w io.Writer, findings []finding, t *tree) error {
	for _, f := range findings {
		place := f.File
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d", f.File, f.Line)
		}
		fmt.Fprintf(w, "%s: %s: %s\n", inLine(place), f.Kind, inLine(f.Text))
	}
	result := "all is well"
	if len(findings) > 0 {
		result = count(len(findings), "finding")
	}
	_, err := fmt.Fprintf(w, "%s checked: %s\n", count(len(t.cassettes), "cassette"), result)
	return err
}
