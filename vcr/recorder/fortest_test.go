package recorder_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// TestForecast runs the test of ExampleForTest.
func TestForecast(t *testing.T) { testForecast(t) }

func TestForTestRecordsAndReplays(t *testing.T) {
	p := newPlain(t, nil)
	first := p.goTest("-run=^TestAnswers$")
	first.passes(t)
	equal(t, "requests of the first run", first.served, 5)
	var got []string
	for file, c := range p.cassettes() {
		got = append(got, fmt.Sprintf("%s: %s / %s%s", file, c.Suite, c.Spec, p.requests(c)))
	}
	slices.Sort(got)
	equal(t, "cassettes", strings.Join(got, "\n"), `testanswers.yaml: example.com/fixtures/plain / TestAnswers: GET /all
testanswers/for_france.yaml: example.com/fixtures/plain / TestAnswers/for_France: GET /France
testanswers/for_france/in/detail.yaml: example.com/fixtures/plain / TestAnswers/for_France/in/detail: GET /France/detail
testanswers/for_spain.yaml: example.com/fixtures/plain / TestAnswers/for_Spain: GET /Spain
testanswers/for_spain/in/detail.yaml: example.com/fixtures/plain / TestAnswers/for_Spain/in/detail: GET /Spain/detail`)

	for _, again := range []plainRun{
		p.run("TestAnswers", "CI=true"),
		p.run("TestAnswers", "-test.shuffle=on", "-test.count=3"),
		p.run("TestAnswers$/^for_Spain$/in"),
	} {
		again.passes(t)
		equal(t, "requests of a later run", again.served, 0)
	}
}

func TestForTestInOneProcess(t *testing.T) {
	p := newPlain(t, nil)
	got := p.goTest("-run=^TestAnswers$", "-shuffle=on", "-count=2")
	got.passes(t)
	equal(t, "requests of both rounds", got.served, 5)
}

func TestForTestThatDidNotPass(t *testing.T) {
	for _, end := range []string{"fail", "skip", "panic"} {
		t.Run(end, func(t *testing.T) {
			p := newPlain(t, nil)
			got := p.run("TestEnds", "END="+end)
			equal(t, "the test passes", got.err == nil, end == "skip")
			equal(t, "cassettes", p.tapes(), "testends.yaml (partial): GET /1")

			again := p.run("TestEnds")
			again.passes(t)
			equal(t, "requests of the next run", again.served, 1)
			equal(t, "cassettes after the next run", p.tapes(), "testends.yaml: GET /1, GET /2")
		})
	}
}

