package vcr_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// The suites in _fixtures are run as their users would run them: from a module
// of their own, through the real ginkgo.
var (
	ginkgoBinary    string
	scenarioBinary  string
	scenariosModule string // the folder of the module that holds the scenarios
	modfile         string // the go.mod that this test was built with
)

var _ = BeforeSuite(func() {
	var err error
	ginkgoBinary, err = gexec.Build("github.com/onsi/ginkgo/v2/ginkgo")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(gexec.CleanupBuildArtifacts)
	modfile = takeModfile()
	scenariosModule = newModule()
	Expect(os.CopyFS(filepath.Join(scenariosModule, "scenarios"), os.DirFS("_fixtures/scenarios"))).To(Succeed())
	scenarioBinary = filepath.Join(scenariosModule, "scenarios.test")
	var tags string
	if sinceGinkgo(29) {
		tags = "helpergo" // which has GinkgoHelperGo
	}
	command(scenariosModule, "go", "test", "-c", "-tags="+tags, "-o", scenarioBinary, "./scenarios")
})

// tagsOfCommands is what the commands of remedies say of these tags. It is taken out of
// messages, which are the same for all versions.
const tagsOfCommands = " -tags=helpergo"

// sinceGinkgo reports whether Ginkgo is version 2 of at least this minor number.
func sinceGinkgo(minor int) bool {
	GinkgoHelper()
	numbers := strings.Split(types.VERSION, ".")
	Expect(numbers).To(HaveLen(3))
	is, err := strconv.Atoi(numbers[1])
	Expect(err).NotTo(HaveOccurred())
	return is >= minor
}

// newModule makes a module in a temporary folder that uses this one, with the
// versions that this test was built with.
func newModule() string {
	GinkgoHelper()
	dir, err := os.MkdirTemp("", "fixtures")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(os.RemoveAll, dir)
	root, err := filepath.Abs("..")
	Expect(err).NotTo(HaveOccurred())
	gomod, err := os.ReadFile(modfile)
	Expect(err).NotTo(HaveOccurred())
	const ours = "github.com/seed-e117020a/ginkgo-vcr"
	text := strings.Replace(string(gomod), "module "+ours, "module example.com/fixtures", 1)
	text += fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => %s\n", ours, ours, filepath.ToSlash(root))
	Expect(os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600)).To(Succeed())
	// The go command reads our go.mod as well, so both have their checksums.
	var gosum []byte
	for _, file := range []string{filepath.Join(root, "go.sum"), strings.TrimSuffix(modfile, ".mod") + ".sum"} {
		sums, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		gosum = append(gosum, sums...)
	}
	Expect(os.WriteFile(filepath.Join(dir, "go.sum"), gosum, 0o600)).To(Succeed())
	return dir
}

// takeModfile returns the go.mod that this test was built with. Where GOFLAGS
// names another one than ours, it takes that out of GOFLAGS, because modules in
// temporary folders have a go.mod of their own.
func takeModfile() string {
	GinkgoHelper()
	file, err := filepath.Abs("../go.mod")
	Expect(err).NotTo(HaveOccurred())
	flags := strings.Fields(os.Getenv("GOFLAGS"))
	GinkgoT().Setenv("GOFLAGS", strings.Join(slices.DeleteFunc(flags, func(flag string) bool {
		name, ok := strings.CutPrefix(flag, "-modfile=")
		if ok {
			file = name
		}
		return ok
	}), " "))
	return file
}

func command(dir, name string, args ...string) {
	GinkgoHelper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	output, err := cmd.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), "%s %v:\n%s", name, args, output)
}

// A world is an origin and a folder with cassettes, in which a scenario is run
// one or more times.
type world struct {
	patience time.Duration // how long a run may take; 90 s if it is not set
	dir      string
	origin   *vcrtest.Origin
	status   *atomic.Int64 // what the origin answers with; 0 means 200
}

