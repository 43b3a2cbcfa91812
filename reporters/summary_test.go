package reporters_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A run is what one recording leaves in a report.
type run struct {
	spec   string
	closed recorder.Snapshot
}

// of makes interactions of requests, such as "GET https://api.example.com/".
func of(requests ...string) []*cassette.Interaction {
	var interactions []*cassette.Interaction
	for _, request := range requests {
		method, url, _ := strings.Cut(request, " ")
		interactions = append(interactions, &cassette.Interaction{Request: cassette.Request{Method: method, URL: url}})
	}
	return interactions
}

func TestSummarize(t *testing.T) {
	two := of("GET https://z.example.com/", "GET https://a.example.com/")
	chat := of("POST https://z.example.com/")
	chat[0].Request.Body = cassette.NewBody([]byte(`{"messages":[{"role":"user","content":"How are you?"}]}`))
	findings := func(findings ...reporters.Finding) reporters.Summary { return reporters.Summary{Findings: findings} }
	cases := []struct {
		name   string
		runs   []run
		unused []string
		want   reporters.Summary
	}{
		{name: "nothing to say"},
		{"missing", []run{
			{"b / c", recorder.Snapshot{Cassette: "b/c.yaml", Missing: true}}, {"a: d", recorder.Snapshot{Cassette: "a_d.yaml", Missing: true}},
		}, nil, findings(reporters.Finding{"missing", "a_d.yaml", "a: d"}, reporters.Finding{"missing", "b/c.yaml", "b / c"})},
		{"unused", nil, []string{"b.yaml", "a.yaml"}, findings(reporters.Finding{"unused", "a.yaml", ""}, reporters.Finding{"unused", "b.yaml", ""})},
		{"unreplayed, by cassette, then as on the tape", []run{
			{"b", recorder.Snapshot{Cassette: "b.yaml", Loaded: two, Unplayed: two}}, {"a", recorder.Snapshot{Cassette: "a.yaml", Loaded: chat, Unplayed: chat}},
		}, nil, findings(
			reporters.Finding{"unreplayed", "a.yaml", `recording 1, POST https://z.example.com/ "How are you?"`},
			reporters.Finding{"unreplayed", "b.yaml", "recording 1, GET https://z.example.com/"},
			reporters.Finding{"unreplayed", "b.yaml", "recording 2, GET https://a.example.com/"})},
		{"partial", []run{{"b", recorder.Snapshot{Cassette: "b.yaml", Partial: true}}, {"a", recorder.Snapshot{Cassette: "a.yaml", Partial: true}}}, nil,
			findings(reporters.Finding{"partial", "a.yaml", ""}, reporters.Finding{"partial", "b.yaml", ""})},
		{"redacted", []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Redacted: []string{"interaction 1, request URL: GitHub token"}}}}, nil,
			findings(reporters.Finding{"redacted", "a.yaml", "interaction 1, request URL: GitHub token"})},
		{"rejected, which is not recorded", []run{
			{"b", recorder.Snapshot{Cassette: "b.yaml", Recorded: two, Rejected: ".rejected/b.yaml"}},
			{"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Rejected: ".rejected/a.yaml"}},
		}, nil, findings(reporters.Finding{"rejected", ".rejected/a.yaml", ""}, reporters.Finding{"rejected", ".rejected/b.yaml", ""})},
		{"recorded", []run{
			{"b", recorder.Snapshot{Cassette: "b.yaml", Recorded: two, Saved: true}}, {"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Saved: true}},
			{"c", recorder.Snapshot{Cassette: "c.yaml", Replayed: two}},
		}, nil, findings(reporters.Finding{"recorded", "a.yaml", "1 interaction"}, reporters.Finding{"recorded", "b.yaml", "2 interactions"})},
		{"recorded, and a request was refused", []run{
			{"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Saved: true, Missing: true}},
			{"b", recorder.Snapshot{Cassette: "b.yaml", Recorded: chat, Rejected: ".rejected/b.yaml", Missing: true}},
			{"c", recorder.Snapshot{Cassette: "a.yaml", Missing: true}},
		}, nil, findings(reporters.Finding{"recorded", "a.yaml", "1 interaction"}, reporters.Finding{"rejected", ".rejected/b.yaml", ""})},
		{"recorded and partial", []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Saved: true, Partial: true}}}, nil,
			findings(reporters.Finding{"partial", "a.yaml", ""}, reporters.Finding{"recorded", "a.yaml", "1 interaction"})},
		{"live, and past the tape in another mode", []run{
			{"a", recorder.Snapshot{Cassette: "a.yaml", Mode: "live", Live: make([]string, 2)}}, {"b", recorder.Snapshot{Cassette: "b.yaml", Mode: "live"}},
			{"c", recorder.Snapshot{Cassette: "c.yaml", Mode: "once", Live: make([]string, 8)}},
		}, nil, reporters.Summary{LiveSpecs: 2, LiveCalls: 2}},
	}
	for _, c := range cases {
		var report types.Report
		for _, r := range c.runs {
			name, value := reporters.EntryOf(r.closed, r.spec, 1, true)
			report.SpecReports = append(report.SpecReports, types.SpecReport{
				LeafNodeType: types.NodeTypeIt, ReportEntries: types.ReportEntries{{Name: name, Value: types.WrapEntryValue(value)}},
			})
		}
		for route, through := range reporters.Routes {
			t.Run(c.name+", "+route, func(t *testing.T) {
				got := reporters.Summarize(through(t, report), c.unused)
				if !reflect.DeepEqual(got, c.want) {
					t.Errorf("got %+v\nwant %+v", got, c.want)
				}
				if want := c.name == "nothing to say"; got.Empty() != want || (got.String() == "") != want {
					t.Errorf("empty is %t and the text %q", got.Empty(), got)
				}
			})
		}
	}
}

