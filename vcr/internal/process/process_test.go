package process_test

import (
	"fmt"
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

// What a CI service says of its machines.
func TestShardAndCommit(t *testing.T) {
	known := []string{
		"GITHUB_SHA", "CI_COMMIT_SHA", "CIRCLE_SHA1", "BUILDKITE_COMMIT", "BUILD_SOURCEVERSION", "BITBUCKET_COMMIT", "CODEBUILD_RESOLVED_SOURCE_VERSION", "BUILD_VCS_NUMBER", "GIT_COMMIT", "TRAVIS_COMMIT",
		"VCR_SHARD", "CI_NODE_INDEX", "CI_NODE_TOTAL", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", "SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE",
	}
	for _, c := range []struct {
		set           map[string]string
		shard, commit string
	}{
		{nil, "", ""},
		{map[string]string{"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "5", "CI_COMMIT_SHA": "4f1c"}, "2/5", "4f1c"},
		{map[string]string{"CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "5", "CIRCLE_SHA1": "4f1c"}, "1/5", "4f1c"},
		{map[string]string{"BUILDKITE_PARALLEL_JOB": "4", "BUILDKITE_PARALLEL_JOB_COUNT": "5", "BUILDKITE_COMMIT": "4f1c"}, "5/5", "4f1c"},
		{map[string]string{"SYSTEM_JOBPOSITIONINPHASE": "1", "SYSTEM_TOTALJOBSINPHASE": "2", "BUILD_SOURCEVERSION": "4f1c"}, "1/2", "4f1c"},
		{map[string]string{"CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1"}, "", ""},
		{map[string]string{"CI_NODE_INDEX": "two", "CI_NODE_TOTAL": "5"}, "", ""},
		{map[string]string{"VCR_SHARD": "3/4", "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "5", "GITHUB_SHA": "77ab"}, "3/4", "77ab"},
	} {
		for _, name := range known {
			t.Setenv(name, c.set[name])
		}
		if shard, err := process.Shard(); err != nil || shard != c.shard {
			t.Errorf("%v: got %q, %v, want %q", c.set, shard, err, c.shard)
		}
		if commit := process.Commit(); commit != c.commit {
			t.Errorf("%v: got %q, want %q", c.set, commit, c.commit)
		}
	}
	for _, wrong := range []string{"x", "3", "0/3", "4/3", "-1/2", "1/999999999", "1/2/3"} {
		t.Setenv("VCR_SHARD", wrong)
		if shard, err := process.Shard(); shard != "" || err == nil || err.Error() != fmt.Sprintf("VCR_SHARD=%q is not one of several machines; give it as in 2/5, which counts from 1", wrong) {
			t.Errorf("%s: got %q, %v", wrong, shard, err)
		}
	}
}
