package report

import (
	"bufio"
	"io"
	"regexp"
	"slices"
	"strings"
)

// A Skip is a benchmark that was left out, and why.
type Skip struct{ Benchmark, Reason string }

var (
	skipped = regexp.MustCompile(`^\s*--- SKIP: Benchmark(\S+?)(-\d+)?$`)
	reason  = regexp.MustCompile(`^\s+\S+\.go:\d+: (.*)$`)
)

// Skips finds what benchmarks say that they left out, when they run with
// -test.v. What was said several times is returned once.
func Skips(r io.Reader) ([]Skip, error) {
	var skips []Skip
	var open *Skip
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if match := skipped.FindStringSubmatch(strings.TrimRight(lines.Text(), " \t")); match != nil {
			open = &Skip{Benchmark: match[1]}
			continue
		}
		if match := reason.FindStringSubmatch(lines.Text()); match != nil && open != nil {
			open.Reason = match[1]
			if !slices.Contains(skips, *open) {
				skips = append(skips, *open)
			}
		}
		open = nil
	}
	return skips, lines.Err()
}
