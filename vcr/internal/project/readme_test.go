package project_test

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

// These specs start other processes. The label leaves them out where none may
// be started.
var _ = Describe("The README", Label("processes"), func() {
	It("shows a miss as it is printed", func() {
		text, err := os.ReadFile(filepath.Join(root, "README.md"))
		Expect(err).NotTo(HaveOccurred())
		_, block, _ := strings.Cut(string(text), "<!-- miss: ")
		_, block, _ = strings.Cut(block, "```\n")
		block, _, found := strings.Cut(block, "```")
		Expect(found).To(BeTrue())

		output, err := goTest("./examples/quickstart", changedQuestion(), "CI=true")
		Expect(err).To(HaveOccurred())
		Expect(output).To(ContainSubstring(indented(block)))
	})

	It("is a front page: at most 8 KB", func() {
		text, err := os.ReadFile(filepath.Join(root, "README.md"))
		Expect(err).NotTo(HaveOccurred())
		Expect(len(text)).To(BeNumerically("<=", 8<<10))
	})

	// With such a rule any answer matches any question.
	It("ignores no question in an example, and neither does the manual", func() {
		question := regexp.MustCompile(`IgnoreBody\([^)]*(content|prompt|\$\.input|\$\.messages"|\$\.method)`)
		for _, file := range []string{"README.md", "vcr/doc.go", "vcr/options.go", "vcr/matching.go", "vcr/recorder/config.go", "matchers/doc.go"} {
			text, err := os.ReadFile(filepath.Join(root, file))
			Expect(err).NotTo(HaveOccurred())
			Expect(question.FindString(string(text))).To(BeEmpty(), file)
		}
	})

	It("keeps its promises in a run that records, and in the one after it", func() {
		dir := GinkgoT().TempDir()
		acceptance := filepath.Join(GinkgoT().TempDir(), "acceptance.test")
		// The go command notices files that a test looks at, and then does not
		// take this result from its cache when they have changed.
		Expect(filepath.Join(root, "suite_test.go")).To(BeARegularFile())
		build := exec.Command("go", "test", "-c", "-o", acceptance, ".")
		build.Dir = root
		output, err := build.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(output))
		run := func(environment ...string) string {
			GinkgoHelper()
			cmd := exec.Command(acceptance, "-test.count=1", "-ginkgo.no-color")
			cmd.Dir = root
			cmd.Env = append(withoutModes(os.Environ()), append(environment, "ACCEPTANCE_CASSETTES="+dir)...)
			output, err := cmd.CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(output))
			return string(output)
		}
		const key = "a-key-that-no-tape-may-hold"
		Expect(run("VCR_RECORD_MODE=all", "ACCEPTANCE_API_KEY="+key)).To(ContainSubstring("new recordings"))
		committed, recorded := requests(filepath.Join(root, "cassettes")), requests(dir)
		Expect(recorded).To(Equal(committed))
		for file := range recorded {
			Expect(os.ReadFile(filepath.Join(dir, file))).NotTo(ContainSubstring(key))
		}
		// The origin was stopped with the process that recorded.
		Expect(run("CI=true")).To(And(MatchRegexp(`\d+ interactions replayed in \d+ specs, 0 live`), Not(ContainSubstring("cassettes/"))))
	})
})

// changedQuestion is an overlay for the go command in which the quickstart asks
// another question, as if a user had edited the spec.
func changedQuestion() string {
	GinkgoHelper()
	source, err := os.ReadFile(filepath.Join(root, "examples/quickstart/chat_test.go"))
	Expect(err).NotTo(HaveOccurred())
	return overlay("examples/quickstart/chat_test.go", strings.Replace(string(source), "of France?", "of Spain?", 1))
}

// overlay tells the go command to read another source of a file.
func overlay(name, source string) string {
	GinkgoHelper()
	return overlayOf(map[string]string{name: source})
}

// overlayOf is overlay for several files.
func overlayOf(sources map[string]string) string {
	GinkgoHelper()
	replaced := map[string]string{}
	for name, source := range sources {
		file, err := filepath.Abs(filepath.Join(root, name))
		Expect(err).NotTo(HaveOccurred())
		replaced[file] = filepath.Join(GinkgoT().TempDir(), filepath.Base(name))
		Expect(os.WriteFile(replaced[file], []byte(source), 0o600)).To(Succeed())
	}
	overlay := filepath.Join(GinkgoT().TempDir(), "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replaced})
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(overlay, text, 0o600)).To(Succeed())
	return overlay
}

func goTest(pkg, overlay string, environment ...string) (string, error) {
	cmd := exec.Command("go", "test", "-count=1", "-overlay="+overlay, pkg, "-ginkgo.no-color")
	cmd.Dir = root
	cmd.Env = append(withoutModes(os.Environ()), environment...)
	output, err := cmd.CombinedOutput()
	return string(output), err
}

func withoutModes(environment []string) []string {
	return slices.DeleteFunc(environment, func(v string) bool {
		return strings.HasPrefix(v, "VCR_RECORD_MODE=") || strings.HasPrefix(v, "VCR_RECORD_ONLY=") || strings.HasPrefix(v, "CI=")
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
