package report

import (
	"bufio"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A Profile is where the time of one benchmark goes.
type Profile struct {
	Workload, Data string
	// Hot is what costs most by itself, whoever called it; Ours is what our
	// functions cost, each with what it calls of others.
	Hot, Ours []Cost
}

// A Cost is the share of a function in percent, without what it calls.
type Cost struct {
	Function string
	Percent  float64
}

var topLine = regexp.MustCompile(`^\s*[\d.]+\w*\s+([\d.]+)%\s+[\d.]+%\s+[\d.]+\w*\s+[\d.]+%\s+(.+)$`)

// Costs reads the first lines of what go tool pprof -top prints, at most most.
func Costs(r io.Reader, most int) ([]Cost, error) {
	var costs []Cost
	lines := bufio.NewScanner(r)
	for lines.Scan() && len(costs) < most {
		match := topLine.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		percent, err := strconv.ParseFloat(match[1], 64)
		if err != nil {
			return nil, err
		}
		if percent > 0 {
			costs = append(costs, Cost{short(match[2]), percent})
		}
	}
	return costs, lines.Err()
}

var typeArguments = regexp.MustCompile(`\[.*\]`)

// short returns a function with the last element of its package's path, and
// without type arguments.
func short(function string) string {
	function = typeArguments.ReplaceAllString(strings.TrimSuffix(function, " (inline)"), "")
	function = function[strings.LastIndexByte(function, '/')+1:]
	return strings.ReplaceAll(function, "%2e", ".")
}
