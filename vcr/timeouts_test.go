package vcr_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
)

// stalls answers no request for /wait until it is told to. One that waits ends
// when the client gives up.
type stalls struct {
	waiting chan struct{}
	over    atomic.Bool
}

func (s *stalls) ServeHTTP(rw http.ResponseWriter, req *http.Request) {
	if req.URL.Path == "/wait" && !s.over.Load() {
		select {
		case s.waiting <- struct{}{}:
		default:
		}
		<-req.Context().Done()
		return
	}
	fmt.Fprint(rw, req.Method+" "+req.URL.Path)
}

var _ = Describe("A spec that waits for an answer", func() {
	It("times out and is recorded in the next run", func() {
		w, stalled := newWorld(), &stalls{}
		w.serve(stalled.ServeHTTP)
		r := w.run("timeouts", "HURRY=yes")
		Expect(r.exit).To(Equal(1))
		for _, text := range []string{"with a context", "without one", "of the whole spec"} {
			Expect(r.spec(text).State).To(Equal(types.SpecStateTimedout))
		}
		Expect(w.tapes()).NotTo(HaveKey(HaveSuffix(".yaml")), "everything is partial or rejected")
		stalled.over.Store(true)
		Expect(w.run("timeouts").exit).To(Equal(0))
		Expect(w.tapes()).To(Equal(rack{
			"timeouts/with_a_context.yaml":    {"GET /before", "GET /wait"},
			"timeouts/without_one.yaml":       {"GET /before", "GET /wait"},
			"timeouts/of_the_whole_spec.yaml": {"GET /before", "GET /wait"},
		}))
		w.replays("timeouts")
	})

	It("is interrupted and recorded in the next run", func() {
		if runtime.GOOS == "windows" {
			Skip("Windows has no interrupt for another process")
		}
		w, stalled := newWorld(), &stalls{waiting: make(chan struct{}, 1)}
		w.serve(stalled.ServeHTTP)
		cmd := exec.Command(scenarioBinary, "-test.timeout=60s")
		cmd.Dir, cmd.Env = w.dir, w.environment("interrupted")
		suite, err := gexec.Start(cmd, GinkgoWriter, GinkgoWriter)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { suite.Kill().Wait("10s") })
		Eventually(stalled.waiting).WithTimeout(30e9).Should(Receive())
		suite.Signal(os.Interrupt)
		Eventually(suite).WithTimeout(30e9).Should(gexec.Exit(1))
		Expect(w.tapes()).NotTo(HaveKey("interrupted/waits.yaml"))
		stalled.over.Store(true)
		Expect(w.run("interrupted").exit).To(Equal(0))
		Expect(w.tapes()).To(Equal(rack{"interrupted/waits.yaml": {"GET /before", "GET /wait"}}))
		w.replays("interrupted")
	})
})
