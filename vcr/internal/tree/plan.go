package tree

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// A Spec is an It with the containers around it.
type Spec struct {
	leaf  *node
	path  []*node // outermost first, with the leaf
	built *Plan   // when the tree was, without what RunSpecs says; nil for none
	plan  func() *Plan
}

// Plan returns what the decorations around the spec and on it come to.
func (s *Spec) Plan() *Plan { return s.plan() }

// Location is where the It is.
func (s *Spec) Location() types.CodeLocation { return s.leaf.location }

// IsLive reports whether vcr.Live decorates the spec or a container around it.
func (s *Spec) IsLive() bool { return s.leaf.isLive() }

// isIn reports whether the containers of a spec are those of a report.
func (s *Spec) isIn(report *types.SpecReport) bool {
	containers := s.path[:len(s.path)-1]
	if len(containers) != len(report.ContainerHierarchyTexts) {
		return false
	}
	for n, container := range containers {
		if leafOf(container.text, container.location) != leafOf(report.ContainerHierarchyTexts[n], report.ContainerHierarchyLocations[n]) {
			return false
		}
	}
	return true
}

// orderedBelow returns the containers down to the one around which a setup node
// at this depth runs once, by Ginkgo's rule: the first at or below that depth
// that is ordered or inside of an ordered one.
func (s *Spec) orderedBelow(depth int) []*node {
	if s == nil {
		return nil
	}
	ordered := false
	for n, container := range s.path[:len(s.path)-1] {
		ordered = ordered || container.ordered
		if ordered && n >= depth {
			return s.path[:n+1]
		}
	}
	return nil
}

// A leaf is what most specs are told apart by: the text and place of the It.
type leaf struct {
	text, file string
	line       int
}

func leafOf(text string, location types.CodeLocation) leaf {
	return leaf{text, location.FileName, location.LineNumber}
}

// A Container is an ordered container, or one inside of it, for which some nodes
// run once.
type Container struct {
	Location types.CodeLocation
	path     []*node // outermost first, with the container itself
	plan     func() *Plan
}

// Plan returns what the decorations around the container and on it come to.
func (c *Container) Plan() *Plan { return c.plan() }

// A Plan is what the decorations of nodes come to, once all is known.
type Plan struct {
	Title     string // the texts of the nodes, for people
	Recorded  bool
	MayGoLive bool
	Dir       string // the folder of the cassettes, on this machine
	Path      string // of the cassette below it, with slashes
	LookedIn  string // says where cassettes are looked for, where that is a guess; else ""
	Shared    bool   // other suites may have cassettes in Dir
	Include   []string
	Settings  any   // all that [Hooks].Resolve made of the options
	OptionErr error // what is wrong with the options
	Err       error // that, or why the cassette has no usable place
}

// Settings is what the tree has to know of resolved options.
type Settings struct {
	Names   []string // of each layer of options, "" where there is none
	Dir     string   // the folder of the cassettes, relative to the suite's source; "" is "cassettes"
	Include []string // cassettes that are read as well, below Dir, with slashes
	All     any      // for the caller
	Err     error
}

// File is the cassette's path on this machine.
func (p *Plan) File() string { return filepath.Join(p.Dir, filepath.FromSlash(p.Path)) }

// newPlan resolves the decorations of RunSpecs and of nodes, outermost first. file
// is the name of the cassette when the nodes have no spec, "" when the last one is
// the spec. The folder is the one that the options name.
func newPlan(suite Decoration, nodes []*node, file string, resolve func(string, []any) Settings) *Plan {
	p := &Plan{Title: titleOf(nodes), Recorded: suite.Recorded}
	settings := resolve(p.Title, optionsOf(suite, nodes))
	segments := make([]string, 0, len(nodes)+1)
	for n, node := range nodes {
		p.Recorded = p.Recorded || node.isRecorded()
		p.MayGoLive = p.MayGoLive || hasLabel(node.labels, liveLabel)
		segments = append(segments, segment(settings.Names[n+1], node.text))
	}
	if file == "" {
		p.Path, p.Err = slug.Path(segments)
	} else {
		p.Path = path.Join(append(segments, file)...)
	}
	if p.Recorded {
		_, err := volatile(nodes, settings.Names[1:])
		p.Err = cmp.Or(err, p.Err)
	}
	p.Dir, p.Shared = cmp.Or(settings.Dir, defaultDir), isShared(settings.Dir)
	p.Include, p.Settings, p.OptionErr = settings.Include, settings.All, settings.Err
	p.Err = cmp.Or(p.OptionErr, p.Err)
	return p
}

// titleOf returns the texts of nodes, for people.
func titleOf(nodes []*node) string {
	var texts []string
	for _, n := range nodes {
		if n.text != "" {
			texts = append(texts, n.text)
		}
	}
	return strings.Join(texts, " / ")
}

// optionsOf returns the options of the suite and of nodes, one layer each.
func optionsOf(suite Decoration, nodes []*node) []any {
	layers := make([]any, 0, len(nodes)+1)
	layers = append(layers, suite.Options)
	for _, n := range nodes {
		layers = append(layers, n.Options)
	}
	return layers
}

const defaultDir = "cassettes"

// sourceDirOf returns the folder of the suite's source, and whether it is known. The
// go command and ginkgo run a test there, but a compiled one can be run from
// anywhere; then the place of the first test file counts, unless paths were trimmed
// or it is another machine.
func sourceDirOf(specs map[leaf][]*Spec) (dir string, known bool) {
	for _, specs := range specs {
		for _, n := range specs[0].path {
			file := n.location.FileName
			if !strings.HasSuffix(file, "_test.go") {
				continue
			}
			if dir := filepath.Dir(file); filepath.IsAbs(file) && isDir(dir) {
				return dir, true
			}
			_, err := os.Stat(filepath.Join(process.StartDir, filepath.Base(file)))
			return process.StartDir, err == nil
		}
	}
	return process.StartDir, true
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// isShared reports whether a folder of cassettes lies outside of the suite's.
func isShared(dir string) bool { return dir != "" && !filepath.IsLocal(dir) }
