package redaction_test

import (
	"fmt"
	"net/http"
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

// A name that nothing can have would do nothing, in silence.
func TestNamesThatAreWrong(t *testing.T) {
	for _, c := range []struct {
		rules redaction.Rules
		want  string
	}{
		{redaction.Rules{Headers: []string{"X Token "}}, `redact: RedactHeaders("X Token ") names no header, because no header has such a name; write it with letters, digits and dashes`},
		{redaction.Rules{KeepHeaders: []string{"X-Größe"}}, `redact: KeepHeaders("X-Größe") names no header, because no header has such a name; write it with letters, digits and dashes`},
		{redaction.Rules{Headers: []string{"X-*-Key"}}, `redact: RedactHeaders("X-*-Key") has a star that is not at the end of the name; write the start of the name and one star`},
		{redaction.Rules{Query: []string{"*_key"}}, `redact: RedactQuery("*_key") has a star that is not at the end of the name; write the start of the name and one star`},
		{redaction.Rules{Headers: []string{"*"}}, `redact: RedactHeaders("*") would replace every header, Content-Type too; name the headers, such as X-Acme-*`},
		{redaction.Rules{KeepQuery: []string{"*"}}, `redact: KeepQuery("*") would keep every secret; write the start of the names before the star`},
		{redaction.Rules{KeepBody: []string{" token"}}, `redact: KeepBody(" token") has a blank around the name; remove it`},
		{redaction.Rules{Headers: []string{"X-Acme-*"}, KeepHeaders: []string{"x-acme-id"}}, `redact: RedactHeaders and KeepHeaders both name "x-acme-id"; remove it from one of them`},
		{redaction.Rules{Query: []string{"*"}, KeepBody: []string{"$.a", "b*"}, KeepHeaders: []string{"X-*"}, Headers: []string{"X-Acme"}}, ""},
	} {
		got := ""
		if err := c.rules.Valid(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestNamesWithStars(t *testing.T) {
	r := ruled(redaction.Rules{Headers: []string{"X-Acme-*"}, Query: []string{"mine_*"}, KeepQuery: []string{"access_*"}, KeepBody: []string{"api_*"}})
	i := providers[0].exchange()
	i.Request.URL = "https://h/?mine_a=b&mine=c&access_token=mellon-1"
	user := "x-acme-user" // as clients may spell it
	i.Request.Header[user] = []string{"me"}
	i.Request.Body = cassette.NewBody([]byte(`{"api_key":"mellon-2","password":"mellon-3"}`))
	r.Interaction(i)
	got := i.Request.URL + " " + i.Request.Header[user][0] + " " + i.Request.Body.String()
	if want := `https://h/?mine_a=[redacted:mine_a]&mine=c&access_token=mellon-1 [redacted:x-acme-user] {"api_key":"mellon-2","password":"[redacted:password]"}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
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
	const body = `{"password":"planted-password","api_key":"planted-api-key","client_secret":"planted-secret","id_token":"planted-token","text":"planted-password"}`
	const want = `{"password":"hunterp","api_key":"[redacted:api_key]","client_secret":"[redacted:client_secret]","id_token":"[redacted:id_token]","text":"hunterp"}`
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

func TestWhatIsKept(t *testing.T) {
	r := ruled(redaction.Rules{KeepHeaders: []string{"x-my-token"}, KeepQuery: []string{"Session_Token"}, KeepBody: []string{"passcode", "$.user.secret", "api_key"}})
	i := providers[0].exchange()
	i.Request.URL = "https://h/?session_token=mellon-1&access_token=mellon-2"
	i.Request.Header["X-My-Token"] = []string{"Bearer mellon-3"}
	sent(ofForm, "passcode=mellon-4&password=mellon-5")(i)
	received(i, ofJSON, `{"passcode":"mellon-6","user":{"secret":"mellon-7","password":"mellon-8"},"secret":"mellon-9","api_key":["mellon-a"]}`)
	r.Interaction(i)
	if got, want := i.Request.URL, "https://h/?session_token=mellon-1&access_token=[redacted:access_token]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := i.Request.Header.Get("X-My-Token"); got != "Bearer mellon-3" {
		t.Errorf("got %s", got)
	}
	if got, want := i.Request.Body.String(), "passcode=mellon-4&password=[redacted:password]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := i.Response.Body.String(), `{"passcode":"mellon-6","user":{"secret":"mellon-7","password":"[redacted:password:2]"},"secret":"[redacted:secret]","api_key":["mellon-a"]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// The same rules find nothing on the tape; others do.
	tape := &cassette.Cassette{Interactions: []*cassette.Interaction{i}}
	if findings := r.Scan(tape); len(findings) > 0 {
		t.Errorf("found %v", findings)
	}
	if findings := redaction.Scan(tape); len(findings) != 6 {
		t.Errorf("found %v", findings)
	}
}

// What Rules.Replace wrote is no finding, in this run and in a later one.
func TestScanOfReplacementsOfTheUser(t *testing.T) {
	rules := redaction.Rules{Headers: []string{"X-Tenant"}, Replace: func(name, value string) string {
		if name == "access_token" {
			return "sk" + "-test-0123456789abcdefghij"
		}
		return ""
	}}
	r := ruled(rules)
	i := providers[0].exchange()
	received(i, ofJSON, `{"access_token":"mellon-1","password":"mellon-2"}`)
	r.Interaction(i)
	tape := &cassette.Cassette{Interactions: []*cassette.Interaction{i}}
	for _, scanner := range []*redaction.Redactor{r, ruled(rules)} {
		if findings := scanner.Scan(tape); len(findings) > 0 {
			t.Errorf("found %v", findings)
		}
	}
	i.Request.Header["X-Tenant"] = []string{"acme-inc"}
	if findings := r.Scan(tape); len(findings) != 1 || findings[0].Kind != "X-Tenant" {
		t.Errorf("found %v", findings)
	}
}

// What RedactBody selects in one place is redacted there, although KeepBody keeps the name
// elsewhere.
func TestRedactBodyWins(t *testing.T) {
	i := &cassette.Interaction{Request: cassette.Request{Header: http.Header{}}}
	sent(ofJSON, `{"password":"mellon","door":{"password":"mellow"}}`)(i)
	ruled(redaction.Rules{Body: []string{"$.password"}, KeepBody: []string{"password"}}).Interaction(i)
	if got, want := i.Request.Body.String(), `{"password":"[redacted:password]","door":{"password":"mellow"}}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A function that fails leaves the placeholder of the package.
func TestReplaceThatFails(t *testing.T) {
	for name, replace := range map[string]func(name, value string) string{
		"a panic":      func(string, string) string { panic("oh") },
		"a line break": func(string, string) string { return "a\nb" },
		"a blank":      func(string, string) string { return "my token" },
		"a quote":      func(string, string) string { return `a"b` },
		"an umlaut":    func(string, string) string { return "schlüssel" },
		"nothing":      func(string, string) string { return "" },
	} {
		i := &cassette.Interaction{Request: cassette.Request{Header: http.Header{}}}
		sent(ofJSON, `{"password":"mellon"}`)(i)
		ruled(redaction.Rules{Replace: replace}).Interaction(i)
		if got := i.Request.Body.String(); got != `{"password":"[redacted:password]"}` {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestRulesThatContradict(t *testing.T) {
	err := redaction.Rules{
		Headers: []string{"X-Tenant"}, KeepHeaders: []string{"x-tenant"}, Query: []string{"Session", "a"}, KeepQuery: []string{"session"},
		Body: []string{"$..email", "$.user.id"}, KeepBody: []string{"email", "$.user.id"},
	}.Valid()
	want := `redact: RedactHeaders and KeepHeaders both name "X-Tenant"; remove it from one of them
redact: RedactQuery and KeepQuery both name "Session"; remove it from one of them
redact: RedactBody and KeepBody both name "$..email"; remove it from one of them
redact: RedactBody and KeepBody both name "$.user.id"; remove it from one of them`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := (redaction.Rules{KeepBody: []string{"$["}}).Valid(); err == nil {
		t.Error("no error")
	}
}

// Who reads a tape without the code of its suite goes by what the tape lists.
func TestScanOfReplacementsOnATape(t *testing.T) {
	i := &cassette.Interaction{
		Request:  cassette.Request{Method: "GET", URL: "https://api.example.com/?api_key=FAKE-TOKEN-42", Header: http.Header{"Authorization": {"Bearer FAKE-TOKEN-42"}}},
		Response: cassette.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(`{"token":"FAKE-TOKEN-42","password":"hunter24"}`))},
	}
	c := &cassette.Cassette{Replacements: []string{"FAKE-TOKEN-42"}, Interactions: []*cassette.Interaction{i}}
	got := fmt.Sprint(redaction.Scan(c))
	if want := "[interaction 1, response body $.password]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
