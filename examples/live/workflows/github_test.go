package workflows_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// A workflow has what the workflows here use of GitHub's form.
type workflow struct {
	Jobs map[string]struct{ Steps []step }
}

type step struct {
	Name, Uses, Run, If string
	Env                 map[string]string
}

// A job is what people see of a run.
type job struct {
	passed      bool
	log         string
	summary     string
	pullRequest string   // how gh was called for it, and its text; "" if it was not
	changed     []string // the files in which its branch, or else the work tree, differs
}

// A github runs workflows as GitHub does.
type github struct {
	t      *testing.T
	origin string // the repository
	temp   string // the folder for what outlives a step
}

// newGitHub has a repository as a reader of the README makes it, for an API at an address.
func newGitHub(t *testing.T, apiAddress string) *github {
	t.Helper()
	g := &github{t: t, origin: filepath.Join(t.TempDir(), "origin"), temp: t.TempDir()}
	for _, name := range []string{"live.yml", "refresh.yml"} {
		g.write(filepath.Join(g.origin, ".github/workflows", name), g.read(name), 0o600)
	}
	tapes, err := fs.Glob(os.DirFS(".."), "cassettes/*/*.yaml")
	g.check(err)
	for _, name := range append(tapes, "chat_test.go", "go.mod", "go.sum") {
		g.write(filepath.Join(g.origin, name), strings.ReplaceAll(g.read(filepath.Join("..", name)), address, apiAddress), 0o600)
	}
	g.write(filepath.Join(g.origin, ".gitattributes"), "**/cassettes/** -text -merge\n", 0o600)
	const library = "github.com/seed-e117020a/ginkgo-vcr"
	root, err := filepath.Abs("../../..")
	g.check(err)
	g.run(g.origin, "go", "mod", "edit", "-replace="+library+"="+root, "-replace="+library+"/vcr/cmd/vcr="+root+"/vcr/cmd/vcr")
	g.run(g.origin, "git", "init", "--quiet", "--initial-branch=main")
	g.run(g.origin, "git", "add", ".")
	g.run(g.origin, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=First")
	// The command gh of the runner. As at GitHub, a branch has one pull request.
	g.write(g.file("bin/gh"), `#!/bin/sh
set -e
test "$1" = pr || exit 0
test "$2" != create || test ! -e "$RUNNER_TEMP/opened"
touch "$RUNNER_TEMP/opened"
for body; do :; done # the last argument
{ echo "gh $*"; cat "$body"; } >"$RUNNER_TEMP/pull_request"
`, 0o700)
	return g
}

var action = regexp.MustCompile(`^actions/[a-z-]+@v[0-9]+$`)

// start runs the commands of a workflow in a new clone.
func (g *github) start(file string) job {
	g.t.Helper()
	clone := filepath.Join(g.t.TempDir(), "clone")
	g.run(".", "git", "clone", "--quiet", g.origin, clone)
	g.check(os.RemoveAll(g.file("summary.md")))
	g.check(os.RemoveAll(g.file("pull_request")))
	var w workflow
	g.check(yaml.Unmarshal([]byte(g.read(filepath.Join(clone, ".github/workflows", file))), &w))
	passed := true
	var log bytes.Buffer
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.Run == "" && !action.MatchString(s.Uses) {
				g.t.Fatalf("%s: %s is not an action of GitHub itself, pinned by its major version", file, s.Uses)
			}
			if s.Run == "" || !g.goesOn(s, passed) {
				continue
			}
			g.write(g.file("step.sh"), s.Run, 0o600)
			command := exec.Command("bash", "-e", g.file("step.sh"))
			command.Dir, command.Env = clone, g.environment(s)
			command.Stdout, command.Stderr = &log, &log
			passed = command.Run() == nil && passed
		}
	}
	got := job{passed: passed, log: log.String(), summary: g.read(g.file("summary.md")), pullRequest: g.read(g.file("pull_request"))}
	got.changed = strings.Fields(g.run(clone, "git", "status", "--porcelain"))
	if got.pullRequest != "" {
		got.changed = append(got.changed, strings.Fields(g.run(g.origin, "git", "diff", "--name-only", "main", "refresh-cassettes"))...)
	}
	public := got.log + got.summary + got.pullRequest + g.run(g.origin, "git", "log", "--all", "--patch")
	if strings.Contains(public, key) || strings.Contains(public, token) {
		g.t.Errorf("%s: a secret of the job got out:\n%s", file, public)
	}
	return got
}

// goesOn reports whether a step runs, after others that all passed or did not.
func (g *github) goesOn(s step, passed bool) bool {
	switch s.If {
	case "":
		return passed
	case "${{ !cancelled() }}":
		return true
	}
	g.t.Fatalf("%s: the condition %s is not known here", s.Name, s.If)
	return false
}

var expression = regexp.MustCompile(`\$\{\{.*?\}\}`)

// environment is that of a step: of the test's own it has what is not of CI or of vcr.
func (g *github) environment(s step) []string {
	env := []string{
		"CI=true", "GITHUB_ACTIONS=true", "GITHUB_SERVER_URL=https://github.com", "GITHUB_REPOSITORY=a/b", "GITHUB_RUN_ID=7",
		"GITHUB_STEP_SUMMARY=" + g.file("summary.md"), "RUNNER_TEMP=" + g.temp,
		"PATH=" + g.file("bin") + string(os.PathListSeparator) + os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=" + os.DevNull,
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if name != "PATH" && name != "CI" && !strings.HasPrefix(name, "GITHUB_") && !strings.HasPrefix(name, "VCR_") && name != "RUNNER_TEMP" {
			env = append(env, variable)
		}
	}
	values := map[string]string{"${{ secrets.OPENAI_API_KEY }}": key, "${{ github.token }}": token}
	for name, value := range s.Env {
		env = append(env, name+"="+expression.ReplaceAllStringFunc(value, func(e string) string {
			if values[e] == "" {
				g.t.Fatalf("%s: %s is not known here", s.Name, e)
			}
			return values[e]
		}))
	}
	return env
}

// file returns the path of a file in the temporary folder.
func (g *github) file(name string) string { return filepath.Join(g.temp, name) }

func (g *github) run(dir, name string, args ...string) string {
	g.t.Helper()
	command := exec.Command(name, args...)
	command.Dir, command.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull)
	output, err := command.CombinedOutput()
	if err != nil {
		g.t.Fatalf("%s: %v\n%s", command, err, output)
	}
	return string(output)
}

// read returns what a file holds, nothing if there is none.
func (g *github) read(file string) string {
	g.t.Helper()
	content, err := os.ReadFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		g.check(err)
	}
	return string(content)
}

func (g *github) write(file, content string, mode fs.FileMode) {
	g.t.Helper()
	g.check(os.MkdirAll(filepath.Dir(file), 0o700))
	g.check(os.WriteFile(file, []byte(content), mode))
}

func (g *github) check(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}
