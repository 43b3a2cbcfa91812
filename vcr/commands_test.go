package vcr_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("Every command in a miss", func() {
	const scenario = "kinds of nodes"

	// Each command runs after the miss, and the whole suite replays after that. The
	// numbers are the requests that each of them sends: mode all sends those of
	// BeforeSuite and AfterSuite, too.
	DescribeTable("does what it says, for a miss in",
		func(node string, served ...int) {
			for n := range served {
				w := newWorld()
				recorded := w.run(scenario, "TURN=1", "NODE="+node)
				Expect(recorded.exit).To(Equal(0), recorded.output)
				missed := w.run(scenario, "TURN=2", "NODE="+node)
				Expect(missed.served).To(Equal(0))
				commands := commandsOf(missed.firstFailure())
				Expect(commands).To(HaveLen(len(served)), missed.output)

				before := w.origin.Served()
				// The binary ran here, and not in the folder of its package.
				command := strings.ReplaceAll(commands[n], "scenarios/cassettes/", w.file("")+"/")
				w.runCommand(command, scenario, "TURN=2", "NODE="+node)
				Expect(w.origin.Served()-before).To(Equal(served[n]), commands[n])
				w.replays(scenario, "TURN=2", "NODE="+node)
			}
		},
		Entry("an It", "it", 3, 3, 1, 1),
		Entry("an Entry", "entry_second", 3, 3, 1, 1),
		Entry("a BeforeEach", "before_each", 7, 7, 1, 1),
		Entry("a JustBeforeEach", "just_before_each", 7, 7, 1, 1),
		Entry("a JustAfterEach", "just_after_each", 7, 7, 1, 1),
		Entry("an AfterEach", "after_each", 7, 7, 1, 1),
		Entry("a DeferCleanup", "defer_cleanup", 7, 7, 1, 1),
		Entry("an It in a loop", "loop_1", 3, 3, 1, 1),
		Entry("an It that is in several containers", "shared_two", 3, 3, 1, 1),
		Entry("a BeforeAll", "before_all", 7, 7, 1, 1),
		Entry("an AfterAll", "after_all", 7, 7, 1, 1),
		Entry("a BeforeEach that is OncePerOrdered", "once_per_ordered", 7, 7, 1, 1),
		Entry("an It in an ordered container", "ordered_second", 7, 7, 1, 1),
		Entry("a BeforeSuite", "before_suite", 1, 1, 19, 19),
		Entry("a SynchronizedBeforeSuite", "synchronized_before_suite", 1, 1, 19, 19),
		Entry("an AfterSuite", "after_suite", 1, 1, 19, 19),
		Entry("a spec that is pinned", "pinned", 1, 1),
	)

	It("is left out where nothing is recorded", func() {
		w := newWorld()
		got := w.run(scenario, "TURN=1", "NODE=report_after_each")
		Expect(got.firstFailure()).To(ContainSubstring("nothing is recorded here"))
		Expect(commandsOf(got.output)).To(BeEmpty())
	})
})

var _ = Describe("The section about cassettes", func() {
	const scenario = "shared prompt"

	DescribeTable("names one command for all specs with a miss",
		func(flags ...string) {
			w := newWorld()
			recorded := w.run(scenario, "TURN=1")
			Expect(recorded.exit).To(Equal(0), recorded.output)

			missed := w.run(scenario, append(flags, "TURN=2")...)
			Expect(missed.report.SpecReports.CountWithState(types.SpecStateFailed)).To(Equal(4))
			section := section(missed.output)
			var lines []any
			for _, text := range []string{"thanks", "greets", "waves"} {
				lines = append(lines, missed.spec(text).LeafNodeLocation.LineNumber)
			}
			lines = append(lines, missed.spec("begins").ContainerHierarchyLocations[1].LineNumber)
			Expect(section).To(HaveSuffix(fmt.Sprintf(`
      in the root of the module:
        VCR_RECORD_MODE=all ginkgo --focus-file=/asks_test.go:%d --focus-file=/commands_test.go:%d,%d,%d ./scenarios
  << Report Entries
`, lines...)))

			before := w.origin.Served()
			w.runCommand(commandsOf(section)[0], scenario, "TURN=2")
			Expect(w.origin.Served() - before).To(Equal(5))
			w.replays(scenario, "TURN=2")
		},
		Entry("one process"),
		Entry("-p", "--procs=2"),
	)

	It("names the whole suite for a miss of BeforeSuite", func() {
		w := newWorld()
		Expect(w.run(scenario, "TURN=1", "NODE=suite").exit).To(Equal(0))
		section := section(w.run(scenario, "TURN=2", "NODE=suite").output)
		Expect(commandsOf(section)).To(Equal([]string{"VCR_RECORD_MODE=new_episodes ginkgo ./scenarios"}))
		w.runCommand(commandsOf(section)[0], scenario, "TURN=2", "NODE=suite")
		w.replays(scenario, "TURN=2", "NODE=suite")
	})
})

// firstFailure is the message of what failed first.
func (r result) firstFailure() string {
	GinkgoHelper()
	n := slices.IndexFunc(r.report.SpecReports, func(s types.SpecReport) bool { return s.Failed() })
	Expect(n).To(BeNumerically(">=", 0), r.output)
	return r.report.SpecReports[n].Failure.Message
}

// commandsOf returns the commands in a message that record.
func commandsOf(message string) []string {
	var commands []string
	for line := range strings.Lines(message) {
		if strings.Contains(line, "VCR_RECORD_MODE=") {
			commands = append(commands, strings.TrimSpace(line))
		}
	}
	return commands
}

// runCommand runs a command as it would be pasted, in the root of the module. In the
// place of the tools it finds scripts that run the binary of the scenarios, which takes
// less time to start than to build.
func (w *world) runCommand(line, scenario string, variables ...string) {
	GinkgoHelper()
	tools, err := os.MkdirTemp("", "tools")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(os.RemoveAll, tools)
	for tool, script := range map[string]string{
		"ginkgo": `for word; do shift; [ "$word" = ./scenarios ] && word=` + scenarioBinary + `; set -- "$@" "$word"; done; exec ` + ginkgoBinary + ` "$@"`,
		"go": `[ "$1 $2 $3" = "test -count=1 ./scenarios" ] || exit 9
			shift 3; cd scenarios && exec ` + scenarioBinary + ` -test.count=1 "$@"`,
	} {
		Expect(os.WriteFile(filepath.Join(tools, tool), []byte("#!/bin/sh\n"+script+"\n"), 0o700)).To(Succeed())
	}
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = scenariosModule
	cmd.Env = append(append(w.environment(scenario), variables...), "PATH="+tools+string(filepath.ListSeparator)+os.Getenv("PATH"))
	output, err := cmd.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "%s:\n%s", line, output)
}
