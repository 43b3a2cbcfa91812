package vcr

import (
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/choice"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// chosenOnly returns what the variable VCR_RECORD_ONLY says, nil if it is not set.
func chosenOnly() (*choice.Choice, error) {
	only, err := choice.OfEnvironment()
	if only == nil || err != nil {
		return nil, err
	}
	return only, only.Fits(string(commandedMode().mode))
}

// isLimited reports whether a run records only what the variable says.
func isLimited() bool {
	only, err := chosenOnly()
	return only != nil || err != nil
}

// chosenEntry is the name of the entry of a spec on whose tape something was chosen, in
// whichever process it ran.
const chosenEntry = "ginkgo-vcr chosen"

func (r *run) noteChosen() {
	ginkgo.AddReportEntry(chosenEntry, r.plan.Path, ginkgo.ReportEntryVisibilityNever, r.location)
}

// choseNothing says that a run was to record what none of its specs has; "" if it is not so.
func choseNothing(report types.Report) string {
	only, err := chosenOnly()
	if only == nil || err != nil {
		return ""
	}
	for _, spec := range report.SpecReports {
		if slices.ContainsFunc(spec.ReportEntries, func(entry types.ReportEntry) bool { return entry.Name == chosenEntry }) {
			return ""
		}
	}
	return fmt.Sprintf("%s=%s chose no recording of the specs that ran, so nothing was recorded", process.OnlyVariable, only)
}
