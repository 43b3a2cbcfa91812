package vcr_test

import (
	"fmt"
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

	It("is told where the source is not found", func() {
		w := newWorld()
		source := filepath.Join(filepath.Dir(scenarioBinary), "scenarios")
		Expect(os.Rename(source, source+".away")).To(Succeed())
		DeferCleanup(os.Rename, source+".away", source)
		got := w.run("asks", "ASK=/1", "CASSETTES=", "CI=true")
		Expect(got.exit).To(Equal(1))
		Expect(got.spec("the origin").Failure.Message).To(HavePrefix(fmt.Sprintf(`cassettes/asks/the_origin.yaml: no recording for GET %s/1
  mode none; the cassette does not exist or is empty
  looked in %s/cassettes, but the source of the suite is not in %[2]s, and the binary does not tell where it is; run it in the folder of its package
`, w.origin.URL, w.dir)))
	})
})
