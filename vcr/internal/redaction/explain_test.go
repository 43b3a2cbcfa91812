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
		{"body", "password", "string", "body password: stays, because the name password alone is secret in bodies, but the value is a word of documentation"},
		{"body", "max_tokens", "5", "body max_tokens: stays, because names that end in tokens after max are not secret in bodies"},
		{"body", "require_new_password", "abc", "body require_new_password: stays, because it is on the list of first words of switches"},
		{"body", "note", "known-by-value", "body note: replaced, because it is known as a secret"},
		{"content", "password", "mellon", "content password: stays, because names do not decide in what a model or a person said"},
		{"variable", "SSH_KEY_PATH", "/home/me/key", "variable ssh_key_path: stays, because names that end in path are not secret"},
		{"variable", "DB_PASS", "correct-horse-battery", "variable db_pass: replaced, because names that end in pass after db are secret in variables"},
		{"variable", "DB_PASS", "/run/secrets/db", "variable db_pass: stays, because names that end in pass after db are secret in variables, but the value is a path, an address, a number, words or a dummy"},
	} {
		if got := r.Explain(c.place, c.name, c.value); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
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
