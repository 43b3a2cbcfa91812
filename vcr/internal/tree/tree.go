// Package tree knows Ginkgo's tree of specs: its nodes and their decorations,
// the containers, the generations of a tree that is built more than once, which
// spec runs, and the path of the cassette that belongs to each place.
//
// It knows nothing of sessions and HTTP. The options of decorators pass through
// it unread. What is to happen when a spec, a container or the suite begins, the
// package that imports it says in [Hooks].
package tree

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// A Tree is what is known of the specs of a suite while Ginkgo builds it and
// after: the decorations of each node, which Ginkgo does not keep. It is changed
// by the one goroutine that builds the suite.
type Tree struct {
	hooks      Hooks
	suite      Decoration // of RunSpecs
	stack      []*node    // the containers that are being built, outermost first
	specs      map[leaf][]*Spec
	containers map[*node]*Container
	running    *Spec // nil where it is not known
	suiteNodes bool  // there is a BeforeSuite or AfterSuite
	lastAtTop  *node // the container that is built last
	mistakes   mistakes

	// Ginkgo builds a tree once for PreviewSpecs and again for RunSpecs, and
	// globals.Reset starts another. A generation ends when a top-level
	// container is built a second time, or when a run is over.
	generation int
	begunIn    atomic.Int64 // the generation in which the top-level BeforeEach ran
	over       bool
	claims     func() *claims

	sourceDir func() (dir string, known bool)
}

// Hooks are what the tree calls. All of them must be set.
type Hooks struct {
	// CheckOptions returns what is wrong with the options of one decorator. text
	// is that of its node.
	CheckOptions func(text string, options any) error
	// Includes reports whether the options of one decorator include a cassette.
	Includes func(options any) bool
	// CheckRun returns why no spec may run.
	CheckRun func() error
	// Resolve puts options together, outermost first. title names their spec.
	Resolve func(title string, options []any) Settings
	// BeforeEach is called before each attempt at a spec, and before all other
	// nodes of the spec. The spec is nil where it is not known; err says why its
	// cassette is not known.
	BeforeEach func(s *Spec, attempt int, err error)
	// EnterContainer is called in each node that runs once for an ordered
	// container: BeforeAll, AfterAll, and setup nodes that are OncePerOrdered.
	// What it returns is called at the end of the node.
	EnterContainer func(*Container) (leave func(completed bool))
	// OverrideSpec is called around these nodes and around the cleanups that they
	// defer: what they send must not land on the tape of whichever spec runs.
	OverrideSpec func(*Container) (restore func())
	// EnterSuite is called in the suite's own nodes, such as BeforeSuite.
	EnterSuite func() (leave func(completed bool))
	// AroundNode runs every node of decorated specs.
	AroundNode func(ctx context.Context, body func(context.Context))
	// AfterSuite is called once after a run, in the first process only.
	AfterSuite func(types.Report)
	// IsOurs reports whether a cassette names this suite as its own.
	IsOurs func(file string) bool
}

// Install returns the tree of the suite that this process builds. It is called
// once, in an init function: from then on, the nodes of every package that
// imports the caller are seen.
func Install(hooks Hooks) *Tree {
	t := newTree(hooks)
	ginkgo.AddTreeConstructionNodeArgsTransformer(func(nodeType types.NodeType, offset ginkgo.Offset, text string, args []any) (string, []any, []error) {
		location := types.NewCodeLocation(int(offset))
		for _, arg := range args {
			if given, ok := arg.(types.CodeLocation); ok {
				location = given
			}
		}
		args, err := t.transform(nodeType, location, text, args)
		return text, args, asErrors(location, err)
	})
	t.addNodes()
	return t
}

func newTree(hooks Hooks) *Tree {
	t := &Tree{hooks: hooks}
	t.sourceDir = sync.OnceValues(func() (string, bool) { return sourceDirOf(t.specs) })
	t.begin()
	return t
}

// addNodes puts nodes into the suite. The BeforeEach is outside of all containers
// and before the nodes of every package that imports the caller of Install, so
// that whatever a spec does is recorded.
func (t *Tree) addNodes() {
	ginkgo.BeforeEach(func() {
		t.begunIn.Store(int64(t.generation))
		t.beginSpec()
	})
	ginkgo.ReportAfterSuite("ginkgo-vcr", t.afterSuite, types.NewCustomCodeLocation("what became of the cassettes"))
}

// addBeforeEach puts a BeforeEach into a container whose tree has lost the one
// at the top. It does nothing in a tree that has it.
func (t *Tree) addBeforeEach(container *node) {
	ginkgo.BeforeEach(func() {
		if t.begunIn.Load() != int64(t.generation) {
			t.beginSpec()
		}
	}, container.location)
}

func (t *Tree) beginSpec() {
	s, attempt, err := currentSpec(t.specs)
	t.running = s
	t.hooks.BeforeEach(s, attempt, err)
}

