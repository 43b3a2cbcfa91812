// Package report turns the lines of benchmarks into BENCHMARKS.md: medians, the
// ratios between them, and whether they meet the targets.
package report

import (
	"bufio"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// A Key names what was measured. Units are those of benchfmt, in seconds and
// bytes: sec/op, B/s.
type Key struct{ Workload, Data, Peer, Unit string }

// Samples are all measurements of a run. The zero value has none.
type Samples struct {
	values map[Key][]float64
	keys   []Key // in the order in which they were read
}

func (s *Samples) add(key Key, value float64) {
	if s.values == nil {
		s.values = map[Key][]float64{}
	}
	if s.values[key] == nil {
		s.keys = append(s.keys, key)
	}
	s.values[key] = append(s.values[key], value)
}

// Read adds the measurements in what benchmarks printed, and returns its
// configuration lines, such as cpu. Benchmarks with other names are left out.
func (s *Samples) Read(r io.Reader) (map[string]string, error) {
	config := map[string]string{}
	reader := benchfmt.NewReader(r, "benchmarks")
	for reader.Scan() {
		result, ok := reader.Result().(*benchfmt.Result)
		if !ok {
			continue // a line that only looks like a benchmark
		}
		for _, c := range result.Config {
			config[c.Key] = string(c.Value)
		}
		key, ok := keyOf(result.Name)
		if !ok {
			continue
		}
		for _, value := range result.Values {
			key.Unit = value.Unit
			s.add(key, value.Value)
		}
	}
	return config, reader.Err()
}

// keyOf reads a name such as W1/data=chat-do/peer=stub-2, without its unit.
func keyOf(name benchfmt.Name) (Key, bool) {
	base, parts := name.Parts()
	key := Key{Workload: string(base)}
	for _, part := range parts {
		label, value, _ := strings.Cut(string(part), "=")
		switch label {
		case "/data":
			key.Data = value
		case "/peer":
			key.Peer = value
		}
	}
	return key, key.Data != "" && key.Peer != ""
}

// Computed units: no benchmark prints them.
const (
	allocatedPerByte   = "B/file-B"
	secPerRecording    = "sec/recording"
	allocsPerRecording = "allocs/recording"
	bytesPerRecording  = "B/recording"
	timesTheStub       = "sec/stub-sec"
)

// quotient returns what a computed unit divides, and by what.
func quotient(key Key) (of, by Key, computed bool) {
	of, by = key, key
	switch key.Unit {
	case allocatedPerByte:
		of.Unit, by.Unit = "B/op", "file-B"
	case secPerRecording:
		of.Unit, by.Unit = "sec/op", "recordings/op"
	case allocsPerRecording:
		of.Unit, by.Unit = "allocs/op", "recordings/op"
	case bytesPerRecording:
		of.Unit, by.Unit = "B/op", "recordings/op"
	case timesTheStub:
		of.Unit, by.Unit, by.Peer = "sec/op", "sec/op", stub
	default:
		return key, key, false
	}
	return of, by, true
}

// Median returns the median of the samples of a key, and false if there are none.
// In a computed unit it is the quotient of two medians.
func (s *Samples) Median(key Key) (float64, bool) {
	if of, by, computed := quotient(key); computed {
		return ratio(of, by)(s)
	}
	values := slices.Sorted(slices.Values(s.values[key]))
	if len(values) == 0 {
		return 0, false
	}
	middle := len(values) / 2
	if len(values)%2 == 0 {
		return (values[middle-1] + values[middle]) / 2, true
	}
	return values[middle], true
}

// Values returns the samples of a key, in the order in which they were read.
func (s *Samples) Values(key Key) []float64 {
	of, by, computed := quotient(key)
	values := slices.Clone(s.values[of])
	if !computed {
		return values
	}
	divisors := s.values[by]
	values = values[:min(len(values), len(divisors))]
	for n := range values {
		values[n] /= divisors[n]
	}
	return values
}

// Keys returns the keys of a workload that have a median in a unit, in the order in
// which they were read.
func (s *Samples) Keys(workload, unit string) []Key {
	var keys []Key
	for _, key := range s.keys {
		key.Unit = unit
		if key.Workload != workload || slices.Contains(keys, key) {
			continue
		}
		if _, ok := s.Median(key); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// A Skip is a benchmark that was left out, and why.
type Skip struct{ Benchmark, Reason string }

var (
	skipped = regexp.MustCompile(`^\s*--- SKIP: Benchmark(\S+)$`)
	reason  = regexp.MustCompile(`^\s+\S+\.go:\d+: (.*)$`)
)

// Skips reads which benchmarks were skipped, from the output of -test.v. A benchmark
// that was skipped in several rounds is returned once.
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

// A Profile is where the time of one benchmark goes.
type Profile struct {
	Workload, Data string
	// Hot is the functions that cost most by themselves, whoever called them. Ours is
	// our functions, each with what it calls of other modules.
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
