package reporters

import (
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

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