func TestForTestRejectsAFailureOfTheService(t *testing.T) {
	p := newPlain(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	got := p.run("TestEnds", "END=fail")
	equal(t, "output", got.output(), `--- FAIL: TestEnds (TIME)
    plain_test.go:LINE: the code is wrong
    plain_test.go:LINE: what this test recorded is in testdata/cassettes/.rejected/testends.yaml
FAIL
`)
	equal(t, "cassettes", p.tapes(), ".rejected/testends.yaml (partial): GET /1")
}

func TestForTestThatFailsAgainSaysHowToRecordItAgain(t *testing.T) {
	p := newPlain(t, nil)
	p.run("TestEnds", "END=fail")
	got := p.run("TestEnds", "END=fail")
	equal(t, "output", got.output(), `--- FAIL: TestEnds (TIME)
    plain_test.go:LINE: the code is wrong
    plain_test.go:LINE: testdata/cassettes/testends.yaml is partial: what this test replayed was recorded in a run that did not pass, and may be why it fails
          1. to record this test again, in the root of the module:
             VCR_RECORD_MODE=all go test -count=1 ./plain -run '^TestEnds$'
          2. in the Config, to keep nothing of a run in which it fails:
             RecordOnlyPassed: true
FAIL
`)
	for _, command := range got.commands() {
		healed := p.shell(command)
		healed.passes(t)
		equal(t, "requests", healed.served, 2)
	}
	equal(t, "cassettes", p.tapes(), "testends.yaml: GET /1, GET /2")
}

func TestForTestLogsWhatIsStale(t *testing.T) {
	p := newPlain(t, nil)
	p.run("TestIsOld").passes(t)
	got := p.run("TestIsOld", "END=fail")
	equal(t, "output", regexp.MustCompile(`\d{4}-\d\d-\d\d`).ReplaceAllString(got.output(), "DATE"), `--- FAIL: TestIsOld (TIME)
    plain_test.go:LINE: to see what is logged
    plain_test.go:LINE: testdata/cassettes/testisold.yaml: what this test replayed is older than MaxAge allows:
          line 5, GET ORIGIN/1, recorded on DATE
          1. to record this test again, in the root of the module:
             VCR_RECORD_MODE=refresh go test -count=1 ./plain -run '^TestIsOld$'
FAIL
`)
	refreshed := p.shell(got.commands()[0])
	refreshed.passes(t)
	equal(t, "requests", refreshed.served, 1)
}

func TestForTestFailsAtAMiss(t *testing.T) {
	p := newPlain(t, nil)
	at := p.line("// the request")
	got := p.run("TestSwallows", "CI=true", "PAGE=1")
	equal(t, "output without a cassette", got.output(), `--- FAIL: TestSwallows (TIME)
    fortest.go:LINE: testdata/cassettes/testswallows.yaml: no recording for GET ORIGIN/?page=1
          mode none; the cassette does not exist or is empty
          1. to record this test, in the root of the module:
             VCR_RECORD_MODE=once go test -count=1 ./plain -run '^TestSwallows$'
          in the request at plain_test.go:`+at+`
FAIL
`)
	p.run("TestSwallows", "PAGE=1").passes(t)

	got = p.run("TestSwallows", "PAGE=2")
	equal(t, "output with a cassette", got.output(), `--- FAIL: TestSwallows (TIME)
    fortest.go:LINE: testdata/cassettes/testswallows.yaml: no recording for GET ORIGIN/?page=2
          mode once; the cassette holds 1 recording, 1 not played yet
          the nearest is recording 1 (line 5), which differs in
            query page
              recorded: 1
              request:  2
          1. to record this test again, in the root of the module:
             VCR_RECORD_MODE=all go test -count=1 ./plain -run '^TestSwallows$'
          2. to add what is new and keep the rest:
             VCR_RECORD_MODE=new_episodes go test -count=1 ./plain -run '^TestSwallows$'
          3. in the Config, to ignore what differs; then any value of page matches:
             IgnoreQuery: []string{"page"}
          in the request at plain_test.go:`+at+`
FAIL
`)
	equal(t, "requests", got.served, 0)

	got = p.run("TestOtherGoroutine", "CI=true")
	equal(t, "output of another goroutine", got.output(), `--- FAIL: TestOtherGoroutine (TIME)
    fortest.go:LINE: testdata/cassettes/testothergoroutine.yaml: no recording for GET ORIGIN/other
          mode none; the cassette does not exist or is empty
          1. to record this test, in the root of the module:
             VCR_RECORD_MODE=once go test -count=1 ./plain -run '^TestOtherGoroutine$'
          in the request at plain_test.go:`+p.line("// the goroutine's request")+`
FAIL
`)
}

// Code that ends the process leaves no other trace of the miss.
func TestForTestTellsAMissAtOnce(t *testing.T) {
	p := newPlain(t, nil)
	got := p.run("TestExits", "CI=true")
	equal(t, "output", got.output(), "")
	equal(t, "notices", got.notices(), "ginkgo-vcr: testdata/cassettes/testexits.yaml: no recording for GET ORIGIN/1, in TestExits\n")
}

func TestForTestRemediesMendAMiss(t *testing.T) {
	p := newPlain(t, nil)
	p.run("Test(Swallows|Ends)", "PAGE=1").passes(t)
	before := p.tapes()
	commands := p.run("TestSwallows", "PAGE=2").commands()
	equal(t, "commands", len(commands), 2)

	added := p.shell(commands[1], "PAGE=2")
	added.passes(t)
	equal(t, "requests of new_episodes", added.served, 1)
	equal(t, "cassettes", p.tapes(), strings.Replace(before, "page=1", "page=2, GET /?page=1", 1))

	replaced := p.shell(commands[0], "PAGE=2")
	replaced.passes(t)
	equal(t, "requests of all", replaced.served, 1)
	equal(t, "cassettes", p.tapes(), strings.Replace(before, "page=1", "page=2", 1))
	p.run("TestSwallows", "PAGE=2", "CI=true").passes(t)
}

func TestForTestRemediesSelectOneTest(t *testing.T) {
	p := newPlain(t, nil)
	commands := p.run("TestNames", "CI=true").commands()
	equal(t, "commands", len(commands), 9)
	var known []string
	for _, command := range commands {
		got := p.shell(command)
		got.passes(t)
		equal(t, command, got.served, 1)
		files := slices.Sorted(maps.Keys(p.cassettes()))
		equal(t, "cassettes after "+command, len(files), len(known)+1)
		known = files
	}
	p.run("TestNames", "CI=true").passes(t)
}

func TestForTestModes(t *testing.T) {
	for _, c := range []struct {
		settings string
		mode     string // of the miss, "" if the test records
	}{
		{"", ""},
		{"MODE=all", ""},
		{"MODE=none", "none"},
		{"MODE=none VCR_RECORD_MODE=once", ""},
		{"MODE=all VCR_RECORD_MODE=none", "none"},
		{"CI=true", "none"},
		{"CI=true MODE=all", "none"},
		{"CI=true MODE=once", "none"},
		{"CI=true VCR_RECORD_MODE=all", ""},
	} {
		t.Run(c.settings, func(t *testing.T) {
			p := newPlain(t, nil)
			got := p.run("TestMode", strings.Fields(c.settings)...)
			if c.mode == "" {
				got.passes(t)
				equal(t, "requests", got.served, 1)
				equal(t, "cassettes", p.tapes(), "testmode.yaml: GET /")
				return
			}
			if !strings.Contains(got.output(), "\n          mode "+c.mode+"; ") {
				t.Errorf("not a miss in mode %s:\n%s", c.mode, got.output())
			}
			equal(t, "requests", got.served, 0)
			equal(t, "cassettes", p.tapes(), "")
		})
	}
}

func TestForTestInAnUnknownMode(t *testing.T) {
	p := newPlain(t, nil)
	for settings, place := range map[string]string{
		"VCR_RECORD_MODE=sometimes":                         "VCR_RECORD_MODE",
		"MODE=sometimes":                                    "testmode.yaml",
		"MODE=sometimes CASSETTE=testdata/cassettes/a.yaml": "testdata/cassettes/a.yaml",
	} {
		got := p.run("TestMode", strings.Fields(settings)...)
		equal(t, settings, got.output(), "--- FAIL: TestMode (TIME)\n    plain_test.go:LINE: "+place+
			": unknown record mode \"sometimes\"; known are none, once, new_episodes, all, refresh, amend, live\nFAIL\n")
		equal(t, "requests", got.served, 0)
	}
}

func TestForTestWithTheCassetteOfAnother(t *testing.T) {
	p := newPlain(t, nil)
	equal(t, "two tests", p.run("Test(One|TheSame)Path").output(), `--- FAIL: TestTheSamePath (TIME)
    plain_test.go:LINE: testdata/cassettes/one.yaml: TestOnePath and TestTheSamePath have this cassette; set Config.Path in one of them
FAIL
`)
	equal(t, "two sessions of a test", p.run("TestTwice").output(), `--- FAIL: TestTwice (TIME)
    plain_test.go:LINE: testdata/cassettes/testtwice.yaml: two sessions of TestTwice have this cassette; set Config.Path in one of them
FAIL
`)
	p.run("TestTwoCassettes", "-test.count=2").passes(t)
	equal(t, "cassettes", p.tapes(), "testtwocassettes.yaml: GET /1\ntwo.yaml: GET /2")
}

func TestForTestEndsItsContext(t *testing.T) {
	p := newPlain(t, nil)
	got := p.run("TestRetries", "CI=true")
	if last := "attempts: 1, because of a miss: true\nFAIL\n"; !strings.HasSuffix(got.output(), last) {
		t.Errorf("got\n%s\nwant at the end\n%s", got.output(), last)
	}
}

func TestForTestWithARequestThatOutlivesIt(t *testing.T) {
	p := newPlain(t, nil)
	got := p.run("TestLeavesARequest", "CI=true", "-test.v")
	got.passes(t)
	equal(t, "output", got.output(), `=== RUN   TestLeavesARequest
--- PASS: TestLeavesARequest (TIME)
=== RUN   TestLeavesARequestThatMisses
    plain_test.go:LINE: the late request misses: true
--- PASS: TestLeavesARequestThatMisses (TIME)
PASS
`)
}

func TestForTestKeepsCassettesBesideTheTest(t *testing.T) {
	p := newPlain(t, nil)
	p.run("TestChangesFolder").passes(t)
	equal(t, "cassettes", p.tapes(), "named/path.yaml: GET /named\ntestchangesfolder.yaml: GET /default")
	p.run("TestChangesFolder", "CI=true").passes(t)

	p.run("TestInAFolder").passes(t)
	if _, err := os.Stat(filepath.Join(p.dir, "testdata/elsewhere/testinafolder.yaml")); err != nil {
		t.Error(err)
	}
}

// A plainModule is a module with the tests in _fixtures/plain, and the origin that they
// send to.
type plainModule struct {
	t        *testing.T
	origin   *vcrtest.Origin
	module   string // the root of the module
	dir      string // of the package
	compiled string // the package's test binary, as Windows names it
}

var plainFolder string // what compilePlain made, "" if nothing

// compilePlain makes the module and the test binary, which the tests share.
var compilePlain = sync.OnceValues(func() (*plainModule, error) {
	module, err := os.MkdirTemp("", "plain")
	if err != nil {
		return nil, err
	}
	plainFolder = module
	p := &plainModule{module: module, dir: filepath.Join(module, "plain"), compiled: filepath.Join(module, "plain.test.exe")}
	if err := p.write(); err != nil {
		return p, err
	}
	cmd := exec.Command("go", "test", "-c", "-o", p.compiled, "./plain")
	cmd.Dir, cmd.Env = module, plainEnvironment()
	if output, err := cmd.CombinedOutput(); err != nil {
		return p, fmt.Errorf("%w\n%s", err, output)
	}
	return p, nil
})

// write writes a module that uses this one, with the versions that this test was
// built with.
func (p *plainModule) write() error {
	root, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	modfile := filepath.Join(root, "go.mod")
	for _, flag := range strings.Fields(os.Getenv("GOFLAGS")) {
		if name, ok := strings.CutPrefix(flag, "-modfile="); ok {
			modfile = name
		}
	}
	gomod, err := os.ReadFile(modfile)
	if err != nil {
		return err
	}
	const ours = "github.com/seed-e117020a/ginkgo-vcr"
	text := strings.Replace(string(gomod), "module "+ours, "module example.com/fixtures", 1)
	text += fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => %s\n", ours, ours, filepath.ToSlash(root))
	// The go command reads our go.mod as well, so both have their checksums.
	var gosum []byte
	for _, file := range []string{filepath.Join(root, "go.sum"), strings.TrimSuffix(modfile, ".mod") + ".sum"} {
		sums, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		gosum = append(gosum, sums...)
	}
	if err := os.WriteFile(filepath.Join(p.module, "go.mod"), []byte(text), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(p.module, "go.sum"), gosum, 0o600); err != nil {
		return err
	}
	return os.CopyFS(p.dir, os.DirFS("_fixtures/plain"))
}

func TestMain(m *testing.M) {
	if end := os.Getenv(crasher); end != "" {
		crash(end)
	}
	code := m.Run()
	_ = os.RemoveAll(plainFolder) // which does nothing for ""
	os.Exit(code)
}

// newPlain returns the module without cassettes, and starts an origin that
// answers with the path, or a handler of the test.
func newPlain(t *testing.T, handler http.Handler) *plainModule {
	t.Helper()
	shared, err := compilePlain()
	if err != nil {
		t.Fatal(err)
	}
	if handler == nil {
		handler = counting()
	}
	p := *shared
	p.t, p.origin = t, vcrtest.NewOrigin(handler)
	t.Cleanup(p.origin.Close)
	if err := os.RemoveAll(filepath.Join(p.dir, "testdata")); err != nil {
		t.Fatal(err)
	}
	return &p
}

// A plainRun is what a run of tests came to.
type plainRun struct {
	err    error
	stdout string
	served int // how many requests the origin got in this run
	origin string
}

func (r plainRun) passes(t *testing.T) {
	t.Helper()
	if r.err != nil {
		t.Fatalf("%v\n%s", r.err, r.stdout)
	}
}

var (
	plainTime = regexp.MustCompile(`\(\d+\.\d+s\)`)
	notice    = regexp.MustCompile(`(?m)^ginkgo-vcr: .*\n`)
	plainLine = regexp.MustCompile(`(\n    (?:fortest|plain_test)\.go):\d+`)
)

// output is what the run printed, without what differs from run to run.
func (r plainRun) output() string {
	text := strings.ReplaceAll(plainTime.ReplaceAllString(r.stdout, "(TIME)"), r.origin, "ORIGIN")
	return plainLine.ReplaceAllString(notice.ReplaceAllString(text, ""), "$1:LINE")
}

// notices are the lines that were printed when they were true.
func (r plainRun) notices() string {
	return strings.ReplaceAll(strings.Join(notice.FindAllString(r.stdout, -1), ""), r.origin, "ORIGIN")
}

func (r plainRun) commands() []string {
	var commands []string
	for line := range strings.Lines(r.stdout) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "VCR_RECORD_MODE=") {
			commands = append(commands, line)
		}
	}
	return commands
}

