package scenarios_test

import (
	"fmt"
	"net/http"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

func fourSpecs() {
	Describe("specs", vcr.Recorded(), func() {
		for n := range 4 {
			It(fmt.Sprintf("ask %d", n), asks(fmt.Sprintf("/%d", n)))
		}
	})
	Describe("other specs", func() {
		It("do not have the recording of the suite", isNotRecorded)
	})
}

var _ = scenario("suite nodes", func() {
	BeforeSuite(func() {
		DeferCleanup(asks("/setup/cleanup"))
		asks("/setup")()
	})
	AfterSuite(func() {
		DeferCleanup(asks("/teardown/cleanup"))
		asks("/teardown")()
	})
	fourSpecs()
})

var _ = scenario("synchronized suite nodes", func() {
	SynchronizedBeforeSuite(func() []byte {
		return []byte(get(vcr.Client(), "/first"))
	}, func(first []byte) {
		Expect(string(first)).To(Equal("GET /first"))
		asks("/each")()
	})
	SynchronizedAfterSuite(asks("/each/after"), asks("/last"))
	fourSpecs()
})

// RunSpecs itself is decorated.
var _ = scenario("recorded suite", func() {
	testFuncs["recorded suite"] = func(t *testing.T) {
		RunSpecs(t, "scenarios", vcr.Recorded(vcr.InterceptLoopback()))
	}
	BeforeSuite(asksDefault("/setup"))
	Describe("specs", func() {
		It("ask", asksDefault("/default"))
		It("ask a client", asks("/client"))
	})
	It("stands alone", asksDefault("/alone"))
})

// asksDefault returns a function for a node that uses the default client.
func asksDefault(path string) func() {
	return func() { Expect(get(http.DefaultClient, path)).To(Equal("GET " + path)) }
}