func (t *Tree) afterSuite(report types.Report) {
	switch {
	case t.over:
		return
	case report.SuiteConfig.DryRun:
		if t.suite.Recorded { // which was not known when the tree was built
			for _, mistake := range t.duplicates() {
				ginkgo.AddReportEntry("ginkgo-vcr", mistake.Message, mistake.CodeLocation)
			}
		}
		return
	}
	t.over = true
	t.hooks.AfterSuite(report)
}

// begin starts a generation.
func (t *Tree) begin() {
	t.specs, t.containers = map[leaf][]*Spec{}, map[*node]*Container{}
	t.over = false
	t.claims = sync.OnceValue(t.makeClaims)
	t.generation++
}

// beginSuite starts the generation of another suite. A node that comes after a
// run can only belong to one that globals.Reset started, without the nodes that
// this package had put into the first.
func (t *Tree) beginSuite() {
	t.begin()
	t.suiteNodes, t.suite = false, Decoration{}
	t.addNodes()
}

// Decorator returns the decorator that says d about its node. It is legal on
// containers and specs; on RunSpecs only where d is not Live.
func (t *Tree) Decorator(d Decoration) types.AroundNodeDecorator {
	return decorator(d, func(ctx context.Context, body func(context.Context)) {
		if d.Live {
			ginkgo.Fail("vcr.Live() cannot decorate RunSpecs; put it on the containers or specs that may go live")
		}
		if !t.suite.Recorded {
			t.suite = d
		}
		t.hooks.AroundNode(ctx, body)
	})
}

// IsSuiteRecorded reports whether RunSpecs is decorated. It is known when the
// first node runs.
func (t *Tree) IsSuiteRecorded() bool { return t.suite.Recorded }

// transform takes the decorations of this package out of a node's arguments and
// puts in what does their work.
func (t *Tree) transform(nodeType types.NodeType, location types.CodeLocation, text string, args []any) ([]any, error) {
	if t.mistakes != nil {
		return args, t.mistakes
	}
	if t.over {
		t.beginSuite()
	}
	n := &node{text: text, location: location}
	args, err := n.takeDecorations(args, t.hooks.CheckOptions)
	if err != nil {
		return args, err
	}
	switch nodeType {
	case types.NodeTypeContainer:
		return t.addContainer(n, args), nil
	case types.NodeTypeIt:
		return t.addSpec(n, args)
	}
	if n.Recorded || n.Live {
		return args, fmt.Errorf("%s cannot be decorated: it runs as a part of specs; decorate the container or the specs", nodeType)
	}
	switch {
	case nodeType.Is(types.NodeTypeBeforeAll | types.NodeTypeAfterAll):
		return t.wrapOnce(args), nil
	case slices.Contains(args, any(ginkgo.OncePerOrdered)):
		return t.wrapOncePerOrdered(args), nil
	case nodeType.Is(types.NodeTypeBeforeSuite | types.NodeTypeAfterSuite | types.NodeTypeSynchronizedBeforeSuite | types.NodeTypeSynchronizedAfterSuite):
		t.suiteNodes = true
		return wrapFuncs(args, t.hooks.EnterSuite), nil
	}
	return args, nil
}

func (t *Tree) innermost() *node {
	if len(t.stack) == 0 {
		return nil
	}
	return t.stack[len(t.stack)-1]
}

// addContainer wraps the body of a container so that the nodes inside know it.
func (t *Tree) addContainer(n *node, args []any) []any {
	if n.parent = t.innermost(); n.parent == nil {
		t.lastAtTop = n
	}
	args = append(args, n.ginkgoDecorators(t.hooks.AroundNode)...)
	args = t.afterIncluded(n, args)
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
				t.addBeforeEach(n)
			}
			body()
			if n == t.lastAtTop {
				t.report(t.duplicates())
			}
		}
	}
	return args
}

// afterIncluded lets the specs of a node that includes a cassette run after the others,
// so that the one that records it comes before them. A priority of the user's own stays.
func (t *Tree) afterIncluded(n *node, args []any) []any {
	if n.Options == nil || !t.hooks.Includes(n.Options) || slices.ContainsFunc(args, isPriority) {
		return args
	}
	return append(args, ginkgo.SpecPriority(-1))
}

func isPriority(arg any) bool {
	_, ok := arg.(ginkgo.SpecPriority)
	return ok
}

