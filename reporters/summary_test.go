package reporters_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
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

// found is a finding of a suite without a name.
func found(kind, cassette, text string) reporters.Finding {
	return reporters.Finding{Kind: kind, Cassette: cassette, Text: text}
}

// A tape that is damaged behind its header is unreadable, and nothing of the damage counts as
// replayed.
func TestSummarizeDamagedResponse(t *testing.T) {
	tape, err := cassette.Parse("a.yaml", []byte("ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: https://a.example.com/\nresponse:\n  status: 200\nrecorded: soon\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	report := reportOf(run{"a", recorder.Snapshot{Cassette: "a.yaml", Loaded: tape.Interactions, Replayed: tape.Interactions}})
	got := reporters.Summarize(report, reporters.Suite{})
	want := []reporters.Finding{by("a", found("unreadable", "a.yaml", `line 8: recorded: is "soon", not a time such as 2026-11-22T12:00:00Z; mend the line, or delete the file and record this spec again`))}
	if !slices.Equal(got.Findings, want) || got.Totals.Replayed != 0 {
		t.Errorf("got %d replayed, %+v\nwant %+v", got.Totals.Replayed, got.Findings, want)
	}
}

// by adds the spec that a finding comes from.
func by(spec string, f reporters.Finding) reporters.Finding {
	f.Spec = spec
	return f
}

// mended adds the command that mends a finding.
func mended(f reporters.Finding) reporters.Finding {
	f.Command = "record again"
	return f
}

func TestSummarize(t *testing.T) {
	two := of("GET https://z.example.com/", "GET https://a.example.com/")
	chat := of("POST https://z.example.com/")
	chat[0].Request.Body = cassette.NewBody([]byte(`{"messages":[{"role":"user","content":"How are you?"}]}`))
	unreadable := &cassette.ParseError{File: "a.yaml", Line: 3, Reason: "unknown key", Remedy: "delete it"}
	cases := []struct {
		name  string
		runs  []run
		known []reporters.Finding
		want  []reporters.Finding
	}{
		{name: "nothing to say"},
		{"missing", []run{
			{"b / c", recorder.Snapshot{Cassette: "b/c.yaml", Missing: true}}, {"a: d", recorder.Snapshot{Cassette: "a_d.yaml", Missing: true}},
		}, nil, []reporters.Finding{by("a: d", mended(found("missing", "a_d.yaml", ""))), by("b / c", mended(found("missing", "b/c.yaml", "")))}},
		{"what a report does not tell", nil, []reporters.Finding{found("unused", "b.yaml", ""), found("unused", "a.yaml", ""), found("secret", "c.yaml", "")},
			[]reporters.Finding{found("secret", "c.yaml", ""), found("unused", "a.yaml", ""), found("unused", "b.yaml", "")}},
		{"unreplayed, by cassette, then as on the tape", []run{
			{"b", recorder.Snapshot{Cassette: "b.yaml", Loaded: two, Unplayed: two}}, {"a", recorder.Snapshot{Cassette: "a.yaml", Loaded: chat, Unplayed: chat}},
		}, nil, []reporters.Finding{
			by("a", mended(found("unreplayed", "a.yaml", `recording 1, POST https://z.example.com/ "How are you?"`))),
			by("b", mended(found("unreplayed", "b.yaml", "recording 1, GET https://z.example.com/"))),
			by("b", mended(found("unreplayed", "b.yaml", "recording 2, GET https://a.example.com/")))}},
		{"partial", []run{{"b", recorder.Snapshot{Cassette: "b.yaml", Partial: true}}, {"a", recorder.Snapshot{Cassette: "a.yaml", Partial: true}}}, nil,
			[]reporters.Finding{by("a", mended(found("partial", "a.yaml", ""))), by("b", mended(found("partial", "b.yaml", "")))}},
		{"redacted", []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Redacted: []string{"interaction 1, request URL: GitHub token"}}}}, nil,
			[]reporters.Finding{by("a", found("redacted", "a.yaml", "interaction 1, request URL: GitHub token"))}},
		{"rejected, which is not recorded", []run{
			{"b", recorder.Snapshot{Cassette: "b.yaml", Recorded: two, Rejected: ".rejected/b.yaml"}},
			{"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Rejected: ".rejected/a.yaml"}},
		}, nil, []reporters.Finding{by("a", mended(found("rejected", ".rejected/a.yaml", ""))), by("b", mended(found("rejected", ".rejected/b.yaml", "")))}},
		{"recorded", []run{
			{"b", recorder.Snapshot{Cassette: "b.yaml", Recorded: two, Saved: true}}, {"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Saved: true}},
			{"c", recorder.Snapshot{Cassette: "c.yaml", Replayed: two}},
		}, nil, []reporters.Finding{by("a", found("recorded", "a.yaml", "1 interaction")), by("b", found("recorded", "b.yaml", "2 interactions"))}},
		{"recorded, and a request was refused", []run{
			{"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Saved: true, Missing: true}},
			{"b", recorder.Snapshot{Cassette: "b.yaml", Missing: true, Rejected: ".rejected/b.yaml", Recorded: chat}},
			{"c", recorder.Snapshot{Cassette: "a.yaml", Missing: true}},
		}, nil, []reporters.Finding{by("a", found("recorded", "a.yaml", "1 interaction")), by("b", mended(found("missing", "b.yaml", ""))), by("b", mended(found("rejected", ".rejected/b.yaml", "")))}},
		{"recorded and partial", []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Recorded: chat, Saved: true, Partial: true}}}, nil,
			[]reporters.Finding{by("a", found("recorded", "a.yaml", "1 interaction")), by("a", mended(found("partial", "a.yaml", "")))}},
		{"unreadable", []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Err: fmt.Errorf("%w\nrecord it again", unreadable)}}}, nil,
			[]reporters.Finding{by("a", found("unreadable", "a.yaml", "line 3: unknown key; delete it"))}},
		{"refused for another reason", []run{{"a", recorder.Snapshot{Cassette: "a.yaml", Err: errors.New("two specs have this cassette")}}}, nil, nil},
	}
	for _, c := range cases {
		report := reportOf(c.runs...)
		for route, through := range reporters.Routes {
			t.Run(c.name+", "+route, func(t *testing.T) {
				got := reporters.Summarize(through(t, report), reporters.Suite{}, c.known...)
				if !slices.Equal(got.Findings, c.want) {
					t.Errorf("got %+v\nwant %+v", got.Findings, c.want)
				}
				if want := len(c.want) == 0; (got.String() == "") != want {
					t.Errorf("the text is %q", got)
				}
			})
		}
	}
}

