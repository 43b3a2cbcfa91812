package reporters

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestEntryOf(t *testing.T) {
	var loaded []*cassette.Interaction
	for n := range 5 {
		loaded = append(loaded, &cassette.Interaction{Request: cassette.Request{Method: "GET", URL: fmt.Sprintf("https://api.example.com/%d", n+1)}})
	}
	recorded := []*cassette.Interaction{{}, {}, {}, {}}
	closed := recorder.Snapshot{
		Cassette: "cassettes/chat.yaml", Mode: recorder.Once,
		Loaded: loaded, Replayed: loaded[:3], Recorded: recorded, Live: []string{"GET /", "GET /"}, Refused: 1, Unplayed: loaded[3:],
		Missing: true, Saved: true, Partial: true, Rejected: "cassettes/.rejected/chat.yaml",
		Redacted: []string{"interaction 1, request URL: GitHub token"},
		Idle:     true, Bypassed: []string{"localhost:1", "localhost:2", "localhost:1"},
		TimeSaved: 1500 * time.Millisecond, Stale: loaded[1:2],
	}
	loaded[0].Recorded = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	loaded[1].Recorded = time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600))
	loaded[2].Request.Body, loaded[2].Response.Body = cassette.NewBody([]byte("four")), cassette.NewBody([]byte("sixsix"))
	all := Spec{
		Name: "chat / answers", Attempt: 2, Passed: true, Cassette: "cassettes/chat.yaml", Mode: "once",
		Loaded: 5, Replayed: 3, Recorded: 4, Live: 2, Refused: 1,
		Unplayed: []string{"recording 4, GET https://api.example.com/4", "recording 5, GET https://api.example.com/5"},
		Stale:    []string{"recording 2, GET https://api.example.com/2, recorded on 2026-01-02"},
		Missing:  true, Partial: true, Rejected: "cassettes/.rejected/chat.yaml",
		Redacted: []string{"interaction 1, request URL: GitHub token"},
		Idle:     true, Bypassed: map[string]int{"localhost:1": 2, "localhost:2": 1},
		Bytes: 10, TimeSaved: 1500, Oldest: "2026-01-02T03:04:05Z", Command: "again",
	}
	cases := []struct {
		name   string
		passed bool
		change func(*recorder.Snapshot, *Spec)
	}{
		{"the spec passed", true, func(*recorder.Snapshot, *Spec) {}},
		{"the spec failed", false, func(_ *recorder.Snapshot, e *Spec) { e.Passed, e.Unplayed, e.Idle = false, nil, false }},
		{"saved", true, func(s *recorder.Snapshot, e *Spec) { s.Rejected, e.Rejected = "", "" }},
		{"rejected", true, func(s *recorder.Snapshot, _ *Spec) { s.Saved = false }},
		{"neither could be written", true, func(s *recorder.Snapshot, e *Spec) {
			s.Saved, s.Rejected, e.Rejected, e.Recorded = false, "", "", 0
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			closed, want := closed, all
			c.change(&closed, &want)
			name, got := EntryOf(closed, Spec{Name: "chat / answers", Attempt: 2, Passed: c.passed}, func() string { return "again" })
			if name != "ginkgo-vcr recording" || !reflect.DeepEqual(got, want) {
				t.Errorf("got %s: %+v\nwant %+v", name, got, want)
			}
		})
	}
}

func TestEntryOfNothingToSay(t *testing.T) {
	closed := recorder.Snapshot{Cassette: "a.yaml", Mode: recorder.Once, Idle: true}
	if name, got := EntryOf(closed, Spec{Name: "a", Attempt: 1}, nil); name != "ginkgo-vcr recording" || got != nil {
		t.Errorf("got %s: %+v", name, got)
	}
}

func TestNotable(t *testing.T) {
	cases := []struct {
		name string
		spec Spec
		want bool
	}{
		{"zero value", Spec{}, false},
		{"nothing was asked", Spec{Name: "a", Attempt: 1, Passed: true, Cassette: "a.yaml", Mode: "once"}, false},
		{"refused, which is the failure of the spec", Spec{Attempt: 1, Mode: "none", Refused: 1}, false},
		{"replayed", Spec{Loaded: 2, Replayed: 2}, true},
		{"a later attempt", Spec{Attempt: 2}, true},
		{"recorded", Spec{Recorded: 1}, true},
		{"past the tape", Spec{Mode: "once", Live: 1}, true},
		{"live without a call", Spec{Mode: "live"}, true},
		{"unplayed", Spec{Unplayed: []string{"line 1, GET https://api.example.com/"}}, true},
		{"missed", Spec{Missed: []Miss{{Request: "GET https://api.example.com/"}}}, true},
		{"missing", Spec{Missing: true}, true},
		{"partial", Spec{Partial: true}, true},
		{"stale", Spec{Stale: []string{"line 5, GET https://api.example.com/, recorded on 2026-01-02"}}, true},
		{"unreadable", Spec{Unreadable: "a.yaml:3: unknown key"}, true},
		{"redacted", Spec{Redacted: []string{"interaction 1, request URL: GitHub token"}}, true},
		{"rejected", Spec{Rejected: ".rejected/a.yaml"}, true},
		{"idle", Spec{Idle: true}, true},
		{"bypassed", Spec{Bypassed: map[string]int{"localhost:1": 1}}, true},
	}
	for _, c := range cases {
		if got := c.spec.notable(); got != c.want {
			t.Errorf("%s: got %t, want %t", c.name, got, c.want)
		}
	}
}

