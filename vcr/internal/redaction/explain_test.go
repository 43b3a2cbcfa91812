package redaction_test

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

func TestExplain(t *testing.T) {
	const drawn = "q7zt3vkx9lmb2r4w"
	r := ruled(redaction.Rules{Headers: []string{"X-Tenant"}, KeepQuery: []string{"session_token"}, Body: []string{"$..email"},
		Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "mine", Value: "known-by-value"}} }})
	r.Text("")
	for _, c := range []struct{ place, name, value, want string }{
		{"header", "X-My-Token", "abc", "header x-my-token: replaced, because names that end in token after my are secret in headers"},
		{"header", "X-Tenant", "acme", "header x-tenant: replaced, because RedactHeaders names it"},
		{"header", "X-Own", "Bearer abc", "header x-own: replaced, because the value begins with the scheme of a credential"},
		{"header", "X-Honeycomb-Team", "abc", "header x-honeycomb-team: replaced, because it is on the list of secret names"},
		{"header", "WWW-Authenticate", `Bearer realm="a"`, "header www-authenticate: stays, because it is on the list of names that stay"},
		{"header", "X-Request-Id", drawn, "header x-request-id: stays, because names that end in id after request are not secret in headers"},
		{"query", "key", "customers/alice", "query key: stays, because the name key alone is secret in queries if the value is drawn at random, and it is not"},
		{"query", "key", drawn, "query key: replaced, because the name key alone is secret in queries if the value is drawn at random, and it is"},
		{"query", "session_token", "abc", "query session_token: stays, because KeepQuery names it"},
		{"form", "password", "hunter22", "form password: replaced, because the name password alone is secret in forms"},
		{"body", "next_page_token", drawn, "body next_page_token: stays, because names that end in token after page are not secret in bodies"},
		{"body", "email", "a@b.example", "body email: replaced, because RedactBody names it"},
		{"body", "password", "string", "body password: stays, because the name password alone is secret in bodies, but the value is a word of documentation, or text for people"},
		{"response body", "password", "can't be blank", "body password: stays, because the name password alone is secret in bodies, but the value is a word of documentation, or text for people"},
		{"request body", "password", "can't be blank", "body password: replaced, because the name password alone is secret in bodies"},
		{"header", "X-Api-Token-V2", "abc", "header x-api-token-v2: replaced, because names that end in token after api are secret in headers"},
		{"header", "Location", "/cb?code=" + drawn, "header location: replaced in part, because a URL keeps all but the secrets in it: /cb?code=[redacted:code]"},
		{"header", "Location", "/next", "header location: stays, because a URL keeps all but the secrets in it, and there is none"},
		{"header", "Set-Cookie", "lang=en; Path=/", "header set-cookie: stays, because its cookies hold preferences"},
		{"header", "Cookie", "sid=abc123", "header cookie: replaced, because the name cookie alone is secret in headers"},
		{"cookie", "sid", "abc123", "cookie sid: replaced, because cookies are secret, but for preferences such as lang=en"},
		{"cookie", "lang", "en", "cookie lang: stays, because it is a preference"},
		{"path", "token", "mellon", "path token: stays, because names do not decide in the path of a URL"},
		{"form", "code", drawn, "form code: stays, because the name code alone is not secret in forms, except if it is drawn at random and one of OAuth: beside client_id, redirect_uri or grant_type, in a Location, or at the path of a login"},
		{"bogus", "a", "b", `"bogus" is not a place; ask for header, cookie, query, path, form, body, content or variable, or for the place of a finding, such as request header X-Own`},
		{"response body $.token", "", drawn, "body token: replaced, because the name token alone is secret in bodies if the value is drawn at random, and it is"},
		{"response body $.keys[0]['api_key']", "", "mellon", "body api_key: replaced, because names that end in key after api are secret in bodies"},
		{"request header X-My-Token", "", "abc", "header x-my-token: replaced, because names that end in token after my are secret in headers"},
		{"variable", "DATABASE_URL", "postgres://me:mellon-99@db/x", "variable database_url: replaced, because the value is an address with a user or a password, which are searched for"},
		{"variable", "DB_PASSWORD", "hunter", "variable db_password: stays, because names that end in password after db are secret in variables, but values under 8 bytes are not searched for"},
		{"body", "max_tokens", "5", "body max_tokens: stays, because names that end in tokens after max are not secret in bodies"},
		{"body", "require_new_password", "abc", "body require_new_password: stays, because it is on the list of first words of switches"},
		{"body", "note", "known-by-value", "body note: replaced, because it is known as a secret"},
		{"content", "password", "mellon", "content password: stays, because names do not decide in what a model or a person said"},
		{"variable", "SSH_KEY_PATH", "/home/me/key", "variable ssh_key_path: stays, because names that end in path are not secret"},
		{"variable", "DB_PASS", "correct-horse-battery", "variable db_pass: replaced, because names that end in pass after db are secret in variables"},
		{"variable", "DB_PASS", "/run/secrets/db", "variable db_pass: stays, because names that end in pass after db are secret in variables, but the value is a path, an address, a number, words or a dummy"},
	} {
		r := r
		if c.place == "variable" {
			r, _ = redaction.New(redaction.Rules{}) // ruled reads no variables
		}
		if got := r.Explain(c.place, c.name, c.value); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	chosen := ruled(redaction.Rules{Environment: func(name string) bool { return name == "MINE" }})
	for name, want := range map[string]string{
		"MINE":    "variable mine: replaced, because SecretVariables names it",
		"MY_PASS": "variable my_pass: stays, because SecretVariables does not name it",
	} {
		if got := chosen.Explain("variable", name, "correct-horse-battery"+drawn); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for finding, want := range map[redaction.Finding]string{
		{Place: "request header X-My-Token", Kind: "X-My-Token"}:   "names that end in token after my are secret in headers",
		{Place: "request URL", Kind: "api_key"}:                    "names that end in key after api are secret in queries",
		{Place: "response body $.a", Kind: "private key"}:          "it has the format of one",
		{Place: "request header X-Tenant", Kind: "X-Tenant"}:       "its value begins with the scheme of a credential",
		{Place: "request header Referer", Kind: "upload_id"}:       "it is on the list of secret names",
		{Place: "request body", Kind: "otp"}:                       "the name otp alone is secret in queries",
		{Place: "response body $.header.a", Kind: "signature"}:     "the name signature alone is secret in queries if the value is drawn at random, and it is",
		{Place: "request URL", Kind: "code"}:                       "it is beside other names of OAuth, and drawn at random",
		{Place: "request URL", Kind: "user and password in a URL"}: "they are before the @ of a URL",
	} {
		if got := finding.Reason(); got != want {
			t.Errorf("%v: got %s, want %s", finding, got, want)
		}
	}
}
