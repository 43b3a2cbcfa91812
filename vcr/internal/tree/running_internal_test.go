package tree

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
