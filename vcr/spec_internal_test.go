package vcr

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
)

// A suite holds the cassette of the spec that runs, and of no other.
func TestRunsLetsGo(t *testing.T) {
	var last lastRun
	first, second := new(tree.Spec), new(tree.Spec)
	for _, runs := range []struct {
		spec        *tree.Spec
		first, held bool
	}{{first, true, false}, {first, true, false}, {second, false, true}, {nil, false, false}} {
		last.begin(runs.spec)
		if runs.spec != nil && last.of(runs.spec) == nil {
			last.run = new(run)
		}
		if got := last.of(first) != nil; got != runs.first {
			t.Errorf("the first spec holds its attempt: %v, want %v", got, runs.first)
		}
		if got := last.of(second) != nil; got != runs.held {
			t.Errorf("the second spec holds its attempt: %v, want %v", got, runs.held)
		}
	}
}
