// Package workflows runs the commands of the workflows as GitHub does, in clones of a
// repository that has them, against a stand-in for the API.
package workflows_test

import (
	"flag"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

var update = flag.Bool("update", false, "record the cassettes again")

// address is that of the stand-in in the suite and on the cassettes.
const address = "127.0.0.1:18092"

// What the jobs are given is put together here, so that no file holds what looks like a secret.
var (
	key   = "sk-" + strings.Repeat("Zq7Xw2Lk", 5)
	token = "ghs_" + strings.Repeat("Zq7Xw2", 6)
)

// What the stand-in says today, beside what it said when the cassettes were recorded.
var (
	otherValues  = []string{"chatcmpl-", "chatcmpl-9", "1767225600", "1790000000", " is the capital of", ", as ever: the pride of", `"is "`, `"remains "`}
	otherShape   = append([]string{`"created":1767225600`, `"created":"2026-09-21"`}, otherValues...)
	brokenStream = append([]string{`"delta":`, `"piece":`}, otherShape...)
	unreadable   = append([]string{`"choices":[`, `"choices":[],"candidates":[`}, otherValues...)
)

func TestUpdate(t *testing.T) {
	if !*update {
		t.Skip("it records the cassettes again with -update")
	}
	standIn(t, address)
	command := exec.Command("go", "test", "-count=1", "..")
	command.Env = append(os.Environ(), "VCR_RECORD_MODE=all", "OPENAI_API_KEY="+key)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

func TestLive(t *testing.T) {
	t.Parallel()
	api := standIn(t, "127.0.0.1:0")
	g := newGitHub(t, api.address)

	api.say(otherValues)
	got := g.start("live.yml")
	got.want(t, true, "2 answers compared with the cassettes, 2 of them the same but for values", "### 2 specs passed on answers of the recorded shape")
	got.wantPullRequest(t, "")

	api.say(otherShape)
	got = g.start("live.yml")
	got.want(t, false, "2 answers compared with the cassettes, 0 of them the same but for values",
		`POST localhost/v1/chat/completions \$\.created is a string and was a number, in 1 of 1 new answers`)
	got.wantPullRequest(t, "")
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	api := standIn(t, "127.0.0.1:0")
	g := newGitHub(t, api.address)

	api.say(otherValues)
	got := g.start("refresh.yml")
	got.want(t, true, "3 answers compared with the cassettes, 3 of them the same but for values", "### 3 specs passed on answers of the recorded shape")
	got.wantPullRequest(t, "")

	api.say(otherShape)
	const drift = "### Breaking\n\n| endpoint | what is different | where |\n|---|---|---|\n" +
		"| `POST localhost/v1/chat/completions` | `$.created is a string and was a number, in 2 of 2 new answers` | `cassettes/chat/answers_a_question.yaml:5 and 1 more` |\n" +
		"| `POST localhost/v1/chat/completions` | `$.created is a string and was a number, in 1 of 1 new answers` | `cassettes/chat/streams_an_answer.yaml:5` |\n\n" +
		"- 0 of 3 answers have the shape of their recordings.\n\n" +
		"Which specs pass on these answers: https://github.com/a/b/actions/runs/7\n"
	tapes := []string{"cassettes/chat/answers_a_question.yaml", "cassettes/chat/answers_another_question.yaml", "cassettes/chat/streams_an_answer.yaml"}
	for _, call := range []string{"create --head refresh-cassettes --title Refresh the cassettes", "edit refresh-cassettes"} {
		got = g.start("refresh.yml")
		got.want(t, false, `POST localhost/v1/chat/completions \$\.created is a string and was a number, in 2 of 2 new answers`)
		got.wantPullRequest(t, "gh pr "+call+" --body-file "+g.temp+"/drift.md\n"+drift, tapes...)
	}

	// One spec fails and keeps its cassette. What the others got is told nevertheless.
	api.say(brokenStream)
	got = g.start("refresh.yml")
	got.want(t, false, `\$\.choices\[\*\]\.delta is gone\: 1 of 1 recordings had it`, "### 1 rejected recording", "### 2 new recordings")
	if got.pullRequest == "" || !slices.Equal(got.changed, tapes[:2]) {
		t.Errorf("got the pull request\n%s\n%q\nwant one with\n%q\n%s", got.pullRequest, got.changed, tapes[:2], got.log)
	}

	// No spec passes on these, so that all cassettes stay.
	api.say(unreadable)
	got = g.start("refresh.yml")
	got.want(t, false, `\$\.candidates is new\: 2 of 2 new answers have it`, "### 3 rejected recordings")
	got.wantPullRequest(t, "")
}

// want compares how a job ended, and what its summary says among other things.
func (j job) want(t *testing.T, passed bool, texts ...string) {
	t.Helper()
	if j.passed != passed {
		t.Errorf("the job passed: %v, want %v\n%s", j.passed, passed, j.log)
	}
	for _, text := range texts {
		if !strings.Contains(j.summary, text) {
			t.Errorf("the summary lacks %q:\n%s\n%s", text, j.summary, j.log)
		}
	}
}

// wantPullRequest compares how gh was called, with the text, and which files would change.
func (j job) wantPullRequest(t *testing.T, text string, files ...string) {
	t.Helper()
	if j.pullRequest != text || !slices.Equal(j.changed, files) {
		t.Errorf("got the pull request\n%s\n%q\nwant\n%s\n%q\n%s", j.pullRequest, j.changed, text, files, j.log)
	}
}

// An api is a stand-in that says other words in each job.
type api struct {
	address string
	words   atomic.Pointer[strings.Replacer]
}

// standIn serves the API until the test ends.
func standIn(t *testing.T, address string) *api {
	t.Helper()
	a, chat := &api{}, vcrtest.Chat()
	a.say(nil)
	origin, err := vcrtest.ListenOrigin(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chat.ServeHTTP(reworded{w, a.words.Load()}, r)
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(origin.Close)
	a.address = strings.TrimPrefix(origin.URL, "http://")
	return a
}

// say changes words: each one is followed by another for it.
func (a *api) say(words []string) { a.words.Store(strings.NewReplacer(words...)) }

// A reworded response has other words than those that are written.
type reworded struct {
	http.ResponseWriter
	words *strings.Replacer
}

func (r reworded) Write(p []byte) (int, error) {
	_, err := r.words.WriteString(r.ResponseWriter, string(p))
	return len(p), err
}

// Unwrap lets a stream leave event by event.
func (r reworded) Unwrap() http.ResponseWriter { return r.ResponseWriter }
