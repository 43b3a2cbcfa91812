package reporters_test

import (
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// What did not reach a session is told with the place of its spec.
func TestSummarizeSilence(t *testing.T) {
	bypassed := recorder.Snapshot{Cassette: "a.yaml", Live: make([]string, 3), Bypassed: []string{"localhost:8080", "localhost:11434", "localhost:8080"}}
	cases := []struct {
		name, place string
		closed      recorder.Snapshot
		want        string
	}{
		{"past the cassette of a spec", "chat_test.go:31", bypassed, `0 interactions replayed in 1 spec, 3 live
2 bypassed servers: what they answer is not recorded; if that is meant, name them in vcr.PassThrough
  a.yaml: 1 request to localhost:11434 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:11434") (chat_test.go:31)
  a.yaml: 2 requests to localhost:8080 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:8080") (chat_test.go:31)`},
		{"past that of the suite", "", recorder.Snapshot{Cassette: "_suite.yaml", Bypassed: []string{"localhost:1"}},
			`1 bypassed server: what they answer is not recorded; if that is meant, name them in vcr.PassThrough
  _suite.yaml: 1 request to localhost:1 went past the cassette; pass vcr.Client(), or vcr.InterceptLoopback("localhost:1")`},
		{"a look-up", "chat_test.go:31", recorder.Snapshot{Cassette: "a.yaml", Bypassed: []string{"api.example.com"}},
			`1 bypassed server: what they answer is not recorded; if that is meant, name them in vcr.PassThrough
  a.yaml: api.example.com was looked up past the cassette, by code with a transport of its own; hand vcr.Client() to that code (chat_test.go:31)`},
		{"an idle spec", "chat_test.go:31", recorder.Snapshot{Cassette: "b.yaml", Idle: true},
			`1 recorded spec sent no request: hand vcr.Client() to the code under test, or leave vcr.Recorded() out
  b.yaml (chat_test.go:31)`},
	}
	for _, c := range cases {
		name, value := reporters.EntryOf(c.closed, reporters.Spec{Name: "chat / answers", Place: c.place, Attempt: 1, Passed: true}, nil)
		report := types.Report{SpecReports: types.SpecReports{{
			LeafNodeType: types.NodeTypeIt, ReportEntries: types.ReportEntries{{Name: name, Value: types.WrapEntryValue(value)}},
		}}}
		for route, through := range reporters.Routes {
			t.Run(c.name+", "+route, func(t *testing.T) {
				if got := reporters.Summarize(through(t, report), reporters.Suite{}).String(); got != c.want {
					t.Errorf("got %s\nwant %s", got, c.want)
				}
			})
		}
	}
}
