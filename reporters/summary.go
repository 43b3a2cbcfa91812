package reporters

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Version is the version of the form of a Summary as JSON. A reader of this version
// reads a summary of any version up to it.
const Version = 1

// A Summary is what is known of the cassettes of a suite after a run, or, by [Merge], of
// many. The zero value says nothing. It holds plain values only, so that it can be a
// report entry; its form as JSON is documented at [Summary.JSON].
type Summary struct {
	Version int     `json:"version"`
	Suites  []Suite `json:"suites"`
	Totals  Totals  `json:"totals"`
	// Specs are all recordings of the run, sorted by suite, cassette and name. In the
	// report entry of package vcr there are none: each spec has an entry of its own.
	Specs []Spec `json:"specs,omitempty"`
	// Findings are sorted by kind, in the order of [Kinds], then by suite and cassette.
	// You may append your own.
	Findings []Finding `json:"findings,omitempty"`
	// Prices are what a million tokens cost by model and kind, as far as they are known
	// of the models in Totals.
	Prices map[string]map[string]float64 `json:"prices,omitempty"`
}

// A Suite is where a summary comes from. A report of Ginkgo does not tell it.
type Suite struct {
	Package string    `json:"package"`          // the import path
	Dir     string    `json:"dir,omitempty"`    // its folder, from the root of the repository, with slashes
	Commit  string    `json:"commit,omitempty"` // that was tested; empty if it is not known
	Shard   string    `json:"shard,omitempty"`  // such as "2/5", where the CI service tells
	Started time.Time `json:"started,omitzero"` // in UTC
}

// Totals are sums over the recordings of a run.
type Totals struct {
	Specs     int   `json:"specs"` // that played or recorded something, or went live
	Replayed  int   `json:"replayed"`
	Recorded  int   `json:"recorded"`
	Kept      int   `json:"kept"`
	Live      int   `json:"live"`
	Missed    int   `json:"missed"`
	Unplayed  int   `json:"unplayed"`
	Bytes     int64 `json:"bytes"`
	TimeSaved int64 `json:"time_saved_ms"`
	// LiveSpecs counts the recordings in mode live, and LiveCalls the requests that
	// went past the tape in them.
	LiveSpecs int `json:"live_specs"`
	LiveCalls int `json:"live_calls"`
	// Compared counts the answers of the modes refresh, all and live that were compared
	// with a recording, and Same those of them that have its shape.
	Compared int    `json:"compared"`
	Same     int    `json:"same"`
	Oldest   string `json:"oldest,omitempty"` // as in a Spec
	Saved    Tokens `json:"tokens_saved,omitempty"`
	Spent    Tokens `json:"tokens_spent,omitempty"`
	// CostSaved and CostSpent are what those tokens cost, by the prices that are known.
	CostSaved float64 `json:"cost_saved,omitempty"`
	CostSpent float64 `json:"cost_spent,omitempty"`
}

// Summarize reads the summary out of a report. known are findings that a report does not
// tell, such as unused cassettes.
func Summarize(report types.Report, suite Suite, known ...Finding) Summary {
	if suite.Started.IsZero() && !report.StartTime.IsZero() {
		suite.Started = report.StartTime.UTC().Truncate(time.Second)
	}
	s := Summary{Version: Version, Suites: []Suite{suite}, Specs: specsOf(report)}
	for n := range s.Specs {
		s.Specs[n].Suite = suite.Package
	}
	s.Findings = slices.Concat(findingsIn(s.Specs), changesIn(s.Specs), known)
	if missesLive(report) {
		s.Findings = append(s.Findings, Finding{Kind: "warning", Text: fmt.Sprintf("the label filter %q names live and selected no such spec; give specs vcr.Live() or, beside vcr.Recorded(), the label live", report.SuiteConfig.LabelFilter)})
	}
	for n := range s.Findings {
		s.Findings[n].Suite = suite.Package
	}
	s.complete()
	return s
}

// complete sorts and sums up.
func (s *Summary) complete() {
	sortFindings(s.Findings)
	t := Totals{}
	for _, spec := range s.Specs {
		if spec.Replayed+spec.Recorded+spec.Kept+spec.Live > 0 {
			t.Specs++
		}
		t.Replayed += spec.Replayed
		t.Recorded += spec.Recorded
		t.Kept += spec.Kept
		t.Live += spec.Live
		t.Missed += len(spec.Missed)
		t.Unplayed += len(spec.Unplayed)
		t.Bytes += spec.Bytes
		t.TimeSaved += spec.TimeSaved
		if spec.Mode == string(recorder.Live) {
			t.LiveSpecs++
			t.LiveCalls += spec.Live
		}
		if spec.Drift != nil {
			same, drifted, _ := spec.Drift.Counts()
			t.Compared += same + drifted
			t.Same += same
		}
		if spec.Oldest != "" && (t.Oldest == "" || spec.Oldest < t.Oldest) {
			t.Oldest = spec.Oldest
		}
		t.Saved.add(spec.Saved)
		t.Spent.add(spec.Spent)
	}
	t.CostSaved, t.CostSpent = s.cost(t.Saved), s.cost(t.Spent)
	s.Totals = t
}

// cost returns what tokens cost, as far as their prices are known.
func (s *Summary) cost(tokens Tokens) (cost float64) {
	for _, model := range slices.Sorted(maps.Keys(tokens)) { // in one order, since sums of floats depend on it
		for _, kind := range slices.Sorted(maps.Keys(tokens[model])) {
			cost += float64(tokens[model][kind]) * s.Prices[model][kind] / 1e6
		}
	}
	return math.Round(cost*1e6) / 1e6
}

// missesLive reports whether the label filter asks for live specs and selects
// none. It asks for them if it would select a spec for the label live: it
// matches the spec's labels with live, and does not without.
func missesLive(report types.Report) bool {
	if report.SuiteConfig.LabelFilter == "" {
		return false
	}
	matches, err := types.ParseLabelFilter(report.SuiteConfig.LabelFilter)
	if err != nil {
		return false // Ginkgo says so
	}
	asks := false
	for _, spec := range report.SpecReports.WithLeafNodeType(types.NodeTypeIt) {
		labels := spec.Labels()
		others := slices.DeleteFunc(slices.Clone(labels), isLive)
		if len(others) < len(labels) && matches(labels) {
			return false
		}
		asks = asks || !matches(others) && matches(append(others, "live"))
	}
	return asks
}

func isLive(label string) bool { return strings.EqualFold(label, "live") }

// Empty reports whether there is nothing to say: nothing was recorded or replayed.
func (s Summary) Empty() bool {
	return len(s.Specs) == 0 && s.Totals.Specs == 0 && len(s.Findings) == 0
}

// compareAll compares texts in pairs; the first that differ decide.
func compareAll(pairs ...string) int {
	for n := 0; n < len(pairs); n += 2 {
		if c := cmp.Compare(pairs[n], pairs[n+1]); c != 0 {
			return c
		}
	}
	return 0
}
