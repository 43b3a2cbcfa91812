package reporters_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A machine is what one of several has run.
type machine struct {
	suite    reporters.Suite
	config   types.SuiteConfig
	runs     []run
	skipped  []types.SpecReport
	known    []reporters.Finding
	prices   map[string]map[string]float64
	unsummed bool // it ended before its summary was written
	version  int
}

// reports are what ginkgo --json-report writes on machines into a file.
func reports(t *testing.T, machines ...machine) []byte {
	t.Helper()
	var all []types.Report
	for _, m := range machines {
		report := reportOf(m.runs...)
		report.SuiteDescription, report.SuiteConfig = m.suite.Package, m.config
		for n, r := range m.runs {
			report.SpecReports[n].LeafNodeText, report.SpecReports[n].State = r.spec, types.SpecStatePassed
		}
		report.SpecReports = append(report.SpecReports, m.skipped...)
		summary := reporters.Summarize(report, m.suite, m.known...)
		summary.Specs, summary.Prices = nil, m.prices
		summary.Version = max(summary.Version, m.version)
		if !m.unsummed {
			report.SpecReports = append(report.SpecReports, types.SpecReport{
				LeafNodeType: types.NodeTypeReportAfterSuite, ReportEntries: types.ReportEntries{{Name: reporters.EntryName, Value: types.WrapEntryValue(summary)}},
			})
		}
		all = append(all, report)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// merge writes reports into files and merges these.
func merge(t *testing.T, files map[string][]byte) (merged reporters.Summary, faults string) {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for name, text := range files {
		paths = append(paths, filepath.Join(dir, name))
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(paths)
	merged, err := reporters.Merge(paths...)
	for n := range merged.Findings {
		merged.Findings[n].Text = strings.ReplaceAll(merged.Findings[n].Text, dir+string(filepath.Separator), "")
	}
	if err != nil {
		faults = strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	}
	return merged, faults
}

func chat(commit, shard string, minute int) reporters.Suite {
	return reporters.Suite{Package: "example.com/chat", Dir: "chat", Commit: commit, Shard: shard, Started: time.Date(2026, 1, 31, 9, minute, 0, 0, time.UTC)}
}

func TestMergeCountsEachSpecOnce(t *testing.T) {
	two := of("GET https://z.example.com/", "GET https://a.example.com/")
	first := machine{suite: chat("4f1c", "1/2", 1), runs: []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Loaded: two, Replayed: two}}, {"b", recorder.Snapshot{Cassette: "b.yaml", Loaded: two, Unplayed: two}}},
		known: []reporters.Finding{found("unused", "old.yaml", ""), found("unused", "c.yaml", "")}}
	second := machine{suite: chat("4f1c", "2/2", 2), runs: []run{{"b", recorder.Snapshot{Cassette: "b.yaml", Loaded: two, Replayed: two}}, {"c", recorder.Snapshot{Cassette: "c.yaml", Loaded: two, Replayed: two[:1], Unplayed: two[1:]}}},
		known: []reporters.Finding{found("unused", "old.yaml", ""), found("warning", "", "from the second")}}
	other := machine{suite: reporters.Suite{Package: "example.com/shop", Dir: "shop", Commit: "4f1c", Shard: "2/2"}, known: []reporters.Finding{found("unused", "old.yaml", "")}}
	for name, files := range map[string]map[string][]byte{
		"in order":       {"1.json": reports(t, first), "2.json": reports(t, second, other)},
		"the other way":  {"1.json": reports(t, other, second), "2.json": reports(t, first)},
		"one file twice": {"1.json": reports(t, first), "2.json": reports(t, second, other), "3.json": reports(t, first)},
	} {
		merged, faults := merge(t, files)
		if faults != "" || merged.Totals.Replayed != 5 || merged.Totals.Specs != 3 {
			t.Errorf("%s: %s, got %+v", name, faults, merged.Totals)
		}
		in := func(suite string, f reporters.Finding) reporters.Finding { f.Suite = "example.com/" + suite; return f }
		want := []reporters.Finding{
			in("chat", by("c", mended(found("unreplayed", "c.yaml", "recording 2, GET https://a.example.com/")))),
			in("chat", found("unused", "old.yaml", "")), in("shop", found("unused", "old.yaml", "")), in("chat", found("warning", "", "from the second")),
		}
		if !slices.Equal(merged.Findings, want) {
			t.Errorf("%s: got %+v\nwant %+v", name, merged.Findings, want)
		}
		const text = `5 interactions replayed in 3 specs, 0 live
1 unreplayed interaction: recorded and not requested
  chat/c.yaml: recording 2, GET https://a.example.com/
  in the root of the module:
    record again
2 unused cassettes: claimed by no spec
  chat/old.yaml
  shop/old.yaml
1 warning
  from the second`
		if merged.String() != text {
			t.Errorf("%s: got\n%s", name, merged)
		}
	}
}

