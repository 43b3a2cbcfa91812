// Package report turns the lines of benchmarks into BENCHMARKS.md: medians, the
// ratios between them, and whether they meet the targets.
package report

import (
	"io"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// A Key names what was measured. Units are those of benchfmt, in seconds and
// bytes: sec/op, B/s.
type Key struct{ Workload, Data, Peer, Unit string }

// Samples are all measurements of a run. The zero value has none.
type Samples struct {
	values map[Key][]float64
	keys   []Key // in the order in which they were met
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
			continue // a line that only begins like a benchmark
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

// Median returns the median of the samples of a key, and false if there are none.
func (s *Samples) Median(key Key) (float64, bool) {
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
