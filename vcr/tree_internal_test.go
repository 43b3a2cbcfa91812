package vcr

import "testing"

var atInit = func() bool { return initialising() }()

// Where this fails, the runtime names its function anew, and each spec has a hook
// that it needs no more.
func TestInitialising(t *testing.T) {
	if !atInit {
		t.Error("a package variable is not seen to be initialised")
	}
	if initialising() {
		t.Error("a test is taken for the initialisation of a package")
	}
}

// A suite holds the cassette of the spec that runs, and of no other.
func TestRunsLetsGo(t *testing.T) {
	tree := newTree()
	first, second := &spec{last: new(attempt)}, &spec{last: new(attempt)}
	for _, runs := range []struct {
		spec        *spec
		first, held bool
	}{{first, true, true}, {first, true, true}, {second, false, true}, {nil, false, false}} {
		tree.runs(runs.spec)
		if got := first.last != nil; got != runs.first {
			t.Errorf("the first spec holds its attempt: %v, want %v", got, runs.first)
		}
		if got := second.last != nil; got != runs.held {
			t.Errorf("the second spec holds its attempt: %v, want %v", got, runs.held)
		}
	}
}