// run runs the tests whose names match, as go test does: in the folder of the
// package. Arguments that look like VARIABLE=value are put into the environment.
func (p *plainModule) run(pattern string, args ...string) plainRun {
	p.t.Helper()
	flags := []string{"-test.run=^" + pattern, "-test.timeout=60s"}
	var env []string
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			flags = append(flags, arg)
		} else {
			env = append(env, arg)
		}
	}
	return p.command(p.dir, env, p.compiled, flags...)
}

// goTest runs go test in the root of the module.
func (p *plainModule) goTest(args ...string) plainRun {
	p.t.Helper()
	return p.command(p.module, nil, "go", append([]string{"test", "./plain"}, args...)...)
}

// shell runs a command as it would be pasted, in the root of the module.
func (p *plainModule) shell(line string, env ...string) plainRun {
	p.t.Helper()
	return p.command(p.module, env, "sh", "-c", line)
}

func (p *plainModule) command(dir string, env []string, name string, args ...string) plainRun {
	p.t.Helper()
	before := p.origin.Served()
	var output bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &output, &output
	cmd.Env = slices.Concat(plainEnvironment(), []string{"ORIGIN=" + p.origin.URL}, env)
	err := cmd.Run()
	return plainRun{err, output.String(), p.origin.Served() - before, p.origin.URL}
}