// reportOf is the report of a suite with these runs.
func reportOf(runs ...run) (report types.Report) {
	for _, r := range runs {
		name, value := reporters.EntryOf(r.closed, reporters.Spec{Name: r.spec, Attempt: 1, Passed: true}, func() string { return "record again" })
		spec := types.SpecReport{LeafNodeType: types.NodeTypeIt}
		if value != nil {
			spec.ReportEntries = types.ReportEntries{{Name: name, Value: types.WrapEntryValue(value)}}
		}
		report.SpecReports = append(report.SpecReports, spec)
	}
	return report
}

func TestTotals(t *testing.T) {
	two := of("GET https://z.example.com/", "GET https://a.example.com/")
	two[1].Recorded = time.Date(2025, 12, 19, 8, 0, 0, 0, time.UTC)
	two[0].Response.Body = cassette.NewBody([]byte("four"))
	report := reportOf(
		run{"a", recorder.Snapshot{Cassette: "a.yaml", Mode: "live", Live: make([]string, 2)}}, run{"b", recorder.Snapshot{Cassette: "b.yaml", Mode: "live"}},
		run{"c", recorder.Snapshot{Cassette: "c.yaml", Mode: "once", Live: make([]string, 8)}},
		run{"d", recorder.Snapshot{Cassette: "d.yaml", Mode: "none", Loaded: two, Replayed: two, TimeSaved: 41 * time.Minute}},
		run{"e", recorder.Snapshot{Cassette: "e.yaml", Mode: "none", Loaded: two, Replayed: two[:1], Unplayed: two[1:], TimeSaved: time.Second}},
		run{"f", recorder.Snapshot{Cassette: "f.yaml", Mode: "all", Recorded: two, Saved: true}},
	)
	report.StartTime = time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)
	want := reporters.Totals{
		Specs: 5, Replayed: 3, Recorded: 2, Live: 10, Unplayed: 1, Bytes: 12, TimeSaved: 2461000, LiveSpecs: 2, LiveCalls: 2, Oldest: "2025-12-19T08:00:00Z",
	}
	for route, through := range reporters.Routes {
		got := reporters.Summarize(through(t, report), reporters.Suite{})
		if !reflect.DeepEqual(got.Totals, want) {
			t.Errorf("%s: got %+v\nwant %+v", route, got.Totals, want)
		}
		if got, want := got.Headline(), "3 interactions replayed in 5 specs, 2 recorded, 10 live; 41 min saved; oldest recording 43 days"; got != want {
			t.Errorf("%s: got %q\nwant %q", route, got, want)
		}
	}
}

