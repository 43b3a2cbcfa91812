package vcr_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("VCR_RECORD_ONLY", func() {
	const first, second = "answers/first.yaml", "answers/second.yaml"

	DescribeTable("records what it names, in its place, and plays the rest",
		func(settings ...string) {
			w := taped("GET /1", "GET /2", "GET /3")
			_, before, _ := strings.Cut(w.read(first), "\n---\n")
			got := w.run("answers", append([]string{"ASK=/1 /2 /3", "VCR_RECORD_ONLY=cassettes/answers/first.yaml#2"}, settings...)...)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(got.served).To(Equal(1))
			Expect(got.entry("first", "answers")).To(Equal("taped GET /1, GET /2, taped GET /3"))
			Expect(got.entry("second", "answers")).To(Equal("taped GET /1, taped GET /2, taped GET /3"))
			documents, then := strings.Split(w.read(first), "---\n"), strings.Split("\n---\n"+before, "---\n")
			Expect(documents).To(HaveLen(4))
			Expect(documents[1]).To(Equal(then[1]))
			Expect(documents[2]).To(ContainSubstring("recorded: "))
			Expect(documents[3]).To(Equal(then[3]))
			Expect(section(got.output)).NotTo(ContainSubstring("VCR_RECORD_ONLY"))
		},
		Entry("no mode"),
		Entry("a mode that records", "VCR_RECORD_MODE=all"),
		Entry("a flag that does", "--", "-vcr.record-mode=new_episodes"),
		Entry("-p", "--procs=2"),
		Entry("in CI", "CI=true"),
		Entry("in another order", "--randomize-all", "--seed=2"),
	)

	It("says that it chose nothing", func() {
		for _, flags := range [][]string{nil, {"--procs=2"}} {
			w := taped("GET /1")
			got := w.run("answers", append(flags, "ASK=/1", "VCR_RECORD_ONLY=host:api.example.com")...)
			Expect(got.exit).To(Equal(0), got.output)
			Expect(got.served).To(Equal(0))
			Expect(section(got.output)).To(ContainSubstring("1 warning\n      VCR_RECORD_ONLY=host:api.example.com chose no recording of the specs that ran, so nothing was recorded\n"))
		}
	})

	DescribeTable("refuses what it does not understand before a spec runs",
		func(message string, settings ...string) {
			w := taped("GET /1")
			got := w.run("answers", append([]string{"ASK=/1"}, settings...)...)
			Expect(got.exit).To(Equal(1))
			Expect(got.served).To(Equal(0))
			Expect(strings.ReplaceAll(strings.Join(strings.Fields(got.output), " "), w.dir, "DIR")).To(ContainSubstring(message)) // Ginkgo wraps it
		},
		Entry("a word", `VCR_RECORD_ONLY: "chat" names no recordings; give a cassette and a line, as in chat/answers.yaml:74, or the position of an interaction, as in chat/answers.yaml#2, or before:2026-01-31, host:api.example.com, missed:report.json or amended`,
			"VCR_RECORD_ONLY=chat"),
		Entry("a day", `VCR_RECORD_ONLY: "yesterday" is not a day; give one such as before:2026-01-31`, "VCR_RECORD_ONLY=before:yesterday"),
		Entry("a URL", `VCR_RECORD_ONLY: "https://api.example.com/v1" is not a host; give a name such as host:api.example.com, with or without a port`, "VCR_RECORD_ONLY=host:https://api.example.com/v1"),
		Entry("no report", `VCR_RECORD_ONLY: missed:last.json: there is no such file in DIR and the folders above it; write it with ginkgo --json-report=last.json`, "VCR_RECORD_ONLY=missed:last.json"),
		Entry("a mode that sends nothing", "VCR_RECORD_ONLY records again what it names, and the record mode none records nothing; leave one of them out", "VCR_RECORD_ONLY=amended", "VCR_RECORD_MODE=none"),
		Entry("a flag that sends nothing", "VCR_RECORD_ONLY records again what it names, and the record mode amend records nothing; leave one of them out", "VCR_RECORD_ONLY=amended", "--", "-vcr.record-mode=amend"),
	)

	It("records the specs that missed in the run of a report", func() {
		w := taped("GET /1", "GET /2")
		w.tape(second, "GET /1", "GET /other")
		missed := w.run("answers", "ASK=/1 /2", "CI=true")
		Expect(missed.exit).To(Equal(1))
		report, err := json.Marshal([]types.Report{missed.report})
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(filepath.Join(w.dir, "last.json"), report, 0o600)).To(Succeed())
		got := w.run("answers", "ASK=/1 /2", "VCR_RECORD_ONLY=missed:last.json")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.served).To(Equal(2))
		Expect(got.entry("first", "answers")).To(Equal("taped GET /1, taped GET /2"))
		Expect(w.tapes()).To(Equal(rack{first: {"GET /1", "GET /2"}, second: {"GET /1", "GET /2"}}))
		w.replays("answers", "ASK=/1 /2")
	})

	It("leaves the cassette of a spec that fails, and one that is pinned", func() {
		w := taped("GET /1", "GET /2")
		before := w.read(first)
		got := w.run("answers", "ASK=/1 /2", "END=fail", "VCR_RECORD_ONLY=first.yaml#2")
		Expect(got.exit).To(Equal(1))
		Expect(w.read(first)).To(Equal(before))
		Expect(got.output).To(ContainSubstring("what this spec recorded is in cassettes/.rejected/answers/first.yaml"))
		got = w.run("answers", "ASK=/1 /2", "OPTION=pinned", "VCR_RECORD_ONLY=first.yaml#2")
		Expect(got.served).To(Equal(0))
	})

	It("loses nothing when the process is killed", func() {
		w := newWorld()
		const tape = "asks/the_origin.yaml"
		w.tape(tape, "GET /1", "GET /2")
		before := w.read(tape)
		killed := w.run("asks", "ASK=/1 /2", "END=kill", "VCR_RECORD_ONLY=the_origin.yaml#2", "COUNT=1", "JOURNALED="+w.file(journalOfAsks))
		Expect(killed.exit).NotTo(Equal(0))
		Expect(killed.served).To(Equal(1))
		got := w.run("asks", "ASK=/1 /2")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.output).To(ContainSubstring("cassettes/asks/the_origin.yaml: stays as it was, because a run broke off that was to record it again; what that recorded is in cassettes/.rejected/asks/the_origin.yaml: 1 interaction"))
		Expect(w.read(tape)).To(Equal(before))
		Expect(tapesIn(w.file(".rejected"))).To(Equal(rack{tape + " (partial)": {"GET /2"}}))
	})
})
