package vcr_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

const nothingCounts = "by these rules nothing of a request counts, and any recording would answer any request; name something with MatchOn, or ignore less"

var _ = Describe("Rules that are wrong", func() {
	DescribeTable("are told with their spec and place before a spec runs",
		func(on, wrong, message string, settings ...string) {
			got := newWorld().run("wrong rules", append(settings, "ON="+on, "WRONG="+wrong)...)
			Expect(got.exit).To(Equal(1))
			Expect(got.report.SpecReports).To(BeEmpty())
			output := strings.Join(strings.Fields(got.output), " ")
			Expect(output).To(ContainSubstring("the options of " + message))
			Expect(output).NotTo(Or(ContainSubstring("panic: "), ContainSubstring("goroutine ")))
			node := "spec"
			if on == "container" {
				node = "container"
			}
			place := regexp.MustCompile(`(\S+wrongrules_test\.go):(\d+)`).FindStringSubmatch(output)
			Expect(place).To(HaveLen(3), output)
			var line int
			_, err := fmt.Sscan(place[2], &line)
			Expect(err).NotTo(HaveOccurred())
			Expect(lineOf(types.CodeLocation{FileName: place[1], LineNumber: line})).To(HaveSuffix("// wrong: " + node))
		},
		Entry("JSONPath", "spec", "JSONPath", `"never run": IgnoreBody("$.messages["): not a JSONPath: unexpected eof at position 12; write one as RFC 9535 says, such as $.messages[*].id`),
		Entry("JSONPath, on a container", "container", "JSONPath", `"wrong rules": IgnoreBody("$.messages["): not a JSONPath: unexpected eof at position 12; write one as RFC 9535 says, such as $.messages[*].id`),
		Entry("JSONPath, for the suite", "suite", "JSONPath", `"wrong rules / never run": IgnoreBody("$.messages["): not a JSONPath: unexpected eof at position 12; write one as RFC 9535 says, such as $.messages[*].id`),
		Entry("JSONPath, -p", "spec", "JSONPath", `"never run": IgnoreBody("$.messages["): not a JSONPath: unexpected eof at position 12; write one as RFC 9535 says, such as $.messages[*].id`, "--procs=2"),
		Entry("an unknown part", "spec", "unknown part", `"never run": MatchOn("bdy"): unknown part of a request; known are method, scheme, host, port, path, query, URL, body, raw body, JSON body, form body, multipart body, and match.Header(names...)`),
		Entry("no header", "spec", "header", `"never run": MatchOn(match.Header("Accept Language")): not the name of a header; give one such as Accept-Language`),
		Entry("a normaliser of texts that panics", "spec", "text panics", `"never run": NormalizeText: the function panicked: ouch; mend it, or leave the rule out`),
		Entry("a normaliser of bodies that panics", "spec", "body panics", `"never run": NormalizeBody: the function panicked: runtime error: slice bounds out of range [1:0]; mend it, or leave the rule out`),
		Entry("a nil function", "spec", "nil function", `"never run": MatchFunc: the function is nil; leave the rule out`),
		Entry("nothing named", "spec", "names nothing", `"never run": vcr.MatchOn names nothing; name parts such as match.Method and match.Path, or leave the option out`),
		Entry("nothing counts", "spec", "nothing counts", `"never run": `+nothingCounts),
		Entry("nothing counts, by a container and a spec", "both", "nothing counts", `"wrong rules / never run": `+nothingCounts),
		Entry("nothing counts, for the suite", "suite", "nothing counts", `"wrong rules / never run": `+nothingCounts),
		Entry("a URL for a host", "spec", "host", `"never run": rules for the host "https://example.com": not a host; give a name such as api.example.com, with or without a port`),
		Entry("another option for a host", "spec", "host pinned", `"never run": vcr.ForHost("example.com"): only options about matching hold for a host; give the others to vcr.Recorded or vcr.Configure`),
		Entry("a function for a host", "spec", "host function", `"never run": rules for the host example.com: hold a MatchFunc or rules for another host; move those out`),
		Entry("JSONPath for a host", "spec", "host JSONPath", `"never run": rules for the host example.com: IgnoreBody("user"): not a JSONPath: unexpected identifier at position 1; write one as RFC 9535 says, such as $.messages[*].id`),
		Entry("nothing named for a host", "spec", "host nothing", `"never run": vcr.ForHost("example.com"): vcr.MatchOn names nothing; name parts such as match.Method and match.Path, or leave the option out`),
		Entry("no path of a cassette", "spec", "include", `"never run": vcr.Include("../login"): not a path of a cassette below the folder of the cassettes; give one with slashes, such as shared/login`),
	)

	DescribeTable("may be a table of prices", func(text, message string) {
		w := newWorld()
		if text != "" {
			Expect(os.WriteFile(filepath.Join(w.dir, "prices.yaml"), []byte(text), 0o600)).To(Succeed())
		}
		got := w.run("wrong rules at the top", "WRONG=prices", "PRICES=prices.yaml")
		Expect(w.failures(got)).To(Equal("== failed: asks nothing\nDeferCleanup callback returned error: the options of \"asks nothing\": vcr.Prices: " + message + "\n"))
	},
		Entry("that is missing", "", "open prices.yaml: no such file or directory"),
		Entry("with a wrong line", "gpt-5:\n  input: cheap\n", `prices.yaml:2: gpt-5.input is "cheap", not a price for a million tokens; write one such as 0.25`),
	)

	It("of the suite fail a spec outside of containers, also if it asks nothing", func() {
		w := newWorld()
		for _, processes := range []string{"--procs=1", "--procs=2"} {
			got := w.run("wrong rules at the top", "WRONG=JSONPath", processes)
			Expect(w.failures(got)).To(Equal(`== failed: asks nothing
DeferCleanup callback returned error: the options of "asks nothing": IgnoreBody("$.messages["): not a JSONPath: unexpected eof at position 12; write one as RFC 9535 says, such as $.messages[*].id
`))
			Expect(got.spec("asks nothing").Failure.Location).To(Equal(got.spec("asks nothing").LeafNodeLocation))
		}
	})

	It("that are given to RunSpecs fail a spec, also if it asks nothing", func() {
		w := newWorld()
		got := w.run("wrong rules on RunSpecs", "WRONG=nothing counts")
		Expect(w.failures(got)).To(Equal("== failed: asks nothing\nDeferCleanup callback returned error: the options of \"decorated / asks nothing\": " + nothingCounts + "\n"))
	})

	It("may panic late, and refuse the request", func() {
		w := newWorld()
		recorded := w.run("rules that panic", "TURN=1")
		Expect(recorded.exit).To(Equal(0), recorded.output)
		got := w.run("rules that panic", "TURN=2", "CI=true")
		Expect(got.served).To(Equal(0))
		w.expectGolden("rules_that_panic.golden", w.failures(got))
	})
})