func TestMergeTellsOfShards(t *testing.T) {
	one := []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Loaded: of("GET https://a.example.com/"), Replayed: of("GET https://a.example.com/")}}}
	filtered := func(text string) types.SpecReport {
		return types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeText: text, State: types.SpecStateSkipped}
	}
	pending := types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeText: "later", State: types.SpecStatePending}
	cases := []struct {
		name  string
		files map[string][]machine
		want  []string
	}{
		{"whole", map[string][]machine{"1.json": {{suite: chat("4f1c", "1/2", 0), runs: one}}, "2.json": {{suite: chat("4f1c", "2/2", 0)}}}, nil},
		{"without a number", map[string][]machine{"1.json": {{suite: chat("", "", 0), runs: one}}}, nil},
		{"one is missing", map[string][]machine{"1.json": {{suite: chat("4f1c", "1/3", 0), runs: one}}, "3.json": {{suite: chat("4f1c", "3/3", 0)}}},
			[]string{"shard 2/3 has no report here; add it, since what is unused or unpriced may look different then"}},
		{"another commit", map[string][]machine{"1.json": {{suite: chat("4f1c4f1c4f1c4f1c", "1/3", 0)}}, "2.json": {{suite: chat("77ab", "2/3", 0)}}, "3.json": {{suite: chat("4f1c4f1c4f1c4f1c", "3/3", 0)}}},
			[]string{"2.json is of commit 77ab, and others are of 4f1c4f1c4f1c; give the reports of one run"}},
		{"a spec that ran nowhere", map[string][]machine{
			"1.json": {{suite: chat("", "", 0), config: types.SuiteConfig{FocusFiles: []string{"a_test.go"}}, runs: one, skipped: []types.SpecReport{filtered("b"), filtered("c"), pending}}},
			"2.json": {{suite: chat("", "", 0), config: types.SuiteConfig{FocusFiles: []string{"b_test.go"}}, runs: []run{{"b", one[0].closed}}, skipped: []types.SpecReport{filtered("a"), filtered("c"), pending}}},
		}, []string{`1 spec of example.com/chat ran in none of these reports, such as "c"; is one missing?`}},
		{"a spec that no label selects", map[string][]machine{
			"1.json": {{suite: chat("", "", 0), config: types.SuiteConfig{FocusFiles: []string{"a_test.go"}, LabelFilter: "fast"}, skipped: []types.SpecReport{filtered("c")}}},
			"2.json": {{suite: chat("", "", 0), config: types.SuiteConfig{FocusFiles: []string{"b_test.go"}, LabelFilter: "fast"}, skipped: []types.SpecReport{filtered("c")}}},
		}, nil},
	}
	for _, c := range cases {
		files := map[string][]byte{}
		for name, machines := range c.files {
			files[name] = reports(t, machines...)
		}
		merged, faults := merge(t, files)
		var got []string
		for _, f := range merged.Findings {
			got = append(got, f.Text)
		}
		if faults != "" || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %s\nwant %q", c.name, got, faults, c.want)
		}
	}
}

func TestMergeNamesWhatItCannotRead(t *testing.T) {
	one := machine{suite: chat("4f1c", "", 0), runs: []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Loaded: of("GET https://a.example.com/"), Replayed: of("GET https://a.example.com/")}}}}
	good := reports(t, one)
	later, crashed := one, one
	later.version, crashed.unsummed = 2, true
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"empty":           {nil, "x.json: ends in the middle of a report; the run that wrote it was killed, so run it again"},
		"truncated":       {good[:len(good)/2], "x.json: ends in the middle of a report; the run that wrote it was killed, so run it again"},
		"not closed":      {good[:len(good)-1], "x.json: ends in the middle of a report; the run that wrote it was killed, so run it again"},
		"no suite":        {[]byte("[]"), "x.json: has no report of a suite; the run that wrote it broke off, so run it again"},
		"not JSON":        {[]byte("<testsuites/>"), "x.json: is no report of ginkgo --json-report: invalid character '<' looking for beginning of value"},
		"another JSON":    {[]byte(`{"version": 1}`), "x.json: is no report of ginkgo --json-report: it is not a list"},
		"numbers":         {[]byte(`[1, 2]`), "x.json: is no report of ginkgo --json-report: json: cannot unmarshal number into Go value of type types.Report"},
		"a later version": {reports(t, later), "x.json: the suite example.com/chat has a summary of version 2, and 1 is the last that is known here; use the ginkgo-vcr that wrote it"},
		"crashed":         {reports(t, crashed), "x.json: the suite example.com/chat ended before its summary was written; run it again"},
	} {
		merged, faults := merge(t, map[string][]byte{"1.json": good, "x.json": c.text})
		if faults != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, faults, c.want)
		}
		if merged.Totals.Replayed != 1 || len(merged.Suites) != 1 {
			t.Errorf("%s: the rest is %+v", name, merged.Totals)
		}
	}
	if _, err := reporters.Merge(filepath.Join(t.TempDir(), "missing.json")); !os.IsNotExist(err) && !strings.Contains(err.Error(), "missing.json") {
		t.Errorf("got %v", err)
	}
}