func TestHeadline(t *testing.T) {
	model := reporters.Tokens{"a": {"input": 1_100_000, "output": 90_000}, "b": {"input": 10_000}}
	for want, totals := range map[string]reporters.Totals{
		"": {Unplayed: 3},
		"1 interaction replayed in 1 spec, 0 live":                                                {Specs: 1, Replayed: 1, TimeSaved: 999},
		"0 interactions replayed in 1 spec, 5 recorded, 0 live; 980 tokens spent":                 {Specs: 1, Recorded: 5, Spent: reporters.Tokens{"a": {"input": 980}}},
		"412 interactions replayed in 312 specs, 0 live; 1.2M tokens worth 3.10 and 41 min saved": {Specs: 312, Replayed: 412, TimeSaved: 41 * 60_000, Saved: model, CostSaved: 3.1},
		"2 interactions replayed in 1 spec, 0 live; 1.2M tokens and 2.0 h saved; 12k tokens worth 0.01 spent": {
			Specs: 1, Replayed: 2, TimeSaved: 2 * 3600_000, Saved: model, Spent: reporters.Tokens{"a": {"input": 12_345}}, CostSpent: 0.01},
	} {
		if got := (reporters.Summary{Totals: totals}).Headline(); got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
	}
}

func TestSummarizeLeavesItsArguments(t *testing.T) {
	known := []reporters.Finding{found("unused", "b.yaml", ""), found("unused", "a.yaml", "")}
	if reporters.Summarize(types.Report{}, reporters.Suite{Package: "p"}, known...); known[0] != found("unused", "b.yaml", "") {
		t.Errorf("got %+v", known)
	}
}

// Each kind is there twice, in no order of theirs.
var many = reporters.Summary{
	Totals: reporters.Totals{LiveSpecs: 2, LiveCalls: 3},
	Findings: []reporters.Finding{
		found("other", "l.yaml", "of another kind"),
		found("warning", "", "first"),
		{Kind: "stray", Cassette: "o.0123456789abcdef.txt", Command: "rm o.0123456789abcdef.txt"},
		{Kind: "stray", Cassette: "p.0123456789abcdef.txt", Command: "rm p.0123456789abcdef.txt"},
		found("unused", "j.yaml", ""),
		found("unused", "k.yaml", ""),
		found("unreplayed", "i.yaml", "line 3, GET https://api.example.com/?q=100%25"),
		found("unreplayed", "i.yaml", "line 14, GET https://api.example.com/"),
		{Kind: "stale", Cassette: "q.yaml", Place: "q_test.go:3", Text: "line 5, GET https://api.example.com/, recorded on 2026-01-02", Command: "refresh q"},
		{Kind: "stale", Cassette: "q.yaml", Place: "q_test.go:3", Text: "line 9, GET https://api.example.com/, recorded on 2026-01-03", Command: "refresh q"},
		found("partial", "g.yaml", ""),
		found("partial", "h.yaml", ""),
		found("rejected", ".rejected/e.yaml", ""),
		found("rejected", ".rejected/f.yaml", ""),
		{Kind: "missing", Cassette: "c.yaml", Place: "c_test.go:3", Command: "record c"},
		{Kind: "missing", Cassette: "d.yaml", Place: "d_test.go:3", Command: "record d"},
		found("redacted", "n.yaml", "interaction 1, request URL: GitHub token"),
		found("redacted", "n.yaml", "interaction 2, request URL: GitHub token"),
		found("secret", "m.yaml", "interaction 1 (line 3), request header X-Own: OpenAI key"),
		found("secret", "m.yaml", "interaction 2 (line 9), request header X-Own: OpenAI key"),
		found("recorded", "a.yaml", "1 interaction"),
		found("recorded", "b.yaml", "2 interactions"),
		found("warning", "", "second"),
	},
}

