package redaction_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

var headers = []string{
	"Authorization", "Proxy-Authorization", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "X-Goog-User-Project",
	"X-Amz-Security-Token", "Cookie", "X-Auth-Token", "OpenAI-Organization", "OpenAI-Project",
	"Set-Cookie", "Anthropic-Organization-Id", "Anthropic-Workspace-Id", "X-Guploader-Uploadid",
}

var parameters = []string{
	"key", "api_key", "apikey", "token", "access_token", "client_secret", "sig", "upload_id",
	"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token",
}

var fields = []string{
	"access_token", "refresh_token", "id_token", "client_secret", "password", "api_key",
	"SecretAccessKey", "aws_secret_access_key", "SessionToken", "aws_session_token", "private_key",
}

// hidden is drawn, so that names hide it that need that too.
const hidden = "q7zt3vkx9lmb2r4w"

// placeholderOf is what stands for the first value of a name.
func placeholderOf(name string) string { return "[redacted:" + strings.ToLower(name) + "]" }

func TestDefaultHeaders(t *testing.T) {
	for _, name := range headers {
		for _, spelled := range []string{name, strings.ToLower(name), strings.ToUpper(name), http.CanonicalHeaderKey(name)} {
			i := &cassette.Interaction{
				Request: cassette.Request{Header: http.Header{spelled: {hidden}, "X-Open": {"open"}}},
				Response: cassette.Response{
					Header:  http.Header{spelled: {hidden + "0too", hidden}, "X-Open": {"open"}},
					Trailer: http.Header{spelled: {hidden}, "X-Open": {"open"}},
				},
			}
			redactor(nil).Interaction(i)
			first, second := placeholderOf(name), "[redacted:"+strings.ToLower(name)+":2]"
			for part, c := range map[string]struct {
				got  http.Header
				want []string
			}{
				"request":  {i.Request.Header, []string{first}},
				"response": {i.Response.Header, []string{second, first}},
				"trailer":  {i.Response.Trailer, []string{first}},
			} {
				if strings.Join(c.got[spelled], " ") != strings.Join(c.want, " ") || c.got["X-Open"][0] != "open" {
					t.Errorf("%s, %s: got %q, want %q", part, spelled, c.got, c.want)
				}
			}
		}
	}
}

func TestHeadersThatStay(t *testing.T) {
	header := http.Header{
		"Content-Type": {"application/json"}, "Location": {"/next?page=2"}, "Retry-After": {"1"}, "X-Should-Retry": {"true"},
		"X-Amzn-Errortype": {"ThrottlingException"}, "X-Goog-Upload-Status": {"active"}, "X-Api-Key-Hint": {"last four"},
		"Authorization": {""},
	}
	i := &cassette.Interaction{Response: cassette.Response{Header: header.Clone()}}
	redactor(nil).Interaction(i)
	for name, values := range header {
		if got := i.Response.Header.Get(name); got != values[0] {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestDefaultParameters(t *testing.T) {
	for _, name := range parameters {
		for _, spelled := range []string{name, strings.ToUpper(name)} {
			raw := "https://api.example.com/a%2Fb?first=1&" + spelled + "=" + hidden + "%2Bvalue&last=%7e#part"
			want := "https://api.example.com/a%2Fb?first=1&" + spelled + "=" + placeholderOf(name) + "&last=%7e#part"
			i := &cassette.Interaction{Request: cassette.Request{URL: raw}}
			redactor(nil).Interaction(i)
			if i.Request.URL != want {
				t.Errorf("got  %s\nwant %s", i.Request.URL, want)
			}
			if got := redactor(nil).URL(raw); got != want {
				t.Errorf("shown as %s\nwant     %s", got, want)
			}
		}
	}
}

func TestDefaultFields(t *testing.T) {
	const multipart = "multipart/form-data; boundary=cut"
	for _, name := range fields {
		cases := []struct{ name, contentType, before, behind string }{
			{"JSON", "application/json", `{"` + name + `":"`, `"}`},
			{"JSON at depth", "application/vnd.api+json", `{"a": [1, {"` + name + `" : "`, `", "b": null}]}`},
			{"JSON without a type", "", `{"` + name + `":"`, `"}`},
			{"JSON in upper case", "application/json", `{"` + strings.ToUpper(name) + `":"`, `"}`},
			{"SSE", "text/event-stream", "event: a\r\ndata: {\"" + name + `":"`, "\"}\r\n\r\ndata: [DONE]\r\n\r\n"},
			{"NDJSON", "application/x-ndjson", "{\"a\":1}\n{\"" + name + `":"`, "\"}\n"},
			{"form", "application/x-www-form-urlencoded; charset=utf-8", "a=b&" + name + "=", "&c=%7e"},
			{"multipart", multipart, "--cut\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n", "\r\n--cut--\r\n"},
			{"JSON in multipart", multipart, "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n{\"" + name + `":"`, "\"}\r\n--cut--\r\n"},
		}
		for _, c := range cases {
			body := cassette.NewBody([]byte(c.before + hidden + c.behind))
			for _, spelled := range []string{"Content-Type", "content-type"} {
				i := &cassette.Interaction{
					Request:  cassette.Request{Header: http.Header{spelled: {c.contentType}}, Body: body},
					Response: cassette.Response{Header: http.Header{spelled: {c.contentType}}, Body: body},
				}
				redactor(nil).Interaction(i)
				want := c.before + placeholderOf(name) + c.behind
				if i.Request.Body.String() != want || i.Response.Body.String() != want {
					t.Errorf("%s, %s, %s: got %q and %q\nwant %q", name, c.name, spelled, i.Request.Body, i.Response.Body, want)
				}
			}
		}
	}
}

func TestBodiesThatStay(t *testing.T) {
	cases := []struct{ name, contentType, body string }{
		{"numbers and more", "application/json", `{"password": 1, "api_key":true, "id_token": null, "assertion":{"a":"b"}, "client_secret":[5, true]}`},
		{"names that only look like it", "application/json", `{"max_tokens":"5","token_count":"5","password_set":"yes","token":"the word"}`},
		{"an empty value", "application/json", `{"password":""}`},
		{"prose", "text/plain", `the password is "swordfish", said api_key=1`},
		{"a form", "application/x-www-form-urlencoded", "password_hint=a&max_tokens=5&password"},
		{"binary", "application/octet-stream", "\x00\xff\"password\x00\":"},
	}
	for _, c := range cases {
		i := &cassette.Interaction{Request: cassette.Request{
			Header: http.Header{"Content-Type": {c.contentType}, "Content-Length": {"7"}}, Body: cassette.NewBody([]byte(c.body)),
		}}
		redactor(nil).Interaction(i)
		if got := i.Request.Body.String(); got != c.body {
			t.Errorf("%s: got %q, want %q", c.name, got, c.body)
		}
		if got := i.Request.Header.Get("Content-Length"); got != "7" {
			t.Errorf("%s: Content-Length became %s", c.name, got)
		}
	}
}
