package reporters_test

import (
	"fmt"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
)

// A ReportAfterSuite gets such a report; ginkgo --json-report writes a list of them.
func ExampleSummarize() {
	report := types.Report{SpecReports: types.SpecReports{
		{ReportEntries: types.ReportEntries{{Name: reporters.EntryName, Value: types.WrapEntryValue(reporters.Entry{
			Spec: "Chat / answers", Cassette: "cassettes/chat/answers.yaml", Mode: "once", Recorded: 2, Passed: true,
		})}}},
		{ReportEntries: types.ReportEntries{{Name: reporters.EntryName, Value: types.WrapEntryValue(reporters.Entry{
			Spec: "Chat / streams", Cassette: "cassettes/chat/streams.yaml", Mode: "none", Replayed: 1, Passed: true,
			Unplayed: []string{"2: POST https://api.example.com/chat"},
		})}}},
	}}
	fmt.Println(reporters.Summarize(report, []string{"cassettes/chat/old_name.yaml"}))
	// Output:
	// 1 new recording
	//   cassettes/chat/answers.yaml: 2 interactions
	// 1 unreplayed interaction: recorded and not requested
	//   cassettes/chat/streams.yaml: 2: POST https://api.example.com/chat
	// 1 unused cassette: claimed by no spec
	//   cassettes/chat/old_name.yaml
}
