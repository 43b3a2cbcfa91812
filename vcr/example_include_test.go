package vcr_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// signIn returns a token.
func signIn(client *http.Client) (string, error) {
	resp, err := client.PostForm("https://shop.example.com/sign-in", url.Values{"user": {"ada"}, "password": {vcr.Getenv("SHOP_PASSWORD")}})
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var session struct {
		Token string `json:"access_token"`
	}
	return session.Token, json.NewDecoder(resp.Body).Decode(&session)
}

// view returns a page that only a user with a token sees.
func view(client *http.Client, token, page string) (string, error) {
	req, err := http.NewRequest(http.MethodGet, "https://shop.example.com/"+page, nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

// The first spec records shop/signs_in.yaml. The others include that cassette, and
// their own cassettes hold only what they do after it.
var _ = Describe("Shop", vcr.Recorded(), func() {
	It("signs in", func() {
		Expect(signIn(vcr.Client())).NotTo(BeEmpty())
	})

	Context("for a customer", vcr.Recorded(vcr.Include("shop/signs_in")), func() {
		var token string

		BeforeEach(func() {
			var err error
			token, err = signIn(vcr.Client())
			Expect(err).NotTo(HaveOccurred())
		})

		It("lists orders", func() {
			Expect(view(vcr.Client(), token, "orders")).To(ContainSubstring("umbrella"))
		})

		It("shows an address", func() {
			Expect(view(vcr.Client(), token, "address")).To(ContainSubstring("Lisbon"))
		})
	})
})

// Many specs begin with the same sign-in. One cassette holds it for all of them.
// Its token is secret, so the specs are recorded in one run, with a real token.
func ExampleInclude() {
	// VCR_RECORD_MODE=all ginkgo --focus=Shop
}
