package vcr_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var (
	// pasteHere is an It of the scenario with the decorator that a remedy replaces.
	pasteHere = regexp.MustCompile(`(It\("([^"]+)", )vcr\.Recorded\(.*?\)(, \w+\()`)
	toPaste   = regexp.MustCompile(`\n     (vcr\.Recorded\(.*\))`)
)

var _ = Describe("The remedy in a miss", func() {
	It("is code that mends it where it is pasted", func() {
		w := newWorld()
		recorded := w.run("pasted", "TURN=1")
		Expect(recorded.exit).To(Equal(0), recorded.output)

		w.ageToken("pasted/a_token_that_expired.yaml")

		missed := w.run("pasted", "TURN=2", "CI=true")
		specs := missed.report.SpecReports.WithLeafNodeType(types.NodeTypeIt)
		Expect(specs.CountWithState(types.SpecStateFailed)).To(Equal(len(specs)))
		Expect(missed.served).To(Equal(0))
		ports := regexp.MustCompile(`127\.0\.0\.1:\d+/health|\d{4,5} on the tape, \d{4,5} asked for`)
		w.expectGolden("pasted.golden", ports.ReplaceAllStringFunc(w.failures(missed), func(text string) string {
			return regexp.MustCompile(`\d{4,5}`).ReplaceAllString(text, "PORT")
		}))

		source, err := os.ReadFile(filepath.Join(scenariosModule, "scenarios", "pasted_test.go"))
		Expect(err).NotTo(HaveOccurred())
		pasted := pasteHere.ReplaceAllStringFunc(string(source), func(line string) string {
			parts := pasteHere.FindStringSubmatch(line)
			remedy := toPaste.FindStringSubmatch(missed.spec(parts[2]).Failure.Message)
			Expect(remedy).To(HaveLen(2), parts[2])
			return parts[1] + remedy[1] + parts[3]
		})
		Expect(strings.Count(pasted, "vcr.Recorded()")).To(Equal(0), pasted)
		w.build("pasted_test.go", pasted)
		w.replays("pasted", "TURN=2")
		w.replays("pasted", "TURN=2", "--procs=2")
	})
})

// ageToken makes a recorded answer a token of last month that was good for an hour.
func (w *world) ageToken(tape string) {
	GinkgoHelper()
	c, err := cassette.Load(w.file(tape))
	Expect(err).NotTo(HaveOccurred())
	Expect(c.Interactions).To(HaveLen(1))
	aged := &cassette.Interaction{Request: c.Interactions[0].Request, Recorded: c.Interactions[0].Recorded.AddDate(0, -1, 0)}
	aged.Response = cassette.Response{
		Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: cassette.NewBody(fmt.Appendf(nil, `{"expires_at":%d}`, aged.Recorded.Add(time.Hour).Unix())),
	}
	c.Interactions[0] = aged
	Expect(c.Save(w.file(tape))).To(Succeed())
}

// build makes a binary of the scenarios for this world, in which a file has
// another text.
func (w *world) build(file, text string) {
	GinkgoHelper()
	dir := newModule()
	scenarios := filepath.Join(dir, "scenarios")
	Expect(os.CopyFS(scenarios, os.DirFS("_fixtures/scenarios"))).To(Succeed())
	Expect(os.WriteFile(filepath.Join(scenarios, file), []byte(text), 0o600)).To(Succeed())
	binary := filepath.Join(w.dir, "scenarios.test")
	Expect(os.Remove(binary)).To(Succeed()) // a link to that of all worlds
	command(dir, "go", "test", "-c", "-o", binary, "./scenarios")
}
