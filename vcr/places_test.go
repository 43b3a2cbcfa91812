package vcr_test

import (
	"os"
	"os/exec"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("The place of the cassettes", func() {
	It("is beside the source, wherever the suite runs", func() {
		w := newWorld()
		beside := filepath.Join(filepath.Dir(scenarioBinary), "scenarios", "cassettes")
		DeferCleanup(os.RemoveAll, beside)

		byHand := exec.Command(scenarioBinary)
		byHand.Dir, byHand.Env = w.dir, append(w.environment("places"), "CASSETTES=")
		output, err := byHand.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(output))
		tapes := tapesIn(beside)
		Expect(tapes).To(Equal(rack{
			"places/leaves.yaml":       {"GET /here", "GET /there"},
			"places/leaves_again.yaml": {"GET /here", "GET /there"},
		}))
		Expect(w.origin.Served()).To(Equal(4))

		w.records("places", 0, rack{}, "CASSETTES=", "CI=true")
		w.records("places", 0, rack{}, "CASSETTES=", "CI=true", "--procs=2")
		Expect(tapesIn(beside)).To(Equal(tapes))
		Expect(w.origin.Served()).To(Equal(4))
	})
})
