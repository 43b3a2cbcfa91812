package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// A key that is a PEM block, or a password with a sign that JSON escapes.
func TestSecretsThatJSONEscapes(t *testing.T) {
	secret := redact.Secret{Name: "key", Value: "-----BEGIN-----\npl&nt<e>d \"quote\"\n-----END-----\""}
	html, err := json.Marshal(map[string]string{"private": secret.Value})
	if err != nil {
		t.Fatal(err)
	}
	var plain strings.Builder
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]string{"private": secret.Value}); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{string(html), plain.String()} {
		i := &cassette.Interaction{Request: cassette.Request{Body: cassette.NewBody([]byte(body))}}
		redactor(func() []redact.Secret { return []redact.Secret{secret} }).Interaction(i)
		if got := strings.TrimSpace(i.Request.Body.String()); got != `{"private":"[redacted:key]"}` {
			t.Errorf("got %s", got)
		}
	}
}
