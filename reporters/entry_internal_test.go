package reporters

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestEntryOf(t *testing.T) {
	var loaded []*cassette.Interaction
	for n := range 5 {
		loaded = append(loaded, &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: fmt.Sprintf("https://api.example.com/%d", n+1)}})
	}
	recorded := make([]*cassette.Interaction, 4)
	closed := recorder.Snapshot{
		Cassette: "cassettes/chat.yaml", Mode: recorder.Once,
		Loaded: loaded, Replayed: loaded[:3], Recorded: recorded, Live: []string{"GET /", "GET /"}, Refused: 1, Unplayed: loaded[3:],
		Missing: true, Saved: true, Partial: true, Rejected: "cassettes/.rejected/chat.yaml",
		Redacted: []string{"interaction 1, request URL: GitHub token"},
		Idle:     true, Bypassed: []string{"localhost:1", "localhost:2", "localhost:1"},
	}
	all := entry{
		Spec: "chat / answers", Attempt: 2, Passed: true, Cassette: "cassettes/chat.yaml", Mode: "once",
		Loaded: 5, Replayed: 3, Recorded: 4, Live: 2, Refused: 1,
		Unplayed: []string{"recording 4, GET https://api.example.com/4", "recording 5, GET https://api.example.com/5"},
		Missing:  true, Partial: true, Rejected: "cassettes/.rejected/chat.yaml",
		Redacted: []string{"interaction 1, request URL: GitHub token"},
		Idle:     true, Bypassed: map[string]int{"localhost:1": 2, "localhost:2": 1},
	}
	cases := []struct {
		name   string
		passed bool
		change func(*recorder.Snapshot, *entry)
	}{
		{"the spec passed", true, func(*recorder.Snapshot, *entry) {}},
		{"the spec failed", false, func(_ *recorder.Snapshot, e *entry) { e.Passed, e.Unplayed, e.Idle = false, nil, false }},
		{"saved", true, func(s *recorder.Snapshot, e *entry) { s.Rejected, e.Rejected = "", "" }},
		{"rejected", true, func(s *recorder.Snapshot, _ *entry) { s.Saved = false }},
		{"neither could be written", true, func(s *recorder.Snapshot, e *entry) {
			s.Saved, s.Rejected, e.Rejected, e.Recorded = false, "", "", 0
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			closed, want := closed, all
			c.change(&closed, &want)
			name, got := EntryOf(closed, "chat / answers", 2, c.passed)
			if name != "ginkgo-vcr recording" || !reflect.DeepEqual(got, want) {
				t.Errorf("got %s: %+v\nwant %+v", name, got, want)
			}
		})
	}
}

func TestEntryOfNothingToSay(t *testing.T) {
	closed := recorder.Snapshot{Cassette: "a.yaml", Mode: recorder.Once, Loaded: make([]*cassette.Interaction, 2), Replayed: make([]*cassette.Interaction, 2)}
	if name, got := EntryOf(closed, "a", 1, true); name != "ginkgo-vcr recording" || got != nil {
		t.Errorf("got %s: %+v", name, got)
	}
}

func TestNotable(t *testing.T) {
	cases := []struct {
		name  string
		entry entry
		want  bool
	}{
		{"zero value", entry{}, false},
		{"replayed", entry{Spec: "a", Attempt: 1, Passed: true, Cassette: "a.yaml", Mode: "once", Loaded: 2, Replayed: 2}, false},
		{"refused, which is the failure of the spec", entry{Attempt: 1, Mode: "none", Loaded: 1, Refused: 1}, false},
		{"a later attempt", entry{Attempt: 2}, true},
		{"recorded", entry{Recorded: 1}, true},
		{"past the tape", entry{Mode: "once", Live: 1}, true},
		{"live without a call", entry{Mode: "live"}, true},
		{"unplayed", entry{Unplayed: []string{"line 1, GET https://api.example.com/"}}, true},
		{"missing", entry{Missing: true}, true},
		{"partial", entry{Partial: true}, true},
		{"redacted", entry{Redacted: []string{"interaction 1, request URL: GitHub token"}}, true},
		{"rejected", entry{Rejected: ".rejected/a.yaml"}, true},
		{"idle", entry{Idle: true}, true},
		{"bypassed", entry{Bypassed: map[string]int{"localhost:1": 1}}, true},
	}
	for _, c := range cases {
		if got := c.entry.notable(); got != c.want {
			t.Errorf("%s: got %t, want %t", c.name, got, c.want)
		}
	}
}

