package redaction_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// A key that is a PEM block, or a password with a sign that JSON escapes.
func TestSecretsThatJSONEscapes(t *testing.T) {
	secret := redaction.Secret{Name: "key", Value: "-----BEGIN-----\npl&nt<e>d \"quote\"\n-----END-----\""}
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
		redactor(func() []redaction.Secret { return []redaction.Secret{secret} }).Interaction(i)
		if got := strings.TrimSpace(i.Request.Body.String()); got != `{"private":"[redacted:key]"}` {
			t.Errorf("got %s", got)
		}
	}
}

// A value with the signs of XML is found as each encoder writes it, and one of two lines
// whatever is between them.
func TestSecretsInMarkupAndLines(t *testing.T) {
	secrets := []redaction.Secret{{Name: "signs", Value: `p&q"it's<a>`}, {Name: "lines", Value: "mellon and friend\nsay it twice"}}
	for text, want := range map[string]string{
		"<v>p&amp;q\"it's&lt;a></v>":                                               "<v>[redacted:signs]</v>",
		"<v>p&amp;q\"it's&lt;a&gt;</v>":                                            "<v>[redacted:signs]</v>",
		"<v>p&amp;q&quot;it's&lt;a&gt;</v>":                                        "<v>[redacted:signs]</v>",
		"<v>p&amp;q&#34;it&#39;s&lt;a&gt;</v>":                                     "<v>[redacted:signs]</v>",
		"<v>p&amp;q&quot;it&#39;s&lt;a&gt;</v>":                                    "<v>[redacted:signs]</v>",
		"<v>p&amp;q&quot;it&#x27;s&lt;a&gt;</v>":                                   "<v>[redacted:signs]</v>",
		"<v>p&amp;q&quot;it&apos;s&lt;a&gt;</v>":                                   "<v>[redacted:signs]</v>",
		`{"page":"<v>p\u0026amp;q\u0026#34;it\u0026#39;s\u0026lt;a\u0026gt;</v>"}`: `{"page":"<v>[redacted:signs]</v>"}`,
		"a mellon and friend\r\nsay it twice b":                                    "a [redacted:lines] b",
		"a mellon and friend say it twice b":                                       "a [redacted:lines] b",
		`["mellon and friend\r\nsay it twice"]`:                                    `["[redacted:lines]"]`,
	} {
		i := &cassette.Interaction{Request: cassette.Request{Body: cassette.NewBody([]byte(text))}}
		redactor(func() []redaction.Secret { return secrets }).Interaction(i)
		if got := i.Request.Body.String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestASecretInASecret(t *testing.T) {
	secrets := []redaction.Secret{{Name: "inner", Value: "12345678"}, {Name: "outer", Value: "12345678-and-more"}}
	i := &cassette.Interaction{Request: jsonRequest("http://h/", `["12345678-and-more","12345678"]`)}
	redactor(func() []redaction.Secret { return secrets }).Interaction(i)
	if got, want := i.Request.Body.String(), `["[redacted:outer]","[redacted:inner]"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if secrets[0].Name != "inner" {
		t.Error("the secrets of the caller were sorted")
	}
	// What follows a secret in a field that is secret as a whole is not spared.
	i = &cassette.Interaction{Request: jsonRequest("http://h/", `{"password":"12345678:salt"}`)}
	redactor(func() []redaction.Secret { return secrets }).Interaction(i)
	if got := i.Request.Body.String(); got != `{"password":"[redacted:password]"}` {
		t.Errorf("got %s", got)
	}
}

// A secret of digits is found, and no number becomes a string or loses its
// digits for it.
func TestSecretsOfDigits(t *testing.T) {
	r := redactor(func() []redaction.Secret { return []redaction.Secret{{Name: "account", Value: "4929123456"}} })
	i := providers[0].exchange()
	i.Response.Body = cassette.NewBody([]byte(`{"a":"4929123456","b": 4929123456 ,"c":[0.4929123456,14929123456,-4929123456],"d":"for\n4929123456."}`))
	r.Interaction(i)
	want := `{"a":"[redacted:account]","b": 0 ,"c":[0.4929123456,14929123456,-4929123456],"d":"for\n[redacted:account]."}`
	if got := i.Response.Body.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The value is first in a place for words, then in a place for secrets only.
func TestAValueThatTurnsOutToBeASecret(t *testing.T) {
	r := redactor(nil)
	i := providers[0].exchange()
	i.Request.URL += "?upload_id=correct-horse-battery"
	r.Interaction(i)
	i.Request.Header["X-Api-Key"] = []string{"correct-horse-battery"}
	i.Response.Body = cassette.NewBody([]byte("it is correct-horse-battery"))
	r.Interaction(i)
	if got := i.Response.Body.String(); got != "it is [redacted:upload_id]" {
		t.Errorf("got %s", got)
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
	defaults, err := redaction.New(redaction.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	want := "[redacted:secret] [redacted:secret] [redacted:secret] 100000000 /home/me/credentials1.json kubernetes planted0keyboard changeme https://example.com/oauth2/token"
	if got := defaults.Text(said); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	own := ruled(redaction.Rules{Environment: func(name string) bool {
		if name == "OWNAPIKEY" {
			panic("no")
		}
		return name == "KEYBOARD"
	}})
	want = "planted0token1 [redacted:secret] planted0word1 100000000 /home/me/credentials1.json kubernetes [redacted:secret] changeme https://example.com/oauth2/token"
	if got := own.Text(said); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
