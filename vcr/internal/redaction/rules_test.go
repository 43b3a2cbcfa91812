package redaction_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

func TestRulesAdd(t *testing.T) {
	outer := redaction.Rules{Headers: []string{"X-Tenant"}, Query: []string{"Session"}, Body: []string{"$..email"}, Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "a", Value: "outer-secret"}} }}
	inner := redaction.Rules{KeepHeaders: []string{"openai-organization"}, Body: []string{"$.user.id", "$.card"}, Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "b", Value: "inner-secret"}} }}
	r := ruled(outer.With(inner))
	i := providers[0].exchange()
	i.Request.URL += "?session=abc"
	tenant, organization := "x-tenant", "OpenAI-Organization" // as clients may spell them
	i.Request.Header[tenant] = []string{"acme"}
	i.Request.Header[organization] = []string{"org-1"}
	i.Request.Body = cassette.NewBody([]byte(`{"user":{"id":42,"e\u006dail":"a@b.example","name":"x"},"card":{"number":"4111","expires":[12,30],"valid":true,"note":null},"text":"outer-secret, inner-secret"}`))
	received(i, ofSSE, "data: {\"email\":\"c@d.example\"}\n\ndata: {\"email\":[\"a@b.example\"]}\n\n")
	r.Interaction(i)
	if got, want := i.Request.URL, providers[0].url+"?session=[redacted:session]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := i.Request.Header[tenant][0] + i.Request.Header[organization][0]; got != "[redacted:x-tenant]org-1" {
		t.Errorf("got %s", got)
	}
	if got, want := i.Request.Body.String(), `{"user":{"id":0,"e\u006dail":"[redacted:email]","name":"x"},"card":{"number":"[redacted:number]","expires":[0,0],"valid":true,"note":null},"text":"[redacted:a], [redacted:b]"}`; strings.ReplaceAll(got, "[redacted:card]", "[redacted:number]") != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := i.Response.Body.String(), "data: {\"email\":\"[redacted:email:2]\"}\n\ndata: {\"email\":[\"[redacted:email]\"]}\n\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestPathsInFormsAndParts(t *testing.T) {
	r := ruled(redaction.Rules{Body: []string{"$.email"}})
	i := providers[0].exchange()
	sent(ofForm, "a=%%7B%%22email%%22%%3A%%22me%%22%%7D&b=1")(i)
	r.Interaction(i)
	if got, want := i.Request.Body.String(), "a=%7B%22email%22%3A%22[redacted:email]%22%7D&b=1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	const head = "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n"
	sent(boundary, "%s", head+"{\"email\":\"me\"}\r\n--cut--\r\n")(i)
	r.Interaction(i)
	if got, want := i.Request.Body.String(), head+"{\"email\":\"[redacted:email]\"}\r\n--cut--\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRulesThatAreWrong(t *testing.T) {
	err := redaction.Rules{Body: []string{"$.a", "email"}, Headers: []string{""}}.Valid()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"redact: an empty name among the headers; remove it, or write the name", `redact: "email" is not a JSONPath: `, "; write one such as $.user.email, or $..email for any depth"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
	if _, err := redaction.New(redaction.Rules{Body: []string{"email"}}); err == nil {
		t.Error("no error")
	}
}

func TestReplacementsOfTheUser(t *testing.T) {
	replace := func(name, value string) string {
		switch name {
		case "password":
			return "hunter" + value[:1]
		case "api_key":
			panic("no")
		case "client_secret":
			return `"quoted"`
		}
		return ""
	}
	const body = `{"password":"planted-password","api_key":"planted-api-key","client_secret":"planted-secret","assertion":"planted-assertion","text":"planted-password"}`
	const want = `{"password":"hunterp","api_key":"[redacted:api_key]","client_secret":"[redacted:client_secret]","assertion":"[redacted:assertion]","text":"hunterp"}`
	r := ruled(redaction.Rules{Replace: replace})
	i := &cassette.Interaction{Request: jsonRequest("http://h/", body)}
	live := r.Key(i.Request).Body.String()
	for range 2 {
		r.Interaction(i)
		if got := i.Request.Body.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if recorded := ruled(redaction.Rules{Replace: replace}).Key(i.Request).Body.String(); recorded != live {
		t.Errorf("recorded %s\nlive     %s", recorded, live)
	}
}
