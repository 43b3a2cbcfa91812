package scenarios_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/fixtures/scenarios/early"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// Each row of the table in the manual is a spec.
var _ = scenario("ways to send", func() {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	certificates := server.TLS.Certificates
	server.Close()
	clone := func(change ...func(*http.Transport)) []*http.Client { return []*http.Client{newSDK(change...).client} }
	Describe("ways", vcr.Recorded(vcr.InterceptLoopback(), toOrigin), func() {
		// "unseen" goes to the origin itself, since no session would.
		way := func(text, url string, clients func() []*http.Client) {
			It(text, func() {
				for _, client := range clients() {
					if resp, err := client.Get(url); err == nil {
						Expect(body(resp)).To(Equal("GET /way"))
					}
				}
			})
		}
		captured := func(text string, clients func() []*http.Client) {
			for _, origin := range []string{service, "http://api.example.com"} {
				way(text, origin+"/way", clients)
				text += ", HTTP"
			}
		}
		refused := func(text string, change func(*http.Transport)) {
			way(text, service+"/way", func() []*http.Client { return clone(change) })
		}
		unseen := func(text string, transport func() http.RoundTripper) {
			way(text, origin("/way"), func() []*http.Client { return []*http.Client{{Transport: transport()}} })
		}
		captured("vcr.Client()", func() []*http.Client { return []*http.Client{vcr.Client()} })
		captured("http.Get, http.DefaultClient, &http.Client{}", func() []*http.Client { return []*http.Client{http.DefaultClient, {}} })
		captured("http.DefaultTransport", func() []*http.Client { return []*http.Client{{Transport: http.DefaultTransport}} })
		captured("a clone of http.DefaultTransport", func() []*http.Client { return clone() })
		captured("a clone without keep-alives", func() []*http.Client { return clone(func(c *http.Transport) { c.DisableKeepAlives = true }) })
		captured("a clone that verifies no certificate", func() []*http.Client {
			return clone(func(c *http.Transport) { c.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} })
		})
		captured("a clone whose DialContext calls the one it had", func() []*http.Client {
			return clone(func(c *http.Transport) {
				dial := c.DialContext
				c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					return dial(ctx, network, address)
				}
			})
		})
		refused("a clone with another DialContext", func(c *http.Transport) { c.DialContext = new(net.Dialer).DialContext })
		refused("a clone with another Proxy, or none", func(c *http.Transport) { c.Proxy = nil })
		refused("a clone that trusts other certificates", func(c *http.Transport) { c.TLSClientConfig.RootCAs = x509.NewCertPool() })
		refused("a clone with a client certificate", func(c *http.Transport) { c.TLSClientConfig.Certificates = certificates })
		unseen("a clone made before this package was initialised", func() http.RoundTripper { return early.Clone })
		unseen("&http.Transport{}, as the AWS SDK has one", func() http.RoundTripper { return &http.Transport{} })
		unseen("a replaced http.DefaultTransport", func() http.RoundTripper {
			before := http.DefaultTransport
			DeferCleanup(func() { http.DefaultTransport = before })
			http.DefaultTransport = &http.Transport{}
			return nil
		})
		way("one of these three, to a host that it looks up", "http://api.example.test/way", func() []*http.Client {
			return []*http.Client{{Transport: early.Clone}, {Transport: &http.Transport{}}}
		})
	})
})
