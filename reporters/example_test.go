package reporters_test

import (
	"fmt"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A ReportAfterSuite gets such a report, with the entries of package vcr; ginkgo --json-report writes a list of them.
func ExampleSummarize() {
	request := &cassette.Interaction{Request: cassette.Request{Method: "POST", URL: "https://api.example.com/chat", Body: cassette.NewBody([]byte(`{"prompt": "Hello"}`))}}
	entry := func(s recorder.Snapshot, spec string) types.SpecReport {
		name, value := reporters.EntryOf(s, reporters.Spec{Name: spec, Attempt: 1, Passed: true}, nil)
		return types.SpecReport{ReportEntries: types.ReportEntries{{Name: name, Value: types.WrapEntryValue(value)}}}
	}
	report := types.Report{SpecReports: types.SpecReports{
		entry(recorder.Snapshot{
			Cassette: "cassettes/chat/answers.yaml", Mode: recorder.Once, Recorded: []*cassette.Interaction{request, request}, Saved: true,
		}, "Chat / answers"),
		entry(recorder.Snapshot{
			Cassette: "cassettes/chat/streams.yaml", Mode: recorder.None, Loaded: []*cassette.Interaction{request}, Unplayed: []*cassette.Interaction{request},
		}, "Chat / streams"),
	}}
	fmt.Println(reporters.Summarize(report, reporters.Suite{}, reporters.Finding{Kind: "unused", Cassette: "cassettes/chat/old_name.yaml", Command: "git rm cassettes/chat/old_name.yaml"}))
	// Output:
	// 0 interactions replayed in 1 spec, 2 recorded, 0 live
	// 1 new recording
	//   cassettes/chat/answers.yaml: 2 interactions
	// 1 unreplayed interaction: recorded and not requested
	//   cassettes/chat/streams.yaml: recording 1, POST https://api.example.com/chat "Hello"
	// 1 unused cassette: claimed by no spec
	//   cassettes/chat/old_name.yaml
	//   in the root of the module:
	//     git rm cassettes/chat/old_name.yaml
}
