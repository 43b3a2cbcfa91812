// Package reporters tells, after a Ginkgo suite, how its cassettes fared: which
// are missing, unused, partial or rejected, which interactions nobody replayed,
// what was recorded, and how many calls went to the real service.
//
// Package vcr prints the [Summary] of each suite that has something to say. Use
// this package to print or store it in another way, from a ReportAfterSuite:
//
//	summary := reporters.Summarize(report, nil)
//
// Everything it needs is in the report, in the entries of [EntryOf]. So it works
// as well on a report that was read from ginkgo's --json-report. All functions are
// safe for concurrent use.
package reporters
