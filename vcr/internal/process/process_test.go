package process_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
)

// A command without the build tags of this run would not compile the same files.
func TestCommandsHaveTheBuildTags(t *testing.T) {
	const printing = "PRINT_COMMANDS"
	if os.Getenv(printing) != "" {
		t.Log(process.Ginkgo("all", "--focus=x"))
		t.Log(process.GoTest("once", "-run x"))
		t.Log(process.GoTest("once", ""))
		return
	}
	for tags, want := range map[string][]string{
		"": {
			"VCR_RECORD_MODE=all ginkgo --focus=x ./vcr/internal/process\n",
			"VCR_RECORD_MODE=once go test -count=1 ./vcr/internal/process -run x\n",
			"VCR_RECORD_MODE=once go test -count=1 ./vcr/internal/process\n",
		},
		"integration,slow": {
			"VCR_RECORD_MODE=all ginkgo -tags=integration,slow --focus=x ./vcr/internal/process\n",
			"VCR_RECORD_MODE=once go test -count=1 -tags=integration,slow ./vcr/internal/process -run x\n",
			"VCR_RECORD_MODE=once go test -count=1 -tags=integration,slow ./vcr/internal/process\n",
		},
	} {
		cmd := exec.Command("go", "test", "-count=1", "-v", "-tags="+tags, "-run=^TestCommandsHaveTheBuildTags$", ".")
		cmd.Env = append(os.Environ(), printing+"=1")
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		for _, line := range want {
			if !strings.Contains(string(output), line) {
				t.Errorf("with the tags %q: no %s in\n%s", tags, line, output)
			}
		}
	}
}

func TestShellQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"plain":      "plain",
		"two words":  "'two words'",
		"it's":       `'it'\''s'`,
		"two\nlines": "'two\nlines'",
	} {
		if got := process.ShellQuoted(text); got != want {
			t.Errorf("got %s for %q", got, text)
		}
	}
}
