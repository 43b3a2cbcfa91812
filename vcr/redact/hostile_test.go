package redact_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// Bodies that would take for ever if anything were read again and again.
func TestHostileBodies(t *testing.T) {
	const size = 100_000
	secret := tenSecrets()[0].Value
	for _, piece := range []string{
		"sk-", "-sk-", "eyJ", "-eyJ", ".eyJ", "://", "a://b:c@", "AccountKey=", "-----BEGIN PRIVATE KEY-----", "?", "/?key=", "/?a=", `\`, `\\\"`, `"`,
		`{"password":"`, `{"a":`, `[`, "[redacted:", "%5Bredacted", secret, secret[:20], `{"a":"` + secret + `"}` + "\n", "data: {\"a\":\"" + secret[:20] + "\"}\n\ndata: {\"a\":\"" + secret[20:] + "\"}\n\n",
		"&key=a", "%25", "--cut\r\n\r\n", "--cut\r\nContent-Disposition: form-data; name=password\r\n\r\nabc\r\n",
	} {
		for _, contentType := range []string{ofJSON, ofSSE, ofForm, boundary} {
			i := providers[0].exchange()
			received(i, contentType, strings.Repeat(piece, size/len(piece)))
			i.Request.Body = i.Response.Body
			i.Request.URL += "?a=" + strings.Repeat(piece, 10_000/len(piece))
			r := ruled(redact.Rules{Secrets: tenSecrets, Body: []string{"$..a"}})
			r.Interaction(i)
			r.Key(i.Request)
			if strings.Contains(i.Response.Body.String(), secret) {
				t.Errorf("%q, %s: the secret is there", piece, contentType)
			}
		}
	}
}
