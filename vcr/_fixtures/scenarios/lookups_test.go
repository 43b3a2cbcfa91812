package scenarios_test

import (
	"net"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"

	"example.com/fixtures/scenarios/nameserver"
)

// Code with a transport of its own, which looks up a host before it connects.
var _ = scenario("look-ups", func() {
	const url = "http://api.example.test/chat"
	private := &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}
	ask := func(client *http.Client) string {
		GinkgoHelper()
		before := nameserver.Asked.Load()
		_, err := client.Get(url)
		Expect(err).To(HaveOccurred())
		Expect(nameserver.Asked.Load()).To(BeNumerically(">", before), "nothing was looked up: %v", err)
		return err.Error()
	}
	Describe("look-ups", vcr.Recorded(), func() {
		It("of a transport", func() {
			Expect(ask(private)).To(ContainSubstring("past the session"))
		})
		It("of a goroutine", func() {
			done := make(chan error)
			go func() {
				_, err := private.Get(url)
				done <- err
			}()
			Expect(<-done).To(HaveOccurred())
		})
		It("of other code", func() {
			_, err := net.DefaultResolver.LookupHost(GinkgoT().Context(), "database.example.test")
			Expect(err).To(HaveOccurred())
		})
		It("of a host that is passed through", vcr.Recorded(vcr.PassThrough("api.example.test:80")), func() {
			Expect(ask(private)).To(ContainSubstring("connection refused"))
			Expect(vcr.Current().Snapshot().Bypassed).To(BeEmpty())
		})
		It("without interception", vcr.Recorded(vcr.NoIntercept()), func() {
			Expect(ask(private)).To(ContainSubstring("connection refused"))
		})
		It("of the session", vcr.Recorded(vcr.Name("session")), func() {
			if vcr.Current().Mode() == "none" {
				Skip("nothing is sent")
			}
			Expect(ask(vcr.Client())).To(ContainSubstring("connection refused"))
			Expect(ask(&http.Client{Transport: http.DefaultTransport})).To(ContainSubstring("connection refused"))
		})
	})
	It("of a spec that is not recorded", func() {
		Expect(ask(private)).To(ContainSubstring("connection refused"))
	})
})

var _ = scenario("look-ups live", func() {
	It("looks up", vcr.Live(), func() { // place: looks up
		for range 2 {
			_, err := (&http.Client{Transport: new(http.Transport)}).Get("http://api.example.test/chat")
			Expect(err).To(MatchError(ContainSubstring("connection refused")))
		}
		Expect(vcr.Current()).To(HaveMadeNoLiveRequests()) // how many, nobody knows
		Expect(vcr.Current().Snapshot().Bypassed).To(Equal([]string{"api.example.test"}))
	})
})