// newWorld starts an origin that answers "METHOD /path" and the body of the
// request. A query such as ?status=500 asks for the status of one answer.
func newWorld() *world {
	GinkgoHelper()
	var status atomic.Int64
	w := newWorldWith(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if asked, err := strconv.Atoi(req.URL.Query().Get("status")); err == nil {
			rw.WriteHeader(asked)
		} else if set := status.Load(); set != 0 {
			rw.WriteHeader(int(set))
		}
		var text bytes.Buffer
		_, _ = text.ReadFrom(req.Body)
		fmt.Fprint(rw, strings.TrimSpace(req.Method+" "+req.URL.RequestURI()+" "+text.String()))
	}))
	w.status = &status // a stray request may come before newWorld returns
	return w
}

// newWorldWith starts an origin that answers otherwise.
func newWorldWith(handler http.Handler) *world {
	GinkgoHelper()
	dir, err := os.MkdirTemp("", "world")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(os.RemoveAll, dir)
	w := &world{dir: dir, origin: vcrtest.NewOrigin(handler)}
	DeferCleanup(w.origin.Close)
	return w
}

// A result is what one run of a scenario came to.
type result struct {
	exit   int
	output string       // without colours
	served int          // how many requests the origin got in this run
	report types.Report // empty when Ginkgo refused to run the suite
}

// run runs a scenario through ginkgo. Arguments that look like VARIABLE=value
// are put into its environment, the others on its command line, before the
// suite or, from "--" on, behind it.
func (w *world) run(scenario string, args ...string) result {
	GinkgoHelper()
	binary := filepath.Join(w.dir, "scenarios.test")
	if _, err := os.Stat(binary); err != nil {
		Expect(os.Link(scenarioBinary, binary)).To(Succeed())
	}
	flags := []string{"--no-color", "--timeout=60s", "--json-report=report.json"}
	env := w.environment(scenario)
	var behind []string
	for n, arg := range args {
		if arg == "--" {
			behind = args[n:]
			break
		}
		if variable.MatchString(arg) {
			env = append(env, arg)
		} else {
			flags = append(flags, arg)
		}
	}
	before := w.origin.Served()
	var output bytes.Buffer
	cmd := exec.Command(ginkgoBinary, slices.Concat(flags, []string{binary}, behind)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, env, &output, &output
	cmd.WaitDelay = 10 * time.Second
	Expect(cmd.Start()).To(Succeed())
	timer := time.AfterFunc(cmp.Or(w.patience, 90*time.Second), func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait()
	// Ginkgo paints the mistakes that it finds before it reads --no-color.
	text := strings.ReplaceAll(colour.ReplaceAllString(output.String(), ""), tagsOfCommands, "")
	AddReportEntry(scenario, text, ReportEntryVisibilityFailureOrVerbose)
	return result{cmd.ProcessState.ExitCode(), text, w.origin.Served() - before, w.takeReport()}
}

// environment is what a scenario needs to know.
func (w *world) environment(scenario string) []string {
	return append(cleanEnvironment(), "SCENARIO="+scenario, "ORIGIN="+w.origin.URL, "CASSETTES="+filepath.Join(w.dir, "cassettes"))
}

// takeReport reads the JSON report of a run and removes it.
func (w *world) takeReport() types.Report {
	GinkgoHelper()
	file := filepath.Join(w.dir, "report.json")
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return types.Report{}
	}
	Expect(err).NotTo(HaveOccurred())
	Expect(os.Remove(file)).To(Succeed())
	data = bytes.ReplaceAll(data, []byte(tagsOfCommands), nil)
	var reports []types.Report
	Expect(json.Unmarshal(data, &reports)).To(Succeed())
	if len(reports) == 0 {
		return types.Report{}
	}
	return reports[0]
}

// spec returns the report of the spec with this text.
func (r result) spec(text string) types.SpecReport {
	GinkgoHelper()
	n := slices.IndexFunc(r.report.SpecReports, func(s types.SpecReport) bool { return s.LeafNodeText == text })
	Expect(n).To(BeNumerically(">=", 0), "no spec %q in:\n%s", text, r.output)
	return r.report.SpecReports[n]
}

var (
	variable = regexp.MustCompile(`^[A-Z_]+=`)
	colour   = regexp.MustCompile("\x1b\\[[0-9;]*m")
)

// cleanEnvironment is the environment without what would change the record mode.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"CI", "VCR_RECORD_MODE", "VCR_RECORD_ONLY", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "CODEBUILD_BUILD_ID", "GITHUB_STEP_SUMMARY"}, name)
	})
}
