package vcr

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// reportAfterSuite adds the section about cassettes to the report, in the first
// process of a parallel run only.
func reportAfterSuite(report types.Report) {
	endBudget()
	s := settingsOf(suite.SuitePlan())
	cassettes := suite.Cassettes()
	known := slices.Concat(unused(), strayBodies(), largeFiles(cassettes))
	if s.failsOn("secret") || process.InCI() {
		known = append(known, secretsOnCassettes(cassettes)...)
	}
	if warning := choseNothing(report); warning != "" {
		known = append(known, reporters.Finding{Kind: "warning", Text: warning})
	}
	shard, err := process.Shard()
	if err != nil {
		known = append(known, reporters.Finding{Kind: "warning", Text: err.Error()})
	}
	summary := reporters.Summarize(report, reporters.Suite{
		Package: process.Package, Dir: process.InRepository(process.StartDir), Commit: process.Commit(), Shard: shard,
	}, known...)
	moveRenamed(summary)
	summary.Price(s.prices)
	if len(cassettes) > 0 && !hasRecorded(summary) {
		summary.Findings = slices.DeleteFunc(summary.Findings, func(f reporters.Finding) bool { return f.Kind == "idle" })
	}
	for _, err := range s.write(summary) {
		summary.Findings = append(summary.Findings, reporters.Finding{Kind: "warning", Suite: process.Package, Text: err.Error()})
	}
	visibility := ginkgo.ReportEntryVisibilityAlways
	if summary.Empty() || s.quiet && len(summary.Findings) == 0 {
		visibility = ginkgo.ReportEntryVisibilityNever
	}
	summary.Specs = nil // they have entries of their own
	ginkgo.AddReportEntry(reporters.EntryName, summary, visibility, types.NewCustomCodeLocation("ginkgo-vcr"))
	if reason := s.failure(summary); reason != "" {
		ginkgo.Fail(reason)
	}
}

// hasRecorded reports whether a run recorded, or was to record. Specs that send
// nothing are told then, and not in every run that replays the others.
func hasRecorded(summary reporters.Summary) bool {
	mode := commandedMode().mode
	return mode == recorder.All || mode == recorder.Refresh || mode == recorder.NewEpisodes ||
		slices.ContainsFunc(summary.Findings, func(f reporters.Finding) bool { return f.Kind == "recorded" || f.Kind == "rejected" })
}

// secretsOnCassettes says where secrets are on the cassettes of this suite, by the
// options of the spec that records each, or of the suite.
func secretsOnCassettes(cassettes []string) []reporters.Finding {
	var findings []reporters.Finding
	for _, file := range cassettes {
		c, err := cassette.Load(file)
		if err != nil {
			continue // the spec that claims it says so
		}
		redactor, err := redaction.New(settingsOf(suite.PlanOf(file)).redact)
		if err != nil {
			redactor, _ = redaction.New(redaction.Rules{}) // the options are wrong, which fails the specs
		}
		for _, secret := range redactor.Secrets(c) {
			findings = append(findings, reporters.Finding{Kind: "secret", Cassette: process.Shown(file), Text: secret})
		}
	}
	return findings
}

// unused returns the cassettes of this suite that nothing in the tree claims, and what
// removes them.
func unused() []reporters.Finding {
	var findings []reporters.Finding
	for _, file := range suite.Unclaimed() {
		if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() || !disk.BeginsAsCassette(file) {
			continue // it is of somebody else, who knows what it is for
		}
		shown := process.Shown(file)
		findings = append(findings, reporters.Finding{Kind: "unused", Cassette: shown, Command: "git rm " + process.ShellQuoted(process.InModule(shown))})
	}
	return findings
}

// moveRenamed puts the command that moves a cassette in the place of the one that removes
// it, where a spec that was renamed has found it.
func moveRenamed(summary reporters.Summary) {
	for n, f := range summary.Findings {
		if f.Kind != "unused" {
			continue
		}
		for _, spec := range summary.Specs {
			_, moved, _ := strings.Cut(spec.Command, "git mv ")
			for dir := process.InModule(f.Cassette); moved != "" && dir != "." && dir != "/"; dir = path.Dir(dir) {
				if strings.HasPrefix(moved, process.ShellQuoted(dir)+" ") {
					summary.Findings[n].Command = spec.Command
				}
			}
		}
	}
}

// strayBodies returns the files with bodies that no cassette names, and what removes
// them. Another suite may be writing to a folder that it shares.
func strayBodies() []reporters.Finding {
	var findings []reporters.Finding
	for _, dir := range suite.Folders() {
		for _, file := range disk.Stray(dir, slug.Extension) {
			shown := process.Shown(file)
			findings = append(findings, reporters.Finding{Kind: "stray", Cassette: shown, Command: "rm " + process.ShellQuoted(process.InModule(shown))})
		}
	}
	return findings
}

// large is the size in bytes from which a file is better kept by Git LFS: each version of
// it stays in every clone.
const large = 1 << 20

// largeFiles returns the cassettes and bodies that are large and not in Git LFS.
func largeFiles(cassettes []string) []reporters.Finding {
	files := slices.Clone(cassettes)
	for _, dir := range suite.Folders() {
		bodies, _ := filepath.Glob(filepath.Join(dir, disk.BodiesFolder, "*")) // the pattern is right, unless the path is a pattern too
		files = append(files, bodies...)
	}
	var findings []reporters.Finding
	for _, file := range files {
		info, err := os.Lstat(file)
		if err != nil || !info.Mode().IsRegular() || info.Size() < large || process.IsInLFS(file) {
			continue
		}
		shown := process.Shown(file)
		tracked := process.InModule(shown)
		if filepath.Base(filepath.Dir(file)) == disk.BodiesFolder {
			tracked = filepath.ToSlash(filepath.Join(filepath.Dir(tracked), "*"))
		}
		findings = append(findings, reporters.Finding{
			Kind: "large", Cassette: shown, Text: fmt.Sprintf("%.1f MiB", float64(info.Size())/(1<<20)), Command: "git lfs track '" + strings.ReplaceAll(tracked, "'", `'\''`) + "'",
		})
	}
	return findings
}

// isOurs reports whether the header of a cassette names this suite. Only the
// header is read, and of a long one its begin.
func isOurs(file string) bool {
	f, err := disk.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	var header bytes.Buffer
	for lines := bufio.NewScanner(io.LimitReader(f, 64<<10)); lines.Scan() && lines.Text() != "---"; {
		header.WriteString(lines.Text() + "\n")
	}
	c, err := cassette.Parse(file, header.Bytes(), nil)
	return err == nil && c.Suite == process.Package
}
