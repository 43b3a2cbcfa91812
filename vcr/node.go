package vcr

import (
	"fmt"
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

// A node is a container or a spec as it was constructed.
type node struct {
	text     string
	location types.CodeLocation
	labels   []string
	mark     mark
	ordered  bool
	checked  bool // the options that hold in it were looked at
	parent   *node
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
			n.ordered = n.ordered || arg == any(ginkgo.Ordered)
			kept = append(kept, arg)
		case m.recorded && n.mark.recorded:
			return args, fmt.Errorf("vcr.Recorded is given twice; give it once, with all options")
		case m.live && n.mark.live:
			return args, fmt.Errorf("vcr.Live is given twice; give it once")
		default:
			if err := (settings{}).with(m.options).check(n.text); err != nil {
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

// isLive reports whether vcr.Live decorates the node or one around it. The
// label by itself does not count: on a spec that is not recorded it is the
// user's own.
func (n *node) isLive() bool {
	for ; n != nil; n = n.parent {
		if n.mark.live {
			return true
		}
	}
	return false
}