// plainEnvironment is the environment without what would change the record mode
// or the module.
func plainEnvironment() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"CI", "VCR_RECORD_MODE", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "CODEBUILD_BUILD_ID"}, name)
	})
	flags := slices.DeleteFunc(strings.Fields(os.Getenv("GOFLAGS")), func(flag string) bool { return strings.HasPrefix(flag, "-modfile=") })
	return append(env, "GOFLAGS="+strings.Join(flags, " "))
}

// cassettes returns those of the module, by their paths below testdata/cassettes.
func (p *plainModule) cassettes() map[string]*cassette.Cassette {
	p.t.Helper()
	found := map[string]*cassette.Cassette{}
	dir := filepath.Join(p.dir, "testdata", "cassettes")
	err := filepath.WalkDir(dir, func(file string, _ os.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && filepath.Ext(file) != ".yaml" {
			return nil // nothing is recorded yet, or it is a folder
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		found[filepath.ToSlash(name)], err = cassette.Load(file)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return found
}

// tapes describes the cassettes, one on each line, in the order of their paths.
func (p *plainModule) tapes() string {
	p.t.Helper()
	var lines []string
	for file, c := range p.cassettes() {
		if c.Partial {
			file += " (partial)"
		}
		lines = append(lines, file+p.requests(c))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// requests lists the requests on a cassette.
func (p *plainModule) requests(c *cassette.Cassette) string {
	var requests []string
	for _, i := range c.Interactions {
		requests = append(requests, i.Request.Method+" "+strings.TrimPrefix(i.Request.URL, p.origin.URL))
	}
	return ": " + strings.Join(requests, ", ")
}

// line returns the number of the line of the fixture that has a comment.
func (p *plainModule) line(comment string) string {
	p.t.Helper()
	source, err := os.ReadFile(filepath.Join(p.dir, "plain_test.go"))
	if err != nil {
		p.t.Fatal(err)
	}
	before, _, found := strings.Cut(string(source), comment+"\n")
	if !found {
		p.t.Fatalf("no line with %s", comment)
	}
	return fmt.Sprint(strings.Count(before, "\n") + 1)
}