// addSpec registers an It.
func (t *Tree) addSpec(n *node, args []any) ([]any, error) {
	n.parent = t.innermost()
	args = append(args, n.ginkgoDecorators(t.hooks.AroundNode)...)
	args = t.afterIncluded(n, args)
	s := &Spec{leaf: n, path: append(slices.Clone(t.stack), n)}
	s.plan = sync.OnceValue(func() *Plan {
		if s.built != nil && !t.suite.Recorded {
			return s.built
		}
		return t.planOf(s.path, "")
	})
	where := leafOf(n.text, n.location)
	t.specs[where] = append(t.specs[where], s)
	if n.parent == nil {
		return args, nil // flags may not have been parsed yet
	}
	if err := t.hooks.CheckRun(); err != nil {
		return args, mistakes{mistakeAt(types.CodeLocation{}, err)} // which no spec is to blame for
	}
	if err := t.checkTexts(s); err != nil {
		return args, err
	}
	if n.Options == nil {
		if n.parent.checked {
			return args, nil
		}
		n.parent.checked = true
	}
	return args, t.hooks.Resolve(titleOf(s.path), optionsOf(t.suite, s.path)).Err
}

// wrapOnce wraps a BeforeAll or AfterAll.
func (t *Tree) wrapOnce(args []any) []any {
	if len(t.stack) == 0 {
		return args // Ginkgo says that it needs an ordered container
	}
	path := slices.Clone(t.stack)
	return t.wrapFor(args, func() []*node { return path })
}

// wrapOncePerOrdered wraps a setup node with that decorator. Which container it
// runs for, if any, depends on the spec.
func (t *Tree) wrapOncePerOrdered(args []any) []any {
	depth := len(t.stack)
	return t.wrapFor(args, func() []*node { return t.running.orderedBelow(depth) })
}

// wrapFor wraps the functions of a node that runs once for the container to which
// a path leads. Ginkgo puts the AroundNode around the cleanups, too, that the
// node defers.
func (t *Tree) wrapFor(args []any, container func() []*node) []any {
	args = wrapFuncs(args, func() func(bool) {
		if path := container(); path != nil {
			return t.hooks.EnterContainer(t.containerOf(path))
		}
		return func(bool) {}
	})
	return append(args, ginkgo.AroundNode(func(ctx context.Context, body func(context.Context)) {
		if path := container(); path != nil {
			defer t.hooks.OverrideSpec(t.containerOf(path))()
		}
		body(ctx)
	}))
}

// containerOf returns the last of these containers.
func (t *Tree) containerOf(path []*node) *Container {
	last := path[len(path)-1]
	if t.containers[last] == nil {
		t.containers[last] = &Container{
			Location: last.location, path: path,
			plan: sync.OnceValue(func() *Plan { return t.planOf(path, containerCassette) }),
		}
	}
	return t.containers[last]
}

// planOf returns the plan of nodes, outermost first; see [newPlan].
func (t *Tree) planOf(nodes []*node, file string) *Plan {
	p := newPlan(t.suite, nodes, file, t.hooks.Resolve)
	if !filepath.IsAbs(p.Dir) {
		dir, known := t.sourceDir()
		if p.Dir = filepath.Join(dir, p.Dir); !known {
			p.LookedIn = fmt.Sprintf("looked in %s, but the source of the suite is not in %s, and the binary does not tell where it is; run it in the folder of its package", p.Dir, dir)
		}
	}
	return p
}

// SuitePlan returns the plan of the suite's own nodes. They are always recorded.
func (t *Tree) SuitePlan() *Plan {
	p := t.planOf(nil, suiteCassette+slug.Extension)
	if p.Shared {
		p.Path = slug.Hashed(suiteCassette+"_"+slug.Of(path.Base(process.Package)), process.Package) + slug.Extension
	}
	p.Title, p.Recorded = "BeforeSuite", true
	return p
}

// makeClaims collects the cassettes of all specs, whatever the run selected.
func (t *Tree) makeClaims() *claims {
	c := newClaims(t.hooks.IsOurs)
	for _, specs := range t.specs {
		for _, s := range specs {
			c.addSpec(s)
			for depth := range s.path {
				// A BeforeAll may be in any container inside an ordered one.
				if path := s.orderedBelow(depth); path != nil {
					c.add(t.containerOf(path).Plan())
				}
			}
		}
	}
	if t.suiteNodes {
		c.add(t.SuitePlan())
	}
	return c
}

// PlanOf returns the plan that records a cassette, and that of the suite's own nodes
// for a cassette that nothing records.
func (t *Tree) PlanOf(file string) *Plan {
	if p := t.claims().files[fileKey(file)]; p != nil {
		return p
	}
	return t.SuitePlan()
}

// Unclaimed returns the cassettes of this suite that nothing claims.
func (t *Tree) Unclaimed() []string { return t.claims().unclaimed() }

// Orphans returns what Unclaimed returned when Orphans was called first. It may be
// called from several goroutines.
func (t *Tree) Orphans() []string { return t.claims().orphans() }

// Folders returns the folders with cassettes of this suite alone.
func (t *Tree) Folders() []string { return t.claims().own() }

// Cassettes returns all cassettes of this suite, claimed or not.
func (t *Tree) Cassettes() []string { return t.claims().all() }

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
