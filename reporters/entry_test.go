package reporters_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestEntryOf(t *testing.T) {
	result := recorder.Result{
		Cassette: "cassettes/chat.yaml", Mode: recorder.Once,
		Loaded: 5, Replayed: 3, Recorded: 4, Live: 2, Refused: 1,
		Unplayed: []string{"4: GET https://api.example.com/4", "5: GET https://api.example.com/5"},
		Missing:  true, Saved: true, Partial: true, Rejected: "cassettes/.rejected/chat.yaml",
	}
	all := reporters.Entry{
		Spec: "chat / answers", Attempt: 2, Passed: true, Cassette: "cassettes/chat.yaml", Mode: "once",
		Loaded: 5, Replayed: 3, Recorded: 4, Live: 2, Refused: 1,
		Unplayed: []string{"4: GET https://api.example.com/4", "5: GET https://api.example.com/5"},
		Missing:  true, Partial: true, Rejected: "cassettes/.rejected/chat.yaml",
	}
	cases := []struct {
		name   string
		passed bool
		change func(*recorder.Result, *reporters.Entry)
	}{
		{"the spec passed", true, func(*recorder.Result, *reporters.Entry) {}},
		{"the spec failed", false, func(_ *recorder.Result, e *reporters.Entry) { e.Passed, e.Unplayed = false, nil }},
		{"saved", true, func(r *recorder.Result, e *reporters.Entry) { r.Rejected, e.Rejected = "", "" }},
		{"rejected", true, func(r *recorder.Result, _ *reporters.Entry) { r.Saved = false }},
		{"neither could be written", true, func(r *recorder.Result, e *reporters.Entry) {
			r.Saved, r.Rejected, e.Rejected, e.Recorded = false, "", "", 0
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			result, want := result, all
			c.change(&result, &want)
			if got := reporters.EntryOf(result, "chat / answers", 2, c.passed); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestEntryNotable(t *testing.T) {
	cases := []struct {
		name  string
		entry reporters.Entry
		want  bool
	}{
		{"zero value", reporters.Entry{}, false},
		{"replayed", reporters.Entry{Spec: "a", Attempt: 1, Passed: true, Cassette: "a.yaml", Mode: "once", Loaded: 2, Replayed: 2}, false},
		{"refused, which is the failure of the spec", reporters.Entry{Attempt: 1, Mode: "none", Loaded: 1, Refused: 1}, false},
		{"a later attempt", reporters.Entry{Attempt: 2}, true},
		{"recorded", reporters.Entry{Recorded: 1}, true},
		{"past the tape", reporters.Entry{Mode: "once", Live: 1}, true},
		{"live without a call", reporters.Entry{Mode: "live"}, true},
		{"unplayed", reporters.Entry{Unplayed: []string{"1: GET https://api.example.com/"}}, true},
		{"missing", reporters.Entry{Missing: true}, true},
		{"partial", reporters.Entry{Partial: true}, true},
		{"rejected", reporters.Entry{Rejected: ".rejected/a.yaml"}, true},
	}
	for _, c := range cases {
		if got := c.entry.Notable(); got != c.want {
			t.Errorf("%s: got %t, want %t", c.name, got, c.want)
		}
	}
}

func TestEntryString(t *testing.T) {
	e := reporters.Entry{Cassette: "cassettes/chat.yaml", Replayed: 3, Recorded: 2, Live: 1}
	if got, want := e.String(), "cassettes/chat.yaml: 3 replayed, 2 recorded, 1 live"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// reported puts a value into a report under the name of an entry.
func reported(value any) types.ReportEntry {
	return types.ReportEntry{Name: reporters.EntryName, Value: types.WrapEntryValue(value)}
}

// specWith is the report of a spec that left these entries.
func specWith(entries ...reporters.Entry) types.SpecReport {
	spec := types.SpecReport{LeafNodeType: types.NodeTypeIt}
	for _, e := range entries {
		spec.ReportEntries = append(spec.ReportEntries, reported(e))
	}
	return spec
}

// routes are the ways a report may come to its reader.
var routes = map[string]func(*testing.T, types.Report) types.Report{
	"in one process": func(_ *testing.T, report types.Report) types.Report { return report },
	"as JSON":        throughJSON,
	"as JSON twice": func(t *testing.T, report types.Report) types.Report {
		return throughJSON(t, throughJSON(t, report))
	},
}

// throughJSON is what parallel processes and --json-report do.
func throughJSON(t *testing.T, report types.Report) types.Report {
	t.Helper()
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var read types.Report
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestEntries(t *testing.T) {
	full := reporters.Entry{
		Spec: `chat / says "{{red}}" and <b>`, Attempt: 1, Passed: true, Cassette: "cassettes/chät.yaml", Mode: "new_episodes",
		Loaded: 5, Replayed: 3, Recorded: 4, Live: 2, Refused: 1,
		Unplayed: []string{"4: GET https://api.example.com/?a=1&b=%2F"},
		Missing:  true, Partial: true, Rejected: "cassettes/.rejected/chät.yaml",
	}
	of := func(spec string, attempt int) reporters.Entry {
		return reporters.Entry{Spec: spec, Attempt: attempt, Cassette: spec + ".yaml", Mode: "once"}
	}
	with := func(e reporters.Entry, change func(*reporters.Entry)) reporters.Entry {
		change(&e)
		return e
	}
	recorded := with(of("a", 1), func(e *reporters.Entry) { e.Recorded = 2 })
	passed := with(recorded, func(e *reporters.Entry) { e.Passed = true })
	repeated := with(of("a", 2), func(e *reporters.Entry) { e.Passed = true })
	live := with(of("a", 1), func(e *reporters.Entry) { e.Mode, e.Live = "live", 2 })

	cases := []struct {
		name  string
		specs []types.SpecReport
		want  []reporters.Entry
	}{
		{"no specs", nil, nil},
		{"no entries", []types.SpecReport{specWith()}, nil},
		{"every field", []types.SpecReport{specWith(full)}, []reporters.Entry{full}},
		{"the order of the report", []types.SpecReport{specWith(of("b", 1)), specWith(), specWith(of("a", 1))}, []reporters.Entry{of("b", 1), of("a", 1)}},
		{"several recordings in one spec", []types.SpecReport{specWith(of("a", 1), of("the container of a", 0))},
			[]reporters.Entry{of("a", 1), of("the container of a", 0)}},
		{"a cassette that two specs claim", []types.SpecReport{specWith(of("a", 1)), specWith(with(of("b", 1), func(e *reporters.Entry) { e.Cassette = "a.yaml" }))},
			[]reporters.Entry{of("a", 1), with(of("b", 1), func(e *reporters.Entry) { e.Cassette = "a.yaml" })}},
		{"the last attempt counts", []types.SpecReport{specWith(recorded, of("a", 2)), specWith(of("b", 1))},
			[]reporters.Entry{of("a", 2), of("b", 1)}},
		{"the last of three, with a container in between", []types.SpecReport{specWith(recorded, of("c", 0), of("a", 2), of("a", 3), of("c", 0))},
			[]reporters.Entry{of("a", 3), of("c", 0)}},
		{"a container that failed in an earlier spec", []types.SpecReport{specWith(with(of("c", 0), func(e *reporters.Entry) { e.Rejected = ".rejected/c.yaml" })), specWith(of("c", 0))},
			[]reporters.Entry{of("c", 0)}},
		{"a repeated spec has recorded what an attempt that passed did", []types.SpecReport{specWith(passed, repeated, of("a", 3))},
			[]reporters.Entry{with(of("a", 3), func(e *reporters.Entry) { e.Recorded = 2 })}},
		{"calls of every attempt were made", []types.SpecReport{specWith(live, with(live, func(e *reporters.Entry) { e.Attempt = 2 }))},
			[]reporters.Entry{with(live, func(e *reporters.Entry) { e.Attempt, e.Live = 2, 4 })}},
		{"what has another name, or is no entry", []types.SpecReport{{ReportEntries: types.ReportEntries{
			{Name: "ginkgo-vcr", Value: types.WrapEntryValue(full)}, reported("text"), reported(7), reported(nil), reported([]string{"list"}),
			reported(map[string]string{"spec": "a"}), reported(map[string]int{"Cassette": 1}), reported(of("a", 1)),
		}}}, []reporters.Entry{of("a", 1)}},
	}
	for _, c := range cases {
		for route, through := range routes {
			t.Run(c.name+", "+route, func(t *testing.T) {
				if got := reporters.Entries(through(t, types.Report{SpecReports: c.specs})); !reflect.DeepEqual(got, c.want) {
					t.Errorf("got %+v\nwant %+v", got, c.want)
				}
			})
		}
	}
}
