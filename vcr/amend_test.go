package vcr_test

import (
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("Mode amend", func() {
	const one, two = "prompts/one.yaml", "prompts/two.yaml"
	var w *world

	BeforeEach(func() {
		w = newWorld()
		got := w.run("prompts", "PROMPT=Be brief.")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(3))
	})

	// listed is what the section of a run says of amended interactions, without the day.
	listed := func(got result) string {
		GinkgoHelper()
		_, text, _ := strings.Cut(section(got.output), "amended interactions")
		text, _, _ = strings.Cut(text, "\n  <<")
		text = regexp.MustCompile(`\d{4}-\d\d-\d\d`).ReplaceAllString(text, "TODAY")
		text = placesOfPrompts.ReplaceAllString(text, "(prompts)")
		return strings.ReplaceAll(text, w.origin.URL, "ORIGIN")
	}
	const list = `: the answer is older than the request; VCR_RECORD_ONLY=amended records just these again
      cassettes/prompts/one.yaml: line 5, POST ORIGIN/v1/chat "Who is first?", on TODAY (prompts)
      cassettes/prompts/one.yaml: line 32, POST ORIGIN/v1/chat "And who is last?", on TODAY (prompts)
      cassettes/prompts/two.yaml: line 5, POST ORIGIN/v1/chat "Who is first?", on TODAY (prompts)
      in the root of the module:
        VCR_RECORD_MODE=all ginkgo (prompts) ./scenarios`

	DescribeTable("keeps the answers, sends nothing, and lists what it amended until it is recorded again",
		func(flags ...string) {
			before := w.read(one)
			got := w.run("prompts", append(flags, "PROMPT=Be kind.", "VCR_RECORD_MODE=amend")...)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(got.served).To(Equal(0))
			Expect(listed(got)).To(Equal(list))
			Expect(got.spec("is only live").Failure.Message).To(Equal("a live spec, and the record mode amend sends nothing"))
			amended := regexp.MustCompile(`(?m)^amended: .*\n`).ReplaceAllString(w.read(one), "")
			Expect(strings.ReplaceAll(amended, `"system": "Be kind."`, `"system": "Be brief."`)).To(Equal(before))

			replayed := w.run("prompts", append(flags, "PROMPT=Be kind.", "CI=true")...)
			Expect(replayed.exit).To(Equal(0), replayed.output)
			Expect(replayed.served).To(Equal(0))
			Expect(listed(replayed)).To(Equal(list))

			again := w.run("prompts", append(flags, "PROMPT=Be kind.", "VCR_RECORD_MODE=all")...)
			Expect(again.exit).To(Equal(0), again.output)
			Expect(again.served).To(Equal(3))
			Expect(section(again.output)).NotTo(ContainSubstring("amended"))
			Expect(w.read(one)).NotTo(ContainSubstring("amended"))
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
		Entry("shuffled", "--randomize-all", "--seed=3"),
	)

	It("leaves cassettes alone that need nothing", func() {
		before := w.read(one)
		got := w.run("prompts", "PROMPT=Be brief.", "VCR_RECORD_MODE=amend")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(w.read(one)).To(Equal(before))
		Expect(got.summarized().Findings).To(BeEmpty())
	})

	It("leaves the cassette of a spec that fails", func() {
		before := w.read(two)
		got := w.run("prompts", "PROMPT=Be kind.", "VCR_RECORD_MODE=amend", "END=fail")
		Expect(got.exit).To(Equal(1))
		Expect(w.read(two)).To(Equal(before))
		Expect(w.read(one)).To(ContainSubstring("Be kind."))
		Expect(got.output).NotTo(ContainSubstring("cassettes/prompts/two.yaml: line"))
	})

	It("is refused by FailOnAmended until it is recorded again", func() {
		Expect(w.run("prompts", "PROMPT=Be kind.", "VCR_RECORD_MODE=amend", "OPTION=fail_on_amended").exit).To(Equal(0))
		got := w.run("prompts", "PROMPT=Be kind.", "OPTION=fail_on_amended", "CI=true")
		Expect(got.exit).To(Equal(1))
		message := strings.ReplaceAll(got.spec("two").Failure.Message, w.origin.URL, "ORIGIN")
		Expect(message).To(Equal(`DeferCleanup callback returned error: cassettes/prompts/two.yaml: 1 of 1 interactions amended and not recorded again:
  line 5, POST ORIGIN/v1/chat "Who is first?"
to record this spec again, in the root of the module:
  VCR_RECORD_MODE=all ginkgo --focus-file=/amend_test.go:30 ./scenarios
  VCR_RECORD_MODE=all go test -count=1 ./scenarios -ginkgo.focus-file=/amend_test.go:30`), message)
		again := w.run("prompts", "PROMPT=Be kind.", "VCR_RECORD_MODE=all", "OPTION=fail_on_amended")
		Expect(again.exit).To(Equal(0), again.output)
	})
})

// placesOfPrompts are where the specs that amend are.
var placesOfPrompts = regexp.MustCompile(`\(\S+_test\.go:\d+\)|--focus-file=\S+`)
