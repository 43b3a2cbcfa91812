package scenarios_test

import (
	"net/http"
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// shopKey is read when the package starts, as suites often do.
var shopKey = vcr.Getenv("SHOP_KEY")

// sendKey sends the key in all places where services expect it. The origin returns it.
func sendKey(client *http.Client) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, origin("/shops/"+url.PathEscape(shopKey)+"?of="+url.QueryEscape(shopKey)), strings.NewReader(`{"shop":"`+shopKey+`"}`))
	Expect(err).NotTo(HaveOccurred())
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Shop", "key "+shopKey)
	return client.Do(req)
}

var _ = scenario("environment", func() {
	Describe("environment", vcr.Recorded(), func() {
		It("sends a key", func() {
			resp, err := sendKey(vcr.Client())
			Expect(err).NotTo(HaveOccurred())
			Expect(body(resp)).To(HavePrefix("POST /shops/"))
		})
	})
})
