// Package scenarios_test has many small suites in one binary, which is built only once.
// The variable SCENARIO selects the suite of a run.
package scenarios_test

import (
	"io"
	"net/http"
	"os"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// testFuncs maps scenarios to what TestScenarios calls instead of RunSpecs.
var testFuncs = map[string]func(t *testing.T){}

func TestScenarios(t *testing.T) {
	RegisterFailHandler(Fail)
	if dir := os.Getenv("CASSETTES"); dir != "" {
		vcr.Configure(vcr.Dir(dir))
	}
	if run := testFuncs[os.Getenv("SCENARIO")]; run != nil {
		run(t)
		return
	}
	RunSpecs(t, "scenarios")
}

// scenario builds a suite if SCENARIO names it.
func scenario(name string, build func()) bool {
	if os.Getenv("SCENARIO") == name {
		build()
	}
	return true
}

// origin returns the URL of a path on the server that the tests have started.
func origin(path string) string { return os.Getenv("ORIGIN") + path }

// get returns the response body of a GET request.
func get(client *http.Client, path string) string {
	GinkgoHelper()
	resp, err := client.Get(origin(path))
	Expect(err).NotTo(HaveOccurred())
	return body(resp)
}

func body(resp *http.Response) string {
	GinkgoHelper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return string(b)
}
