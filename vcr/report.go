package vcr

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"

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
	gate := settingsOf(suite.SuitePlan()).failOnSecrets
	summary := reporters.Summarize(report, unused())
	if !hasRecorded(summary) {
		summary.Findings = slices.DeleteFunc(summary.Findings, func(f reporters.Finding) bool { return f.Kind == "idle" })
	}
	summary.Findings = append(summary.Findings, strayBodies()...)
	var leaks []reporters.Finding
	if gate || process.InCI() {
		leaks = secretsOnCassettes()
		summary.Findings = append(summary.Findings, leaks...)
	}
	if warning := choseNothing(report); warning != "" {
		summary.Findings = append(summary.Findings, reporters.Finding{Kind: "warning", Text: warning})
	}
	if command := recordAgain(report); command != "" {
		summary.Findings = append(summary.Findings, reporters.Finding{Kind: "missed", Text: command})
	}
	if !summary.Empty() {
		ginkgo.AddReportEntry("cassettes", summary, types.NewCustomCodeLocation("ginkgo-vcr"))
	}
	if gate && len(leaks) > 0 {
		ginkgo.Fail(fmt.Sprintf("secrets are on the cassettes of this suite (%d found); the section cassettes of the report says where; rotate the keys", len(leaks)))
	}
}

// hasRecorded reports whether a run recorded, or was to record. Specs that send
// nothing are told then, and not in every run that replays the others.
func hasRecorded(summary reporters.Summary) bool {
	mode := commandedMode().mode
	return mode == recorder.All || mode == recorder.Refresh || mode == recorder.NewEpisodes || len(suite.Cassettes()) == 0 ||
		slices.ContainsFunc(summary.Findings, func(f reporters.Finding) bool { return f.Kind == "recorded" || f.Kind == "rejected" })
}

// secretsOnCassettes says where secrets are on the cassettes of this suite, by the
// options of the spec that records each, or of the suite.
func secretsOnCassettes() []reporters.Finding {
	var findings []reporters.Finding
	for _, file := range suite.Cassettes() {
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

// unused returns the cassettes of this suite that nothing in the tree claims, as
// people see them.
func unused() []string {
	files := suite.Unclaimed()
	for n, file := range files {
		files[n] = process.Shown(file)
	}
	return files
}

// strayBodies returns the files with bodies that no cassette names, and what removes
// them. Another suite may be writing to a folder that it shares.
func strayBodies() []reporters.Finding {
	var findings []reporters.Finding
	for _, dir := range suite.Folders() {
		for _, file := range disk.Stray(dir, slug.Extension) {
			shown := process.Shown(file)
			findings = append(findings, reporters.Finding{Kind: "stray", Cassette: shown, Text: "rm " + process.ShellQuoted(process.InModule(shown))})
		}
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
