package vcr_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var _ = Describe("A cassette that cannot be used", func() {
	const tape = "asks/the_origin.yaml"

	DescribeTable("is told, kept, and nothing is sent",
		func(text, message string, settings ...string) {
			w := newWorld()
			w.write(tape, text)
			got := w.run("asks", slices.Concat([]string{"ASK=/1"}, settings)...)
			Expect(got.exit).To(Equal(1))
			Expect(got.served).To(Equal(0))
			Expect(got.spec("the origin").Failure.Message).To(MatchRegexp("^cassettes/%s%s$", tape, message))
			Expect(w.read(tape)).To(Equal(text))
			Expect(w.file(".rejected")).NotTo(BeADirectory())
		},
		Entry("no YAML", "ginkgo-vcr: [\n",
			":\\d+: .+; mend the line, or delete the file and record this spec again"),
		Entry("no YAML, -p", "ginkgo-vcr: [\n",
			":\\d+: .+; mend the line, or delete the file and record this spec again", "--procs=2"),
		Entry("no YAML, all", "ginkgo-vcr: [\n",
			":\\d+: .+; mend the line, or delete the file and record this spec again", "VCR_RECORD_MODE=all"),
		Entry("empty", "",
			": is empty; delete it and record this spec again"),
		Entry("an unknown key", "ginkgo-vcr: 1\ncolour: red\n",
			`:2: unknown key "colour"; known are ginkgo-vcr, partial, quotes, replacements, spec, suite; mend the line, or delete the file and record this spec again`),
		Entry("a newer format", "ginkgo-vcr: 2\nsuite: example.com/fixtures/scenarios\n",
			":1: ginkgo-vcr: format version 2 is newer than 1, the newest that this ginkgo-vcr reads; upgrade ginkgo-vcr"),
		Entry("a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:"+strings.Repeat("0", 64)+"\nsize 120\n",
			": is a Git LFS pointer, its content was not fetched; run git lfs pull"),
		Entry("a conflict", "ginkgo-vcr: 1\n---\n<<<<<<< ours\nrequest: {}\n=======\nrequest: {}\n>>>>>>> theirs\n",
			":3: git conflict marker; take one side, or delete the file, and record this spec again"),
		Entry("of another suite", "ginkgo-vcr: 1\nsuite: example.com/other\n",
			": belongs to the suite example.com/other, not to example.com/fixtures/scenarios; give one of them another vcr.Name or vcr.Dir, or, if the package was moved, change the line suite: in the file"),
	)

	It("is told when the spec makes no request", func() {
		w := newWorld()
		w.write(tape, "ginkgo-vcr: [\n")
		got := w.run("asks")
		Expect(got.exit).To(Equal(1))
		Expect(got.spec("the origin").Failure.Message).To(MatchRegexp("cassettes/%s:\\d+: .+; mend the line, or delete the file and record this spec again$", tape))
		Expect(w.read(tape)).To(Equal("ginkgo-vcr: [\n"))
	})

	It("has a file where its folder should be", func() {
		w := newWorld()
		w.write("asks", "no folder")
		got := w.run("asks", "ASK=/1")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(got.spec("the origin").Failure.Message).To(And(
			HavePrefix("cassettes/"+tape+": the cassette cannot be read: "), HaveSuffix("not a directory; mend that and run the spec again")))
		Expect(w.read("asks")).To(Equal("no folder"))
	})

	It("was checked out with CRLF, and can", func() {
		w := newWorld()
		w.tape(tape, "GET /1")
		w.write(tape, strings.ReplaceAll(w.read(tape), "\n", "\r\n"))
		before := w.read(tape)
		got := w.run("asks", "ASK=/1")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(0))
		Expect(w.read(tape)).To(Equal(before))
	})
})

