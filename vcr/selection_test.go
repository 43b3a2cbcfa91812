package vcr_test

import (
	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("A run of some specs", func() {
	selected := rack{
		"decorated/asks.yaml": {"GET /decorated"},
		"labelled/asks.yaml":  {"GET /labelled"},
		"plain/labelled.yaml": {"GET /plain/labelled"},
	}

	It("finds what is recorded by its label", func() {
		w := newWorld()
		r := w.records("selection", 3, selected, "--label-filter=vcr")
		Expect(r.report.SpecReports.CountWithState(types.SpecStatePassed)).To(BeNumerically(">=", 3))
		Expect(r.spec("is not recorded").State).To(Equal(types.SpecStateSkipped))
		Expect(w.replays("selection").summarized().Findings).To(BeEmpty())
	})

	It("leaves out what is recorded by its label", func() {
		w := newWorld()
		r := w.records("selection", 0, rack{}, "--label-filter=!vcr")
		Expect(r.spec("is not recorded").State).To(Equal(types.SpecStatePassed))
		Expect(r.spec("asks").State).To(Equal(types.SpecStateSkipped))
		Expect(r.output).NotTo(ContainSubstring("cassette"))
	})

	It("does nothing and says nothing in a dry run", func() {
		w := newWorld()
		w.records("selection", 0, rack{}, "--dry-run")
		w.records("selection", 3, selected)
		w.tape("unused.yaml", "GET /unused")
		Expect(w.replays("selection", "--dry-run").output).NotTo(ContainSubstring("cassette"))
		Expect(w.replays("selection").output).To(ContainSubstring("unused.yaml"))
	})
})
