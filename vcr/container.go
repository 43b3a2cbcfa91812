package vcr

import (
	"context"
	"slices"
	"sync"

	"github.com/onsi/ginkgo/v2"
)

// A containerRecording is the recording of what runs once for an ordered
// container: BeforeAll, AfterAll, and setup nodes that are OncePerOrdered. What
// these send must not land on the tape of whichever spec happens to run first.
type containerRecording struct {
	container *node
	plan      func() *plan
	last      *attempt
	around    *Recording // of the container around this one
	holders   int        // nodes that have run, and whose cleanups have not
	failed    bool       // one of them did not complete
}

// recordingOf returns the recording of the last of these containers.
func (t *tree) recordingOf(path []*node) *containerRecording {
	container := path[len(path)-1]
	if t.containers[container] == nil {
		t.containers[container] = &containerRecording{
			container: container,
			plan:      sync.OnceValue(func() *plan { return planOf(path, containerCassette) }),
		}
	}
	return t.containers[container]
}

// onceNode wraps a BeforeAll or AfterAll.
func (t *tree) onceNode(args []any) []any {
	if len(t.stack) == 0 {
		return args // Ginkgo says that it needs an ordered container
	}
	path := slices.Clone(t.stack)
	return t.once(args, func() []*node { return path })
}

// oncePerOrdered wraps a setup node with that decorator. Which container it runs
// for, if any, depends on the spec.
func (t *tree) oncePerOrdered(args []any) []any {
	depth := len(t.stack)
	return t.once(args, func() []*node { return t.running.orderedBelow(depth) })
}

// once wraps the functions of a node that runs once for the container to which
// a path leads. Ginkgo puts the AroundNode around the cleanups, too, that the
// node defers.
func (t *tree) once(args []any, container func() []*node) []any {
	args = wrapFuncs(args, func() func(bool) {
		if path := container(); path != nil {
			return t.recordingOf(path).enter()
		}
		return func(bool) {}
	})
	return append(args, ginkgo.AroundNode(func(ctx context.Context, body func(context.Context)) {
		if path := container(); path != nil {
			defer t.recordingOf(path).override()()
		}
		body(ctx)
	}))
}

// orderedBelow returns the containers down to the one around which a setup node
// at this depth runs once, by Ginkgo's rule: the first at or below that depth
// that is ordered or inside of an ordered one.
func (s *spec) orderedBelow(depth int) []*node {
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

// enter is called in each of the nodes. The recording stays open until the
// cleanups that the nodes deferred have run.
func (c *containerRecording) enter() func(completed bool) {
	if c.plan().recorded {
		if c.holders == 0 {
			c.open()
		}
		c.holders++
		ginkgo.DeferCleanup(c.release, c.container.location)
	}
	restore := c.override()
	return func(completed bool) {
		c.failed = c.failed || !completed
		restore()
	}
}

// override puts the recording into force before that of the spec, until the
// function that it returns is called.
func (c *containerRecording) override() (restore func()) {
	recording := nothing
	if c.holders > 0 {
		recording = c.last.recording
	}
	before := deck.override.Swap(recording)
	return func() { deck.override.Store(before) }
}

func (c *containerRecording) open() {
	p := c.plan()
	recording := newRecording(p, p.live && goesLive(), p.err)
	recording.location = c.container.location
	recording.attempt = 1
	if c.last != nil {
		recording.attempt = c.last.recording.attempt + 1
		recording.again(c.last)
	} else {
		recording.open()
	}
	c.last, c.failed = &attempt{recording: recording}, false
	c.around = deck.container.Swap(recording)
}

func (c *containerRecording) release() error {
	if c.holders--; c.holders > 0 {
		return nil
	}
	deck.container.Store(c.around)
	c.last.outcome = passed
	if c.failed || c.last.recording.refused.Load() {
		c.last.outcome = failed
	}
	return c.last.recording.close(c.last.outcome)
}
