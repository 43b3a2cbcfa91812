package redaction_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction/samples"
)

func TestKeysAreFoundByTheirFormat(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, k := range samples.All() {
		kind, secret := k.Name, k.Generate(r)
		if k.Before != "" {
			continue
		}
		i := providers[0].exchange()
		i.Request.Header["X-Own"] = []string{secret}
		i.Response.Body = cassette.NewBody([]byte(`{"data":[{"note":` + quote("keys:\n"+secret+"\nthat is all") + `}]}`))
		i.Request.URL += "?mine=" + url.QueryEscape(secret)
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

// The brackets of a text are no arrays of JSON: a finding has no path there.
func TestFindingsInText(t *testing.T) {
	key := samples.All()[0].Generate(newRand())
	for _, c := range []struct{ contentType, body, want string }{
		{"text/plain", "\x1b[1;31m" + key + "\x1b[0m", "response body"},
		{"text/plain", "[INFO] [main] \"" + key + "\"", "response body"},
		{"", "\x1b[31m[\"" + key + "\"]", "response body"},
		{"text/plain", `{"a":["` + key + `"]}`, "response body $.a[0]"},
		{ofJSON, `{"log":"\u001b[31m` + key + `"}`, "response body $.log"},
	} {
		i := providers[0].exchange()
		received(i, c.contentType, c.body)
		got := redaction.Scan(&cassette.Cassette{Interactions: []*cassette.Interaction{i}})
		if want := []redaction.Finding{{1, 0, c.want, "OpenAI key"}}; !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", c.body, got, want)
		}
	}
}

func TestLabelledSecrets(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	secret := drawn(r, 40, alphanumeric)
	for text, want := range map[string]string{
		"aws_secret_access_key = " + secret + "\n":                                                          "aws_secret_access_key = [redacted:aws_secret_key]\n",
		`"secretAccessKey" : "` + secret + `"`:                                                              `"secretAccessKey" : "[redacted:secretaccesskey]"`,
		"DefaultEndpointsProtocol=https;AccountKey=" + secret + "==;x=y":                                    "DefaultEndpointsProtocol=https;AccountKey=[redacted:azure_account_key];x=y",
		"postgres://me:" + secret + "@db.example.com/x":                                                     "postgres://me:[redacted:password_in_a_url]@db.example.com/x",
		"redis://:" + secret[:9] + "@localhost:6379":                                                        "redis://:[redacted:password_in_a_url]@localhost:6379",
		"https://api.telegram.org/bot123456789:A" + secret[:34] + "/getMe":                                  "https://api.telegram.org/bot[redacted:telegram_token]/getMe",
		"http://127.0.0.1/bot123456789%3AA" + secret[:34] + "/getMe":                                        "http://127.0.0.1/bot[redacted:telegram_token]/getMe",
		"https://h/bot123456789:A" + secret + "/getMe":                                                      "https://h/bot123456789:A" + secret + "/getMe",
		"https://discordapp.com/api/v10/webhooks/123456789012345678/" + secret + secret[:28] + "?wait=true": "https://discordapp.com/api/v10/webhooks/123456789012345678/[redacted:discord_webhook]?wait=true",
		"https://hooks.slack.com/services/T0/B0/" + secret:                                                  "https://hooks.slack.com/services/[redacted:slack_webhook]",
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
	i.Request.URL += "?key=[redacted:key]&access_token=hunter23"
	i.Response.Header["Set-Cookie"] = []string{"[redacted:set-cookie:2]"}
	received(i, ofSSE, "data: {\"password\":\"changeme\"}\n\ndata: {\"a\":{\"password\":\"hunter24\"}}\n\n")
	whole := i.Clone()
	got := fmt.Sprint(redaction.Scan(&cassette.Cassette{Interactions: []*cassette.Interaction{i}}))
	if want := "[interaction 1, request URL: access_token interaction 1, request header X-Api-Key interaction 1, response body $.a.password]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if i.Request.URL != whole.Request.URL || i.Response.Body.String() != whole.Response.Body.String() {
		t.Error("the tape was changed")
	}
}