func TestSummarizeLeavesItsArguments(t *testing.T) {
	unused := []string{"b.yaml", "a.yaml"}
	if reporters.Summarize(types.Report{}, unused); unused[0] != "b.yaml" {
		t.Errorf("got %q", unused)
	}
}

// Each kind is there twice, in no order of theirs.
var many = reporters.Summary{
	LiveSpecs: 2, LiveCalls: 3,
	Findings: []reporters.Finding{
		{"other", "l.yaml", "of another kind"},
		{"warning", "", "first"},
		{"stray", "o.0123456789abcdef.txt", "rm o.0123456789abcdef.txt"},
		{"stray", "p.0123456789abcdef.txt", "rm p.0123456789abcdef.txt"},
		{"unused", "j.yaml", ""},
		{"unused", "k.yaml", ""},
		{"unreplayed", "i.yaml", "line 3, GET https://api.example.com/?q=100%25"},
		{"unreplayed", "i.yaml", "line 14, GET https://api.example.com/"},
		{"partial", "g.yaml", ""},
		{"partial", "h.yaml", ""},
		{"rejected", ".rejected/e.yaml", ""},
		{"rejected", ".rejected/f.yaml", ""},
		{"missing", "c.yaml", "c"},
		{"missing", "d.yaml", "d"},
		{"redacted", "n.yaml", "interaction 1, request URL: GitHub token"},
		{"redacted", "n.yaml", "interaction 2, request URL: GitHub token"},
		{"secret", "m.yaml", "interaction 1 (line 3), request header X-Own: OpenAI key"},
		{"secret", "m.yaml", "interaction 2 (line 9), request header X-Own: OpenAI key"},
		{"recorded", "a.yaml", "1 interaction"},
		{"recorded", "b.yaml", "2 interactions"},
		{"warning", "", "second"},
	},
}

// one has the first of each kind.
var one = func() reporters.Summary {
	s := reporters.Summary{LiveSpecs: 1, LiveCalls: 1}
	for _, f := range many.Findings {
		if !slices.ContainsFunc(s.Findings, func(other reporters.Finding) bool { return other.Kind == f.Kind }) {
			s.Findings = append(s.Findings, f)
		}
	}
	return s
}()

