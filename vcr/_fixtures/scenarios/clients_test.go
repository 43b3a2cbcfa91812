package scenarios_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

var (
	packageClient = vcr.Client()
	onceClient    = sync.OnceValue(vcr.Client)

	earlyTransport = http.DefaultTransport.(*http.Transport)
	earlyClone     = earlyTransport.Clone()
)

// Clients that are built in every place where suites build them.
var _ = scenario("clients", func() {
	var suiteClient, allClient, eachClient *http.Client
	BeforeSuite(func() { suiteClient = vcr.Client() })
	Describe("clients", Ordered, vcr.Recorded(), func() {
		BeforeAll(func() { allClient = vcr.Client() })
		BeforeEach(func() { eachClient = vcr.Client() })
		for _, turn := range []string{"first", "second"} {
			It(turn, func() {
				clients := []*http.Client{packageClient, suiteClient, allClient, onceClient(), eachClient, vcr.Client(), vcr.Current().Client()}
				for _, client := range clients {
					Expect(get(client, "/"+turn)).To(Equal("GET /" + turn))
				}
			})
		}
	})
})

// Code that uses the default transport.
var _ = scenario("default transport", func() {
	Describe("default transport", vcr.Recorded(vcr.InterceptLoopback()), func() {
		It("is captured", func() {
			resp, err := http.Get(origin("/get"))
			Expect(err).NotTo(HaveOccurred())
			Expect(body(resp)).To(Equal("GET /get"))
			Expect(get(http.DefaultClient, "/client")).To(Equal("GET /client"))
			Expect(get(&http.Client{}, "/own_client")).To(Equal("GET /own_client"))
			Expect(get(&http.Client{Transport: earlyTransport}, "/early")).To(Equal("GET /early"))
		})
	})
})

// Closing a connection from before the recording is not a request.
var _ = scenario("parting", func() {
	transport := earlyTransport.Clone()
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	BeforeSuite(func() {
		server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("hello")) }))
		DeferCleanup(server.Close)
		resp, err := (&http.Client{Transport: transport}).Get(server.URL)
		Expect(err).NotTo(HaveOccurred())
		Expect(body(resp)).To(Equal("hello"))
	})
	Describe("parting", vcr.Recorded(vcr.InterceptLoopback()), func() {
		It("closes what is kept alive", transport.CloseIdleConnections)
	})
})

// Each spec sends requests past its recording, and one that is recorded.
var _ = scenario("past the recording", func() {
	Describe("past", func() {
		It("without interception", vcr.Recorded(vcr.InterceptLoopback(), vcr.NoIntercept()), func() {
			asksDefault("/past")()
			Expect(get(&http.Client{Transport: earlyTransport.Clone()}, "/past/clone")).To(Equal("GET /past/clone"))
			asks("/taped")()
		})
		It("to a loopback address", vcr.Recorded(), func() {
			asksDefault("/past")()
			asks("/taped")()
		})
		It("outside of the suite", vcr.Recorded(vcr.InterceptLoopback(), vcr.PassThrough("127.0.0.1")), func() {
			asksDefault("/past")()
			asks("/past")()
		})
	})
})

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Other transports send the requests.
var _ = scenario("base", func() {
	Describe("base", func() {
		It("of the user", vcr.Recorded(vcr.Base(roundTrip(func(req *http.Request) (*http.Response, error) {
			req = req.Clone(req.Context())
			req.URL.Path = "/base" + req.URL.Path
			return new(http.Transport).RoundTrip(req)
		}))), func() {
			Expect(get(vcr.Client(), "/own")).To(Equal("GET /base/own"))
		})
		It("is the default transport", vcr.Recorded(vcr.InterceptLoopback(), vcr.Base(http.DefaultTransport)), func() {
			asks("/default")()
			asksDefault("/default")()
		})
		It("is a clone of it", vcr.Recorded(vcr.InterceptLoopback(), vcr.Base(earlyClone)), func() {
			asks("/clone")()
			asksDefault("/clone")()
		})
	})
})
