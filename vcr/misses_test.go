package vcr_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var _ = Describe("A miss", func() {
	It("is the failure of its spec, whatever the code does with it", func() {
		w := newWorld()
		got := w.run("misses", "CI=true")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(w.tapes()).To(BeEmpty())
		specs := got.report.SpecReports.WithLeafNodeType(types.NodeTypeIt)
		Expect(specs).To(HaveLen(9))
		for _, s := range specs {
			Expect(s.State).To(Equal(types.SpecStateFailed), s.LeafNodeText)
			tape := "cassettes/misses/" + strings.ReplaceAll(strings.ToLower(s.LeafNodeText), " ", "_") + ".yaml"
			Expect(s.Failure.Message).To(HavePrefix("%s: no recording for GET %s/1\n  mode none; the cassette does not exist or is empty\n", tape, w.origin.URL), s.LeafNodeText)
			Expect(filepath.Base(s.Failure.Location.FileName)).To(Equal("misses_test.go"), s.LeafNodeText)
			Expect(lineOf(s.Failure.Location)).To(HaveSuffix("// miss: " + s.LeafNodeText))
		}
		at := got.spec("is swallowed").LeafNodeLocation.LineNumber
		Expect(got.spec("is swallowed").Failure.Message).To(HaveSuffix(`
  1. to record this spec, in the root of the module:
     VCR_RECORD_MODE=once ginkgo --focus-file=/misses_test.go:%d ./scenarios
     VCR_RECORD_MODE=once go test -count=1 ./scenarios -ginkgo.focus-file=/misses_test.go:%[1]d`, at))
		Expect(got.spec("is found").ReportEntries).To(ContainElement(HaveField("Name", "found")))
		Expect(got.spec("cancels the context").ReportEntries).To(ContainElement(HaveField("Name", "cancelled")))
	})

	Context("on a goroutine that shows no test file", func() {
		var w *world
		var got result
		var miss string
		run := func(spec string) types.SpecReport {
			GinkgoHelper()
			w = newWorld()
			got = w.run("elsewhere", "CI=true", "--focus="+spec+"$")
			Expect(got.exit).To(Equal(1))
			Expect(got.served).To(Equal(0))
			s := got.spec(spec)
			Expect(lineOf(s.Failure.Location)).To(HaveSuffix("// miss: " + spec))
			at := s.LeafNodeLocation
			miss = fmt.Sprintf(`cassettes/elsewhere/%s.yaml: no recording for GET %s/1
  mode none; the cassette does not exist or is empty
  1. to record this spec, in the root of the module:
     VCR_RECORD_MODE=once ginkgo --focus-file=/misses_test.go:%d ./scenarios
     VCR_RECORD_MODE=once go test -count=1 ./scenarios -ginkgo.focus-file=/misses_test.go:%[3]d
  in the spec at %s`, strings.NewReplacer(" ", "_", ",", "").Replace(spec), w.origin.URL, at.LineNumber, at)
			return s
		}

		It("points to the line that sent the request", func() {
			Expect(run("of the code under test").Failure.Message).To(Equal(miss))
		})

		It("points to its spec where that is the code of a library", func() {
			Expect(run("of a library").Failure.Message).To(Equal("DeferCleanup callback returned error: " + miss))
		})

		It("is told beside another failure of its spec", func() {
			Expect(run("of a library, and fails").Failure.Message).To(Equal("failed by itself"))
			for line := range strings.Lines(miss) {
				Expect(got.output).To(ContainSubstring(strings.TrimSpace(line)))
			}
		})
	})

	It("does not end the other specs of its process", func() {
		w := newWorld()
		w.tape("many/asks_3.yaml", "GET /other")
		got := w.run("many", "--procs=2")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(11))
		Expect(got.report.SpecReports.CountWithState(types.SpecStateFailed)).To(Equal(1))
		Expect(w.tapes()).To(HaveLen(12))
	})

	Context("of a prompt that changed", func() {
		const tape = "answers.yaml"
		var w *world

		BeforeEach(func() {
			w = newWorld()
			i := &cassette.Interaction{
				Request:  cassette.Request{Method: http.MethodPost, URL: w.origin.URL + "/v1/chat/completions", Header: http.Header{"Content-Type": {"application/json"}}},
				Response: cassette.Response{Status: http.StatusOK, Body: cassette.NewBody([]byte("taped"))},
			}
			i.Request.Body = cassette.NewBody([]byte(`{"model":"small","messages":[{"role":"user","content":"What is the capital of France?"}]}`))
			err := (&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Save(w.file(tape))
			Expect(err).NotTo(HaveOccurred())
		})

		It("says what differs and how to go on", func() {
			got := w.run("prompt")
			Expect(got.served).To(Equal(0))
			at := got.spec("answers").LeafNodeLocation
			message := strings.NewReplacer("ORIGIN", w.origin.URL, "LINE", fmt.Sprint(at.LineNumber)).Replace(`cassettes/answers.yaml: no recording for POST ORIGIN/v1/chat/completions
  mode once; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1 (line 3), which differs in
    body $.messages[0].content
      recorded: "What is the capital of France?"
      request:  "What is the capital of Spain?"
  1. to record this spec again, in the root of the module:
     VCR_RECORD_MODE=all ginkgo --focus-file=/misses_test.go:LINE ./scenarios
     VCR_RECORD_MODE=all go test -count=1 ./scenarios -ginkgo.focus-file=/misses_test.go:LINE
  2. to add what is new and keep the rest:
     VCR_RECORD_MODE=new_episodes ginkgo --focus-file=/misses_test.go:LINE ./scenarios
     VCR_RECORD_MODE=new_episodes go test -count=1 ./scenarios -ginkgo.focus-file=/misses_test.go:LINE`)
			Expect(got.spec("answers").Failure.Message).To(Equal(message))
			for line := range strings.Lines(message) {
				Expect(got.output).To(ContainSubstring(strings.TrimSpace(line)))
			}
		})

		It("is mended by the commands that it names", func() {
			commands := commandsOf(w.run("prompt").spec("answers").Failure.Message)
			Expect(commands).To(HaveLen(4))

			w.shell(commands[3]) // new_episodes, go test
			Expect(w.tapes()).To(Equal(map[string][]string{tape: {"POST /v1/chat/completions", "POST /v1/chat/completions"}}))
			Expect(w.read(tape)).To(And(ContainSubstring("France"), ContainSubstring("Spain")))

			w.shell(commands[0]) // all, ginkgo
			Expect(w.tapes()).To(Equal(map[string][]string{tape: {"POST /v1/chat/completions"}}))
			Expect(w.read(tape)).NotTo(ContainSubstring("France"))
			Expect(w.origin.Served()).To(Equal(2))

			replayed := w.run("prompt", "CI=true")
			Expect(replayed.exit).To(Equal(0), replayed.output)
		})
	})
})

// lineOf returns the line of source at a place.
func lineOf(place types.CodeLocation) string {
	GinkgoHelper()
	source, err := os.ReadFile(place.FileName)
	Expect(err).NotTo(HaveOccurred())
	return string(bytes.Split(source, []byte("\n"))[place.LineNumber-1])
}

// shell runs a command as it would be pasted, in the root of the module.
func (w *world) shell(line string) {
	GinkgoHelper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = scenariosModule
	cmd.Env = append(w.environment("prompt"), "PATH="+filepath.Dir(ginkgoBinary)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	output, err := cmd.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "%s:\n%s", line, output)
}
