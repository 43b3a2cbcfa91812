package vcr_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// serve replaces the origin by one with another handler.
func (w *world) serve(handler http.HandlerFunc) {
	w.origin.Close()
	w.origin = vcrtest.NewOrigin(handler)
	DeferCleanup(w.origin.Close)
}

// failsOnce answers 500 to the first request for each path that asks for it.
func failsOnce() http.HandlerFunc {
	var failed sync.Map
	return func(rw http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/fails/once") {
			if _, again := failed.LoadOrStore(req.URL.Path, true); !again {
				rw.WriteHeader(http.StatusInternalServerError)
				return
			}
		}
		fmt.Fprint(rw, req.Method+" "+req.URL.Path)
	}
}

var _ = Describe("Several attempts at a spec", func() {
	It("leave the tape of the one that counts", func() {
		w := newWorld()
		w.serve(failsOnce())
		w.records("attempts", 11, rack{
			"flaky/fails_by_itself.yaml":                 {"GET /before", "GET /after"},
			"flaky/meets_a_service_that_fails_once.yaml": {"GET /fails/once"},
			"flaky/does_not_need_a_second_attempt.yaml":  {"GET /good"},
			"flaky_and_ordered/_container.yaml":          {"GET /fails/once/before_all"},
			"flaky_and_ordered/fails_by_itself.yaml":     {"GET /ordered"},
			"repeated/passes.yaml":                       {"GET /repeated"},
		})
		w.replays("attempts")
	})

	It("leave the tape of the attempts that passed before one failed", func() {
		w := newWorld()
		r := w.run("fails when repeated")
		Expect(r.exit).To(Equal(1))
		Expect(r.served).To(Equal(1))
		Expect(r.spec("fails at last").NumAttempts).To(Equal(3))
		Expect(w.tapes()).To(Equal(rack{"repeated/fails_at_last.yaml": {"GET /repeated"}}))
	})
})