// The texts of both, with Ginkgo's style tags.
const (
	manyText = `{{cyan}}2 specs live, 3 calls to the real service{{/}}
{{green}}2 new recordings{{/}}
  a.yaml: 1 interaction
  b.yaml: 2 interactions
{{red}}2 secrets on tapes: rotate the key, then record these specs again or redact by hand{{/}}
  m.yaml: interaction 1 (line 3), request header X-Own: OpenAI key
  m.yaml: interaction 2 (line 9), request header X-Own: OpenAI key
{{yellow}}2 secrets found by the format alone, and redacted: name the places with vcr.RedactHeaders, RedactQuery or RedactBody{{/}}
  n.yaml: interaction 1, request URL: GitHub token
  n.yaml: interaction 2, request URL: GitHub token
{{red}}2 missing cassettes: requests were made and nothing is recorded{{/}}
  c.yaml: c
  d.yaml: d
{{red}}2 rejected recordings: kept to look at, no cassette was replaced{{/}}
  .rejected/e.yaml
  .rejected/f.yaml
{{yellow}}2 partial cassettes: recorded in a run that did not pass{{/}}
  g.yaml
  h.yaml
{{yellow}}2 unreplayed interactions: recorded and not requested{{/}}
  i.yaml: line 3, GET https://api.example.com/?q=100%25
  i.yaml: line 14, GET https://api.example.com/
{{yellow}}2 unused cassettes: claimed by no spec{{/}}
  j.yaml
  k.yaml
{{yellow}}2 stray body files: named by no cassette; run the commands in the root of the module to remove them{{/}}
  o.0123456789abcdef.txt: rm o.0123456789abcdef.txt
  p.0123456789abcdef.txt: rm p.0123456789abcdef.txt
{{yellow}}2 warnings{{/}}
  first
  second
{{yellow}}other{{/}}
  l.yaml: of another kind`
	oneText = `{{cyan}}1 spec live, 1 call to the real service{{/}}
{{green}}1 new recording{{/}}
  a.yaml: 1 interaction
{{red}}1 secret on tapes: rotate the key, then record these specs again or redact by hand{{/}}
  m.yaml: interaction 1 (line 3), request header X-Own: OpenAI key
{{yellow}}1 secret found by the format alone, and redacted: name the places with vcr.RedactHeaders, RedactQuery or RedactBody{{/}}
  n.yaml: interaction 1, request URL: GitHub token
{{red}}1 missing cassette: requests were made and nothing is recorded{{/}}
  c.yaml: c
{{red}}1 rejected recording: kept to look at, no cassette was replaced{{/}}
  .rejected/e.yaml
{{yellow}}1 partial cassette: recorded in a run that did not pass{{/}}
  g.yaml
{{yellow}}1 unreplayed interaction: recorded and not requested{{/}}
  i.yaml: line 3, GET https://api.example.com/?q=100%25
{{yellow}}1 unused cassette: claimed by no spec{{/}}
  j.yaml
{{yellow}}1 stray body file: named by no cassette; run the commands in the root of the module to remove them{{/}}
  o.0123456789abcdef.txt: rm o.0123456789abcdef.txt
{{yellow}}1 warning{{/}}
  first
{{yellow}}other{{/}}
  l.yaml: of another kind`
)

var withoutStyle = strings.NewReplacer("{{cyan}}", "", "{{green}}", "", "{{red}}", "", "{{yellow}}", "", "{{/}}", "")

