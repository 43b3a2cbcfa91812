package matching_test

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

func TestAsksForToken(t *testing.T) {
	for _, c := range []struct {
		name    string
		request cassette.Request
		want    bool
	}{
		{"a grant in a form", request("POST", "https://h/login", ofForm, "grant_type=refresh_token&refresh_token=x"), true},
		{"a grant in JSON", request("POST", "https://h/login", ofJSON, `{"grant_type":"client_credentials"}`), true},
		{"a token by its path", request("POST", "https://h/v1/Token", "", ""), true},
		{"a token of a metadata service", request("GET", "http://metadata.internal/service-accounts/default/token", "", ""), true},
		{"a path of OAuth", request("POST", "https://h/oauth2/v2.0/exchange", "", ""), true},
		{"a page of OAuth", request("GET", "https://h/oauth/authorize", "", ""), false},
		{"a count of tokens", request("POST", "https://h/v1/messages/count_tokens", ofJSON, `{"model":"m"}`), false},
		{"a prompt", request("POST", "https://h/v1/chat", ofJSON, `{"content":"What is a grant_type?"}`), false},
		{"an array", request("POST", "https://h/v1/chat", ofJSON, `["grant_type"]`), false},
	} {
		if got := matching.AsksForToken(c.request); got != c.want {
			t.Errorf("%s: got %t", c.name, got)
		}
	}
}
