package vcr

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Recorded is a decorator: every spec under the decorated node has a cassette.
// It is legal on Describe, Context, When, It, DescribeTable,
// DescribeTableSubtree and Entry, once per node; not on setup nodes, which
// belong to the specs around which they run. The label "vcr", which it adds,
// does the same with default options where it is given by itself.
//
// On RunSpecs it records every spec of the suite and intercepts requests in
// BeforeSuite. Ginkgo adds no label to specs there, so that a label filter does
// not find them by "vcr".
//
// A mistake in the options is reported by Ginkgo, with the place of the node,
// before any spec runs.
func Recorded(options ...Option) types.AroundNodeDecorator {
	return decorator(mark{recorded: true, options: options})
}

// Live is a decorator for specs that talk to the real service. It adds the
// label "live". Such a spec goes live when the label filter of the run selects
// it for being live, as --label-filter=live does, but not, for example,
// --label-filter='!slow'.
//
// A spec that is recorded as well replays in all other runs. One that is only
// live is skipped in them, with a reason.
func Live() types.AroundNodeDecorator {
	return decorator(mark{live: true})
}

// A mark is what a decorator says about its node.
type mark struct {
	recorded, live bool
	options        Options
}

// AroundNodeDecorator is the one kind of decorator that Ginkgo accepts on every
// node and on RunSpecs, with room for a value: its function. The transformer
// takes marks out of nodes before Ginkgo sees them, so that the function runs
// as itself only on RunSpecs.
func decorator(m mark) types.AroundNodeDecorator {
	return types.AroundNodeDecorator{
		CodeLocation: types.NewCustomCodeLocation(markMessage),
		Body: func(ctx context.Context, body func(context.Context)) {
			if asked, ok := ctx.(*markRequest); ok {
				asked.mark = m
				return
			}
			if m.live {
				ginkgo.Fail("vcr.Live() cannot decorate RunSpecs; put it on the containers or specs that may go live")
			}
			recordSuite(m.options)
			aroundNode(ctx, body)
		},
	}
}

const markMessage = "a decorator of package vcr"

// A markRequest is handed to the function of a decorator to get its mark.
type markRequest struct {
	context.Context
	mark mark
}

// markOf returns the mark in a decorator, if it is one of this package.
func markOf(arg any) (mark, bool) {
	d, ok := arg.(types.AroundNodeDecorator)
	if !ok || d.CodeLocation.CustomMessage != markMessage {
		return mark{}, false
	}
	request := &markRequest{Context: context.Background()}
	d.Body(request, nil)
	return request.mark, true
}
