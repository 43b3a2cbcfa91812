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
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	pageview "github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
)

var _ = Describe("A suite with a finding of every kind", func() {
	var w *world

	// plant makes the cassettes as they were committed.
	plant := func() {
		GinkgoHelper()
		for _, made := range []string{"cassettes", "broken", "vcr.json", "quality.json", "vcr.html", "summary.md"} {
			Expect(os.RemoveAll(filepath.Join(w.dir, made))).To(Succeed())
		}
		chat := answered("POST", "/v1/chat/completions", `{"object":"chat.completion","model":"gpt-5.4-mini","choices":[{"message":{"role":"assistant","content":"Paris"}}],"usage":{"prompt_tokens":1200,"completion_tokens":80,"total_tokens":1280}}`)
		embedding := answered("POST", "/v1/embeddings", `{"object":"list","data":[],"model":"unknown-embedding","usage":{"prompt_tokens":7,"total_tokens":7}}`)
		wrong := answered("POST", "/v1/chat/completions", `{"object":"chat.completion","model":"gpt-5.4-mini","choices":[],"usage":{"prompt_tokens":"many","completion_tokens":-1}}`)
		for _, i := range []*cassette.Interaction{chat, embedding, wrong} {
			i.Request.Header, i.Request.Body = http.Header{"Content-Type": {"application/json"}}, cassette.NewBody([]byte("{}"))
		}
		Expect(os.WriteFile(filepath.Join(w.dir, "prices.yaml"), []byte("gpt-5.4-mini*: {input: 250, output: 2000}\n"), 0o666)).To(Succeed())
		hostile := answered("POST", "/v1/chat/completions", "{}")
		hostile.Request.Body = cassette.NewBody([]byte(`{"messages":[{"role":"user","content":"<script>alert(1)</script> | **bold** {{red}} \u001b[31m\u202e"}]}`))
		secret := answered("GET", "/1", "taped")
		secret.Request.Header = http.Header{"Authorization": {"Bearer " + drawnKey("sk-")}}
		w.keep("cassettes/planted/replays.yaml", chat, embedding, wrong)
		w.keep("cassettes/planted/replays_again.yaml", answered("GET", "/1", "taped"))
		w.keep("cassettes/planted/plays_half.yaml", answered("GET", "/1", "taped"), hostile)
		w.keep("cassettes/planted/misses.yaml", answered("GET", "/1", "taped"))
		w.keep("cassettes/planted/goes_past.yaml")
		w.keep("cassettes/planted/holds_a_secret.yaml", secret)
		w.keep("cassettes/planted/is_large.yaml", answered("GET", "/1", strings.Repeat("large ", 200_000)))
		w.keep("cassettes/planted/is_pending.yaml", answered("GET", "/1", "taped"))
		w.keep("cassettes/planted/is_filtered.yaml", answered("GET", "/1", "taped"))
		w.keep("cassettes/gone.yaml", answered("GET", "/1", strings.Repeat("stray ", 50_000)))
		w.keep("cassettes/renamed.yaml", answered("GET", "/renamed", "taped"))
		bodies, err := filepath.Glob(filepath.Join(w.dir, "cassettes/_bodies/*"))
		Expect(err).NotTo(HaveOccurred())
		Expect(bodies).To(HaveLen(2))
		Expect(os.Remove(filepath.Join(w.dir, "cassettes/gone.yaml"))).To(Succeed())
		Expect(os.MkdirAll(filepath.Join(w.dir, "broken/planted"), 0o777)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(w.dir, "broken/planted/cannot_read_its_cassette.yaml"), []byte("ginkgo-vcr: 1\nsuit: x\n"), 0o666)).To(Succeed())
	}

	// run runs the suite and keeps Ginkgo's report.
	run := func(report string, flags ...string) result {
		GinkgoHelper()
		plant()
		got := w.run("planted", append(flags, "CASSETTES=", "KEY="+drawnKey("ghp_"), "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY="+filepath.Join(w.dir, "summary.md"), "--json-report="+report)...)
		Expect(got.exit).To(Equal(1))
		Expect(got.output).To(ContainSubstring("the cassettes of this suite need care: "))
		return got
	}
	read := func(name string) string {
		GinkgoHelper()
		text, err := os.ReadFile(filepath.Join(w.dir, name))
		Expect(err).NotTo(HaveOccurred())
		return string(text)
	}

	BeforeEach(func() {
		w = newWorld()
		w.dir = filepath.Join(scenariosModule, "scenarios")
		DeferCleanup(func() {
			for _, made := range []string{"cassettes", "broken", "vcr.json", "quality.json", "vcr.html", "summary.md", "prices.yaml", "scenarios.test", "1.json", "2.json", "3.json"} {
				Expect(os.RemoveAll(filepath.Join(w.dir, made))).To(Succeed())
			}
		})
	})

	expectFormats := func(summary reporters.Summary) {
		GinkgoHelper()
		w.expectPlanted("console.txt", summary.String())
		w.expectPlanted("report.json", string(summary.JSON()))
		w.expectPlanted("summary.md", summary.Markdown())
		w.expectPlanted("annotations.txt", summary.Annotations())
		w.expectPlanted("quality.json", string(summary.CodeQuality()))
		w.expectPlanted("junit.xml", string(summary.JUnit()))
	}

	DescribeTable("has one report",
		func(flags ...string) {
			got := run("1.json", append(flags, "--label-filter=!slow")...)
			w.expectPlanted("report.json", read("vcr.json"))
			w.expectPlanted("summary.md", strings.TrimPrefix(strings.TrimSuffix(read("summary.md"), "\n"), "\n"))
			w.expectPlanted("quality.json", read("quality.json"))
			merged, err := reporters.Merge(filepath.Join(w.dir, "1.json"))
			Expect(err).NotTo(HaveOccurred())
			expectFormats(merged)
			w.expectPage(read("vcr.html"), merged)
			for line := range strings.Lines(merged.Annotations()) {
				Expect(got.output).To(ContainSubstring(strings.TrimSpace(strings.ReplaceAll(line, tagsOfCommands, ""))))
			}
		},
		Entry("one process"), Entry("-p", "--procs=2"), Entry("four processes", "--procs=4"), Entry("shuffled", "--randomize-all", "--seed=7"),
	)

	It("has the same from three machines", func() {
		var files []string
		for n, label := range []string{"one", "two", "three"} {
			file := fmt.Sprintf("%d.json", n+1)
			run(file, "--label-filter="+label+" && !slow", fmt.Sprintf("VCR_SHARD=%d/3", n+1), "GITHUB_SHA=4f1c")
			files = append(files, filepath.Join(w.dir, file))
		}
		merged, err := reporters.Merge(files...)
		Expect(err).NotTo(HaveOccurred())
		Expect(merged.Suites[0].Commit).To(Equal("4f1c"))
		merged.Suites[0].Commit = ""
		expectFormats(merged)

		two, err := reporters.Merge(files[0], files[2])
		Expect(err).NotTo(HaveOccurred())
		Expect(two.Findings).To(ContainElement(reporters.Finding{Kind: "shard", Text: "shard 2/3 has no report here; add it, since what is unused or unpriced may look different then"}))
	})
})

