package reporters_test

import (
	"reflect"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// What did not reach a session is told with the place of its spec.
func TestSummarizeSilence(t *testing.T) {
	spec, container := types.CodeLocation{FileName: "/chat_test.go", LineNumber: 31}, types.CodeLocation{FileName: "/chat_test.go", LineNumber: 12}
	bypassed := recorder.Snapshot{Cassette: "a.yaml", Live: make([]string, 3), Bypassed: []string{"localhost:8080", "localhost:11434", "localhost:8080"}}
	idle := recorder.Snapshot{Cassette: "b.yaml", Idle: true}
	cases := []struct {
		name   string
		at     types.CodeLocation
		closed recorder.Snapshot
		want   []reporters.Finding
		text   string
	}{
		{"past the cassette of a spec", spec, bypassed, []reporters.Finding{
			{"bypassed", "a.yaml", `1 request to localhost:11434 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:11434") (/chat_test.go:31)`},
			{"bypassed", "a.yaml", `2 requests to localhost:8080 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:8080") (/chat_test.go:31)`},
		}, `2 bypassed servers: what they answer is not recorded; if that is meant, name them in vcr.PassThrough
  a.yaml: 1 request to localhost:11434 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:11434") (/chat_test.go:31)
  a.yaml: 2 requests to localhost:8080 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:8080") (/chat_test.go:31)`},
		{"past that of the suite", types.CodeLocation{}, recorder.Snapshot{Cassette: "_suite.yaml", Bypassed: []string{"localhost:1"}}, []reporters.Finding{
			{"bypassed", "_suite.yaml", `1 request to localhost:1 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:1")`},
		}, `1 bypassed server: what they answer is not recorded; if that is meant, name them in vcr.PassThrough
  _suite.yaml: 1 request to localhost:1 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:1")`},
		{"an idle spec", spec, idle, []reporters.Finding{{"idle", "b.yaml", "/chat_test.go:31"}},
			`1 recorded spec sent no request: hand vcr.Client() to the code under test, or leave vcr.Recorded() out
  b.yaml: /chat_test.go:31`},
		{"an idle container", container, idle, nil, ""},
		{"an idle suite", types.CodeLocation{}, idle, nil, ""},
	}
	for _, c := range cases {
		name, value := reporters.EntryOf(c.closed, "chat / answers", 1, true)
		report := types.Report{SpecReports: types.SpecReports{{
			LeafNodeType: types.NodeTypeIt, LeafNodeLocation: spec,
			ReportEntries: types.ReportEntries{{Name: name, Location: c.at, Value: types.WrapEntryValue(value)}},
		}}}
		for route, through := range reporters.Routes {
			t.Run(c.name+", "+route, func(t *testing.T) {
				got := reporters.Summarize(through(t, report), nil)
				if !reflect.DeepEqual(got.Findings, c.want) {
					t.Errorf("got %q\nwant %q", got.Findings, c.want)
				}
				if got.String() != c.text {
					t.Errorf("got %s\nwant %s", got, c.text)
				}
			})
		}
	}
}
