package vcr_test

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The life of a spec", func() {
	It("is recorded in all its nodes, and replayed when the suite is repeated", func() {
		w := newWorld()
		w.records("nodes", 7, rack{
			"nodes/asks.yaml": {"GET /top", "GET /before", "GET /just_before", "GET /it", "GET /just_after", "GET /after", "GET /cleanup"},
		}, "--repeat=1")
		w.replays("nodes", "--repeat=1")
	})

	It("has room for goroutines", func() {
		w := newWorld()
		Expect(w.run("goroutines").exit).To(Equal(0))
		tapes := w.tapes()
		Expect(tapes).To(HaveKeyWithValue("goroutines/ask_at_the_same_time.yaml",
			ConsistOf("GET /0", "GET /1", "GET /2", "GET /3", "GET /4", "GET /5", "GET /6", "GET /7")))
		w.replays("goroutines")
	})

	It("has room for the goroutine of a helper of Ginkgo", func() {
		if !sinceGinkgo(29) {
			Skip("GinkgoHelperGo came with Ginkgo 2.29")
		}
		w := newWorld()
		Expect(w.run("helper goroutine").exit).To(Equal(0))
		Expect(w.tapes()).To(Equal(rack{"helper_goroutine/asks_in_a_helper_of_ginkgo.yaml": {"GET /helper"}}))
		w.replays("helper goroutine")
	})

	It("ends with --until-it-fails without harm to the tape", func() {
		w := newWorld()
		r := w.run("third run", "--until-it-fails")
		Expect(r.exit).To(Equal(1))
		Expect(r.output).To(ContainSubstring("Tests failed on attempt #3"))
		Expect(r.served).To(Equal(2))
		Expect(w.tapes()).To(Equal(rack{"third_run/fails.yaml": {"GET /before", "GET /after"}}))
		Expect(os.Remove(filepath.Join(w.dir, "runs"))).To(Succeed())
		w.replays("third run")
	})
})