var _ = Describe("A decorator", func() {
	DescribeTable("that is wrong is told with its place before a spec runs",
		func(wrong, message string, settings ...string) {
			got := newWorld().run("wrong", slices.Concat([]string{"WRONG=" + wrong}, settings)...)
			Expect(got.exit).To(Equal(1))
			Expect(got.report.SpecReports).To(BeEmpty())
			output := strings.Join(strings.Fields(got.output), " ")
			Expect(output).To(ContainSubstring(message))
			Expect(output).NotTo(Or(ContainSubstring("panic"), ContainSubstring("goroutine ")))
			place := regexp.MustCompile(`(\S+refusals_test\.go):(\d+)`).FindStringSubmatch(output)
			Expect(place).To(HaveLen(3), output)
			var line int
			_, err := fmt.Sscan(place[2], &line)
			Expect(err).NotTo(HaveOccurred())
			Expect(lineOf(types.CodeLocation{FileName: place[1], LineNumber: line})).To(HaveSuffix("// wrong: " + wrong))
		},
		Entry("twice", "twice", "vcr.Recorded is given twice; give it once, with all options"),
		Entry("twice, -p", "twice", "vcr.Recorded is given twice; give it once, with all options", "--procs=2"),
		Entry("live twice", "live twice", "vcr.Live is given twice; give it once"),
		Entry("on BeforeEach", "BeforeEach", "BeforeEach cannot be decorated: it runs as a part of specs; decorate the container or the specs"),
		Entry("on AfterEach", "AfterEach", "AfterEach cannot be decorated: it runs as a part of specs; decorate the container or the specs"),
		Entry("on BeforeSuite", "BeforeSuite", "BeforeSuite cannot be decorated"),
		Entry("on AfterSuite", "AfterSuite", "AfterSuite cannot be decorated"),
		Entry("a nil option", "nil", "an option is nil; leave it out"),
		Entry("a transport of ours as base", "base", "vcr.Base is given a transport of this package, which would send to itself; give the one that really sends"),
		Entry("a session as base", "base session", "vcr.Base is given a transport of this package, which would send to itself; give the one that really sends"),
		Entry("a host elsewhere for one of this machine", "loopback", `vcr.InterceptLoopback("api.example.com"): not a host or port of this machine; give one such as localhost:11434 or :11434; other hosts are intercepted without it`),
		Entry("a URL for a host", "host", `vcr.PassThrough("https://example.com"): not a host; give a name such as metrics.example.com, with or without a port`),
		Entry("an empty name", "name", "vcr.Name is empty; give a name, or leave the option out", "NAME= "),
		Entry("an absolute name", "name", `vcr.Name("/etc/tape"): not a relative path with slashes; a cassette lies below its folder, which vcr.Dir sets`, "NAME=/etc/tape"),
		Entry("a name that leads out", "name", `vcr.Name("a/../../b"): leads out of the folder of the cassettes; use vcr.Dir to set that`, "NAME=a/../../b"),
		Entry("a name with a long part", "name", "vcr.Name: a part of 81 bytes is longer than 80; give a shorter one", "NAME="+strings.Repeat("n", 81)),
		Entry("a long name", "name", "vcr.Name: 181 bytes are more than the 180 that a path may have; give a shorter one", "NAME="+strings.Repeat("n", 181)),
		Entry("a value to redact that is not a JSONPath", "RedactBody", `redaction in "has a path": redact: "user.email" is not a JSONPath: `),
		Entry("a value to redact, and what to write", "RedactBody", "write one such as $.user.email, or $..email for any depth"),
		Entry("a header without a name", "RedactHeaders", `redaction in "has a header": redact: an empty name among the headers; remove it, or write the name`),
		Entry("a header to redact and to keep", "KeepHeaders", `redaction in "keeps a header": redact: RedactHeaders and KeepHeaders both name "X-Tenant"; remove it from one of them`),
		Entry("a parameter to redact around and to keep inside", "KeepQuery", `redaction in "wrong / redacts / keeps a parameter": redact: RedactQuery and KeepQuery both name "tenant"; remove it from one of them`),
		Entry("a value to redact and to keep", "KeepBody", `redaction in "keeps a field": redact: RedactBody and KeepBody both name "$..email"; remove it from one of them`),
		Entry("a value to redact and to keep, -p", "KeepBody", `redaction in "keeps a field": redact: RedactBody and KeepBody both name "$..email"; remove it from one of them`, "--procs=2"),
		Entry("a value to keep that is not a JSONPath", "KeepBody, a path", `redaction in "keeps a path": redact: "$.user[" is not a JSONPath: `),
		Entry("a field to keep without a name", "KeepBody, no name", `redaction in "keeps nothing": redact: an empty name among the fields to keep; remove it, or write the name`),
		Entry("no replacement", "RedactWith", "vcr.RedactWith is given no function; leave it out"),
		Entry("nothing that tells variables", "SecretVariables", "vcr.SecretVariables is given no function; leave it out"),
		Entry("nothing that restores", "RestoreOnReplay", "vcr.RestoreOnReplay is given no function; leave it out"),
		Entry("an empty folder", "dir", "vcr.Dir is empty; name a folder, or leave the option out"),
	)

	It("that says live cannot stand on the suite", func() {
		got := newWorld().run("live suite")
		Expect(got.exit).To(Equal(1))
		Expect(got.output).To(ContainSubstring("vcr.Live() cannot decorate RunSpecs; put it on the containers or specs that may go live"))
	})

	It("whose cassette has too long a path is told when it is needed", func() {
		got := newWorld().run("deep", "NAME="+strings.Repeat("abcdefghi/", 17)+"abcdefghi")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(got.spec("down").Failure.Message).To(HaveSuffix("/abcdefghi/down: 184 bytes are more than the 180 that a path may have; give shorter names with vcr.Name"))
	})
})

