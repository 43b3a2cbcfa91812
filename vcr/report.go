package vcr

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// reportAfterSuite adds the section about cassettes to the report, in the first
// process of a parallel run only.
func reportAfterSuite(report types.Report) {
	if report.SuiteConfig.DryRun || suite.over {
		return
	}
	suite.over = true
	gate := settingsOf(nil, nil).failOnSecrets
	summary := reporters.Summarize(report, suite.unused())
	if gate || recorder.InCI() {
		summary.Leaking = suite.leaking()
	}
	if !summary.Empty() {
		ginkgo.AddReportEntry("cassettes", summary, types.NewCustomCodeLocation("ginkgo-vcr"))
	}
	if leaks := len(summary.Leaking); gate && leaks > 0 {
		ginkgo.Fail(fmt.Sprintf("secrets stand on the cassettes of this suite (%d found); the section cassettes of the report says where; rotate the keys", leaks))
	}
}

// leaking says where secrets stand on the cassettes of this suite.
func (t *tree) leaking() []string {
	var finds []string
	for _, file := range t.tapes() {
		c, err := cassette.Load(file)
		if err != nil {
			continue // the spec that claims it says so
		}
		for _, find := range redact.Scan(c) {
			finds = append(finds, recorder.Shown(file)+": "+find.String())
		}
	}
	return finds
}

// unused returns the cassettes of this suite that nothing in the tree claims, as
// people see them.
func (t *tree) unused() []string {
	unused := t.unclaimed()
	for n, file := range unused {
		unused[n] = recorder.Shown(file)
	}
	return unused
}

// orphans returns the cassettes that nothing claimed when it was called first.
func (t *tree) orphans() []string {
	t.looking.Do(func() { t.orphaned = t.unclaimed() })
	return t.orphaned
}

// unclaimed returns the files of these cassettes. The tree has all specs,
// whatever the run selected.
func (t *tree) unclaimed() []string {
	claimed, dirs := t.claimedFiles()
	return tapesIn(dirs, func(file string, shared bool) bool {
		return !claimed[claimKey(file)] && (!shared || isOurs(file))
	})
}

// tapes returns the files of all cassettes of this suite, claimed or not.
func (t *tree) tapes() []string {
	claimed, dirs := t.claimedFiles()
	return tapesIn(dirs, func(file string, shared bool) bool {
		return !shared || claimed[claimKey(file)] || isOurs(file) // who writes one by hand need not name the suite
	})
}

// claimedFiles returns the files that specs claim, by their keys, and for each
// folder of cassettes whether suites share it.
func (t *tree) claimedFiles() (claimed, dirs map[string]bool) {
	claimed, dirs = map[string]bool{}, map[string]bool{}
	claim := func(p *plan) {
		claimed[claimKey(p.file())] = true
		dirs[p.dir] = isShared(p.settings.dir)
		for _, name := range p.settings.include {
			claimed[claimKey(filepath.Join(p.dir, filepath.FromSlash(name)))] = true
		}
	}
	for _, specs := range t.specs {
		for _, s := range specs {
			if p := s.plan(); p.recorded {
				claim(p)
			}
			for depth := range s.path {
				// A BeforeAll may stand in any container inside an ordered one.
				if path := s.orderedBelow(depth); path != nil {
					if p := t.recordingOf(path).plan(); p.recorded {
						claim(p)
					}
				}
			}
		}
	}
	if t.suiteNodes {
		claim(suitePlan())
	}
	return claimed, dirs
}

// tapesIn returns the cassettes in folders that are wanted, sorted. In a folder
// that suites share, a file may have to be looked into for that.
func tapesIn(dirs map[string]bool, wanted func(file string, shared bool) bool) []string {
	var files []string
	for dir, shared := range dirs {
		for _, file := range cassettesIn(dir) {
			if wanted(file, shared) {
				files = append(files, file)
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

func cassettesIn(dir string) []string {
	var files []string
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir // what cannot be read holds nothing that could be told
		case entry.IsDir() && path != dir && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && filepath.Ext(path) == extension && !strings.HasPrefix(entry.Name(), "."):
			files = append(files, path)
		}
		return nil
	})
	return files
}

// isOurs reports whether the header of a cassette names this suite. Only the
// header is read.
func isOurs(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	var header bytes.Buffer
	for lines := bufio.NewScanner(f); lines.Scan() && lines.Text() != "---"; {
		header.WriteString(lines.Text() + "\n")
	}
	c, err := cassette.Parse(file, header.Bytes())
	return err == nil && c.Suite == suitePackage
}
