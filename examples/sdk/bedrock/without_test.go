package bedrock_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
)

// The SDK has a transport of its own, which is no clone of the default one. It is
// refused when it looks up the host, before it sends anything.
func TestWithoutClient(t *testing.T) {
	switch runtime.GOOS {
	case "windows", "darwin":
		t.Skip("the system looks up hosts there, unseen")
	}
	specs := standin.RefusedWithoutClient(t, "TestBedrock")
	recorded := specs.WithLeafNodeType(types.NodeTypeIt).WithLabel("vcr")
	for _, spec := range recorded {
		t.Log(spec.Failure.Message)
	}
	_ = strings.Join
}
