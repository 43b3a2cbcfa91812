package reporters

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

// EntryName is the name of the report entry in which package vcr leaves the summary of a
// suite.
const EntryName = "cassettes"

// Merge makes one summary of the reports that ginkgo --json-report wrote on several
// machines. A spec that ran on two counts once, as the one that started last. A cassette is
// unused if every report of its suite says so. Findings of the kind shard tell of machines
// whose report is missing, or is of another commit.
//
// The error names the files that could not be read; the summary is that of the others.
func Merge(files ...string) (Summary, error) {
	var shards []shard
	var errs []error
	for _, file := range files {
		reports, err := readReports(file)
		errs = append(errs, err)
		for _, report := range reports {
			s, err := newShard(file, report)
			errs = append(errs, err)
			shards = append(shards, s...)
		}
	}
	slices.SortStableFunc(shards, func(a, b shard) int {
		return cmp.Or(strings.Compare(a.suite.Package, b.suite.Package), a.suite.Started.Compare(b.suite.Started), strings.Compare(a.file, b.file))
	})
	merged := Summary{Version: Version, Findings: slices.Concat(otherCommits(shards), missingShards(shards, len(files)))}
	for n := 0; n < len(shards); {
		end := n + 1
		for end < len(shards) && shards[end].suite.Package == shards[n].suite.Package {
			end++
		}
		merged.add(shards[n:end])
		n = end
	}
	merged.complete()
	return merged, errors.Join(errs...)
}

// readReports reads the reports in a file: those before the fault, where there is one.
func readReports(file string) ([]types.Report, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	fault := func(err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%s: ends in the middle of a report; the run that wrote it was killed, so run it again", file)
		}
		return fmt.Errorf("%s: is no report of ginkgo --json-report: %w", file, err)
	}
	decoder := json.NewDecoder(f)
	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return nil, fault(cmp.Or(err, errors.New("it is not a list")))
	}
	var reports []types.Report
	for decoder.More() {
		var report types.Report
		if err := decoder.Decode(&report); err != nil {
			return reports, fault(err)
		}
		reports = append(reports, report)
	}
	if _, err = decoder.Token(); err != nil {
		return reports, fault(err)
	}
	if len(reports) == 0 {
		return nil, fmt.Errorf("%s: has no report of a suite; the run that wrote it broke off, so run it again", file)
	}
	return reports, nil
}

// A shard is what one report says of a suite.
type shard struct {
	file     string
	report   types.Report
	suite    Suite
	specs    []Spec
	findings []Finding
	prices   map[string]map[string]float64
}

// newShard returns none for a suite that does not use package vcr.
func newShard(file string, report types.Report) ([]shard, error) {
	summary, err := summaryIn(report)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: the suite %s: %w", file, report.SuiteDescription, err)
	case summary.Version > Version:
		return nil, fmt.Errorf("%s: the suite %s has a summary of version %d, and %d is the last that is known here; use the ginkgo-vcr that wrote it", file, report.SuiteDescription, summary.Version, Version)
	case len(summary.Suites) == 1:
		s := shard{file, report, summary.Suites[0], specsOf(report), summary.Findings, summary.Prices}
		return []shard{s}, nil
	}
	specs := specsOf(report)
	if len(specs) == 0 {
		return nil, nil
	}
	return nil, fmt.Errorf("%s: the suite %s ended before its summary was written; run it again", file, report.SuiteDescription)
}

// summaryIn returns the summary that package vcr has left, the zero value if there is none.
func summaryIn(report types.Report) (summary Summary, err error) {
	for _, node := range report.SpecReports.WithLeafNodeType(types.NodeTypeReportAfterSuite) {
		for _, entry := range node.ReportEntries {
			if entry.Name != EntryName {
				continue
			}
			if raw, ok := entry.Value.GetRawValue().(Summary); ok {
				return raw, nil
			}
			var version struct{ Version int }
			_ = json.Unmarshal([]byte(entry.Value.AsJSON), &version)
			if version.Version == 0 { // an entry of somebody else
				continue
			}
			if version.Version > Version { // whose other keys may have changed
				return Summary{Version: version.Version}, nil
			}
			return summary, json.Unmarshal([]byte(entry.Value.AsJSON), &summary)
		}
	}
	return Summary{}, nil
}

