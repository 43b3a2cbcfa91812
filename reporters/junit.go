package reporters

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// JUnit returns the summary as a report of JUnit: what is known of each recording is in
// the properties of a test case, and the totals are in those of the suite. Findings are
// properties with the name vcr.finding.
func (s Summary) JUnit() []byte {
	type testCase struct {
		Name       string     `xml:"name,attr"`
		Class      string     `xml:"classname,attr"`
		File       string     `xml:"file,attr,omitempty"`
		Properties []property `xml:"properties>property"`
	}
	type testSuite struct {
		Name       string     `xml:"name,attr"`
		Tests      int        `xml:"tests,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testCase `xml:"testcase"`
	}
	suite := testSuite{Name: "ginkgo-vcr", Tests: len(s.Specs), Properties: s.Totals.properties()}
	for _, f := range s.Findings {
		if k, _ := kindOf(f.Kind); !k.counted {
			suite.Properties = append(suite.Properties, property{"vcr.finding." + f.Kind, s.message(f)})
		}
	}
	for _, spec := range s.Specs {
		file, _ := s.at(Finding{Place: spec.Place})
		suite.Cases = append(suite.Cases, testCase{shown(spec.Name), spec.Suite, shown(file), spec.properties()})
	}
	text, _ := xml.MarshalIndent(struct {
		XMLName xml.Name    `xml:"testsuites"`
		Suites  []testSuite `xml:"testsuite"`
	}{Suites: []testSuite{suite}}, "", "  ") // plain values have no errors
	return append(append([]byte(xml.Header), text...), '\n')
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

func (t Totals) properties() []property {
	p := numbers("replayed", t.Replayed, "recorded", t.Recorded, "kept", t.Kept, "live", t.Live, "missed", t.Missed, "unplayed", t.Unplayed)
	return append(p, facts(t.Bytes, t.TimeSaved, t.Oldest, t.Saved, t.Spent)...)
}

func (s Spec) properties() []property {
	p := append([]property{{"vcr.cassette", shown(s.Cassette)}, {"vcr.mode", s.Mode}},
		numbers("replayed", s.Replayed, "recorded", s.Recorded, "kept", s.Kept, "live", s.Live, "missed", len(s.Missed), "unplayed", len(s.Unplayed))...)
	return append(p, facts(s.Bytes, s.TimeSaved, s.Oldest, s.Saved, s.Spent)...)
}

func numbers(pairs ...any) (p []property) {
	for n := 0; n < len(pairs); n += 2 {
		p = append(p, property{"vcr." + pairs[n].(string), fmt.Sprint(pairs[n+1])})
	}
	return p
}

func facts(bytes, timeSaved int64, oldest string, saved, spent Tokens) []property {
	p := numbers("bytes", bytes, "time_saved_ms", timeSaved)
	if oldest != "" {
		p = append(p, property{"vcr.oldest", oldest})
	}
	for _, tokens := range []struct {
		name   string
		counts Tokens
	}{{"vcr.tokens_saved.", saved}, {"vcr.tokens_spent.", spent}} {
		for _, model := range slices.Sorted(maps.Keys(tokens.counts)) {
			for _, kind := range slices.Sorted(maps.Keys(tokens.counts[model])) {
				p = append(p, property{tokens.name + shown(model) + "." + kind, strconv.FormatInt(tokens.counts[model][kind], 10)})
			}
		}
	}
	return p
}
