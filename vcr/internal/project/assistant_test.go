package project_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const (
	assistant     = "./examples/assistant"
	assistantTest = "examples/assistant/assistant_test.go"
)

// The assistant is an application in earnest: a login, embeddings, a model that calls the
// tools of an MCP server, streams, and a service that is busy.
var _ = Describe("The assistant", Label("processes"), func() {
	var tapes string // a copy, with which a spec may do what it likes

	BeforeEach(func() {
		tapes = GinkgoT().TempDir()
		Expect(os.CopyFS(tapes, os.DirFS(filepath.Join(root, "examples/assistant/cassettes")))).To(Succeed())
	})

	source := func() string {
		GinkgoHelper()
		return edited(assistantTest)
	}
	replay := func(source string, settings ...string) (string, error) {
		GinkgoHelper()
		return goTest(assistant, overlay(assistantTest, source), append(settings, "ASSISTANT_CASSETTES="+tapes)...)
	}

	It("replays from the committed cassettes, shuffled and in several processes", func() {
		ginkgo := filepath.Join(GinkgoT().TempDir(), "ginkgo")
		build := exec.Command("go", "build", "-o", ginkgo, "github.com/onsi/ginkgo/v2/ginkgo")
		build.Dir = root
		output, err := build.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(output))
		for _, flags := range [][]string{{"--seed=1"}, {"--seed=2"}, {"--seed=3", "--procs=2"}, {"--seed=4", "--procs=3"}, {"--focus=hears of new tools"}} {
			cmd := exec.Command(ginkgo, append(flags, "--randomize-all", "--no-color", assistant)...)
			cmd.Dir = root
			cmd.Env = append(withoutModes(os.Environ()), "CI=true")
			output, err := cmd.CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), string(output))
		}
	})

	It("replays what it records", func() {
		tapes = GinkgoT().TempDir()
		output, err := replay(source(), "VCR_RECORD_MODE=all", "ASSISTANT_SECRET=a-secret-that-no-tape-may-hold")
		Expect(err).NotTo(HaveOccurred(), output)
		output, err = replay(source(), "CI=true")
		Expect(err).NotTo(HaveOccurred(), output)
		Expect(requests(tapes)).To(Equal(requests(filepath.Join(root, "examples/assistant/cassettes"))))
		Expect(filepath.WalkDir(tapes, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			Expect(string(text)).NotTo(ContainSubstring("a-secret-that"), path)
			return err
		})).To(Succeed())
	})

	// mends replays a source that misses, pastes the code that the miss offers first, and
	// replays again.
	mends := func(source, paste, offered string) {
		GinkgoHelper()
		output, err := replay(source, "CI=true")
		Expect(err).To(HaveOccurred(), output)
		code := regexp.MustCompile(`(?m)^ +1\. to [^:]+:\n +vcr\.Recorded\((.+)\)$`).FindStringSubmatch(output)
		Expect(code).To(HaveLen(2), output)
		Expect(code[1]).To(Equal(offered))
		output, err = replay(strings.Replace(source, paste, code[1]+",", 1), "CI=true")
		Expect(err).NotTo(HaveOccurred(), output)
	}

	It("is mended by the code in a miss, where each day has another date", func() {
		edit(tapes, regexp.MustCompile(`Today is \d{4}-\d\d-\d\d`), func(string) string { return "Today is 2020-01-01" })
		mends(strings.Replace(source(), "vcr.NormalizeText(match.Dates),", "vcr.NormalizeText(match.CRLF),", 1),
			"vcr.NormalizeText(match.CRLF),", "vcr.NormalizeText(match.Dates)")
	})

	It("is mended by the code in a miss, where its token has expired", func() {
		age(tapes, 400*24*time.Hour)
		mends(strings.Replace(source(), "vcr.ShiftTimes(), ", "", 1), "vcr.InstantRetries(),", "vcr.ShiftTimes()")
	})

	It("keeps its answers in mode amend, where its prompt, its tools and an argument changed", func() {
		const code = "examples/assistant/assistant.go"
		const tools = "examples/assistant/tools.go"
		changed := overlayOf(map[string]string{
			code: edited(code, "You answer questions about the harbour. ", "You answer questions about the harbour in one sentence, and never guess. "),
			tools: edited(tools,
				"known.Name, known.Description, known.InputSchema}}", `known.Name, known.Description, json.RawMessage(strings.Replace(string(known.InputSchema), "berth", "berth_number", 1))}}`,
				"	return t.known, nil\n}\n\nfunc (t *tools) connect", `	t.known = append(t.known, tool{"function", function{"tide", "tells when the tide turns", json.RawMessage("{}")}})
	return t.known, nil
}

func (t *tools) connect`,
				"json.RawMessage(call.Function.Arguments)", `json.RawMessage(strings.Replace(call.Function.Arguments, "berth_number", "berth", 1))`),
		})
		run := func(settings ...string) (string, error) {
			cmd := exec.Command("go", "test", "-v", "-count=1", "-overlay="+changed, assistant, "-ginkgo.no-color")
			cmd.Dir = root
			cmd.Env = append(withoutModes(os.Environ()), append(settings, "ASSISTANT_CASSETTES="+tapes)...)
			output, err := cmd.CombinedOutput()
			return string(output), err
		}
		const asked = "/v1/chat/completions"
		before, _ := withoutAmended(tapes, asked)
		output, err := run("CI=true")
		Expect(err).To(HaveOccurred(), output)

		output, err = run("VCR_RECORD_MODE=amend") // without the services, and without a secret
		Expect(err).NotTo(HaveOccurred(), output)
		after, amended := withoutAmended(tapes, asked)
		Expect(after).To(Equal(before))
		Expect(amended).To(Equal(10))

		output, err = run("CI=true")
		Expect(err).NotTo(HaveOccurred(), output)
		Expect(output).To(ContainSubstring("10 amended interactions: the answer is older than the request"))
		Expect(output).To(MatchRegexp(`calls_tools_at_the_same_time.yaml: line \d+, POST http://127.0.0.1:18091/v1/chat/completions "How deep is the water at berth 4 and berth 7\?", on \d{4}-\d\d-\d\d`))
	})

	It("is mended by the command in a miss, where a question changed", func() {
		changed := strings.ReplaceAll(source(), "When does the lock open?", "When does the old lock open?")
		output, err := replay(changed, "CI=true")
		Expect(err).To(HaveOccurred(), output)
		command := regexp.MustCompile(`VCR_RECORD_MODE=all go test -count=1 (\S+) (-ginkgo\.focus-file=\S+)`).FindStringSubmatch(output)
		Expect(command).To(HaveLen(3), output)
		record := exec.Command("go", "test", "-count=1", "-overlay="+overlay(assistantTest, changed), command[1], command[2])
		record.Dir = root
		record.Env = append(withoutModes(os.Environ()), "VCR_RECORD_MODE=all", "ASSISTANT_SECRET=another-secret", "ASSISTANT_CASSETTES="+tapes)
		recorded, err := record.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(recorded))
		output, err = replay(changed, "CI=true")
		Expect(err).NotTo(HaveOccurred(), output)
	})
})

