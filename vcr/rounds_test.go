package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// A rack is cassettes: path -> "METHOD /path" of each interaction.
type rack = map[string][]string

// records runs a scenario that passes, and checks what reached the origin and
// what is on the tapes.
func (w *world) records(scenario string, served int, tapes rack, args ...string) result {
	GinkgoHelper()
	r := w.run(scenario, args...)
	Expect(r.exit).To(Equal(0), r.output)
	Expect(r.served).To(Equal(served), r.output)
	Expect(w.tapes()).To(Equal(tapes))
	return r
}

// replays runs a scenario in CI: it passes, nothing reaches the origin, and the
// tapes stay as they are.
func (w *world) replays(scenario string, args ...string) result {
	GinkgoHelper()
	return w.records(scenario, 0, w.tapes(), append(args, "CI=true")...)
}
