package vcr

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var modeFlag = flag.String("vcr.record-mode", "", "record mode of ginkgo-vcr: none, once, new_episodes, all or live (the variable VCR_RECORD_MODE is stronger)")

// commandedMode is the mode that the variable or the flag names, "" if none does.
var commandedMode = sync.OnceValue(func() commanded {
	mode, err := recorder.ModeFromEnvironment()
	if err == nil && mode == "" && *modeFlag != "" {
		if mode, err = recorder.ParseMode(*modeFlag); err != nil {
			err = fmt.Errorf("-vcr.record-mode: %w", err)
		}
	}
	if err != nil {
		mode = recorder.None // where nothing could report the error so far, nothing is sent
	}
	return commanded{mode, err}
})

type commanded struct {
	mode recorder.Mode
	err  error
}

func modeError() error { return commandedMode().err }

// modeOf returns the mode in force for a plan: the variable or the flag, live by
// the label filter, the options, the default, the strongest first.
func modeOf(p *plan, live bool) recorder.Mode {
	commanded := commandedMode().mode
	configured := p.settings.mode
	switch {
	case commanded != "":
		return commanded
	case live:
		return recorder.Live
	case configured == "":
		return recorder.DefaultMode()
	case recorder.InCI():
		return recorder.None // no option can make a run in CI send anything
	default:
		return configured
	}
}

// goesLive reports whether the label filter of this run selects the spec that runs
// for being live: the filter matches its labels, and no longer does once that one
// is taken away. Filters such as "", "!slow" and "live || vcr" do not.
func goesLive() bool {
	filter := ginkgo.GinkgoLabelFilter()
	if filter == "" {
		return false
	}
	labels := currentLabels()
	if !hasLabel(labels, liveLabel) {
		return false
	}
	matches, err := types.ParseLabelFilter(filter)
	if err != nil {
		return false // Ginkgo says so
	}
	rest := slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return strings.EqualFold(l, liveLabel) })
	return matches(labels) && !matches(rest)
}
