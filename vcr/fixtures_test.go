package vcr_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

// The suites in _fixtures are run as their users would run them: from a module
// of their own, through the real ginkgo.
var (
	ginkgoBinary   string
	scenarioBinary string
)

var _ = BeforeSuite(func() {
	var err error
	ginkgoBinary, err = gexec.Build("github.com/onsi/ginkgo/v2/ginkgo")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(gexec.CleanupBuildArtifacts)
	module := newModule()
	Expect(os.CopyFS(filepath.Join(module, "scenarios"), os.DirFS("_fixtures/scenarios"))).To(Succeed())
	scenarioBinary = filepath.Join(module, "scenarios.test")
	command(module, "go", "test", "-c", "-o", scenarioBinary, "./scenarios")
})

// newModule makes a module in a temporary folder that uses this one.
func newModule() string {
	GinkgoHelper()
	dir, err := os.MkdirTemp("", "fixtures")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(os.RemoveAll, dir)
	root, err := filepath.Abs("..")
	Expect(err).NotTo(HaveOccurred())
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	Expect(err).NotTo(HaveOccurred())
	const ours = "github.com/seed-e117020a/ginkgo-vcr"
	text := strings.Replace(string(gomod), "module "+ours, "module example.com/fixtures", 1)
	text += fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => %s\n", ours, ours, filepath.ToSlash(root))
	Expect(os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600)).To(Succeed())
	gosum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(filepath.Join(dir, "go.sum"), gosum, 0o600)).To(Succeed())
	return dir
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
	dir    string
	origin *vcrtest.Origin
	status atomic.Int64 // what the origin answers with; 0 means 200
}

// newWorld starts an origin that answers "METHOD /path" and the body of the request.
func newWorld() *world {
	GinkgoHelper()
	dir, err := os.MkdirTemp("", "world")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(os.RemoveAll, dir)
	w := &world{dir: dir}
	w.origin = vcrtest.NewOrigin(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if status := w.status.Load(); status != 0 {
			rw.WriteHeader(int(status))
		}
		var text bytes.Buffer
		_, _ = text.ReadFrom(req.Body)
		fmt.Fprint(rw, strings.TrimSpace(req.Method+" "+req.URL.RequestURI()+" "+text.String()))
	}))
	DeferCleanup(w.origin.Close)
	return w
}

// A result is what one run of a scenario came to.
type result struct {
	exit   int
	output string // without colours
	served int    // how many requests the origin got in this run
}

// run runs a scenario through ginkgo. Arguments that look like VARIABLE=value
// are put into its environment, the others on its command line.
func (w *world) run(scenario string, args ...string) result {
	GinkgoHelper()
	binary := filepath.Join(w.dir, "scenarios.test")
	if _, err := os.Stat(binary); err != nil {
		Expect(os.Link(scenarioBinary, binary)).To(Succeed())
	}
	flags := []string{"--no-color", "--timeout=60s"}
	env := append(cleanEnvironment(), "SCENARIO="+scenario, "ORIGIN="+w.origin.URL, "CASSETTES="+filepath.Join(w.dir, "cassettes"))
	for _, arg := range args {
		if variable.MatchString(arg) {
			env = append(env, arg)
		} else {
			flags = append(flags, arg)
		}
	}
	before := w.origin.Served()
	var output bytes.Buffer
	cmd := exec.Command(ginkgoBinary, slices.Concat(flags, []string{binary})...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, env, &output, &output
	cmd.WaitDelay = 10 * time.Second
	Expect(cmd.Start()).To(Succeed())
	timer := time.AfterFunc(90*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait()
	AddReportEntry(scenario, output.String(), ReportEntryVisibilityFailureOrVerbose)
	return result{cmd.ProcessState.ExitCode(), output.String(), w.origin.Served() - before}
}

var variable = regexp.MustCompile(`^[A-Z_]+=`)

// cleanEnvironment is the environment without what would change the record mode.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"CI", "VCR_RECORD_MODE", "TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "CODEBUILD_BUILD_ID", "GITHUB_STEP_SUMMARY"}, name)
	})
}

// tapes maps the path of each cassette to its interactions, as "METHOD /path".
// A partial cassette has " (partial)" behind its path.
func (w *world) tapes() map[string][]string {
	GinkgoHelper()
	return tapesIn(filepath.Join(w.dir, "cassettes"))
}

func tapesIn(dir string) map[string][]string {
	GinkgoHelper()
	tapes := map[string][]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		c, err := cassette.Load(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		name = filepath.ToSlash(name)
		if c.Partial {
			name += " (partial)"
		}
		tapes[name] = []string{}
		for _, i := range c.Interactions {
			_, rest, _ := strings.Cut(i.Request.URL, "://")
			_, path, _ := strings.Cut(rest, "/")
			tapes[name] = append(tapes[name], i.Request.Method+" /"+path)
		}
		return nil
	})
	if !os.IsNotExist(err) {
		Expect(err).NotTo(HaveOccurred())
	}
	return tapes
}
