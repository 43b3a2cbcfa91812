package vcr

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// A tree is what is known of the specs of a suite while Ginkgo builds it and
// after: the decorators of each node, which Ginkgo does not keep. It is changed
// by the one goroutine that builds the suite.
type tree struct {
	stack      []*node // the containers that are being built, outermost first
	specs      map[leaf][]*spec
	containers map[*node]*containerRecording // those that have one
	running    *spec                         // the one that runs, nil where it is not known
	suiteNodes bool                          // there is a BeforeSuite or AfterSuite

	// Ginkgo builds a tree once for PreviewSpecs and again for RunSpecs, and
	// globals.Reset starts another. A generation ends when a top-level
	// container is built a second time, or when a run is over.
	generation int
	over       bool
	claimed    func() map[string][]*spec
	looking    *sync.Once // for orphaned
	orphaned   []string
}

// A spec is an It with the containers around it.
type spec struct {
	leaf *node
	path []*node // with the leaf
	plan func() *plan
	last *attempt // of this run
}

var suite = newTree()

func newTree() *tree {
	t := new(tree)
	t.begin()
	return t
}

// begin starts a generation.
func (t *tree) begin() {
	t.specs, t.containers = map[leaf][]*spec{}, map[*node]*containerRecording{}
	t.over = false
	t.claimed = sync.OnceValue(t.claims)
	t.looking = new(sync.Once)
	t.generation++
}

// beginSuite starts the generation of another suite. A node that comes after a
// run can only belong to one that globals.Reset started, without the nodes that
// this package had put into the first.
func (t *tree) beginSuite() {
	t.begin()
	t.suiteNodes, suiteNodesFailed = false, false
	suiteIsRecorded, runSpecsOptions = false, nil
	addHooks()
}

func init() {
	// From here on, the nodes of every package that imports this one are seen.
	ginkgo.AddTreeConstructionNodeArgsTransformer(func(nodeType types.NodeType, offset ginkgo.Offset, text string, args []any) (string, []any, []error) {
		location := types.NewCodeLocation(int(offset))
		for _, arg := range args {
			if given, ok := arg.(types.CodeLocation); ok {
				location = given
			}
		}
		args, err := suite.transform(nodeType, location, text, args)
		if err != nil {
			return text, args, []error{types.GinkgoError{Heading: "ginkgo-vcr", Message: err.Error(), CodeLocation: location}}
		}
		return text, args, nil
	})
	addHooks()
}

// transform takes the marks of this package out of a node's arguments and puts
// in what does their work.
func (t *tree) transform(nodeType types.NodeType, location types.CodeLocation, text string, args []any) ([]any, error) {
	if t.over {
		t.beginSuite()
	}
	n := &node{text: text, location: location}
	args, err := n.takeMarks(args)
	if err != nil {
		return args, err
	}
	switch nodeType {
	case types.NodeTypeContainer:
		return t.container(n, args)
	case types.NodeTypeIt:
		return t.spec(n, args)
	}
	if n.mark.recorded || n.mark.live {
		return args, fmt.Errorf("%s cannot be decorated: it runs as a part of specs; decorate the container or the specs", nodeType)
	}
	switch {
	case nodeType.Is(types.NodeTypeBeforeAll | types.NodeTypeAfterAll):
		return t.onceNode(args), nil
	case slices.Contains(args, any(ginkgo.OncePerOrdered)):
		return t.oncePerOrdered(args), nil
	case nodeType.Is(types.NodeTypeBeforeSuite | types.NodeTypeAfterSuite | types.NodeTypeSynchronizedBeforeSuite | types.NodeTypeSynchronizedAfterSuite):
		t.suiteNodes = true
		return wrapFuncs(args, enterSuiteNode), nil
	}
	return args, nil
}

func (t *tree) innermost() *node {
	if len(t.stack) == 0 {
		return nil
	}
	return t.stack[len(t.stack)-1]
}

// container wraps the body of a container so that the nodes inside know it.
func (t *tree) container(n *node, args []any) ([]any, error) {
	n.parent = t.innermost()
	args = append(args, n.decorations()...)
	late := n.parent == nil && !initialising()
	built := 0 // the generation in which the body ran last
	for i, arg := range args {
		body, ok := arg.(func())
		if !ok {
			continue
		}
		args[i] = func() {
			again := built > 0
			if n.parent == nil {
				if built == t.generation {
					t.begin()
				}
				built = t.generation
			}
			t.stack = append(t.stack, n)
			defer func() { t.stack = t.stack[:len(t.stack)-1] }()
			if n.parent == nil && (again || late) {
				// Ginkgo drops top-level BeforeEach nodes from a tree that it builds
				// again, and globals.Reset has dropped them before a test adds nodes.
				// This one comes with the container, and costs each of its specs
				// more than a replayed request does.
				ginkgo.BeforeEach(beforeEachAgain, n.location)
			}
			body()
		}
	}
	return args, nil
}

// initialising reports whether it is called while a package is initialised, as
// it is when a node is declared in a variable. Where the runtime has no function of
// that name, the answer is no.
func initialising() bool {
	return framesTo(func(frame runtime.Frame) bool { return strings.HasPrefix(frame.Function, "runtime.doInit") }) > 0
}

// spec registers an It.
func (t *tree) spec(n *node, args []any) ([]any, error) {
	n.parent = t.innermost()
	args = append(args, n.decorations()...)
	s := &spec{leaf: n, path: append(slices.Clone(t.stack), n)}
	s.plan = sync.OnceValue(s.makePlan)
	where := leafOf(n.text, n.location)
	t.specs[where] = append(t.specs[where], s)
	if n.parent == nil {
		return args, nil // flags may not have been parsed yet
	}
	if err := modeError(); err != nil {
		return args, err
	}
	if len(n.mark.options) == 0 {
		if n.parent.checked {
			return args, nil
		}
		n.parent.checked = true
	}
	return args, settingsOf(s.path, nil).check(nameOf(s.path))
}

// A leaf is what most specs are told apart by: the text and place of the It.
type leaf struct {
	text, file string
	line       int
}

func leafOf(text string, location types.CodeLocation) leaf {
	return leaf{text, location.FileName, location.LineNumber}
}

// isIn reports whether the containers of a spec are those of a report.
func (s *spec) isIn(report *types.SpecReport) bool {
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
