package vcr_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// userOfToken gets a JSON web token and decodes it.
func userOfToken(client *http.Client) (string, error) {
	resp, err := client.Get("https://api.example.com/token")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return "", err
	}
	parts := strings.Split(answer.Token, ".")
	if len(parts) != 3 {
		return "", errors.New("not a JSON web token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var claims struct {
		User string `json:"sub"`
	}
	err = json.Unmarshal(payload, &claims)
	return claims.User, err
}

// usableToken returns a token that can be decoded. It opens no door.
func usableToken(placeholder string) string {
	if placeholder != "[redacted:access_token]" {
		return placeholder
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(`{"sub":"ada"}`)) + "." + encode([]byte("unsigned"))
}

// The cassette holds [redacted:access_token], which the code could not decode.
var _ = Describe("Token", vcr.Recorded(vcr.RestoreOnReplay(usableToken)), func() {
	It("tells the user", func() {
		Expect(userOfToken(vcr.Client())).To(Equal("ada"))
	})
})

// In replay, code gets a token that it can decode. A request that sends this token
// matches the one that was recorded with the real token.
func ExampleRestoreOnReplay() {
	// ginkgo --focus=Token
}
