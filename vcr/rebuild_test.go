package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A suite that is built again", func() {
	// taped returns the tapes of one suite as the scenarios describe it.
	taped := func(tapes rack, text string) rack {
		tapes[text+"/asks.yaml"] = []string{"GET /" + text + "/before", "GET /" + text}
		tapes[text+"/ordered/_container.yaml"] = []string{"GET /" + text + "/before_all"}
		tapes[text+"/ordered/asks.yaml"] = []string{"GET /" + text + "/before"}
		return tapes
	}

	It("is recorded after a preview", func() {
		w := newWorld()
		r := w.records("preview", 4, taped(rack{}, "preview"))
		Expect(r.output).To(ContainSubstring("3 new recordings"))
		Expect(r.output).NotTo(ContainSubstring("unused"))
		w.replays("preview")
		w.replays("preview", "--procs=2")
	})

	It("is recorded after another one was run and thrown away", func() {
		if !sinceGinkgo(30) {
			Skip("Ginkgo runs a second suite in one process since 2.30")
		}
		w := newWorld()
		tapes := taped(taped(rack{"third.yaml": {"GET /third"}}, "first"), "second")
		w.records("reset", 9, tapes)
		w.replays("reset")
	})

	It("is recorded after what the package put into it was thrown away", func() {
		w := newWorld()
		w.records("early reset", 4, taped(rack{}, "reset"))
		w.replays("early reset")
	})
})