var _ = Describe("A request out of all recordings", func() {
	It("is refused with what to do", func() {
		w := newWorld()
		got := w.run("out of force")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(1))
		nothing := `Get "` + w.origin.URL + `/1": nothing is recorded here; decorate the Describe or It with vcr.Recorded(), or send this request with another client`
		Expect(got.spec("is not decorated").Failure.Message).To(Equal(nothing))
		Expect(got.spec("has no recording").Failure.Message).To(Equal(nothing))
		Expect(got.spec("kept a client").Failure.Message).To(Equal(`Get "` + w.origin.URL + `/2": ` +
			"cassettes/out_of_force/lends_its_client.yaml: the session is over; obtain the client in the spec that uses it, or use vcr.Client()"))
		Expect(w.tapes()).To(Equal(map[string][]string{"out_of_force/lends_its_client.yaml": {"GET /1"}}))
	})
})

var _ = Describe("The session where nothing is recorded", func() {
	It("has no cassette and says so", func() {
		session := vcr.Current()
		Expect(session.Snapshot().Err).To(Equal(vcr.ErrNotRecording))
		Expect(session.GomegaString()).To(Equal("no session"))
		Expect(session.Cassette()).To(BeEmpty())
		_, err := session.Looseness()
		Expect(err).To(Equal(vcr.ErrNotRecording))
		_, err = session.Client().Get("http://127.0.0.1:1/")
		Expect(err).To(MatchError(vcr.ErrNotRecording))
	})
})

var _ = Describe("An unknown mode", func() {
	It("refuses the requests of specs that are outside of containers", func() {
		w := newWorld()
		got := w.run("top level", "VCR_RECORD_MODE=sometimes")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(w.tapes()).To(BeEmpty())
		Expect(got.spec("asks").Failure.Message).To(Equal(`VCR_RECORD_MODE: unknown record mode "sometimes"; known are none, once, new_episodes, all, amend, live`))
		Expect(filepath.Base(got.spec("asks").Failure.Location.FileName)).To(Equal("asks_test.go"))
	})

	It("stops a suite, and blames no spec", func() {
		got := newWorld().run("tables", "VCR_RECORD_MODE=sometimes")
		Expect(got.exit).To(Equal(1))
		Expect(got.report.SpecReports).To(BeEmpty())
		Expect(strings.Join(strings.Fields(got.output), " ")).To(HavePrefix(`ginkgo-vcr VCR_RECORD_MODE: unknown record mode "sometimes"; known are none, once, new_episodes, all, amend, live `))
		Expect(got.output).NotTo(ContainSubstring("_test.go"))
	})

	It("stops a suite that is decorated as a whole", func() {
		got := newWorld().run("decorated suite", "VCR_RECORD_MODE=sometimes")
		Expect(got.exit).To(Equal(1))
		Expect(got.served).To(Equal(0))
		Expect(strings.Join(strings.Fields(got.output), " ")).To(ContainSubstring(`VCR_RECORD_MODE: unknown record mode "sometimes"; known are none, once, new_episodes, all, amend, live`))
	})
})
