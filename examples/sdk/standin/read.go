package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Read notes in the report of the spec what its code has read of an SDK: values as
// JSON, and errors with all that they wrap.
func Read(values ...any) {
	ginkgo.GinkgoHelper()
	var text strings.Builder
	for _, value := range values {
		if err, ok := value.(error); ok {
			for ; err != nil; err = errors.Unwrap(err) {
				fmt.Fprintf(&text, "  %T: %v\n", err, err)
			}
			continue
		}
		noted, err := json.Marshal(value)
		if err != nil {
			ginkgo.Fail(err.Error())
		}
		fmt.Fprintf(&text, "  %T %s\n", value, noted)
	}
	ginkgo.AddReportEntry(readEntry, text.String(), ginkgo.ReportEntryVisibilityNever)
}

const readEntry = "read"

// read maps the text of each spec to what it has read.
func read(report types.Report) map[string]string {
	all := map[string]string{}
	for _, spec := range report.SpecReports {
		for _, entry := range spec.ReportEntries {
			if entry.Name == readEntry {
				all[spec.FullText()] += entry.StringRepresentation()
			}
		}
	}
	return all
}
