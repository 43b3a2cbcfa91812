package vcr

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// The labels that the decorators add, and that say the same by themselves.
const (
	recordedLabel = "vcr"
	liveLabel     = "live"
)

// A tree is what is known of the specs of a suite while Ginkgo builds it and
// after: the decorators of each node, which Ginkgo does not keep. It is changed
// by the one goroutine that builds the suite.
type tree struct {
	stack      []*node // the containers that are being built, outermost first
	specs      map[string][]*spec
	containers []*containerRecording // those with a BeforeAll or AfterAll
	suiteNodes bool                  // there is a BeforeSuite or AfterSuite

	// Ginkgo builds a tree once for PreviewSpecs and again for RunSpecs, and
	// globals.Reset starts another. A generation ends when a top-level
	// container is built a second time, or when a run is over.
	generation int
	over       bool
	hooked     bool // the hooks were added again after the run that is over
	claimed    func() map[string][]*spec
}

// A node is a container or a spec as it was constructed.
type node struct {
	text     string
	location types.CodeLocation
	labels   []string
	mark     mark
	parent   *node
}

// A spec is an It with the containers around it.
type spec struct {
	leaf *node
	path []*node // with the leaf
	plan func() plan
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
	t.specs, t.containers = map[string][]*spec{}, nil
	t.over, t.hooked = false, false
	t.claimed = onceOf(t.claims)
	t.generation++
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
			return text, args, []error{types.GinkgoError{Heading: "ginkgo-vcr: a decorator is wrong", Message: err.Error(), CodeLocation: location}}
		}
		return text, args, nil
	})
	addHooks()
}

// transform takes the marks of this package out of a node's arguments and puts
// in what does their work.
func (t *tree) transform(nodeType types.NodeType, location types.CodeLocation, text string, args []any) ([]any, error) {
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
	case nodeType.Is(types.NodeTypeBeforeSuite | types.NodeTypeAfterSuite | types.NodeTypeSynchronizedBeforeSuite | types.NodeTypeSynchronizedAfterSuite):
		t.suiteNodes = true
		return wrapFuncs(args, enterSuiteNode), nil
	}
	return args, nil
}

// takeMarks removes the marks and remembers what they and the labels say.
func (n *node) takeMarks(args []any) ([]any, error) {
	kept := make([]any, 0, len(args)+3)
	for _, arg := range args {
		m, ours := markOf(arg)
		switch {
		case !ours:
			if labels, ok := arg.(ginkgo.Labels); ok {
				n.labels = append(n.labels, labels...)
			}
			kept = append(kept, arg)
		case m.recorded && n.mark.recorded:
			return args, fmt.Errorf("vcr.Recorded is given twice; give it once, with all options")
		case m.live && n.mark.live:
			return args, fmt.Errorf("vcr.Live is given twice; give it once")
		default:
			if err := (settings{}).with(m.options).err; err != nil {
				return args, err
			}
			n.mark = mark{n.mark.recorded || m.recorded, n.mark.live || m.live, append(n.mark.options, m.options...)}
		}
	}
	return kept, nil
}

// decorations are the decorators that stand for the marks.
func (n *node) decorations() []any {
	added := []any{n.location}
	if n.mark.recorded && !hasLabel(n.labels, recordedLabel) {
		added, n.labels = append(added, ginkgo.Label(recordedLabel)), append(n.labels, recordedLabel)
	}
	if n.mark.live && !hasLabel(n.labels, liveLabel) {
		added, n.labels = append(added, ginkgo.Label(liveLabel)), append(n.labels, liveLabel)
	}
	if n.isMarked() && !n.parent.isRecordable() {
		added = append(added, ginkgo.AroundNode(aroundNode))
	}
	return added
}

func (n *node) isMarked() bool {
	return n.mark.recorded || n.mark.live || hasLabel(n.labels, recordedLabel)
}

// isRecordable reports whether a node, or one around it, is marked.
func (n *node) isRecordable() bool {
	for ; n != nil; n = n.parent {
		if n.isMarked() {
			return true
		}
	}
	return false
}

func hasLabel(labels []string, label string) bool {
	return slices.ContainsFunc(labels, func(l string) bool { return strings.EqualFold(strings.TrimSpace(l), label) })
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
	if n.parent == nil {
		addSuiteHooksAgain()
	}
	args = append(args, n.decorations()...)
	built := 0 // the generation in which the body ran last
	for i, arg := range args {
		body, ok := arg.(func())
		if !ok {
			continue
		}
		args[i] = func() {
			if n.parent == nil {
				if built == t.generation || t.over {
					t.begin()
				}
				built = t.generation
			}
			t.stack = append(t.stack, n)
			defer func() { t.stack = t.stack[:len(t.stack)-1] }()
			if n.parent == nil {
				// Ginkgo drops top-level BeforeEach nodes from a tree that it
				// builds again; this one comes with the container.
				ginkgo.BeforeEach(beforeEachAgain, n.location)
			}
			body()
		}
	}
	return args, nil
}

// spec registers an It.
func (t *tree) spec(n *node, args []any) ([]any, error) {
	n.parent = t.innermost()
	args = append(args, n.decorations()...)
	s := &spec{leaf: n, path: append(slices.Clone(t.stack), n)}
	s.plan = onceOf(s.makePlan)
	key := s.key()
	t.specs[key] = append(t.specs[key], s)
	if n.parent == nil || !n.isRecordable() {
		return args, nil // before flags are parsed, and where nothing is recorded
	}
	return args, modeError()
}

// onceNode wraps a BeforeAll or AfterAll: it has the recording of its container.
func (t *tree) onceNode(args []any) []any {
	container := t.innermost()
	if container == nil {
		return args // Ginkgo says that it needs an ordered container
	}
	var recording *containerRecording
	for _, known := range t.containers {
		if known.container == container {
			recording = known
		}
	}
	if recording == nil {
		recording = newContainerRecording(container, slices.Clone(t.stack))
		t.containers = append(t.containers, recording)
	}
	return wrapFuncs(args, recording.enter)
}

// wrapFuncs makes every function among args call enter before it and what that
// returned after it. The functions keep their types, from which Ginkgo tells
// whether they take a context.
func wrapFuncs(args []any, enter func() (leave func(completed bool))) []any {
	wrapped := slices.Clone(args)
	for i, arg := range args {
		f := reflect.ValueOf(arg)
		if f.Kind() != reflect.Func || f.IsNil() {
			continue
		}
		wrapped[i] = reflect.MakeFunc(f.Type(), func(in []reflect.Value) []reflect.Value {
			completed := false
			leave := enter()
			defer func() { leave(completed) }()
			out := f.Call(in)
			completed = true
			return out
		}).Interface()
	}
	return wrapped
}

// key identifies a spec in a report: the texts and places of its nodes.
func (s *spec) key() string {
	var b strings.Builder
	for _, n := range s.path {
		fmt.Fprintf(&b, "%s\x00%s\x00", n.text, n.location)
	}
	return b.String()
}

func keyOf(report types.SpecReport) string {
	var b strings.Builder
	for n, text := range report.ContainerHierarchyTexts {
		fmt.Fprintf(&b, "%s\x00%s\x00", text, report.ContainerHierarchyLocations[n])
	}
	fmt.Fprintf(&b, "%s\x00%s\x00", report.LeafNodeText, report.LeafNodeLocation)
	return b.String()
}
