package vcr_test

import (
	"fmt"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("An included cassette", func() {
	const (
		login   = "shared/login.yaml"
		include = "OPTION=include:shared/login"
	)

	// with is a world in which the login is on a tape.
	with := func(requests ...string) *world {
		w := newWorld()
		w.tape(login, requests...)
		return w
	}

	DescribeTable("is asked after the spec's own, and never written",
		func(flags ...string) {
			w := with("GET /login")
			before := w.read(login)
			own := rack{login: {"GET /login"}, "answers/first.yaml": {"GET /own"}, "answers/second.yaml": {"GET /own"}}
			recorded := w.records("answers", 2, own, append(flags, include, "ASK=/login /own")...)
			Expect(recorded.entry("first", "answers")).To(Equal("taped GET /login, GET /own"))
			Expect(recorded.output).NotTo(ContainSubstring("unused"))
			Expect(w.read(login)).To(Equal(before))

			replayed := w.replays("answers", append(flags, include, "ASK=/own /login")...)
			Expect(replayed.entry("second", "answers")).To(Equal("GET /own, taped GET /login"))
			Expect(replayed.summarized().Findings).To(BeEmpty())
			Expect(w.read(login)).To(Equal(before))
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
	)

	It("is not recorded again in mode all", func() {
		w := with("GET /login")
		before := w.read(login)
		w.records("answers", 2, rack{login: {"GET /login"}, "answers/first.yaml": {"GET /own"}, "answers/second.yaml": {"GET /own"}},
			include, "ASK=/login /own", "VCR_RECORD_MODE=all")
		Expect(w.read(login)).To(Equal(before))
	})

	DescribeTable("leaves nothing to write where it answers all",
		func(mode string) {
			w := with("GET /login")
			got := w.records("answers", 0, rack{login: {"GET /login"}}, include, "ASK=/login", "VCR_RECORD_MODE="+mode)
			Expect(got.summarized().Findings).To(BeEmpty())
		},
		Entry("once", "once"),
		Entry("new_episodes", "new_episodes"),
		Entry("all", "all"),
		Entry("none", "none"),
	)

	It("gives way to the spec's own where both answer", func() {
		w := with("GET /login")
		w.tape("answers/first.yaml", "GET /login?own", "GET /login")
		w.tape("answers/second.yaml", "GET /login")
		got := w.replays("answers", include, "ASK=/login /login", "--focus=second")
		Expect(got.entry("second", "answers")).To(Equal("taped GET /login, taped GET /login"))
	})

	It("plays each recording once in a spec, and need not play all", func() {
		w := with("GET /login", "GET /embedding")
		got := w.run("answers", include+" fail_on_unused", "ASK=/login /login", "CI=true")
		Expect(got.entry("first", "answers")).To(Equal("taped GET /login, miss"))
		w.expectGolden("included.golden", w.failures(got))

		Expect(w.replays("answers", include+" fail_on_unused", "ASK=/login").output).NotTo(ContainSubstring("not played"))
	})

	It("is played again where repeats are allowed", func() {
		w := with("GET /login")
		got := w.replays("answers", include+" repeats", "ASK=/login /login")
		Expect(got.entry("first", "answers")).To(Equal("taped GET /login, taped GET /login"))
	})

	DescribeTable("that is not there fails the specs, at their own place",
		func(line, before string, settings ...string) {
			w := newWorld()
			got := w.run("answers", append(settings, include)...)
			Expect(got.served).To(Equal(0))
			const missing = "cassettes/shared/login.yaml: is included by answers / %s and does not exist; record it in a spec that claims it, or do not include it"
			for _, spec := range []string{"first", "second"} {
				failure := got.spec(spec).Failure
				Expect(failure.Message).To(Equal(before + fmt.Sprintf(missing, spec)))
				Expect(filepath.Base(failure.Location.FileName)).To(Equal("answers_test.go"))
				Expect(lineOf(failure.Location)).To(ContainSubstring(line))
			}
		},
		Entry("asks", "Get(", "", "ASK=/login"),
		Entry("asks, -p", "Get(", "", "ASK=/login", "--procs=2"),
		Entry("asks, all", "Get(", "", "ASK=/login", "VCR_RECORD_MODE=all"),
		Entry("asks nothing", `It("`, "DeferCleanup callback returned error: ", "ASK="),
	)

	DescribeTable("that another spec records is recorded before",
		func(flags ...string) {
			for seed := range 4 {
				w := newWorld()
				w.records("login", 2, rack{login: {"GET /login"}, "questions/asks.yaml": {"GET /own"}}, append(flags, fmt.Sprint("--seed=", seed+1))...)
				w.replays("login", flags...)
			}
		},
		Entry("by default"),
		Entry("in any order of specs", "--randomize-all"),
	)

	It("is recorded by one of the specs that include it", func() {
		w := newWorld()
		w.records("login around", 1, rack{login: {"GET /login"}})
		w.replays("login around")
	})

	It("that another spec records is recorded by the command that the failure names", func() {
		w := newWorld()
		got := w.run("login", "CI=true")
		message := got.spec("asks").Failure.Message
		Expect(message).To(MatchRegexp(`^cassettes/shared/login.yaml: is included by questions / asks and does not exist; to record it, in the root of the module:
  VCR_RECORD_MODE=once ginkgo --focus-file=/answers_test.go:\d+ ./scenarios
  VCR_RECORD_MODE=once go test -count=1 ./scenarios -ginkgo.focus-file=/answers_test.go:\d+$`))
		for n, command := range commandsOf(message) {
			w := newWorld()
			w.runCommand(command, "login")
			Expect(w.origin.Served()).To(Equal(1), "command %d", n)
			Expect(w.tapes()).To(Equal(map[string][]string{login: {"GET /login"}}))
		}
	})

	It("that cannot be read is told with the line", func() {
		w := newWorld()
		w.write(login, "ginkgo-vcr: 1\ncolour: red\n")
		got := w.run("answers", include, "ASK=/login")
		Expect(got.served).To(Equal(0))
		w.expectGolden("included_unreadable.golden", w.failures(got))
		Expect(w.read(login)).To(Equal("ginkgo-vcr: 1\ncolour: red\n"))
	})
})
