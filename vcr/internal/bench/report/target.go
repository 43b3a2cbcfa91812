package report

import "fmt"

// A Target is what the library promises of a workload.
type Target struct {
	Workload string
	Says     string  // what is measured
	measure  measure // gives the number
	limit    float64
	atLeast  bool // the number is to be at least the limit, not at most
	format   string
	because  func(*Samples) string // why it may be missed; nil where nothing stands in the way
}

// A measure makes one number of the medians of a run; ok is false when one of
// them is missing.
type measure func(*Samples) (value float64, ok bool)

// median is the measure of one benchmark, in units of scale.
func median(key Key, scale float64) measure {
	return func(s *Samples) (float64, bool) {
		value, ok := s.Median(key)
		return value / scale, ok
	}
}

// ratio and difference compare the medians of two benchmarks.
func ratio(of, to Key) measure {
	return both(of, to, func(of, to float64) float64 { return of / to })
}

func difference(of, to Key, scale float64) measure {
	return both(of, to, func(of, to float64) float64 { return (of - to) / scale })
}

func both(of, to Key, combine func(of, to float64) float64) measure {
	return func(s *Samples) (float64, bool) {
		a, first := s.Median(of)
		b, second := s.Median(to)
		if !first || !second || b == 0 {
			return 0, false
		}
		return combine(a, b), true
	}
}

// An Outcome is a target beside what was measured.
type Outcome struct {
	Target
	Limit, Measured, Met string
}

// Check compares a run with the target.
func (t Target) Check(s *Samples) Outcome {
	word := "at most "
	if t.atLeast {
		word = "at least "
	}
	outcome := Outcome{Target: t, Limit: word + fmt.Sprintf(t.format, t.limit), Measured: "not measured", Met: "–"}
	value, ok := t.measure(s)
	if !ok {
		return outcome
	}
	outcome.Measured, outcome.Met = fmt.Sprintf(t.format, value), "no"
	if t.atLeast && value >= t.limit || !t.atLeast && value <= t.limit {
		outcome.Met = "yes"
	}
	return outcome
}
