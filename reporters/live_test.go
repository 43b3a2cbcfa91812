package reporters_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
)

// labelled is the report of a spec with these labels.
func labelled(labels ...string) types.SpecReport {
	return types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeLabels: labels}
}

func TestLiveWarning(t *testing.T) {
	replayed := []types.SpecReport{labelled("vcr"), labelled("vcr", "slow"), labelled("vcr", "x"), labelled()}
	plus := func(spec types.SpecReport) []types.SpecReport { return append(slices.Clone(replayed), spec) }
	inContainer := types.SpecReport{LeafNodeType: types.NodeTypeIt, ContainerHierarchyLabels: [][]string{{"Live"}, nil}, LeafNodeLabels: []string{"vcr"}}
	cases := []struct {
		filter string
		specs  []types.SpecReport
		warns  bool
	}{
		{"live", replayed, true},
		{"LIVE", replayed, true},
		{" ( live ) ", replayed, true},
		{"/live/", replayed, true},
		{"live && !slow", replayed, true},
		{"live && x", replayed, true},
		{"(live || x)", replayed, true},
		{"live, x", replayed, true},
		{"!!live", replayed, true},
		{"live || !live && slow", replayed, true},

		{"", replayed, false},
		{"vcr", replayed, false},
		{"!slow", replayed, false},
		{"!live", replayed, false},
		{"! live", replayed, false},
		{"!(live)", replayed, false},
		{"!(slow || live)", replayed, false},
		{"!slow && !live", replayed, false},
		{"alive", replayed, false},
		{"my-live", replayed, false},
		{"live-ish", replayed, false},
		{"env:live", replayed, false},
		{"env: containsAny live", replayed, false},
		{"live && no-such-label", replayed, false},
		{"live &&", replayed, false}, // Ginkgo refuses it

		{"live", plus(labelled("live")), false},
		{"live", plus(labelled("vcr", "LIVE")), false},
		{"live", plus(inContainer), false},
		{"live", plus(labelled("alive")), true},
		{"live && !slow", plus(labelled("live")), false},
		{"live && !slow", plus(labelled("live", "slow")), true},
		{"(live || x)", plus(labelled("live")), false},

		{"live", nil, false}, // a BeforeSuite failed, and no spec was looked at
		{"live", []types.SpecReport{{LeafNodeType: types.NodeTypeBeforeSuite}}, false},
	}
	for _, c := range cases {
		report := types.Report{SuiteConfig: types.SuiteConfig{LabelFilter: c.filter}, SpecReports: c.specs}
		for _, report := range []types.Report{report, throughJSON(t, report)} {
			summary := reporters.Summarize(report, nil)
			if warns := len(summary.Warnings) > 0; warns != c.warns {
				t.Errorf("%q, specs labelled %s: warns is %t, want %t", c.filter, labelsOf(c.specs), warns, c.warns)
			}
			if summary.Empty() == c.warns {
				t.Errorf("%q, specs labelled %s: empty is %t, want %t", c.filter, labelsOf(c.specs), summary.Empty(), !c.warns)
			}
		}
	}
}

func labelsOf(specs []types.SpecReport) string {
	var labels []string
	for _, spec := range specs {
		labels = append(labels, "["+strings.Join(spec.Labels(), " ")+"]")
	}
	return strings.Join(labels, " ")
}

func TestLiveWarningNamesTheFilter(t *testing.T) {
	report := types.Report{SuiteConfig: types.SuiteConfig{LabelFilter: "live && !slow"}, SpecReports: []types.SpecReport{labelled("vcr")}}
	want := []string{`the label filter "live && !slow" names live and selected no such spec; give specs vcr.Live() or, beside vcr.Recorded(), the label live`}
	if got := reporters.Summarize(report, nil).Warnings; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
