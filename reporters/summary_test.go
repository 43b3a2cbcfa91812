package reporters_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

func TestSummarize(t *testing.T) {
	cases := []struct {
		name    string
		entries []reporters.Entry
		unused  []string
		want    reporters.Summary
	}{
		{name: "nothing to say"},
		{"missing", []reporters.Entry{{Spec: "b / c", Cassette: "b/c.yaml", Missing: true}, {Spec: "a: d", Cassette: "a_d.yaml", Missing: true}}, nil,
			reporters.Summary{Missing: []string{"a_d.yaml: a: d", "b/c.yaml: b / c"}}},
		{"unused", nil, []string{"b.yaml", "a.yaml"}, reporters.Summary{Unused: []string{"a.yaml", "b.yaml"}}},
		{"unreplayed, by cassette, then as on the tape", []reporters.Entry{
			{Cassette: "b.yaml", Unplayed: []string{"9: GET https://z.example.com/", "10: GET https://a.example.com/"}},
			{Cassette: "a.yaml", Unplayed: []string{"2: POST https://z.example.com/"}},
		}, nil, reporters.Summary{Unreplayed: []string{
			"a.yaml: 2: POST https://z.example.com/", "b.yaml: 9: GET https://z.example.com/", "b.yaml: 10: GET https://a.example.com/",
		}}},
		{"partial", []reporters.Entry{{Cassette: "b.yaml", Partial: true}, {Cassette: "a.yaml", Partial: true}}, nil,
			reporters.Summary{Partial: []string{"a.yaml", "b.yaml"}}},
		{"rejected, which is not recorded", []reporters.Entry{
			{Cassette: "b.yaml", Recorded: 2, Rejected: ".rejected/b.yaml"}, {Cassette: "a.yaml", Recorded: 1, Rejected: ".rejected/a.yaml"},
		}, nil, reporters.Summary{Rejected: []string{".rejected/a.yaml", ".rejected/b.yaml"}}},
		{"recorded", []reporters.Entry{{Cassette: "b.yaml", Recorded: 2}, {Cassette: "a.yaml", Recorded: 1}, {Cassette: "c.yaml", Replayed: 2}}, nil,
			reporters.Summary{Recorded: []string{"a.yaml: 1 interaction", "b.yaml: 2 interactions"}}},
		{"recorded and partial", []reporters.Entry{{Cassette: "a.yaml", Recorded: 1, Partial: true}}, nil,
			reporters.Summary{Recorded: []string{"a.yaml: 1 interaction"}, Partial: []string{"a.yaml"}}},
		{"live, and past the tape in another mode", []reporters.Entry{
			{Cassette: "a.yaml", Mode: "live", Live: 2}, {Cassette: "b.yaml", Mode: "live"}, {Cassette: "c.yaml", Mode: "once", Live: 8},
		}, nil, reporters.Summary{LiveSpecs: 2, LiveCalls: 2}},
	}
	for _, c := range cases {
		var report types.Report
		for _, e := range c.entries {
			report.SpecReports = append(report.SpecReports, specWith(e))
		}
		for route, through := range routes {
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

var many = reporters.Summary{
	LiveSpecs: 2, LiveCalls: 3,
	Recorded:   []string{"a.yaml: 1 interaction", "b.yaml: 2 interactions"},
	Missing:    []string{"c.yaml: c", "d.yaml: d"},
	Rejected:   []string{".rejected/e.yaml", ".rejected/f.yaml"},
	Partial:    []string{"g.yaml", "h.yaml"},
	Unreplayed: []string{"i.yaml: 1: GET https://api.example.com/?q=100%25", "i.yaml: 2: GET https://api.example.com/"},
	Unused:     []string{"j.yaml", "k.yaml"},
	Warnings:   []string{"first", "second"},
}

var one = reporters.Summary{
	LiveSpecs: 1, LiveCalls: 1,
	Recorded:   many.Recorded[:1],
	Missing:    many.Missing[:1],
	Rejected:   many.Rejected[:1],
	Partial:    many.Partial[:1],
	Unreplayed: many.Unreplayed[:1],
	Unused:     many.Unused[:1],
	Warnings:   many.Warnings[:1],
}

// The texts of both, with Ginkgo's style tags.
const (
	manyText = `{{cyan}}2 specs live, 3 calls to the real service; nothing was compared with the cassettes{{/}}
{{green}}2 new recordings{{/}}
  a.yaml: 1 interaction
  b.yaml: 2 interactions
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
  i.yaml: 1: GET https://api.example.com/?q=100%25
  i.yaml: 2: GET https://api.example.com/
{{yellow}}2 unused cassettes: claimed by no spec{{/}}
  j.yaml
  k.yaml
{{yellow}}2 warnings{{/}}
  first
  second`
	oneText = `{{cyan}}1 spec live, 1 call to the real service; nothing was compared with the cassettes{{/}}
{{green}}1 new recording{{/}}
  a.yaml: 1 interaction
{{red}}1 missing cassette: requests were made and nothing is recorded{{/}}
  c.yaml: c
{{red}}1 rejected recording: kept to look at, no cassette was replaced{{/}}
  .rejected/e.yaml
{{yellow}}1 partial cassette: recorded in a run that did not pass{{/}}
  g.yaml
{{yellow}}1 unreplayed interaction: recorded and not requested{{/}}
  i.yaml: 1: GET https://api.example.com/?q=100%25
{{yellow}}1 unused cassette: claimed by no spec{{/}}
  j.yaml
{{yellow}}1 warning{{/}}
  first`
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
		{"live without a call", reporters.Summary{LiveSpecs: 1}, "{{cyan}}1 spec live, 0 calls to the real service; nothing was compared with the cassettes{{/}}"},
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
			s.Unused = append(s.Unused, fmt.Sprintf("%02d.yaml", n+1))
		}
		got := s.String()
		if first := fmt.Sprintf("%d unused cassettes: claimed by no spec\n  01.yaml\n", length); !strings.HasPrefix(got, first) || !strings.HasSuffix(got, "  19.yaml\n"+last) {
			t.Errorf("%d lines:\n%s", length, got)
		}
	}
}

func TestRejected(t *testing.T) {
	result := recorder.Result{Cassette: "a.yaml", Rejected: ".rejected/a.yaml", Recorded: 1}
	for loaded, want := range map[int]string{
		0: "a.yaml was not written; what this spec recorded is in .rejected/a.yaml",
		1: "a.yaml stays as it was; what this spec recorded is in .rejected/a.yaml",
	} {
		result.Loaded = loaded
		if got := reporters.Rejected(result); got != want {
			t.Errorf("%d loaded: got %q, want %q", loaded, got, want)
		}
	}
}
