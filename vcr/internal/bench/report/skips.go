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
	skipped = regexp.MustCompile(`^\s*--- SKIP: Benchmark(\S+)$`)
	reason  = regexp.MustCompile(`^\s+\S+\.go:\d+: (.*)$`)
)

// Skips finds what benchmarks say that they left out, when they run with
// -test.v. What was said several times is returned once.
func Skips(r io.Reader) ([]Skip, error) {
	var skips []Skip
	said := "" // on the line before
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), " \t")
		if match := skipped.FindStringSubmatch(line); match != nil {
			if skip := (Skip{match[1], said}); !slices.Contains(skips, skip) {
				skips = append(skips, skip)
			}
		}
		said = ""
		if match := reason.FindStringSubmatch(line); match != nil {
			said = match[1]
		}
	}
	return skips, lines.Err()
}
