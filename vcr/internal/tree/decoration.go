package tree

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// The labels that the decorators add. A user may give them without a decorator.
const (
	recordedLabel = "vcr"
	liveLabel     = "live"
)

// A Decoration is what vcr.Recorded and vcr.Live say about their node.
type Decoration struct {
	Recorded, Live bool
	Options        any // nil for none
}

// decorator carries a decoration in an AroundNodeDecorator: that is the one kind
// of decorator that Ginkgo accepts on every node and on RunSpecs, with room for a
// value, its function. The transformer takes decorations out of nodes before
// Ginkgo sees them, so that the function runs as itself on RunSpecs only.
func decorator(d Decoration, onRunSpecs types.AroundNodeFunc) types.AroundNodeDecorator {
	return types.AroundNodeDecorator{
		CodeLocation: types.NewCustomCodeLocation(decoratorMessage),
		Body: func(ctx context.Context, body func(context.Context)) {
			if request, ok := ctx.(*decorationRequest); ok {
				request.decoration = d
				return
			}
			onRunSpecs(ctx, body)
		},
	}
}

const decoratorMessage = "a decorator of package vcr"

// A decorationRequest is handed to the function of a decorator to get its
// decoration.
type decorationRequest struct {
	context.Context
	decoration Decoration
}

// decorationOf returns the decoration in a decorator, if it is one of this package.
func decorationOf(arg any) (Decoration, bool) {
	d, ok := arg.(types.AroundNodeDecorator)
	if !ok || d.CodeLocation.CustomMessage != decoratorMessage {
		return Decoration{}, false
	}
	request := &decorationRequest{Context: context.Background()}
	d.Body(request, nil)
	return request.decoration, true
}

// A node is a container or a spec as it was constructed.
type node struct {
	Decoration
	text     string
	location types.CodeLocation
	labels   []string
	ordered  bool
	pending  bool
	checked  bool // the options in force here were checked
	parent   *node
}

// takeDecorations removes the decorations and remembers what they and the labels
// say.
func (n *node) takeDecorations(args []any, check func(text string, options any) error) ([]any, error) {
	kept := make([]any, 0, len(args)+3)
	for _, arg := range args {
		d, ours := decorationOf(arg)
		switch {
		case !ours:
			if labels, ok := arg.(ginkgo.Labels); ok {
				n.labels = append(n.labels, labels...)
			}
			n.ordered = n.ordered || arg == any(ginkgo.Ordered)
			n.pending = n.pending || arg == any(ginkgo.Pending)
			kept = append(kept, arg)
			continue
		case d.Recorded && n.Recorded:
			return args, fmt.Errorf("vcr.Recorded is given twice; give it once, with all options")
		case d.Live && n.Live:
			return args, fmt.Errorf("vcr.Live is given twice; give it once")
		}
		n.Recorded, n.Live = n.Recorded || d.Recorded, n.Live || d.Live
		if d.Options == nil {
			continue
		}
		if err := check(n.text, d.Options); err != nil {
			return args, err
		}
		n.Options = d.Options // of Recorded, since Live takes none
	}
	return kept, nil
}

// ginkgoDecorators returns the decorators that do the work of the decoration.
func (n *node) ginkgoDecorators(around func(context.Context, func(context.Context))) []any {
	added := []any{n.location}
	if n.Recorded && !hasLabel(n.labels, recordedLabel) {
		added, n.labels = append(added, ginkgo.Label(recordedLabel)), append(n.labels, recordedLabel)
	}
	if n.Live && !hasLabel(n.labels, liveLabel) {
		added, n.labels = append(added, ginkgo.Label(liveLabel)), append(n.labels, liveLabel)
	}
	if n.isDecorated() && !n.parent.isInDecorated() {
		added = append(added, ginkgo.AroundNode(around))
	}
	return added
}

func (n *node) isDecorated() bool { return n.isRecorded() || n.Live }

func (n *node) isRecorded() bool { return n.Recorded || hasLabel(n.labels, recordedLabel) }

// isInDecorated reports whether a node, or one around it, is decorated.
func (n *node) isInDecorated() bool {
	for ; n != nil; n = n.parent {
		if n.isDecorated() {
			return true
		}
	}
	return false
}

// isLive reports whether vcr.Live decorates the node or one around it. The
// label by itself does not count: on a spec that is not recorded it is the
// user's own.
func (n *node) isLive() bool {
	for ; n != nil; n = n.parent {
		if n.Live {
			return true
		}
	}
	return false
}

// isPending reports whether the node or one around it is.
func (n *node) isPending() bool {
	for ; n != nil; n = n.parent {
		if n.pending {
			return true
		}
	}
	return false
}

func hasLabel(labels []string, label string) bool {
	return slices.ContainsFunc(labels, func(l string) bool { return strings.EqualFold(strings.TrimSpace(l), label) })
}
