// Package reporters tells, after a Ginkgo suite, how its cassettes fared: what was
// replayed and what that saved, what was recorded and what that cost, which cassettes are
// missing, unused, partial or rejected, which interactions nobody replayed, and how many
// calls went to the real service.
//
// Package vcr prints the [Summary] of each suite. Use this package to print or store it in
// another way, from a ReportAfterSuite:
//
//	summary := reporters.Summarize(report, reporters.Suite{})
//
// What it says of specs is in the report, in the entries of [EntryOf]. So it works as well
// on a report that was read from ginkgo's --json-report. All functions are safe for
// concurrent use.
//
// # Formats
//
// A summary prints itself as text ([Summary.String]), as JSON ([Summary.JSON]), as a
// page of HTML ([Summary.HTML]), as Markdown for the summary of a job on GitHub
// ([Summary.Markdown]), as annotations there ([Summary.Annotations]), as an artifact of
// GitLab ([Summary.CodeQuality]), and as properties of JUnit ([Summary.JUnit]). What comes from tapes, such as a prompt, is
// quoted in each: it is no markup, and no command to a terminal.
package reporters
