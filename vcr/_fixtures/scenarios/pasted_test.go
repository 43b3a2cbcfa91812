package scenarios_test

import (
	"net/http"
	"net/http/httptest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

var _ = match.Method // remedies name the package

// Specs with a miss in the second run. The printed remedy mends each of them when it is
// pasted in place of the decorator.
var _ = scenario("pasted", func() {
	Describe("pasted", func() {
		It("an own server", vcr.Recorded(), func() {
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("hello")) }))
			DeferCleanup(server.Close)
			resp, err := vcr.Client().Get(server.URL + "/health?full=1")
			Expect(err).NotTo(HaveOccurred())
			Expect(body(resp)).To(Equal("hello"))
		})
		It("a parameter", vcr.Recorded(), sends("GET", "/?page=TURN", ""))
		It("a value in JSON", vcr.Recorded(), posts(jsonType, `{"odd 'name'":["one",{"x":TURN}],"y":1}`))
		It("some values in JSON", vcr.Recorded(), posts(jsonType, `{"a":{"b":"TURN"},"list":[1,TURN]}`))
		It("a field of a form", vcr.Recorded(), posts(formType, `a=1&session=TURN`))
		It("in a part of multipart", vcr.Recorded(), uploads("a=1", `options={"at":TURN}`))
		It("once more", vcr.Recorded(), func() {
			for range inTurn(1, 2) {
				ask("/poll")
			}
		})
	})
})
