package vcr

import (
	"runtime"
	"strings"

	"github.com/onsi/gomega/format"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/tree"
)

func init() { format.RegisterCustomFormatter(endPolling) }

// endPolling ends the polling of a function that asserts on a refused request:
//
//	Eventually(func(g Gomega) {
//		_, err := assistant.Ask(…)
//		g.Expect(err).NotTo(HaveOccurred())
//	}).Should(Succeed())
//
// Gomega sees the failure of the assertion there, and not the error that says to
// stop. The assertion formats the error for its message before it panics; the error
// itself is what Gomega takes for its signal, when that is what it panics with.
func endPolling(value any) (string, bool) {
	if err, ok := value.(error); ok && harness.IsFinal(err) && tree.CallersTo(inPolledFunction) > 0 {
		panic(err)
	}
	return "", false
}

// inPolledFunction reports whether Gomega polls a function on this goroutine.
func inPolledFunction(frame runtime.Frame) bool {
	return strings.HasPrefix(frame.Function, "github.com/onsi/gomega/internal.(*AsyncAssertion).buildActualPoller.func")
}
