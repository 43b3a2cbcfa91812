package ginkgovcr_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// These specs start test binaries, so that "offline" can be left out where a
// process may not even listen.
var _ = Describe("The README", Label("processes"), func() {
	It("shows a miss as it is printed", func() {
		text, err := os.ReadFile("README.md")
		Expect(err).NotTo(HaveOccurred())
		_, block, _ := strings.Cut(string(text), "<!-- miss: ")
		_, block, _ = strings.Cut(block, "```\n")
		block, _, found := strings.Cut(block, "```")
		Expect(found).To(BeTrue())

		output, err := goTest("./examples/quickstart", changedQuestion(), "CI=true")
		Expect(err).To(HaveOccurred())
		Expect(output).To(ContainSubstring(indented(block)))
	})

	It("quotes no number about speed that was not measured", func() {
		readme, err := os.ReadFile("README.md")
		Expect(err).NotTo(HaveOccurred())
		_, quoted, _ := strings.Cut(string(readme), "\n## Speed\n")
		quoted, _, found := strings.Cut(quoted, "\n## ")
		Expect(found).To(BeTrue())
		measured, err := os.ReadFile("vcr/internal/bench/BENCHMARKS.md")
		Expect(err).NotTo(HaveOccurred())
		number := regexp.MustCompile(`\d[\d,.]*\d|\d`)
		Expect(number.FindAllString(quoted, -1)).To(HaveEach(BeElementOf(number.FindAllString(string(measured), -1))))
	})

	It("has examples about secrets that compile", func() {
		text, err := os.ReadFile("README.md")
		Expect(err).NotTo(HaveOccurred())
		_, block, _ := strings.Cut(string(text), "<!-- secrets: ")
		_, block, _ = strings.Cut(block, "```go\n")
		block, _, found := strings.Cut(block, "```")
		Expect(found).To(BeTrue())
		output, err := goTest("./examples/quickstart", overlay("chat_test.go", `package quickstart_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func TestReadme(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "README")
}

`+block), "CI=true")
		Expect(err).NotTo(HaveOccurred(), output)
	})

	It("keeps its promises in a run that records, and in the one after it", func() {
		dir := GinkgoT().TempDir()
		run := func(environment ...string) string {
			GinkgoHelper()
			cmd := exec.Command(os.Args[0], "-test.count=1", "-ginkgo.label-filter=!processes", "-ginkgo.no-color")
			cmd.Env = append(withoutModes(os.Environ()), append(environment, "ACCEPTANCE_CASSETTES="+dir)...)
			output, err := cmd.CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(output))
			return string(output)
		}
		const key = "a-key-that-no-tape-may-hold"
		Expect(run("VCR_RECORD_MODE=all", "ACCEPTANCE_API_KEY="+key)).To(ContainSubstring("new recordings"))
		committed, recorded := requests("cassettes"), requests(dir)
		Expect(recorded).To(Equal(committed))
		for file := range recorded {
			Expect(os.ReadFile(filepath.Join(dir, file))).NotTo(ContainSubstring(key))
		}
		// The origin was stopped with the process that recorded.
		Expect(run("CI=true")).NotTo(ContainSubstring("cassettes"))
	})
})

// changedQuestion is an overlay for the go command in which the quickstart asks
// another question, as if a user had edited the spec.
func changedQuestion() string {
	GinkgoHelper()
	source, err := os.ReadFile("examples/quickstart/chat_test.go")
	Expect(err).NotTo(HaveOccurred())
	return overlay("chat_test.go", strings.Replace(string(source), "of France?", "of Spain?", 1))
}

// overlay tells the go command to read another source of a file of the quickstart.
func overlay(name, source string) string {
	GinkgoHelper()
	file, err := filepath.Abs(filepath.Join("examples/quickstart", name))
	Expect(err).NotTo(HaveOccurred())
	edited := filepath.Join(GinkgoT().TempDir(), name)
	Expect(os.WriteFile(edited, []byte(source), 0o600)).To(Succeed())
	overlay := filepath.Join(GinkgoT().TempDir(), "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{file: edited}})
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(overlay, text, 0o600)).To(Succeed())
	return overlay
}

func goTest(pkg, overlay string, environment ...string) (string, error) {
	cmd := exec.Command("go", "test", "-count=1", "-overlay="+overlay, pkg, "-ginkgo.no-color")
	cmd.Env = append(withoutModes(os.Environ()), environment...)
	output, err := cmd.CombinedOutput()
	return string(output), err
}

func withoutModes(environment []string) []string {
	return slices.DeleteFunc(environment, func(v string) bool {
		return strings.HasPrefix(v, "VCR_RECORD_MODE=") || strings.HasPrefix(v, "CI=")
	})
}

// indented is text as Ginkgo prints it behind [FAILED].
func indented(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\n", "\n  "))
}

// requests maps each cassette below dir to "METHOD URL" of its interactions.
func requests(dir string) map[string][]string {
	GinkgoHelper()
	found := map[string][]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.yaml"))
	Expect(err).NotTo(HaveOccurred())
	deeper, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.yaml"))
	Expect(err).NotTo(HaveOccurred())
	for _, file := range append(files, deeper...) {
		c, err := cassette.Load(file)
		Expect(err).NotTo(HaveOccurred())
		name, err := filepath.Rel(dir, file)
		Expect(err).NotTo(HaveOccurred())
		for _, i := range c.Interactions {
			found[name] = append(found[name], i.Request.Method+" "+i.Request.URL)
		}
	}
	return found
}
