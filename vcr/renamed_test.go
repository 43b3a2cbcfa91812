package vcr_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// newRepository is a world whose cassettes are committed. The scenarios lie in a
// folder of it, as their package does in its module.
func newRepository(tapes func(*world)) *world {
	GinkgoHelper()
	w := newWorld()
	w.dir = filepath.Join(w.dir, "scenarios")
	Expect(os.Mkdir(w.dir, 0o777)).To(Succeed())
	tapes(w)
	w.inRoot("git init -q && git add scenarios/cassettes && git -c user.name=Ada -c user.email=ada@example.com commit -q -m tapes")
	return w
}

// inRoot runs a line in the root of the repository.
func (w *world) inRoot(line string) string {
	GinkgoHelper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Env = filepath.Dir(w.dir), append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	output, err := cmd.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "%s:\n%s", line, output)
	return string(output)
}

// moves returns the commands with which a miss proposes to move a cassette.
func moves(message string) string {
	_, commands, _ := strings.Cut(message, "to move the cassette (with mv, if git does not know it yet), in the root of the module:\n")
	commands, _, _ = strings.Cut(commands, "\n  2. ")
	return strings.ReplaceAll(commands, "     ", "")
}

const large = "/large?" + "padding-that-does-not-fit-into-the-cassette-of-the-specs-since-it-is-long"

var _ = Describe("A renamed spec", func() {
	taped := func() *world {
		return newRepository(func(w *world) {
			w.run("renamed", "TEXTS=chat/tools/asks", "ASK="+large)
			Expect(w.tapes()).To(Equal(rack{"chat/tools/asks.yaml": {"GET " + large}, "chat/tools/has_a_neighbour.yaml": {"GET /neighbour"}}))
			Expect(filepath.Glob(w.file("_bodies/*.txt"))).To(HaveLen(1))
		})
	}

	DescribeTable("finds its cassette again with the commands that it names",
		func(texts, commands string, settings ...string) {
			w := taped()
			settings = append(settings, "TEXTS="+texts, "ASK="+large)
			got := w.run("renamed", settings...)
			Expect(got.exit).To(Equal(1))
			Expect(got.served).To(Equal(0))
			spec := texts[strings.LastIndex(texts, "/")+1:]
			message := got.spec(spec).Failure.Message
			Expect(moves(message)).To(Equal(commands))
			Expect(got.output).NotTo(ContainSubstring("git rm"), "who removes it has nothing to move")
			Expect(got.output).To(ContainSubstring("unused cassette"))

			w.inRoot(moves(message))
			Expect(w.inRoot("git status --porcelain -- scenarios/cassettes")).To(MatchRegexp(`^(R  scenarios/cassettes/\S+ -> scenarios/cassettes/\S+\n)+$`))
			Expect(w.inRoot("git ls-files --others -- scenarios/cassettes")).To(BeEmpty())
			replayed := w.replays("renamed", settings...)
			Expect(replayed.output).NotTo(ContainSubstring("unused"))
		},
		Entry("It", "chat/tools/answers", "git mv scenarios/cassettes/chat/tools/asks.yaml scenarios/cassettes/chat/tools/answers.yaml"),
		Entry("It, in CI", "chat/tools/answers", "git mv scenarios/cassettes/chat/tools/asks.yaml scenarios/cassettes/chat/tools/answers.yaml", "CI=true"),
		Entry("It, -p", "chat/tools/answers", "git mv scenarios/cassettes/chat/tools/asks.yaml scenarios/cassettes/chat/tools/answers.yaml", "--procs=2"),
		Entry("a container", "chat/functions/asks", "git mv scenarios/cassettes/chat/tools scenarios/cassettes/chat/functions"),
		Entry("a container, -p", "chat/functions/asks", "git mv scenarios/cassettes/chat/tools scenarios/cassettes/chat/functions", "--procs=2"),
		Entry("a container at the top", "talk/tools/asks", "git mv scenarios/cassettes/chat scenarios/cassettes/talk"),
		Entry("a container at the top, in CI", "talk/tools/asks", "git mv scenarios/cassettes/chat scenarios/cassettes/talk", "CI=true"),
	)

	It("that went to another folder finds the bodies of its cassette where they are", func() {
		w := taped()
		got := w.run("renamed", "TEXTS=talk/functions/answers", "ASK="+large, "--focus=answers", "CI=true")
		Expect(got.exit).To(Equal(1))
		commands := moves(got.spec("answers").Failure.Message)
		Expect(commands).To(Equal(`mkdir -p scenarios/cassettes/talk/functions
git mv scenarios/cassettes/chat/tools/asks.yaml scenarios/cassettes/talk/functions/answers.yaml`))
		w.inRoot(commands)
		replayed := w.run("renamed", "TEXTS=talk/functions/answers", "ASK="+large, "--focus=answers", "CI=true")
		Expect(replayed.exit).To(Equal(0), replayed.output)
		Expect(w.inRoot("git ls-files --others --deleted -- scenarios/cassettes")).To(BeEmpty())
	})

	It("says what happened", func() {
		w := taped()
		got := w.run("renamed", "TEXTS=chat/functions/asks", "ASK="+large)
		w.expectGolden("renamed.golden", w.failures(got))
	})

	DescribeTable("is recorded where the mode says so",
		func(mode string) {
			w := taped()
			w.records("renamed", 1, rack{
				"chat/tools/asks.yaml": {"GET " + large}, "chat/tools/answers.yaml": {"GET " + large}, "chat/tools/has_a_neighbour.yaml": {"GET /neighbour"},
			}, "TEXTS=chat/tools/answers", "ASK="+large, "--focus=answers", "VCR_RECORD_MODE="+mode)
		},
		Entry("new_episodes", "new_episodes"),
		Entry("all", "all"),
	)

	DescribeTable("is not suspected",
		func(texts, ask, tape string, settings ...string) {
			w := taped()
			before := w.tapes()
			before[tape] = []string{"GET " + ask}
			w.records("renamed", 1, before, append(settings, "TEXTS="+texts, "ASK="+ask, "--focus="+texts[strings.LastIndex(texts, "/")+1:])...)
		},
		Entry("where the cassette without a spec answers something else", "chat/tools/answers", "/other", "chat/tools/answers.yaml"),
		Entry("where a spec claims the cassette that answers", "chat/tools/answers", "/neighbour", "chat/tools/answers.yaml"),
	)

	It("is not suspected where the cassette is included", func() {
		w := taped()
		got := w.run("renamed", "TEXTS=chat/tools/answers", "ASK="+large, "OPTION=include:chat/tools/asks", "CI=true")
		Expect(got.exit).To(Equal(0), got.output)
		Expect(got.output).NotTo(ContainSubstring("unused"))
	})
})