// one has the first of each kind.
var one = func() reporters.Summary {
	s := reporters.Summary{Totals: reporters.Totals{LiveSpecs: 1, LiveCalls: 1}}
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
  c.yaml (c_test.go:3)
  d.yaml (d_test.go:3)
  in the root of the module:
    record c
    record d
{{red}}2 rejected recordings: kept to look at, no cassette was replaced{{/}}
  .rejected/e.yaml
  .rejected/f.yaml
{{yellow}}2 partial cassettes: recorded in a run that did not pass{{/}}
  g.yaml
  h.yaml
{{yellow}}2 stale interactions: older than vcr.MaxAge allows{{/}}
  q.yaml: line 5, GET https://api.example.com/, recorded on 2026-01-02 (q_test.go:3)
  q.yaml: line 9, GET https://api.example.com/, recorded on 2026-01-03 (q_test.go:3)
  in the root of the module:
    refresh q
{{yellow}}2 unreplayed interactions: recorded and not requested{{/}}
  i.yaml: line 3, GET https://api.example.com/?q=100%25
  i.yaml: line 14, GET https://api.example.com/
{{yellow}}2 unused cassettes: claimed by no spec{{/}}
  j.yaml
  k.yaml
{{yellow}}2 stray body files: named by no cassette{{/}}
  o.0123456789abcdef.txt
  p.0123456789abcdef.txt
  in the root of the module:
    rm o.0123456789abcdef.txt p.0123456789abcdef.txt
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
  c.yaml (c_test.go:3)
  in the root of the module:
    record c
{{red}}1 rejected recording: kept to look at, no cassette was replaced{{/}}
  .rejected/e.yaml
{{yellow}}1 partial cassette: recorded in a run that did not pass{{/}}
  g.yaml
{{yellow}}1 stale interaction: older than vcr.MaxAge allows{{/}}
  q.yaml: line 5, GET https://api.example.com/, recorded on 2026-01-02 (q_test.go:3)
  in the root of the module:
    refresh q
{{yellow}}1 unreplayed interaction: recorded and not requested{{/}}
  i.yaml: line 3, GET https://api.example.com/?q=100%25
{{yellow}}1 unused cassette: claimed by no spec{{/}}
  j.yaml
{{yellow}}1 stray body file: named by no cassette{{/}}
  o.0123456789abcdef.txt
  in the root of the module:
    rm o.0123456789abcdef.txt
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
		{"live without a call", reporters.Summary{Totals: reporters.Totals{LiveSpecs: 1}}, "{{cyan}}1 spec live, 0 calls to the real service{{/}}"},
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
			summary := reporters.Summarize(report, reporters.Suite{})
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
	if got := reporters.Summarize(report, reporters.Suite{}).Findings; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestPrice(t *testing.T) {
	table, err := usage.ParsePrices("prices.yaml", []byte("gpt-5.4-mini*: {input: 0.25, output: 2}\n"))
	if err != nil {
		t.Fatal(err)
	}
	asked := func(model, usage string) *cassette.Interaction {
		return &cassette.Interaction{
			Request:  cassette.Request{Method: "POST", URL: "https://api.openai.com/v1/chat/completions"},
			Response: cassette.Response{Status: 200, Header: map[string][]string{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"object":"chat.completion","model":"` + model + `","choices":[],"usage":` + usage + `}`))},
		}
	}
	report := reportOf(
		run{"a", recorder.Snapshot{Cassette: "a.yaml", Replayed: []*cassette.Interaction{
			asked("gpt-5.4-mini", `{"prompt_tokens":1000000,"completion_tokens":500000}`), asked("new-model", `{"prompt_tokens":10,"completion_tokens":1}`),
		}}},
		run{"b", recorder.Snapshot{Cassette: "b.yaml", Recorded: []*cassette.Interaction{
			asked("gpt-5.4-mini", `{"prompt_tokens":2000000,"completion_tokens":0}`), asked("gpt-5.4-mini", `{"prompt_tokens":"10","completion_tokens":-7}`),
		}, Saved: true}},
	)
	for route, through := range reporters.Routes {
		s := reporters.Summarize(through(t, report), reporters.Suite{Package: "example.com/chat"})
		if s.Price(usage.Prices{}); s.Prices != nil || s.Totals.CostSaved != 0 {
			t.Errorf("%s: priced without a table: %v, %v", route, s.Prices, s.Totals.CostSaved)
		}
		s.Price(table)
		const want = `2 interactions replayed in 2 specs, 2 recorded, 0 live; 1.5M tokens worth 1.25 saved; 2.0M tokens worth 0.50 spent
1 new recording
  b.yaml: 2 interactions
1 model without a price: add them to the file that vcr.Prices names
  new-model
2 numbers of tokens in answers not counted
  b.yaml: new 2, POST https://api.openai.com/v1/chat/completions: usage.prompt_tokens is a text, not a number of tokens
  b.yaml: new 2, POST https://api.openai.com/v1/chat/completions: usage.completion_tokens is -7, not a number of tokens`
		if s.String() != want {
			t.Errorf("%s: got\n%s\nwant\n%s", route, s, want)
		}
	}
}
