package scenarios_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
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

// A clone is refused, even with a connection from before the recording.
var _ = scenario("clone", func() {
	client := &http.Client{Transport: earlyClone}
	BeforeSuite(func() { Expect(get(client, "/warm")).To(Equal("GET /warm")) })
	Describe("clone", vcr.Recorded(vcr.InterceptLoopback()), func() {
		It("is kept alive", func() { _, _ = client.Get(origin("/clone")) })
		It("is new", func() {
			_, err := (&http.Client{Transport: earlyTransport.Clone()}).Get(origin("/clone"))
			Expect(err).To(HaveOccurred())
		})
	})
})

// A clone that cannot be recognised by the address that it dials: it dials a proxy, or
// its own dialer chooses the address.
var _ = scenario("disguised", func() {
	ask := func(client *http.Client) func() {
		return func() { _, _ = client.Get("http://198.51.100.5/clone") }
	}
	Describe("disguised", vcr.Recorded(), func() {
		It("by a proxy", ask(&http.Client{Transport: earlyTransport.Clone()}))
		dials := earlyTransport.Clone()
		dials.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(os.Getenv("ORIGIN"), "http://"))
		}
		It("by a dialer", ask(&http.Client{Transport: dials}))
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
