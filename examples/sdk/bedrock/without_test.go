package bedrock_test

import (
	"runtime"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
)

// The SDK has a transport of its own, which is no clone of the default one. It is
// refused when it looks up the host, before it sends anything.
func TestWithoutClient(t *testing.T) {
	switch runtime.GOOS {
	case "windows", "darwin":
		t.Skip("the system looks up hosts there, unseen")
	}
	standin.RefusedWithoutClient(t, "TestBedrock", "bedrock-runtime.us-east-1.amazonaws.com")
}
