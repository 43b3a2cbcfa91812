package process

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Commit is the commit that is tested, where the CI service tells it, "" elsewhere.
func Commit() string {
	for _, name := range []string{
		"GITHUB_SHA", "CI_COMMIT_SHA", "CIRCLE_SHA1", "BUILDKITE_COMMIT", "BUILD_SOURCEVERSION", "BITBUCKET_COMMIT",
		"CODEBUILD_RESOLVED_SOURCE_VERSION", "BUILD_VCS_NUMBER", "GIT_COMMIT", "TRAVIS_COMMIT",
	} {
		if commit := os.Getenv(name); commit != "" {
			return commit
		}
	}
	return ""
}

// ShardVariable is the environment variable that says which of several machines this is,
// as in 2/5, where the CI service does not.
const ShardVariable = "VCR_SHARD"

// Shard returns which of several machines this is, as in "2/5", "" where it is the only
// one or nothing tells. It is an error if VCR_SHARD says something else.
func Shard() (string, error) {
	if shard := os.Getenv(ShardVariable); shard != "" {
		this, all, _ := strings.Cut(shard, "/")
		index, err := strconv.Atoi(this)
		total, err2 := strconv.Atoi(all)
		if cmp.Or(err, err2) != nil || index < 1 || index > total || total > mostShards {
			return "", fmt.Errorf("%s=%.40q is not one of several machines; give it as in 2/5, which counts from 1", ShardVariable, shard)
		}
		return shard, nil
	}
	for _, service := range []struct {
		index, total string
		first        int
	}{
		{"CI_NODE_INDEX", "CI_NODE_TOTAL", 1}, // GitLab and others
		{"CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},
		{"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
		{"SYSTEM_JOBPOSITIONINPHASE", "SYSTEM_TOTALJOBSINPHASE", 1}, // Azure Pipelines
	} {
		index, err := strconv.Atoi(os.Getenv(service.index))
		total, err2 := strconv.Atoi(os.Getenv(service.total))
		if cmp.Or(err, err2) == nil && total > 1 {
			return fmt.Sprintf("%d/%d", index-service.first+1, total), nil
		}
	}
	return "", nil
}

// mostShards is more machines than a run has: a report lists each that is missing.
const mostShards = 10_000

// Repository is the root of the work tree that the process started in, else that of the
// module, else the folder itself.
var Repository = sync.OnceValue(func() string {
	for _, marker := range []string{".git", "go.mod"} {
		for dir := StartDir; ; dir = filepath.Dir(dir) {
			if _, err := os.Lstat(filepath.Join(dir, marker)); err == nil {
				return dir
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return StartDir
})

// InRepository returns the path of a file from the root of the repository, with slashes,
// where the file is below it.
func InRepository(file string) string {
	root := Repository()
	if below, ok := strings.CutPrefix(file, root); ok && below != "" && os.IsPathSeparator(below[0]) {
		return filepath.ToSlash(below[1:])
	}
	if file == root {
		return "."
	}
	return file
}

// IsInLFS reports whether the attributes of Git say that Git LFS keeps a file. Where there
// is no Git, nothing is kept.
func IsInLFS(file string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	asked := exec.CommandContext(ctx, "git", "check-attr", "filter", "--", filepath.Base(file))
	asked.Dir = filepath.Dir(file)
	answer, err := asked.Output()
	return err == nil && strings.HasSuffix(strings.TrimSpace(string(answer)), "filter: lfs")
}
