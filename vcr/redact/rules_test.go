package redact_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

func TestRulesAdd(t *testing.T) {
	outer := redact.Rules{Headers: []string{"X-Tenant"}, Query: []string{"Session"}, Body: []string{"$..email"}, Secrets: func() []redact.Secret { return []redact.Secret{{Name: "a", Value: "outer-secret"}} }}
	inner := redact.Rules{KeepHeaders: []string{"openai-organization"}, Body: []string{"$.user.id", "$.card"}, Secrets: func() []redact.Secret { return []redact.Secret{{Name: "b", Value: "inner-secret"}} }}
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
	r := ruled(redact.Rules{Body: []string{"$.email"}})
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
	err := redact.Rules{Body: []string{"$.a", "email"}, Headers: []string{""}}.Valid()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"redact: an empty name among the headers; remove it, or write the name", `redact: "email" is no JSONPath: `, "; write one such as $.user.email, or $..email for any depth"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
	if _, err := redact.New(redact.Rules{Body: []string{"email"}}); err == nil {
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
	r := ruled(redact.Rules{Replace: replace})
	i := &cassette.Interaction{Request: jsonRequest("http://h/", body)}
	live := r.Key(i.Request).Body.String()
	for range 2 {
		r.Interaction(i)
		if got := i.Request.Body.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if recorded := ruled(redact.Rules{Replace: replace}).Key(i.Request).Body.String(); recorded != live {
		t.Errorf("recorded %s\nlive     %s", recorded, live)
	}
}

func TestEnvironment(t *testing.T) {
	for name, value := range map[string]string{
		"MY_SERVICE_TOKEN": "planted0token1", "OWNAPIKEY": "planted0key1", "DB_PASSWORD": "planted0word1",
		"MAX_TOKENS": "100000000", "GOOGLE_APPLICATION_CREDENTIALS": "/home/me/credentials1.json", "SECRET_BACKEND": "kubernetes",
		"KEYBOARD": "planted0keyboard", "AWS_SECRET_ACCESS_KEY": "changeme", "TOKEN_URL": "https://example.com/oauth2/token",
	} {
		t.Setenv(name, value)
	}
	const said = "planted0token1 planted0key1 planted0word1 100000000 /home/me/credentials1.json kubernetes planted0keyboard changeme https://example.com/oauth2/token"
	defaults, err := redact.New(redact.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	want := "[redacted:my_service_token] [redacted:ownapikey] [redacted:db_password] 100000000 /home/me/credentials1.json kubernetes planted0keyboard changeme https://example.com/oauth2/token"
	if got := defaults.Text(said); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	own := ruled(redact.Rules{Environment: func(name string) bool {
		if name == "OWNAPIKEY" {
			panic("no")
		}
		return name == "KEYBOARD"
	}})
	want = "planted0token1 [redacted:ownapikey] planted0word1 100000000 /home/me/credentials1.json kubernetes [redacted:keyboard] changeme https://example.com/oauth2/token"
	if got := own.Text(said); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What stood first where a word may stand, and then where only secrets do.
func TestAValueThatTurnsOutToBeASecret(t *testing.T) {
	r := redactor(nil)
	i := providers[0].exchange()
	i.Request.URL += "?key=correct-horse-battery"
	r.Interaction(i)
	i.Request.Header["X-Api-Key"] = []string{"correct-horse-battery"}
	i.Response.Body = cassette.NewBody([]byte("it is correct-horse-battery"))
	r.Interaction(i)
	if got := i.Response.Body.String(); got != "it is [redacted:key]" {
		t.Errorf("got %s", got)
	}
}