// edited returns a file of the module, in which texts are replaced by others.
func edited(name string, texts ...string) string {
	GinkgoHelper()
	source, err := os.ReadFile(filepath.Join(root, name))
	Expect(err).NotTo(HaveOccurred())
	for n := 0; n < len(texts); n += 2 {
		Expect(string(source)).To(ContainSubstring(texts[n]))
	}
	return strings.NewReplacer(texts...).Replace(string(source))
}

// withoutAmended are the cassettes below a folder without their requests to a path, and
// without what marks them as amended. It counts those marks.
func withoutAmended(dir, path string) (texts map[string]string, amended int) {
	GinkgoHelper()
	texts = map[string]string{}
	request := regexp.MustCompile(`(?ms)^request:\n  method: POST\n  url: \S+` + regexp.QuoteMeta(path) + `\n.*?^response:\n`)
	mark := regexp.MustCompile(`(?m)^amended: \d{4}-.*\n`)
	Expect(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		amended += len(mark.FindAll(text, -1))
		name, _ := filepath.Rel(dir, path)
		texts[name] = request.ReplaceAllString(mark.ReplaceAllString(string(text), ""), "")
		return err
	})).To(Succeed())
	return texts, amended
}

// age makes the recordings below a folder, and the tokens in them, older.
func age(dir string, by time.Duration) {
	GinkgoHelper()
	edit(dir, regexp.MustCompile(`(?m)^recorded: .*$|"expires_at": \d+`), func(found string) string {
		name, value, _ := strings.Cut(found, ": ")
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return name + ": " + at.Add(-by).Format(time.RFC3339)
		}
		seconds, err := strconv.ParseInt(value, 10, 64)
		Expect(err).NotTo(HaveOccurred())
		return name + ": " + strconv.FormatInt(seconds-int64(by/time.Second), 10)
	})
}

// edit replaces a text in the cassettes below a folder, which has to be there.
func edit(dir string, pattern *regexp.Regexp, replacement func(found string) string) {
	GinkgoHelper()
	edited := 0
	Expect(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		changed := pattern.ReplaceAllStringFunc(string(text), replacement)
		if changed != string(text) {
			edited++
		}
		return os.WriteFile(path, []byte(changed), 0o600)
	})).To(Succeed())
	Expect(edited).To(BeNumerically(">", 0))
}