func TestSummaryText(t *testing.T) {
	cases := []struct {
		name    string
		summary reporters.Summary
		want    string
	}{
		{"nothing", reporters.Summary{}, ""},
		{"one of each", one, oneText},
		{"two of each", many, manyText},
		{"live without a call", reporters.Summary{LiveSpecs: 1}, "{{cyan}}1 spec live, 0 calls to the real service{{/}}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.summary.ColorableString(); got != c.want {
				t.Errorf("in colour:\n%s\nwant:\n%s", got, c.want)
			}
			if got, want := c.summary.String(), withoutStyle.Replace(c.want); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			// Ginkgo prints entries in colour where they can be.
			if got := types.WrapEntryValue(c.summary).String(); got != c.want {
				t.Errorf("as an entry:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestSummaryShowsTheStartOfLongLists(t *testing.T) {
	for length, last := range map[int]string{
		20: "  20.yaml",
		21: "  20.yaml\n  and 1 more",
		25: "  20.yaml\n  and 5 more",
	} {
		var s reporters.Summary
		for n := range length {
			s.Findings = append(s.Findings, reporters.Finding{Kind: "unused", Cassette: fmt.Sprintf("%02d.yaml", n+1)})
		}
		got := s.String()
		if first := fmt.Sprintf("%d unused cassettes: claimed by no spec\n  01.yaml\n", length); !strings.HasPrefix(got, first) || !strings.HasSuffix(got, "  19.yaml\n"+last) {
			t.Errorf("%d lines:\n%s", length, got)
		}
	}
}

// labelled is the report of a spec with these labels.
func labelled(labels ...string) types.SpecReport {
	return types.SpecReport{LeafNodeType: types.NodeTypeIt, LeafNodeLabels: labels}
}

func TestLiveWarning(t *testing.T) {
	replayed := []types.SpecReport{labelled("vcr"), labelled("vcr", "slow"), labelled("vcr", "x"), labelled()}
	plus := func(spec types.SpecReport) []types.SpecReport { return append(slices.Clone(replayed), spec) }
	inContainer := types.SpecReport{LeafNodeType: types.NodeTypeIt, ContainerHierarchyLabels: [][]string{{"Live"}, nil}, LeafNodeLabels: []string{"vcr"}}
	cases := []struct {
		filter string
		specs  []types.SpecReport
		warns  bool
	}{
		{"live", replayed, true},
		{"LIVE", replayed, true},
		{" ( live ) ", replayed, true},
		{"/live/", replayed, true},
		{"live && !slow", replayed, true},
		{"live && x", replayed, true},
		{"(live || x)", replayed, true},
		{"live, x", replayed, true},
		{"!!live", replayed, true},
		{"live || !live && slow", replayed, true},

		{"", replayed, false},
		{"vcr", replayed, false},
		{"!slow", replayed, false},
		{"!live", replayed, false},
		{"! live", replayed, false},
		{"!(live)", replayed, false},
		{"!(slow || live)", replayed, false},
		{"!slow && !live", replayed, false},
		{"alive", replayed, false},
		{"my-live", replayed, false},
		{"live-ish", replayed, false},
		{"env:live", replayed, false},
		{"env: containsAny live", replayed, false},
		{"live && no-such-label", replayed, false},
		{"live &&", replayed, false}, // Ginkgo refuses it

		{"live", plus(labelled("live")), false},
		{"live", plus(labelled("vcr", "LIVE")), false},
		{"live", plus(inContainer), false},
		{"live", plus(labelled("alive")), true},
		{"live && !slow", plus(labelled("live")), false},
		{"live && !slow", plus(labelled("live", "slow")), true},
		{"(live || x)", plus(labelled("live")), false},

		{"live", nil, false}, // a BeforeSuite failed, and no spec was looked at
		{"live", []types.SpecReport{{LeafNodeType: types.NodeTypeBeforeSuite}}, false},
	}
	for _, c := range cases {
		report := types.Report{SuiteConfig: types.SuiteConfig{LabelFilter: c.filter}, SpecReports: c.specs}
		for _, report := range []types.Report{report, reporters.ThroughJSON(t, report)} {
			summary := reporters.Summarize(report, nil)
			if warns := len(summary.Findings) > 0; warns != c.warns {
				t.Errorf("%q, specs labelled %s: warns is %t, want %t", c.filter, labelsOf(c.specs), warns, c.warns)
			}
			if summary.Empty() == c.warns {
				t.Errorf("%q, specs labelled %s: empty is %t, want %t", c.filter, labelsOf(c.specs), summary.Empty(), !c.warns)
			}
		}
	}
}

func labelsOf(specs []types.SpecReport) string {
	var labels []string
	for _, spec := range specs {
		labels = append(labels, "["+strings.Join(spec.Labels(), " ")+"]")
	}
	return strings.Join(labels, " ")
}

func TestLiveWarningNamesTheFilter(t *testing.T) {
	report := types.Report{SuiteConfig: types.SuiteConfig{LabelFilter: "live && !slow"}, SpecReports: []types.SpecReport{labelled("vcr")}}
	want := []reporters.Finding{{Kind: "warning", Text: `the label filter "live && !slow" names live and selected no such spec; give specs vcr.Live() or, beside vcr.Recorded(), the label live`}}
	if got := reporters.Summarize(report, nil).Findings; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
