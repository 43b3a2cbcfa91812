package redaction_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// formatted returns one secret of each kind that only its format reveals.
func formatted() map[string]string {
	r := rand.New(rand.NewPCG(9, 10))
	of := func(length int, from string, prefix ...string) string { return keyOf(length, from, prefix...)(r) }
	token := func(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }
	secrets := map[string]string{
		"OpenAI key":            of(48, alphanumeric, "sk", "-svcacct-"),
		"Anthropic key":         of(80, alphanumeric, "sk", "-ant-", "api03-"),
		"OpenRouter key":        of(64, hexadecimal, "sk", "-or-", "v1-"),
		"Google API key":        of(35, alphanumeric, "AI", "za"),
		"Google access token":   of(60, alphanumeric, "ya", "29.", "a0"),
		"Google client secret":  of(28, alphanumeric, "GOC", "SPX-"),
		"AWS access key id":     of(16, uppercase, "AK", "IA"),
		"GitHub token":          of(59, alphanumeric, "github", "_pat_", "22_"),
		"GitLab token":          of(20, alphanumeric, "gl", "pat-"),
		"Slack token":           of(24, alphanumeric, "xo", "xb-", "123456789012-"),
		"Stripe key":            of(24, alphanumeric, "rk", "_live_"),
		"Stripe webhook secret": of(32, alphanumeric, "wh", "sec_"),
		"Hugging Face token":    of(34, alphanumeric, "h", "f_"),
		"Groq key":              of(52, alphanumeric, "gs", "k_"),
		"Replicate token":       of(37, alphanumeric, "r", "8_"),
		"Perplexity key":        of(48, alphanumeric, "pp", "lx-"),
		"JSON web token":        token(`{"typ":"JWT","alg":"RS256"}`) + "." + token(`{"sub":"1234567890"}`) + "." + of(43, alphanumeric),
		"private key":           "-----BEGIN " + "RSA PRIVATE KEY-----\n" + of(64, alphanumeric) + "\n" + of(64, alphanumeric) + "==\n-----END RSA " + "PRIVATE KEY-----",
	}
	return secrets
}

func TestKeysAreFoundByTheirFormat(t *testing.T) {
	for kind, secret := range formatted() {
		i := providers[0].exchange()
		i.Request.Header["X-Own"] = []string{secret}
		i.Response.Body = cassette.NewBody([]byte(`{"data":[{"note":` + quote("keys:\n"+secret+"\nthat is all") + `}]}`))
		i.Request.URL += "?mine=" + strings.ReplaceAll(strings.ReplaceAll(secret, "\n", "%0A"), " ", "%20")
		tape := []*cassette.Interaction{i.Clone()}
		// On a tape that somebody wrote by hand:
		want := []redaction.Finding{{1, 0, "request URL", kind}, {1, 0, "request header X-Own", kind}, {1, 0, "response body $.data[0].note", kind}}
		if got := redaction.Scan(&cassette.Cassette{Interactions: tape}); !slices.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
		// And while recording:
		r := redactor(nil)
		r.Interaction(i)
		if findings := r.Findings(); len(findings) != 3 || findings[0].Interaction != 0 {
			t.Errorf("before the end: %v", findings)
		}
		r.Finish([]*cassette.Interaction{providers[0].exchange(), i})
		for n := range want {
			want[n].Interaction = 2
		}
		if got := r.Findings(); !slices.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
		hidden := "[redacted:" + strings.ReplaceAll(strings.ToLower(kind), " ", "_") + "]"
		if got, want := i.Response.Body.String(), `{"data":[{"note":"keys:\n`+hidden+`\nthat is all"}]}`; got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if findings := redaction.Scan(&cassette.Cassette{Interactions: []*cassette.Interaction{i}}); len(findings) > 0 {
			t.Errorf("on the tape: %v", findings)
		}
	}
}

func TestLabelledSecrets(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	secret := drawn(r, 40, alphanumeric)
	for text, want := range map[string]string{
		"aws_secret_access_key = " + secret + "\n":                       "aws_secret_access_key = [redacted:aws_secret_key]\n",
		`"secretAccessKey" : "` + secret + `"`:                           `"secretAccessKey" : "[redacted:secretaccesskey]"`,
		"DefaultEndpointsProtocol=https;AccountKey=" + secret + "==;x=y": "DefaultEndpointsProtocol=https;AccountKey=[redacted:azure_account_key];x=y",
		"postgres://me:" + secret + "@db.example.com/x":                  "postgres://me:[redacted:password_in_a_url]@db.example.com/x",
		"redis://:" + secret[:9] + "@localhost:6379":                     "redis://:[redacted:password_in_a_url]@localhost:6379",
		"https://hooks.slack.com/services/T0/B0/" + secret:               "https://hooks.slack.com/services/[redacted:slack_webhook]",
	} {
		i := providers[0].exchange()
		received(i, "text/plain", text)
		redactor(nil).Interaction(i)
		if got := i.Response.Body.String(); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

// Scan finds values under default names that are neither placeholders nor dummies.
func TestScanByName(t *testing.T) {
	i := providers[0].exchange()
	i.Request.Header["Authorization"] = []string{"Bearer [redacted:authorization]"}
	i.Request.Header["X-Api-Key"] = []string{"hunter22"}
	i.Request.URL += "?key=[redacted:key]&token=hunter23"
	i.Response.Header["Set-Cookie"] = []string{"[redacted:set-cookie:2]"}
	received(i, ofSSE, "data: {\"password\":\"changeme\"}\n\ndata: {\"a\":{\"password\":\"hunter24\"}}\n\n")
	whole := i.Clone()
	got := fmt.Sprint(redaction.Scan(&cassette.Cassette{Interactions: []*cassette.Interaction{i}}))
	if want := "[interaction 1, request URL: token interaction 1, request header X-Api-Key: X-Api-Key interaction 1, response body $.a.password: password]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if i.Request.URL != whole.Request.URL || i.Response.Body.String() != whole.Response.Body.String() {
		t.Error("the tape was changed")
	}
}
