package openai_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e117020a/ginkgo-vcr/examples/sdk/standin"
)

// changedPrompt asks another question, and counts how often it is asked.
var changedPrompt = strings.NewReplacer(
	`question("What is the capital of France?"))`, `question("What is the capital of Spain?"),
			option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
				AddReportEntry("attempt")
				return next(req)
			}))`,
	`"io"`, `"io"; "net/http"`,
	`"github.com/openai/openai-go/v3"`, `"github.com/openai/openai-go/v3"; "github.com/openai/openai-go/v3/option"`,
)

// The SDK tries a request three times when there is no answer. A miss ends the
// context of the spec, so that it tries once, and is the first thing printed.
func TestChangedPrompt(t *testing.T) {
	if standin.Recording() {
		t.Skip("the tapes are being recorded")
	}
	file := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command("go", "test", "-count=1", "-overlay="+edited(t, "chat_test.go", changedPrompt), "-run=^TestOpenAI$", ".",
		"-ginkgo.no-color", "-ginkgo.focus=Chat answers a question$", "-ginkgo.json-report="+file)
	cmd.Env = append(os.Environ(), "CI=true", "VCR_RECORD_MODE=")
	output, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("it passed:\n%s", output)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var run []types.Report
	if err := json.Unmarshal(text, &run); err != nil {
		t.Fatal(err)
	}
	failed := run[0].SpecReports.WithLeafNodeType(types.NodeTypeIt).WithState(types.SpecStateFailed)
	if len(failed) != 1 {
		t.Fatalf("%d specs failed:\n%s", len(failed), output)
	}
	want := strings.ReplaceAll(`cassettes/chat/answers_a_question.yaml: no recording for POST https://api.openai.com/v1/chat/completions
  mode none; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1 (line 5), which differs in
    body $.messages[0].content
      recorded: "What is the capital of France?"
      request:  "What is the capital of Spain?"
  1. to record this spec again, in the root of the module:
     VCR_RECORD_MODE=all ginkgo --focus-file=/chat_test.go:LINE ./openai
     VCR_RECORD_MODE=all go test -count=1 ./openai -ginkgo.focus-file=/chat_test.go:LINE
  2. to add what is new and keep the rest:
     VCR_RECORD_MODE=new_episodes ginkgo --focus-file=/chat_test.go:LINE ./openai
     VCR_RECORD_MODE=new_episodes go test -count=1 ./openai -ginkgo.focus-file=/chat_test.go:LINE`, "LINE", fmt.Sprint(failed[0].LeafNodeLocation.LineNumber))
	if got := failed[0].Failure.Message; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// The timeline says no more than where the spec failed.
	_, printed, _ := strings.Cut(strings.ReplaceAll(string(output), "[FAILED] in ", ""), "\n  [FAILED] ")
	if !strings.HasPrefix(printed, strings.ReplaceAll(want, "\n", "\n  ")) {
		t.Errorf("what is printed first is %s", printed)
	}
	attempts := 0
	for _, entry := range failed[0].ReportEntries {
		if entry.Name == "attempt" {
			attempts++
		}
	}
	if attempts != 1 {
		t.Errorf("%d attempts", attempts)
	}
	t.Logf("the spec took %v", failed[0].RunTime)
}

// edited is an overlay for the go command in which a file of this folder has
// another text, as if a user had edited it.
func edited(t *testing.T, name string, edit *strings.Replacer) string {
	t.Helper()
	file, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{file: filepath.Join(dir, name)}})
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string][]byte{name: []byte(edit.Replace(string(source))), "overlay.json": overlay} {
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "overlay.json")
}
