package vcr

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A plan is what a node's decorators come to, once all is known.
type plan struct {
	settings settings
	recorded bool
	live     bool   // may go live
	dir      string // the folder of the cassettes
	path     string // of the cassette below it, with slashes
	name     string // for people
	wrong    error  // what is wrong with the options
	err      error  // that, or why the cassette has no usable place
}

// settingsOf resolves the options of nodes, outermost first. each, which may be
// nil, is called with the settings that hold on a node.
func settingsOf(nodes []*node, each func(*node, settings)) settings {
	s := settings{}.with(suiteOptions).with(runSpecsOptions)
	for _, n := range nodes {
		s = s.with(n.mark.options)
		if each != nil {
			each(n, s)
		}
	}
	return s
}

// nameOf returns the texts of nodes, for people.
func nameOf(nodes []*node) string {
	var texts []string
	for _, n := range nodes {
		if n.text != "" {
			texts = append(texts, n.text)
		}
	}
	return strings.Join(texts, " / ")
}

// file is the cassette's path on this machine.
func (p *plan) file() string { return filepath.Join(p.dir, filepath.FromSlash(p.path)) }

// planOf resolves the decorators of nodes, outermost first. last is the file
// name when the nodes have no spec, "" when the last one is the spec.
func planOf(nodes []*node, last string) *plan {
	p := &plan{recorded: suiteIsRecorded, name: nameOf(nodes)}
	var segments []string
	p.settings = settingsOf(nodes, func(n *node, s settings) {
		p.recorded = p.recorded || n.mark.recorded || hasLabel(n.labels, recordedLabel)
		p.live = p.live || hasLabel(n.labels, liveLabel)
		segments = append(segments, segment(s.name, n.text))
	})
	p.dir = cassetteDir(p.settings.dir)
	if last == "" {
		p.path, p.err = cassettePath(segments)
	} else {
		p.path = path.Join(append(segments, last)...)
	}
	p.wrong = p.settings.check(p.name)
	p.err = cmp.Or(p.wrong, p.err)
	return p
}

func (s *spec) makePlan() *plan { return planOf(s.path, "") }

// find returns the spec that a report is about, nil if it is not known.
func (t *tree) find(report *types.SpecReport) (found *spec, err error) {
	for _, s := range t.specs[leafOf(report.LeafNodeText, report.LeafNodeLocation)] {
		switch {
		case !s.isIn(report):
		case found == nil:
			found = s
		case found.plan().file() != s.plan().file():
			return found, fmt.Errorf("%s: several specs have these texts and this place, with different options, and cannot be told apart; give each a text of its own", found.plan().name)
		}
	}
	return found, nil
}

// runs notes which spec runs, nil for one that is not known. What the one before
// played is let go of: a large suite would hold all of its cassettes in the end.
func (t *tree) runs(s *spec) {
	if t.running != nil && t.running != s {
		t.running.last = nil
	}
	t.running = s
}

// claims maps the files of cassettes to the specs that claim them, by a key
// that is equal where a case-insensitive file system sees one file.
func (t *tree) claims() map[string][]*spec {
	claims := map[string][]*spec{}
	for _, specs := range t.specs {
		for _, s := range specs {
			if p := s.plan(); p.recorded && p.err == nil {
				claims[claimKey(p.file())] = append(claims[claimKey(p.file())], s)
			}
		}
	}
	return claims
}

func claimKey(file string) string {
	file = filepath.ToSlash(file)
	if strings.ContainsFunc(file, func(r rune) bool { return r > unicode.MaxASCII }) {
		file = strings.ToUpper(file) // because "ς" and "σ" are one letter to such a system
	}
	return strings.ToLower(file)
}

// shared says that specs claim one cassette; nil when they do not.
func shared(claimants []*spec) error {
	if len(claimants) < 2 {
		return nil
	}
	var lines []string
	for _, s := range claimants {
		lines = append(lines, fmt.Sprintf("  %s at %s", s.plan().name, s.leaf.location))
	}
	slices.Sort(lines)
	return fmt.Errorf("%s: %d specs claim this cassette; give them different texts, or set vcr.Name on one of them:\n%s",
		recorder.Shown(claimants[0].plan().file()), len(claimants), strings.Join(lines, "\n"))
}

// startDir is resolved before a test can change it.
var startDir, _ = os.Getwd()

const defaultDir = "cassettes"

func cassetteDir(dir string) string {
	if dir == "" {
		dir = defaultDir
	}
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(suiteDir(), dir)
}

// suiteDir is the folder of the suite's source. The go command and ginkgo run a
// test there, but a compiled one can be run from anywhere; then the place of
// the first test file counts, unless paths were trimmed or it is another machine.
var suiteDir = sync.OnceValue(func() string {
	for _, specs := range suite.specs {
		for _, n := range specs[0].path {
			file := n.location.FileName
			if strings.HasSuffix(file, "_test.go") && filepath.IsAbs(file) {
				if dir := filepath.Dir(file); isDir(dir) {
					return dir
				}
				return startDir
			}
		}
	}
	return startDir
})

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// isShared reports whether a folder of cassettes lies outside of the suite's.
func isShared(dir string) bool { return dir != "" && !filepath.IsLocal(dir) }

// isOwnServer reports whether host:port is where Ginkgo's parallel processes talk.
func isOwnServer(address string) bool {
	config, _ := ginkgo.GinkgoConfiguration()
	return config.ParallelHost != "" && strings.TrimPrefix(config.ParallelHost, "http://") == address
}
