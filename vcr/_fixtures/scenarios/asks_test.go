package scenarios_test

import (
	"io"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// A spec that variables control: it requests the paths in ASK, ignores errors, and ends
// as END says. OPTION and CONFIGURE hold options.
var _ = scenario("asks", func() {
	vcr.Configure(options(os.Getenv("CONFIGURE"))...)
	Describe("asks", vcr.Recorded(options(os.Getenv("OPTION"))...), func() {
		It("the origin", func() {
			for path := range strings.FieldsSeq(os.Getenv("ASK")) {
				ask(path)
			}
			if file := os.Getenv("JOURNALED"); file != "" {
				Eventually(func() ([]byte, error) { return os.ReadFile(file) }, "20s").Should(ContainSubstring("--- # " + os.Getenv("COUNT")))
			}
			switch os.Getenv("END") {
			case "panic":
				go func() { panic("in a goroutine") }()
				select {}
			case "exit":
				os.Exit(3)
			case "kill":
				self, _ := os.FindProcess(os.Getpid())
				_ = self.Kill()
				select {}
			case "fail":
				Fail("failed by itself")
			case "skip":
				Skip("skipped by itself")
			case "abort":
				AbortSuite("aborted by itself")
			}
		})
	})
})

func ask(path string) {
	if resp, err := vcr.Client().Get(origin(path)); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}

// options reads words such as "mode:all pinned".
func options(words string) []vcr.Option {
	var options []vcr.Option
	for word := range strings.FieldsSeq(words) {
		name, value, _ := strings.Cut(word, ":")
		switch name {
		case "mode":
			options = append(options, vcr.Mode(recorder.Mode(value)))
		case "pinned":
			options = append(options, vcr.Pinned())
		case "repeats":
			options = append(options, vcr.AllowRepeats())
		case "include":
			options = append(options, vcr.Include(strings.Split(value, ",")...))
		case "in_order":
			options = append(options, vcr.InOrder())
		case "fail_on_unused":
			options = append(options, vcr.FailOnUnused())
		case "fail_on_amended":
			options = append(options, vcr.FailOnAmended())
		case "name":
			options = append(options, vcr.Name(value))
		case "fail-on-secrets":
			options = append(options, vcr.FailOnSecrets())
		case "fail_on_drift":
			options = append(options, vcr.FailOnDrift(recorder.Severity(value)))
		case "ignore_drift":
			options = append(options, vcr.DriftRules(recorder.DriftRules{Ignore: []string{value}}))
		case "quiet":
			options = append(options, vcr.Quiet())
		case "fail_on":
			options = append(options, vcr.FailOn(strings.Split(value, ",")...))
		case "json":
			options = append(options, vcr.JSONReport(value))
		case "html":
			options = append(options, vcr.HTMLReport(value))
		case "only_passed":
			options = append(options, vcr.RecordOnlyPassed())
		case "strict":
			options = append(options, vcr.Strict())
		case "max_age":
			options = append(options, vcr.MaxAge(duration(value)))
		case "record_stale":
			options = append(options, vcr.RecordStale())
		case "nil":
			options = append(options, nil)
		}
	}
	return options
}

// thanks adds a spec of this file.
func thanks() { It("thanks", tells) }
