package scenarios_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// service is what clones of the default transport ask. The origin stands in for it, in
// the transport that really sends.
const service = "https://api.example.com"

var toOrigin = vcr.Base(roundTrip(func(req *http.Request) (*http.Response, error) {
	out := req.Clone(req.Context())
	address, _ := url.Parse(os.Getenv("ORIGIN"))
	out.URL.Scheme, out.URL.Host, out.Host = address.Scheme, address.Host, ""
	return vcrBase.RoundTrip(out)
}))

var vcrBase = &http.Transport{DisableKeepAlives: true}

// An sdk is code that clones the default transport, since it is given no client.
type sdk struct{ client *http.Client }

func newSDK(change ...func(*http.Transport)) *sdk {
	clone := http.DefaultTransport.(*http.Transport).Clone()
	for _, do := range change {
		do(clone)
	}
	return &sdk{&http.Client{Transport: clone}}
}

func (s *sdk) post(url, body string) (string, error) {
	resp, err := s.client.Post(url, "text/plain", strings.NewReader(body)) // place: a request
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

func (s *sdk) asks(path string) func() {
	return func() {
		GinkgoHelper()
		Expect(s.post(service+path, "question")).To(Equal("POST " + path + " question"))
	}
}

var packageSDK = newSDK()

// SDKs that are made in every place where suites make them.
var _ = scenario("clones", func() {
	var suiteSDK *sdk
	BeforeSuite(func() {
		suiteSDK = newSDK()
		Expect(suiteSDK.post(origin("/before"), "question")).To(Equal("POST /before question")) // is kept alive
	})
	Describe("clones", vcr.Recorded(vcr.InterceptLoopback(), toOrigin), func() {
		for _, turn := range []string{"first", "second"} {
			It(turn, func() {
				for _, sdk := range []*sdk{packageSDK, suiteSDK, newSDK(), newSDK(func(c *http.Transport) { c.DisableKeepAlives = true })} {
					sdk.asks("/" + turn)()
				}
				Expect(suiteSDK.post(origin("/before"), turn)).To(Equal("POST /before " + turn))
				Expect(vcr.Client().Get(service + "/" + turn)).To(HaveHTTPStatus(200))
			})
		}
		It("of the environment's proxy", newSDK().asks("/proxy"))
	})
	AfterSuite(func() { Expect(suiteSDK.post(origin("/after"), "question")).To(Equal("POST /after question")) })
})

// No goroutine is left of a recorded spec, not even before connections time out.
var _ = scenario("clones leave nothing", func() {
	var before []gleak.Goroutine
	BeforeEach(func() { before = gleak.Goroutines() })
	Describe("nothing", vcr.Recorded(toOrigin), func() {
		It("is left of a clone", packageSDK.asks("/1"))
		It("is left of the default client", func() {
			Expect(http.Get(service + "/2")).To(HaveHTTPBody("GET /2"))
		})
	})
	ReportAfterEach(func(SpecReport) { Eventually(gleak.Goroutines).ShouldNot(gleak.HaveLeaked(before)) })
})

// A goroutine outlives its spec. Its requests belong to the spec that runs, or to none.
var _ = scenario("clones outlive", func() {
	ask, answers := make(chan string), make(chan string)
	Describe("outliving", Ordered, func() {
		It("starts", vcr.Recorded(toOrigin), func() {
			go func() {
				for url := range ask {
					answer, err := packageSDK.post(url, "late")
					if err != nil {
						answer = err.Error()
					}
					answers <- answer
				}
			}()
			ask <- service + "/1"
			Expect(<-answers).To(Equal("POST /1 late"))
		})
		It("goes on", vcr.Recorded(toOrigin), func() {
			ask <- service + "/2"
			Expect(<-answers).To(Equal("POST /2 late"))
		})
		It("is outside", func() {
			ask <- origin("/3")
			Expect(<-answers).To(Equal("POST /3 late"))
			close(ask)
		})
	})
})

// A request that no recording answers fails at the place of the call.
var _ = scenario("clones miss", func() {
	Describe("missing", vcr.Recorded(), func() {
		It("a recording", func() {
			_, _ = packageSDK.post(service+"/miss", "question")
		})
	})
})

// Clones that a session cannot answer for.
var _ = scenario("clones refused", func() {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	ask := func(change func(*http.Transport)) func() {
		return func() {
			_, err := newSDK(change).post(service+"/clone", "question")
			Expect(err).To(HaveOccurred())
		}
	}
	Describe("refused", vcr.Recorded(toOrigin), func() {
		It("for its dialer", ask(func(c *http.Transport) {
			c.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(os.Getenv("ORIGIN"), "http://"))
			}
		}))
		It("for its proxy", ask(func(c *http.Transport) { c.Proxy = nil }))
		It("for its certificates", ask(func(c *http.Transport) { c.TLSClientConfig = &tls.Config{RootCAs: roots} }))
		It("for its client certificate", ask(func(c *http.Transport) { c.TLSClientConfig.Certificates = server.TLS.Certificates }))
	})
})

// What the suite sets on the default transport is honoured, also where it is recorded.
var _ = scenario("clones of a changed transport", func() {
	BeforeSuite(func() {
		transport := http.DefaultTransport.(*http.Transport)
		dial := transport.DialContext
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == "stand-in.example.com:80" {
				address = strings.TrimPrefix(os.Getenv("ORIGIN"), "http://")
			}
			return dial(ctx, network, address)
		}
	})
	asks := func(client func() *http.Client) func() {
		return func() {
			Expect(client().Get("http://stand-in.example.com/path")).To(HaveHTTPBody("GET /path"))
		}
	}
	Describe("changed", func() {
		defaultClient := asks(func() *http.Client { return http.DefaultClient })
		It("outside", defaultClient)
		It("by the default client", vcr.Recorded(), defaultClient)
		It("by a clone", vcr.Recorded(), asks(func() *http.Client { return newSDK().client }))
		It("by a client of ours", vcr.Recorded(), asks(vcr.Client))
	})
})

// Clones send what a session sends, by themselves.
var _ = scenario("clones sent", func() {
	Describe("sent", vcr.Recorded(vcr.InterceptLoopback(), vcr.PassThrough("127.0.0.1")), func() {
		It("with settings of their own", func() {
			dials := newSDK(func(c *http.Transport) { c.DialContext = new(net.Dialer).DialContext })
			for _, sdk := range []*sdk{packageSDK, dials} {
				Expect(sdk.post(origin("/1"), "question")).To(Equal("POST /1 question"))
			}
			Expect(vcr.Current()).To(HaveMadeLiveRequests(2))
		})
	})
})
