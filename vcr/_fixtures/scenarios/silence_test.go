package scenarios_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// Specs whose requests to this machine do not use the client.
var _ = scenario("bypasses", func() {
	address := strings.TrimPrefix(os.Getenv("ORIGIN"), "http://")
	var own *httptest.Server
	BeforeEach(func() {
		own = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "own") }))
		DeferCleanup(own.Close)
	})
	getOwn := func() {
		GinkgoHelper()
		resp, err := http.Get(own.URL)
		Expect(err).NotTo(HaveOccurred())
		Expect(body(resp)).To(Equal("own"))
	}
	Describe("bypasses", vcr.Recorded(), func() {
		It("by the default client", func() { // place: by the default client
			for range 3 {
				asksDefault("/1?api_key=" + strings.Repeat("q7Vx2mKd9PzT", 2))()
			}
			asks("/taped")()
			Expect(vcr.Current()).NotTo(HaveMadeNoLiveRequests())
			Expect(vcr.Current()).To(HaveMadeLiveRequests(3))
			AddReportEntry("live", strings.Join(vcr.Current().Snapshot().Live, "\n"))
		})
		It("by a clone", func() { // place: by a clone
			Expect(get(&http.Client{Transport: earlyTransport.Clone()}, "/1")).To(Equal("GET /1"))
			Expect(vcr.Current()).To(HaveMadeLiveRequests(1))
		})
		It("in two attempts", FlakeAttempts(2), func() { // place: in two attempts
			asksDefault("/1")()
			Expect(CurrentSpecReport().NumAttempts).To(Equal(2))
		})
		It("not by asking its own server", func() {
			getOwn()
			asks("/taped")()
			Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
		})
		It("not by a host that is passed through", vcr.Recorded(vcr.PassThrough("127.0.0.1")), func() {
			asksDefault("/1")()
			Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
		})
		It("not by a server that is named", vcr.Recorded(vcr.InterceptLoopback(address)), func() {
			getOwn()
			asksDefault("/named")()
			Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
		})
		It("not by a port that is named", vcr.Recorded(vcr.InterceptLoopback(address[strings.LastIndex(address, ":"):])), func() {
			getOwn()
			asksDefault("/named")()
			Expect(vcr.Current()).To(HaveMadeNoLiveRequests())
		})
		It("not without interception", vcr.Recorded(vcr.NoIntercept()), func() {
			asksDefault("/1")()
			asks("/taped")()
		})
	})
})

// The rule is that of the manual, for a server with a new port in every run.
var _ = scenario("any port", func() {
	It("asks", vcr.Recorded(vcr.ForHost("127.0.0.1", vcr.MatchOn(match.Method, match.Path, match.Query, match.Body))), asks("/1"))
})

// Specs that would be recorded and send nothing to the client.
var _ = scenario("idle", func() {
	Describe("idle", vcr.Recorded(), func() {
		It("sends nothing", func() {})            // place: sends nothing
		It("has a transport of its own", func() { // place: has a transport of its own
			Expect(get(&http.Client{Transport: new(http.Transport)}, "/1")).To(Equal("GET /1"))
		})
		It("is skipped", func() { Skip("told to") })
		if os.Getenv("ASK") != "" {
			It("asks", asks("/asks"))
		}
		Describe("login", Ordered, func() {
			if os.Getenv("ASK") != "" {
				BeforeAll(asks("/login"))
			}
			It("lives on what BeforeAll got", func() {})
		})
	})
})

// Code that polls what was refused. The suite would run into its timeout.
var _ = scenario("polls", func() {
	polls := 0
	Describe("polls", ContinueOnFailure, Ordered, func() {
		BeforeEach(func() { polls = 0 })
		AfterEach(func() { AddReportEntry("polls", polls) })
		ask := func() error {
			polls++
			_, err := vcr.Client().Get(origin("/1"))
			return err
		}
		It("a miss", vcr.Recorded(), func() {
			Eventually(ask).WithTimeout(time.Hour).Should(Succeed())
		})
		It("a miss, with assertions", vcr.Recorded(), func() {
			Eventually(func(g Gomega) {
				g.Expect(ask()).To(Succeed())
			}).WithTimeout(time.Hour).Should(Succeed())
		})
		It("a miss that is wrapped, with assertions", vcr.Recorded(), func() {
			Eventually(func(g Gomega) string {
				g.Expect(fmt.Errorf("asking: %w", ask())).NotTo(HaveOccurred())
				return "answer"
			}).WithTimeout(time.Hour).Should(Equal("answer"))
		})
		It("a miss beside a value, with assertions", vcr.Recorded(), func() {
			answer := func() (string, error) { return "answer", ask() }
			Consistently(func(g Gomega) { g.Expect(answer()).To(Equal("answer")) }).WithTimeout(time.Hour).Should(Succeed())
		})
		It("a miss that is asserted once", vcr.Recorded(), func() {
			Expect(ask()).To(Succeed())
		})
		It("what is not recorded", func() {
			Eventually(ask).WithTimeout(time.Hour).Should(Succeed())
		})
		It("a clone that is refused", vcr.Recorded(vcr.InterceptLoopback()), func() {
			client := &http.Client{Transport: earlyTransport.Clone()}
			Eventually(func() error {
				polls++
				_, err := client.Get(origin("/1"))
				return err
			}).WithTimeout(time.Hour).Should(Succeed())
		})
	})
})

// Code that ends the process after a miss.
var _ = scenario("exits", func() {
	Describe("exits", vcr.Recorded(), func() {
		It("at once", func() { // place: at once
			_, _ = vcr.Client().Get(origin("/1"))
			_, _ = vcr.Client().Get(origin("/2"))
			os.Exit(3)
		})
	})
})

// Code that is refused in each attempt.
var _ = scenario("refused again", func() {
	It("tries again", vcr.Recorded(), FlakeAttempts(3), func() { // place: tries again
		_, _ = vcr.Client().Get(origin("/1"))
		_, _ = vcr.Client().Get(origin("/1"))
	})
})
