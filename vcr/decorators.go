package vcr

import (
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/intercept"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
)

// Recorded is a decorator: every spec under the decorated node has a cassette.
// It is legal on Describe, Context, When, It, DescribeTable,
// DescribeTableSubtree and Entry, once per node. It is not legal on setup nodes,
// which belong to the specs around which they run. The label "vcr", which it
// adds, does the same with default options where it is given by itself.
//
// On RunSpecs it records every spec of the suite and intercepts requests in
// BeforeSuite. Ginkgo adds no label to specs there, so that a label filter does
// not find them by "vcr".
//
// A mistake in the options is reported by Ginkgo, with the place of the node,
// before any spec runs.
func Recorded(options ...Option) types.AroundNodeDecorator {
	d := tree.Decoration{Recorded: true}
	if len(options) > 0 {
		d.Options = optionList(options)
	}
	return suite.Decorator(d)
}

// Live is a decorator for specs that talk to the real service. It adds the
// label "live". Such a spec goes live when the label filter of the run selects
// it for being live, as --label-filter=live does, but not, for example,
// --label-filter='!slow'.
//
// A spec that is recorded as well replays in all other runs. One that is only
// live is skipped in them, with a reason.
func Live() types.AroundNodeDecorator { return suite.Decorator(tree.Decoration{Live: true}) }

func init() {
	suite = tree.Install(tree.Hooks{
		CheckOptions:   checkOptions,
		Includes:       includes,
		CheckRun:       modeError,
		Resolve:        resolve,
		BeforeEach:     beginSpec,
		EnterContainer: enterContainer,
		OverrideSpec:   overrideSpec,
		EnterSuite:     enterSuite,
		AroundNode:     aroundNode,
		AfterSuite:     reportAfterSuite,
		IsOurs:         isOurs,
	})
	interceptor = intercept.Install(sessionInForce)
}