func TestEntryString(t *testing.T) {
	e := entry{Cassette: "cassettes/chat.yaml", Replayed: 3, Recorded: 2, Live: 1}
	if got, want := e.String(), "cassettes/chat.yaml: 3 replayed, 2 recorded, 1 live"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// reported puts a value into a report under the name of an entry.
func reported(value any) types.ReportEntry {
	return types.ReportEntry{Name: entryName, Value: types.WrapEntryValue(value)}
}

// specWith is the report of a spec that left these entries.
func specWith(entries ...entry) types.SpecReport {
	spec := types.SpecReport{LeafNodeType: types.NodeTypeIt}
	for _, e := range entries {
		spec.ReportEntries = append(spec.ReportEntries, reported(e))
	}
	return spec
}

// Routes are the ways in which a report may come to its reader.
var Routes = map[string]func(*testing.T, types.Report) types.Report{
	"in one process": func(_ *testing.T, report types.Report) types.Report { return report },
	"as JSON":        ThroughJSON,
	"as JSON twice": func(t *testing.T, report types.Report) types.Report {
		return ThroughJSON(t, ThroughJSON(t, report))
	},
}

// ThroughJSON does what parallel processes and --json-report do.
func ThroughJSON(t *testing.T, report types.Report) types.Report {
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
	full := entry{
		Spec: `chat / says "{{red}}" and <b>`, Attempt: 1, Passed: true, Cassette: "cassettes/chät.yaml", Mode: "new_episodes",
		Loaded: 5, Replayed: 3, Recorded: 4, Live: 2, Refused: 1,
		Unplayed: []string{"line 4, GET https://api.example.com/?a=1&b=%2F"},
		Missing:  true, Partial: true, Rejected: "cassettes/.rejected/chät.yaml",
	}
	of := func(spec string, attempt int) entry {
		return entry{Spec: spec, Attempt: attempt, Cassette: spec + ".yaml", Mode: "once"}
	}
	with := func(e entry, change func(*entry)) entry {
		change(&e)
		return e
	}
	recorded := with(of("a", 1), func(e *entry) { e.Recorded = 2 })
	passed := with(recorded, func(e *entry) { e.Passed = true })
	repeated := with(of("a", 2), func(e *entry) { e.Passed = true })
	live := with(of("a", 1), func(e *entry) { e.Mode, e.Live = "live", 2 })
	bypassed := func(addresses ...string) entry {
		return with(of("a", 1), func(e *entry) { e.Bypassed = tally(addresses) })
	}
	again := func(e entry) entry { return with(e, func(e *entry) { e.Attempt = 2 }) }

	cases := []struct {
		name  string
		specs []types.SpecReport
		want  []entry
	}{
		{"no specs", nil, nil},
		{"no entries", []types.SpecReport{specWith()}, nil},
		{"every field", []types.SpecReport{specWith(full)}, []entry{full}},
		{"the order of the report", []types.SpecReport{specWith(of("b", 1)), specWith(), specWith(of("a", 1))}, []entry{of("b", 1), of("a", 1)}},
		{"several recordings in one spec", []types.SpecReport{specWith(of("a", 1), of("the container of a", 0))},
			[]entry{of("a", 1), of("the container of a", 0)}},
		{"a cassette that two specs claim", []types.SpecReport{specWith(of("a", 1)), specWith(with(of("b", 1), func(e *entry) { e.Cassette = "a.yaml" }))},
			[]entry{of("a", 1), with(of("b", 1), func(e *entry) { e.Cassette = "a.yaml" })}},
		{"the last attempt counts", []types.SpecReport{specWith(recorded, of("a", 2)), specWith(of("b", 1))},
			[]entry{of("a", 2), of("b", 1)}},
		{"the last of three, with a container in between", []types.SpecReport{specWith(recorded, of("c", 0), of("a", 2), of("a", 3), of("c", 0))},
			[]entry{of("a", 3), of("c", 0)}},
		{"a container that failed in an earlier spec", []types.SpecReport{specWith(with(of("c", 0), func(e *entry) { e.Rejected = ".rejected/c.yaml" })), specWith(of("c", 0))},
			[]entry{of("c", 0)}},
		{"a repeated spec has recorded what an attempt that passed did", []types.SpecReport{specWith(passed, repeated, of("a", 3))},
			[]entry{with(of("a", 3), func(e *entry) { e.Recorded = 2 })}},
		{"calls of every attempt were made", []types.SpecReport{specWith(live, with(live, func(e *entry) { e.Attempt = 2 }))},
			[]entry{with(live, func(e *entry) { e.Attempt, e.Live = 2, 4 })}},
		{"requests of every attempt went past", []types.SpecReport{specWith(bypassed("localhost:1", "localhost:2"), again(bypassed("localhost:1")))},
			[]entry{again(bypassed("localhost:1", "localhost:1", "localhost:2"))}},
		{"requests of the first attempt went past", []types.SpecReport{specWith(bypassed("localhost:1"), again(bypassed()))},
			[]entry{again(bypassed("localhost:1"))}},
		{"what has another name, or is no entry", []types.SpecReport{{ReportEntries: types.ReportEntries{
			{Name: "ginkgo-vcr", Value: types.WrapEntryValue(full)}, reported("text"), reported(7), reported(nil), reported([]string{"list"}),
			reported(map[string]string{"spec": "a"}), reported(map[string]int{"Cassette": 1}), reported(of("a", 1)),
		}}}, []entry{of("a", 1)}},
	}
	for _, c := range cases {
		for route, through := range Routes {
			t.Run(c.name+", "+route, func(t *testing.T) {
				if got := entriesOf(through(t, types.Report{SpecReports: c.specs})); !reflect.DeepEqual(got, c.want) {
					t.Errorf("got %+v\nwant %+v", got, c.want)
				}
			})
		}
	}
}