// expectPage compares the page that a suite wrote with that of its report, and looks for
// what it should show, and should not.
func (w *world) expectPage(written string, merged reporters.Summary) {
	GinkgoHelper()
	var page strings.Builder
	Expect(merged.HTML(&page, pageview.Tapes(scenariosModule))).To(Succeed())
	Expect(written == page.String()).To(BeTrue(), "the page of the suite and that of its report differ")
	for _, shown := range []string{
		"unreplayed interaction", "git rm ", "1 unreadable cassette", "It cannot be read: line:2: ", "It holds a secret, so it is not shown here.",
		`"role":"assistant","kind":"said","text":"Paris"`, `\u003cscript\u003ealert(1)\u003c/script\u003e | **bold** {{red}} \\u001b[31m\\u202e`,
	} {
		Expect(strings.Contains(written, shown)).To(BeTrue(), shown)
	}
	for _, absent := range []string{drawnKey("sk-"), "<script>alert"} {
		Expect(strings.Contains(written, absent)).To(BeFalse(), absent)
	}
}

// answered is a recording of the year 2025.
func answered(method, path, body string) *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: method, URL: path},
		Response: cassette.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(body))},
		Recorded: time.Date(2025, 12, 19, 8, 0, 0, 0, time.UTC), Took: 2300 * time.Millisecond,
	}
}

// keep writes a cassette of recordings whose URLs are paths at the origin.
func (w *world) keep(name string, interactions ...*cassette.Interaction) {
	GinkgoHelper()
	for _, i := range interactions {
		i.Request.URL = w.origin.URL + i.Request.URL
	}
	c := &cassette.Cassette{Suite: "example.com/fixtures/scenarios", Spec: "taped", Interactions: interactions}
	_, err := c.SaveWith(disk.Replace, filepath.Join(w.dir, "cassettes"), filepath.Join(w.dir, name))
	Expect(err).NotTo(HaveOccurred())
}

var (
	started  = regexp.MustCompile(`"started": "[^"]*"`)
	days     = regexp.MustCompile(`oldest recording \d+ days`)
	numbered = regexp.MustCompile(`(_test\.go:|_test\.go,line=|"begin": )[\d,]*\d`)
	prints   = regexp.MustCompile(`"fingerprint": "[0-9a-f]{32}"`)
)

// plain leaves out of a report what differs from run to run.
func (w *world) plain(text string) string {
	address := strings.TrimPrefix(w.origin.URL, "http://")
	for _, host := range []string{address, strings.ReplaceAll(address, ":", "%3A"), strings.ReplaceAll(strings.ReplaceAll(address, ".", `\.`), ":", `\:`)} {
		text = strings.ReplaceAll(text, host, "origin")
	}
	text = strings.ReplaceAll(text, tagsOfCommands, "")
	text = started.ReplaceAllString(text, `"started": "…"`)
	text = days.ReplaceAllString(text, "oldest recording 43 days")
	text = prints.ReplaceAllString(text, `"fingerprint": "…"`)
	return numbered.ReplaceAllString(text, "${1}LINE")
}

func (w *world) golden(name string) string {
	GinkgoHelper()
	golden, err := os.ReadFile(filepath.Join("testdata/planted", name))
	Expect(err).NotTo(HaveOccurred())
	return string(golden)
}

// expectPlanted compares a report with a golden file.
func (w *world) expectPlanted(name, text string) {
	GinkgoHelper()
	text = w.plain(text)
	if *update {
		Expect(os.MkdirAll("testdata/planted", 0o777)).To(Succeed())
		Expect(os.WriteFile(filepath.Join("testdata/planted", name), []byte(text), 0o600)).To(Succeed())
	}
	Expect(text).To(Equal(w.golden(name)), name)
}
