package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The command reads what the library writes: a suite that vcr init wrote records, a spec
// is removed and another misses, and the report names both.
func TestReportsOfTheLibrary(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.URL.Path)) }))
	t.Cleanup(origin.Close)
	t.Setenv("ORIGIN", origin.URL)
	t.Setenv("CI", "")
	dir := newModule(t)
	t.Chdir(dir)
	vcr(t, 0, "init", "shop")
	spec := func(name, path string) string {
		return "\n\tIt(\"" + name + "\", func() { Expect(get(\"" + path + "\")).To(Succeed()) })"
	}
	write(t, "shop/shop_test.go", spec("sells", "/sells")+spec("goes", "/goes"))
	runSuite(t, "once", true)
	vcr(t, 0, "check")

	write(t, "shop/shop_test.go", spec("sells", "/sells/more"))
	runSuite(t, "none", false)
	got := vcr(t, 0, "refresh", "--report", "shop/report.json")
	if want := "# shop: 1 cassette, 1 call\nVCR_RECORD_MODE=refresh ginkgo --focus-file=/shop_test.go:18 ./shop\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	got = vcr(t, 0, "prune", "shop/report.json", "--yes")
	if want := "shop/cassettes/shop/goes.yaml\n1 file removed\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// write writes the specs of a suite.
func write(t *testing.T, path, specs string) {
	t.Helper()
	source := `package shop_test

import (
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"` + library + `/vcr"
)

func get(path string) error {
	_, err := vcr.Client().Get(os.Getenv("ORIGIN") + path)
	return err
}

var _ = Describe("Shop", func() {` + specs + `
})
`
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
}

// runSuite runs the suite in a record mode, and writes its report.
func runSuite(t *testing.T, mode string, passes bool) {
	t.Helper()
	command := exec.Command("go", "test", "-count=1", "./shop", "-ginkgo.json-report=report.json")
	command.Env = append(os.Environ(), "VCR_RECORD_MODE="+mode)
	output, err := command.CombinedOutput()
	if (err == nil) != passes {
		t.Fatalf("mode %s: %v\n%s", mode, err, output)
	}
}

// vcr runs the command and returns what it prints.
func vcr(t *testing.T, status int, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if got := run(args, &stdout, &stderr); got != status {
		t.Fatalf("vcr %s: status %d, want %d\n%s%s", strings.Join(args, " "), got, status, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// newModule makes a module that uses the library, with what that requires.
func newModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	gosum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	user := strings.Replace(string(gomod), "module "+library, "module example.com/user", 1) +
		"\nrequire " + library + " v0.0.0\n\nreplace " + library + " => " + filepath.ToSlash(root) + "\n"
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": user, "go.sum": string(gosum), "shop/shop.go": "package shop\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
