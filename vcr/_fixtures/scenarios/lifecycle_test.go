package scenarios_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// asks returns a function for a node: it requests a path and checks the response.
func asks(path string) func() {
	return func() { Expect(get(vcr.Client(), path)).To(Equal("GET " + path)) }
}

// isNotRecorded checks that a request fails if no recording is active.
func isNotRecorded() {
	GinkgoHelper()
	_, err := vcr.Client().Get(origin("/not_recorded"))
	Expect(err).To(MatchError(vcr.ErrNotRecording))
}

// Every kind of node that runs for a spec.
var _ = scenario("nodes", func() {
	BeforeEach(asks("/top"))
	ReportBeforeEach(func(SpecReport) { isNotRecorded() })
	ReportAfterEach(func(SpecReport) { isNotRecorded() })
	Describe("nodes", vcr.Recorded(), func() {
		BeforeEach(asks("/before"))
		JustBeforeEach(asks("/just_before"))
		It("asks", func() {
			DeferCleanup(asks("/cleanup"))
			asks("/it")()
		})
		JustAfterEach(asks("/just_after"))
		AfterEach(asks("/after"))
	})
})

var _ = scenario("goroutines", func() {
	Describe("goroutines", vcr.Recorded(), func() {
		It("ask at the same time", func() {
			var requests sync.WaitGroup
			for n := range 8 {
				requests.Add(1)
				go func() {
					defer requests.Done()
					defer GinkgoRecover()
					asks(fmt.Sprintf("/%d", n))()
				}()
			}
			requests.Wait()
		})
	})
})

// A spec that fails in the third run of the suite.
var _ = scenario("third run", func() {
	Describe("third run", vcr.Recorded(), func() {
		It("fails", func() {
			asks("/before")()
			Expect(runs()).To(BeNumerically("<", 3))
			asks("/after")()
		})
	})
})

// runs returns how often it has been called, in all runs with the same directory.
func runs() int {
	GinkgoHelper()
	file, err := os.OpenFile(filepath.Join(filepath.Dir(os.Getenv("CASSETTES")), "runs"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	Expect(err).NotTo(HaveOccurred())
	defer file.Close()
	_, err = file.WriteString(".")
	Expect(err).NotTo(HaveOccurred())
	info, err := file.Stat()
	Expect(err).NotTo(HaveOccurred())
	return int(info.Size())
}