// add adds the shards of one suite, the last one last.
func (s *Summary) add(shards []shard) {
	suite := shards[len(shards)-1].suite
	suite.Shard = ""
	for _, each := range shards {
		if each.suite.Commit != suite.Commit {
			suite.Commit = "" // it is not of one
		}
	}
	s.Suites = append(s.Suites, suite)

	type recording struct{ cassette, name string }
	from := map[recording]int{} // the shard that counts
	for n, each := range shards {
		for _, spec := range each.specs {
			from[recording{spec.Cassette, spec.Name}] = n
		}
	}
	counts := func(n int, cassette, spec string) bool {
		last, known := from[recording{cassette, spec}]
		return !known || last == n
	}
	before, told := len(s.Specs), map[Finding]int{}
	for n, each := range shards {
		for _, spec := range each.specs {
			if counts(n, spec.Cassette, spec.Name) {
				spec.Suite = suite.Package
				s.Specs = append(s.Specs, spec)
			}
		}
		for _, f := range each.findings {
			k, _ := kindOf(f.Kind)
			if !counts(n, f.Cassette, f.Spec) || k.ofAll {
				continue
			}
			told[f]++
			if told[f] == 1 && !k.byAll || told[f] == len(shards) && k.byAll {
				s.Findings = append(s.Findings, f)
			}
		}
		for model, prices := range each.prices {
			if s.Prices == nil {
				s.Prices = map[string]map[string]float64{}
			}
			if s.Prices[model] == nil {
				s.Prices[model] = map[string]float64{}
			}
			maps.Copy(s.Prices[model], prices)
		}
	}
	specs := s.Specs[before:]
	sortSpecs(specs)
	for _, f := range changesIn(specs) {
		f.Suite = suite.Package
		s.Findings = append(s.Findings, f)
	}
	if f, ok := ranNowhere(suite, shards); ok {
		s.Findings = append(s.Findings, f)
	}
}

// otherCommits names the reports that are not of the commit that most are of.
func otherCommits(shards []shard) (findings []Finding) {
	files := map[string][]string{} // by commit
	for _, s := range shards {
		if s.suite.Commit != "" && !slices.Contains(files[s.suite.Commit], s.file) {
			files[s.suite.Commit] = append(files[s.suite.Commit], s.file)
		}
	}
	commits := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		return cmp.Or(len(files[b])-len(files[a]), strings.Compare(a, b))
	})
	for n, commit := range commits {
		for _, file := range files[commit] {
			if n > 0 {
				findings = append(findings, Finding{Kind: "shard", Text: fmt.Sprintf("%s is of commit %.12s, and others are of %.12s; give the reports of one run", file, commit, commits[0])})
			}
		}
	}
	return findings
}

// missingShards names the machines that have no report, where the reports tell their
// number. Of a suite that does not use package vcr, the report does not tell.
func missingShards(shards []shard, files int) (findings []Finding) {
	seen, total, telling := map[int]bool{}, 0, map[string]bool{}
	for _, s := range shards {
		var index, of int
		if n, _ := fmt.Sscanf(s.suite.Shard, "%d/%d", &index, &of); n == 2 && of <= 10_000 {
			seen[index], total, telling[s.file] = true, max(total, of), true
		}
	}
	for index := 1; index <= total; index++ {
		if !seen[index] {
			findings = append(findings, Finding{Kind: "shard", Text: fmt.Sprintf("shard %d/%d has no report here; add it, since what is unused or unpriced may look different then", index, total)})
		}
	}
	if len(findings) <= files-len(telling) {
		return nil // they may be among those that do not tell
	}
	return findings
}

// ranNowhere tells of the specs that none of the shards has run, where shards select specs
// of one suite by their files or texts. Those that no label filter selects were not to run.
func ranNowhere(suite Suite, shards []shard) (Finding, bool) {
	selections, ran, wanted := map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, s := range shards {
		config := s.report.SuiteConfig
		selections[fmt.Sprintf("%q", [][]string{config.FocusFiles, config.SkipFiles, config.FocusStrings, config.SkipStrings})] = true
		selects, err := types.ParseLabelFilter(config.LabelFilter)
		if err != nil {
			continue // Ginkgo ran nothing
		}
		for _, spec := range s.report.SpecReports.WithLeafNodeType(types.NodeTypeIt) {
			key := fmt.Sprintf("%q %s", append(spec.ContainerHierarchyTexts, spec.LeafNodeText), spec.LeafNodeLocation)
			isFiltered := spec.State.Is(types.SpecStateSkipped) && spec.Failure.Message == "" || spec.State.Is(types.SpecStateInvalid)
			ran[key] = ran[key] || !isFiltered // one that is pending, or skips itself, is known not to run
			if selects(spec.Labels()) {
				wanted[key] = spec.FullText()
			}
		}
	}
	var missing []string
	for key, text := range wanted {
		if !ran[key] {
			missing = append(missing, text)
		}
	}
	if len(selections) < 2 || len(missing) == 0 {
		return Finding{}, false
	}
	return Finding{Kind: "shard", Suite: suite.Package, Text: fmt.Sprintf("%s of %s ran in none of these reports, such as %q; is one missing?", count(len(missing), "spec"), suite.Package, slices.Min(missing))}, true
}
