package redact_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

func jsonRequest(address, body string) cassette.Request {
	return cassette.Request{Method: "POST", URL: address, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(body))}
}

func TestOneValueHasOnePlaceholder(t *testing.T) {
	r := redactor(nil)
	redacted := func(address, key, body string) string {
		i := &cassette.Interaction{Request: jsonRequest(address, body)}
		i.Request.Header["X-Api-Key"] = []string{key}
		r.Interaction(i)
		return i.Request.URL + " " + i.Request.Header.Get("X-Api-Key") + " " + i.Request.Body.String()
	}
	cases := []struct{ name, url, key, body, want string }{
		{"first", "http://h/?key=one", "two", `{"password":"three"}`,
			`http://h/?key=[redacted:key] [redacted:x-api-key] {"password":"[redacted:password]"}`},
		{"same again", "http://h/?key=one", "two", `{"password":"three"}`,
			`http://h/?key=[redacted:key] [redacted:x-api-key] {"password":"[redacted:password]"}`},
		{"under other names", "http://h/?key=three", "one", `{"password":"two"}`,
			`http://h/?key=[redacted:password] [redacted:key] {"password":"[redacted:x-api-key]"}`},
		{"others", "http://h/?key=four", "five", `{"password":"six","api_key":"seven"}`,
			`http://h/?key=[redacted:key:2] [redacted:x-api-key:2] {"password":"[redacted:password:2]","api_key":"[redacted:api_key]"}`},
		{"those again", "http://h/?key=four", "five", `{"password":"six","api_key":"seven"}`,
			`http://h/?key=[redacted:key:2] [redacted:x-api-key:2] {"password":"[redacted:password:2]","api_key":"[redacted:api_key]"}`},
	}
	for _, c := range cases {
		if got := redacted(c.url, c.key, c.body); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestContentLengthFollows(t *testing.T) {
	const body = `{"password":"hidden"}`
	longer := len("[redacted:password]") - len("hidden")
	cases := []struct{ name, length, want string }{
		{"whole", fmt.Sprint(len(body)), fmt.Sprint(len(body) + longer)},
		{"closed before its end", "1000", fmt.Sprint(1000 + longer)},
		{"nonsense", "many", "many"},
		{"none", "", ""},
	}
	for _, c := range cases {
		i := &cassette.Interaction{Response: cassette.Response{Header: http.Header{}, Body: cassette.NewBody([]byte(body))}}
		if c.length != "" {
			i.Response.Header.Set("Content-Length", c.length)
		}
		redactor(nil).Interaction(i)
		if got := i.Response.Header.Get("Content-Length"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestURLs(t *testing.T) {
	const hidden = "[redacted:upload_id]"
	cases := []struct{ name, raw, want string }{
		{"user information", "https://user:word@h:8/p?a=b@c", "https://h:8/p?a=b@c"},
		{"user information alone", "https://user@h", "https://h"},
		{"an at sign in the path", "https://h/@me", "https://h/@me"},
		{"an upload", "https://h/u?upload_id=x&upload_protocol=resumable", "https://h/u?upload_id=" + hidden + "&upload_protocol=resumable"},
		{"relative", "/u?upload_id=x#f", "/u?upload_id=" + hidden + "#f"},
		{"a URL in a relative one", "/login?next=https://me@h/", "/login?next=https://me@h/"},
		{"nothing to hide", "https://h/%2f?q=%20&&=&z", "https://h/%2f?q=%20&&=&z"},
		{"no URL", "::: ?", "::: ?"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := redactor(nil).URL(c.raw); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			for _, name := range []string{"Location", "location", "Content-Location", "Referer", "X-Goog-Upload-Url"} {
				i := &cassette.Interaction{Response: cassette.Response{Header: http.Header{name: {c.raw}}}}
				redactor(nil).Interaction(i)
				if got := i.Response.Header[name][0]; got != c.want {
					t.Errorf("%s: got %s, want %s", name, got, c.want)
				}
			}
		})
	}
}

// planted holds blanks and signs, so that each way of writing it in a URL differs.
const planted = "pl/an+ted key&value=1"

func withPlanted() []redact.Secret {
	return []redact.Secret{{Name: "Service_Key", Value: planted}, {Name: "short", Value: "GET"}}
}

// everywhere is an exchange with the planted secret in all its places.
func everywhere() *cassette.Interaction {
	query, path := url.QueryEscape(planted), url.PathEscape(planted)
	return &cassette.Interaction{
		Request: cassette.Request{
			Method: "GET", URL: "http://h/" + path + "?q=" + query + "&key=" + query,
			Header: http.Header{"Authorization": {"Bearer " + planted}, "X-Own": {planted, "GET"}, "X-Api-Key": {planted}, "Referer": {"/" + path}},
			Body:   cassette.NewBody([]byte(`{"prompt":"my key is ` + planted + `","api_key":"` + planted + `"}`)),
		},
		Response: cassette.Response{
			Status: 200,
			Header: http.Header{"Location": {"/?a=" + query}, "X-Echo": {planted}}, Trailer: http.Header{"X-End": {planted}},
			Body: cassette.NewBody([]byte("you said " + planted + " or " + query)),
		},
		Error: &cassette.TransportError{Message: "dial " + planted},
	}
}

func TestSecretsAreReplacedWhereverTheyStand(t *testing.T) {
	i := everywhere()
	redactor(withPlanted).Interaction(i)
	const hidden = "[redacted:service_key]"
	want := &cassette.Interaction{
		Request: cassette.Request{
			Method: "GET", URL: "http://h/" + hidden + "?q=" + hidden + "&key=" + hidden,
			Header: http.Header{"Authorization": {"[redacted:authorization]"}, "X-Own": {hidden, "GET"}, "X-Api-Key": {hidden}, "Referer": {"/" + hidden}},
			Body:   cassette.NewBody([]byte(`{"prompt":"my key is ` + hidden + `","api_key":"` + hidden + `"}`)),
		},
		Response: cassette.Response{
			Status: 200,
			Header: http.Header{"Location": {"/?a=" + hidden}, "X-Echo": {hidden}}, Trailer: http.Header{"X-End": {hidden}},
			Body: cassette.NewBody([]byte("you said " + hidden + " or " + hidden)),
		},
		Error: &cassette.TransportError{Message: "dial " + hidden},
	}
	if !reflect.DeepEqual(i, want) {
		t.Errorf("got  %+v\nwant %+v", i, want)
	}
	again := i.Clone()
	redactor(withPlanted).Interaction(again)
	if !reflect.DeepEqual(again, want) {
		t.Errorf("once more: got %+v\nwant %+v", again, want)
	}
}

func TestNoSecretIsInTheFile(t *testing.T) {
	i := everywhere()
	i.Request.Header["Cookie"] = []string{"session=" + "crumb"}
	i.Response.Header["Set-Cookie"] = []string{"session=" + "crumb"}
	redactor(withPlanted).Interaction(i)
	i.Error = nil
	file := string((&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode())
	for _, secret := range []string{planted, url.QueryEscape(planted), url.PathEscape(planted), "crumb"} {
		if strings.Contains(file, secret) {
			t.Errorf("%q is in the file:\n%s", secret, file)
		}
	}
}

func TestASecretInASecret(t *testing.T) {
	secrets := []redact.Secret{{Name: "inner", Value: "12345678"}, {Name: "outer", Value: "12345678-and-more"}}
	i := &cassette.Interaction{Request: jsonRequest("http://h/", `["12345678-and-more","12345678"]`)}
	redactor(func() []redact.Secret { return secrets }).Interaction(i)
	if got, want := i.Request.Body.String(), `["[redacted:outer]","[redacted:inner]"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if secrets[0].Name != "inner" {
		t.Error("the secrets of the caller were sorted")
	}
	// What follows a secret in a field that is secret as a whole is not spared.
	i = &cassette.Interaction{Request: jsonRequest("http://h/", `{"password":"12345678:salt"}`)}
	redactor(func() []redact.Secret { return secrets }).Interaction(i)
	if got := i.Request.Body.String(); got != `{"password":"[redacted:password]"}` {
		t.Errorf("got %s", got)
	}
}

// A request is compared with what stands on a tape, where values have numbers
// that depend on the order in which they came.
func TestKeyOfARequestEqualsThatOfItsRecording(t *testing.T) {
	requests := []cassette.Request{
		jsonRequest("http://h/?key=first", `{"password":"one","prompt":"hi"}`),
		jsonRequest("http://h/?key=second", `{"password":"two","prompt":"hi"}`),
		jsonRequest("http://h/?key=two", `{"password":"first","prompt":"hi"}`),
		jsonRequest("http://user:word@h/?q="+url.QueryEscape(planted), `{"prompt":"`+planted+`"}`),
		jsonRequest("http://h/"+url.PathEscape(planted), `{"api_key":"`+planted+`"}`),
		{Method: "POST", URL: "http://h/", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: cassette.NewBody([]byte("password=three+3&a=" + url.QueryEscape(planted)))},
	}
	for n := range requests {
		requests[n].Header["X-Api-Key"] = []string{"own"}
	}
	// A name that a field has as well: its numbers run on.
	secrets := func() []redact.Secret { return []redact.Secret{{Name: "password", Value: planted}} }
	tape := redactor(secrets)
	for n, request := range requests {
		i := (&cassette.Interaction{Request: request}).Clone()
		tape.Interaction(i)
		recorded, live := redactor(secrets).Key(i.Request), redactor(secrets).Key(request)
		if recorded.URL != live.URL || recorded.Body.String() != live.Body.String() {
			t.Errorf("%d: recorded %s %s\n      asked for %s %s", n, recorded.URL, recorded.Body, live.URL, live.Body)
		}
		if strings.Contains(live.URL+live.Body.String(), planted) || strings.Contains(live.Body.String(), ":2]") {
			t.Errorf("%d: got %s %s", n, live.URL, live.Body)
		}
		if live.Header.Get("X-Api-Key") != "own" {
			t.Errorf("%d: the header of the request became %q", n, live.Header)
		}
	}
	want := `http://h/?key=[redacted:key] {"password":"[redacted:password]","prompt":"hi"}`
	if key := tape.Key(requests[1]); key.URL+" "+key.Body.String() != want {
		t.Errorf("got %s %s, want %s", key.URL, key.Body, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := redactor(withPlanted)
	placeholders := make([]string, 100)
	var group sync.WaitGroup
	for n := range placeholders {
		group.Go(func() {
			i := &cassette.Interaction{Request: jsonRequest("http://h/", fmt.Sprintf(`{"password":"%d"}`, n%10))}
			r.Key(i.Request)
			r.Interaction(i)
			placeholders[n] = i.Request.Body.String()
		})
	}
	group.Wait()
	different := map[string]bool{}
	for n, placeholder := range placeholders {
		different[placeholder] = true
		if placeholder != placeholders[n%10] {
			t.Errorf("one value became %s and %s", placeholders[n%10], placeholder)
		}
	}
	if len(different) != 10 {
		t.Errorf("ten values became %d placeholders", len(different))
	}
}
