package reporters_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// drifted returns what a session has compared, from the JSON that processes exchange.
func drifted(t *testing.T, data string) *recorder.Drift {
	t.Helper()
	d := new(recorder.Drift)
	if err := json.Unmarshal([]byte(data), d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSummaryOfDrift(t *testing.T) {
	const change = `{"kind":"type","endpoint":"GET api.example.com/a","path":"$.price","old":"number","new":"string",` +
		`"oldCount":{"n":3,"of":3},"newCount":{"n":0,"of":0},"answers":1,"places":[{"cassette":"%s.yaml","line":3}],"key":"GET api.example.com/a 200 JSON"}`
	listed := func(verdict, reason string) string {
		return fmt.Sprintf(`{"place":{"cassette":"c.yaml","line":7},"endpoint":"GET api.example.com/c","verdict":%q,"reason":%q}`, verdict, reason)
	}
	specs := []struct {
		name, drift string
		passed      bool
	}{
		{"a", `{"counts":{"same":1,"drifted":1},"found":[` + fmt.Sprintf(change, "a") + `]}`, true},
		{"b", `{"counts":{"same":1,"drifted":1},"found":[` + fmt.Sprintf(change, "b") + `]}`, false},
		{"c", `{"counts":{"same":2,"failed":1},"listed":[` + listed("failed", "429 Too Many Requests") + `,` + listed("unasked", "") + `]}`, true},
		{"d", `{"counts":{"same":3}}`, true},
		{"e", `{"counts":{"same":1}}`, false},
		{"f", `{"counts":{"same":1},"requests":[{"place":{"cassette":"f.yaml","line":3},"sent":[{"at":"$.model","old":"x","new":"y"}]}]}`, true},
	}
	var report types.Report
	for _, s := range specs {
		name, value := reporters.EntryOf(recorder.Snapshot{Cassette: s.name + ".yaml", Mode: recorder.Refresh, Drift: drifted(t, s.drift)}, reporters.Spec{Name: "spec " + s.name, Place: s.name + "_test.go:7", Attempt: 1, Passed: s.passed}, func() string { return "refresh " + s.name })
		report.SpecReports = append(report.SpecReports, types.SpecReport{
			LeafNodeType: types.NodeTypeIt, ReportEntries: types.ReportEntries{{Name: name, Value: types.WrapEntryValue(value)}},
		})
	}
	const want = `11 answers compared with the cassettes, 9 of them the same but for values
2 specs passed on answers of the recorded shape
1 breaking change of an API: code that reads these answers is likely to fail
  a.yaml:3 and 1 more: GET api.example.com/a $.price is a string and was a number, in 2 of 2 new answers
1 spec failed on today's answers, though they have the recorded shape
  e.yaml: spec e (e_test.go:7)
2 cassettes with answers of another shape
  a.yaml: 1 of 2 answers (a_test.go:7)
  b.yaml: 1 of 2 answers (b_test.go:7)
  in the root of the module:
    refresh a
    refresh b
1 value that the code sends otherwise than was recorded: the answers raise no alarm
  f.yaml:3: $.model: x -> y
1 comparison left out
  c.yaml:7: GET api.example.com/c: 429 Too Many Requests
1 recording that no request asks for any more
  c.yaml:7: GET api.example.com/c`
	for route, through := range reporters.Routes {
		t.Run(route, func(t *testing.T) {
			if got := reporters.Summarize(through(t, report), reporters.Suite{}).String(); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	if text := drifted(t, specs[3].drift).String(); !strings.HasPrefix(text, "3 of 3 answers") {
		t.Errorf("the text is %q", text)
	}
}

// What two machines compared is judged together: the same change is one finding.
func TestMergeJudgesDriftAgain(t *testing.T) {
	const change = `{"counts":{"same":1,"drifted":1},"found":[{"kind":"type","endpoint":"GET api.example.com/a","path":"$.price","old":"number","new":"string",` +
		`"oldCount":{"n":3,"of":3},"newCount":{"n":0,"of":0},"answers":1,"places":[{"cassette":"%s.yaml","line":3}],"key":"GET api.example.com/a 200 JSON"}]}`
	on := func(spec string) machine {
		closed := recorder.Snapshot{Cassette: spec + ".yaml", Mode: recorder.Live, Live: []string{"GET /", "GET /"}, Drift: drifted(t, fmt.Sprintf(change, spec))}
		return machine{suite: reporters.Suite{Package: "example.com/chat"}, runs: []run{{spec, closed}}}
	}
	merged, faults := merge(t, map[string][]byte{"1.json": reports(t, on("a")), "2.json": reports(t, on("b"))})
	const want = `0 interactions replayed in 2 specs, 4 live
2 specs live, 4 calls to the real service
4 answers compared with the cassettes, 2 of them the same but for values
1 breaking change of an API: code that reads these answers is likely to fail
  a.yaml:3 and 1 more: GET api.example.com/a $.price is a string and was a number, in 2 of 2 new answers
2 cassettes with answers of another shape
  a.yaml: 1 of 2 answers
  b.yaml: 1 of 2 answers
  in the root of the module:
    record again`
	if got := merged.String(); got != want || faults != "" {
		t.Errorf("got\n%s\nwant\n%s\n%s", got, want, faults)
	}
	if text := string(merged.JSON()); strings.Contains(text, `"drift"`) || merged.Specs[0].Drift == nil {
		t.Errorf("what was compared is in the JSON, or gone from the summary:\n%s", text)
	}
}