func TestSpecString(t *testing.T) {
	e := Spec{Cassette: "cassettes/chat.yaml", Replayed: 3, Recorded: 2, Live: 1}
	if got, want := e.String(), "cassettes/chat.yaml: 3 replayed, 2 recorded, 1 live"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// reported puts a value into a report under the name of an entry.
func reported(value any) types.ReportEntry {
	return types.ReportEntry{Name: entryName, Value: types.WrapEntryValue(value)}
}

// specWith is the report of a spec that left these entries.
func specWith(entries ...Spec) types.SpecReport {
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

func TestSpecsOf(t *testing.T) {
	full := Spec{
		Name: `chat / says "{{red}}" and <b>`, Attempt: 1, Passed: true, Cassette: "cassettes/chät.yaml", Mode: "new_episodes",
		Loaded: 5, Replayed: 3, Recorded: 4, Live: 2, Refused: 1,
		Unplayed: []string{"line 4, GET https://api.example.com/?a=1&b=%2F"},
		Missing:  true, Partial: true, Rejected: "cassettes/.rejected/chät.yaml",
	}
	of := func(spec string, attempt int) Spec {
		return Spec{Name: spec, Attempt: attempt, Cassette: spec + ".yaml", Mode: "once"}
	}
	with := func(e Spec, change func(*Spec)) Spec {
		change(&e)
		return e
	}
	recorded := with(of("a", 1), func(e *Spec) { e.Recorded = 2 })
	passed := with(recorded, func(e *Spec) { e.Passed = true })
	repeated := with(of("a", 2), func(e *Spec) { e.Passed = true })
	live := with(of("a", 1), func(e *Spec) { e.Mode, e.Live = "live", 2 })
	bypassed := func(addresses ...string) Spec {
		return with(of("a", 1), func(e *Spec) { e.Bypassed = tally(addresses) })
	}
	again := func(e Spec) Spec { return with(e, func(e *Spec) { e.Attempt = 2 }) }

	cases := []struct {
		name  string
		specs []types.SpecReport
		want  []Spec
	}{
		{"no specs", nil, nil},
		{"no entries", []types.SpecReport{specWith()}, nil},
		{"every field", []types.SpecReport{specWith(full)}, []Spec{full}},
		{"by cassette", []types.SpecReport{specWith(of("b", 1)), specWith(), specWith(of("a", 1))}, []Spec{of("a", 1), of("b", 1)}},
		{"several recordings in one spec", []types.SpecReport{specWith(of("a", 1), of("the container of a", 0))},
			[]Spec{of("a", 1), of("the container of a", 0)}},
		{"a cassette that two specs claim", []types.SpecReport{specWith(of("a", 1)), specWith(with(of("b", 1), func(e *Spec) { e.Cassette = "a.yaml" }))},
			[]Spec{of("a", 1), with(of("b", 1), func(e *Spec) { e.Cassette = "a.yaml" })}},
		{"the last attempt counts", []types.SpecReport{specWith(recorded, of("a", 2)), specWith(of("b", 1))},
			[]Spec{of("a", 2), of("b", 1)}},
		{"the last of three, with a container in between", []types.SpecReport{specWith(recorded, of("c", 0), of("a", 2), of("a", 3), of("c", 0))},
			[]Spec{of("a", 3), of("c", 0)}},
		{"a container that failed in an earlier spec", []types.SpecReport{specWith(with(of("c", 0), func(e *Spec) { e.Rejected = ".rejected/c.yaml" })), specWith(of("c", 0))},
			[]Spec{of("c", 0)}},
		{"a repeated spec has recorded what an attempt that passed did", []types.SpecReport{specWith(passed, repeated, of("a", 3))},
			[]Spec{with(of("a", 3), func(e *Spec) { e.Recorded = 2 })}},
		{"calls of every attempt were made", []types.SpecReport{specWith(live, with(live, func(e *Spec) { e.Attempt = 2 }))},
			[]Spec{with(live, func(e *Spec) { e.Attempt, e.Live = 2, 4 })}},
		{"requests of every attempt went past", []types.SpecReport{specWith(bypassed("localhost:1", "localhost:2"), again(bypassed("localhost:1")))},
			[]Spec{again(bypassed("localhost:1", "localhost:1", "localhost:2"))}},
		{"requests of the first attempt went past", []types.SpecReport{specWith(bypassed("localhost:1"), again(bypassed()))},
			[]Spec{again(bypassed("localhost:1"))}},
		{"what has another name, or is no entry", []types.SpecReport{{ReportEntries: types.ReportEntries{
			{Name: "ginkgo-vcr", Value: types.WrapEntryValue(full)}, reported("text"), reported(7), reported(nil), reported([]string{"list"}),
			reported(map[string]string{"spec": "a"}), reported(map[string]int{"Cassette": 1}), reported(of("a", 1)),
		}}}, []Spec{of("a", 1)}},
	}
	for _, c := range cases {
		for route, through := range Routes {
			t.Run(c.name+", "+route, func(t *testing.T) {
				if got := specsOf(through(t, types.Report{SpecReports: c.specs})); !reflect.DeepEqual(got, c.want) {
					t.Errorf("got %+v\nwant %+v", got, c.want)
				}
			})
		}
	}
}
