package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var update = flag.Bool("update", false, "write what was printed into the scripts of testdata")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"vcr": main, "ginkgo": ginkgo})
}

// ginkgo says how it was called, and fails for a folder that is called broken.
func ginkgo() {
	fmt.Printf("ginkgo %q in mode %s\n", os.Args[1:], os.Getenv("VCR_RECORD_MODE"))
	if os.Args[len(os.Args)-1] == "./broken" {
		os.Exit(1)
	}
}

// Each file of testdata is a session in a shell, with its files below it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"tape": func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(tape(ts.MkAbs, args)) },
			"replace": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(replaceIn(ts.MkAbs(args[2]), args[0], args[1]))
			},
			"comment": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(replaceIn(ts.MkAbs(args[1]), "(?m)^"+args[0], "# a note\n$0"))
			},
			"status": status,
		},
		RequireExplicitExec: true,
	})
}

// tape writes a cassette: tape [flags] file [body of a response]...
func tape(abs func(string) string, args []string) error {
	flags := flag.NewFlagSet("tape", flag.ContinueOnError)
	var old age
	flags.Var(&old, "age", "of its interactions")
	suite := flags.String("suite", "", "the suite")
	spec := flags.String("spec", "", "the spec")
	partial := flags.Bool("partial", false, "of a spec that did not pass")
	limit := flags.Int("limit", 0, "the size from which bodies are in files")
	chats := flags.Bool("chat", false, "with a model; its answers say what they took")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c := &cassette.Cassette{Suite: *suite, Spec: *spec, Partial: *partial, BodyLimit: *limit}
	for n, body := range flags.Args()[1:] {
		i := &cassette.Interaction{
			Request:  cassette.Request{Method: "GET", URL: fmt.Sprintf("https://api.example.com/%d", n+1)},
			Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(body))},
		}
		if *chats {
			i.Request.Method, i.Request.URL = "POST", "https://api.example.com/v1/chat/completions"
			i.Request.Header = http.Header{"Content-Type": {"application/json"}}
			i.Request.Body = cassette.NewBody([]byte(`{"model":"gpt-5","messages":[{"role":"user","content":"Hi"}]}`))
		}
		if old > 0 {
			i.Recorded = time.Now().Add(-time.Duration(old) - time.Minute)
		}
		c.Interactions = append(c.Interactions, i)
	}
	return c.Save(abs(flags.Arg(0)))
}

// replaceIn replaces what an expression matches in a file.
func replaceIn(path, expression, with string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, regexp.MustCompile(expression).ReplaceAll(content, []byte(with)), 0o600)
}

// status runs vcr and wants an exit status: status 1 vcr check.
func status(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}
