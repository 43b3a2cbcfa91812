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

// asks returns the body of a node that asks for a path.
func asks(path string) func() {
	return func() { Expect(get(vcr.Client(), path)).To(Equal("GET " + path)) }
}

// isNotRecorded is what a request comes to where nothing is in force.
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
			var asking sync.WaitGroup
			for n := range 8 {
				asking.Go(func() {
					defer GinkgoRecover()
					asks(fmt.Sprintf("/%d", n))()
				})
			}
			asking.Wait()
		})
		It("ask in a helper of Ginkgo", func() {
			GinkgoHelperGo(func(func(string, ...int)) { asks("/helper")() })
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

// runs counts how often it was called, in all runs of a world.
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
