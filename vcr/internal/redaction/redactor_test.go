package redaction_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// redactor knows some secrets, and ignores the environment of the test.
func redactor(secrets func() []redaction.Secret) *redaction.Redactor {
	return ruled(redaction.Rules{Secrets: secrets})
}

func ruled(rules redaction.Rules) *redaction.Redactor {
	if rules.Environment == nil {
		rules.Environment = func(string) bool { return false }
	}
	r, err := redaction.New(rules)
	if err != nil {
		panic(err)
	}
	return r
}

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
		{"first", "http://h/?client_secret=one", "two", `{"password":"three"}`,
			`http://h/?client_secret=[redacted:client_secret] [redacted:x-api-key] {"password":"[redacted:password]"}`},
		{"same again", "http://h/?client_secret=one", "two", `{"password":"three"}`,
			`http://h/?client_secret=[redacted:client_secret] [redacted:x-api-key] {"password":"[redacted:password]"}`},
		{"under other names", "http://h/?client_secret=three", "one", `{"password":"two"}`,
			`http://h/?client_secret=[redacted:password] [redacted:client_secret] {"password":"[redacted:x-api-key]"}`},
		{"others", "http://h/?client_secret=four", "five", `{"password":"six","api_key":"seven"}`,
			`http://h/?client_secret=[redacted:client_secret:2] [redacted:x-api-key:2] {"password":"[redacted:password:2]","api_key":"[redacted:api_key]"}`},
		{"those again", "http://h/?client_secret=four", "five", `{"password":"six","api_key":"seven"}`,
			`http://h/?client_secret=[redacted:client_secret:2] [redacted:x-api-key:2] {"password":"[redacted:password:2]","api_key":"[redacted:api_key]"}`},
	}
	for _, c := range cases {
		if got := redacted(c.url, c.key, c.body); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestContentLengthFollows(t *testing.T) {
	const body = `{"password":"hunter"}`
	longer := len("[redacted:password]") - len("hunter")
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

func withPlanted() []redaction.Secret {
	return []redaction.Secret{{Name: "Service_Key", Value: planted}, {Name: "short", Value: "GET"}}
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

// A request is compared with what is on a tape, where values have numbers
// that depend on the order in which they came.
func TestKeyOfARequestEqualsThatOfItsRecording(t *testing.T) {
	requests := []cassette.Request{
		jsonRequest("http://h/?access_token=first", `{"password":"one","prompt":"hi"}`),
		jsonRequest("http://h/?access_token=second", `{"password":"two","prompt":"hi"}`),
		jsonRequest("http://h/?access_token=two", `{"password":"first","prompt":"hi"}`),
		jsonRequest("http://user:word@h/?q="+url.QueryEscape(planted), `{"prompt":"`+planted+`"}`),
		jsonRequest("http://h/"+url.PathEscape(planted), `{"api_key":"`+planted+`"}`),
		{Method: "POST", URL: "http://h/", Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, Body: cassette.NewBody([]byte("password=three+3&a=" + url.QueryEscape(planted)))},
	}
	for n := range requests {
		requests[n].Header["X-Api-Key"] = []string{"own"}
	}
	// A name that a field has as well: its numbers run on.
	secrets := func() []redaction.Secret { return []redaction.Secret{{Name: "password", Value: planted}} }
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
	want := `http://h/?access_token=[redacted:access_token] {"password":"[redacted:password]","prompt":"hi"}`
	if key := tape.Key(requests[1]); key.URL+" "+key.Body.String() != want {
		t.Errorf("got %s %s, want %s", key.URL, key.Body, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := redactor(withPlanted)
	placeholders := make([]string, 100)
	var group sync.WaitGroup
	for n := range placeholders {
		group.Add(1)
		go func() {
			defer group.Done()
			i := &cassette.Interaction{Request: jsonRequest("http://h/", fmt.Sprintf(`{"password":"%d"}`, n%10))}
			r.Key(i.Request)
			r.Interaction(i)
			placeholders[n] = i.Request.Body.String()
		}()
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

func TestSecretsInFailures(t *testing.T) {
	i := &cassette.Interaction{
		Request: cassette.Request{URL: "http://planted-host.example/?api_key=planted-key"},
		Error: cassette.NewTransportError(&net.OpError{
			Op: "dial", Addr: &net.UnixAddr{Name: "planted-host.example:80"}, Source: &net.UnixAddr{Name: "planted-host.example:1"},
			Err: &net.DNSError{Err: "planted-host.example is unknown", Name: "planted-host.example", Server: "planted-host.example"},
		}, false),
	}
	i.Error.Message = "cannot reach http://planted-host.example/?api_key=planted-key"
	redactor(func() []redaction.Secret { return []redaction.Secret{{Name: "host", Value: "planted-host"}} }).Interaction(i)
	tape := (&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode()
	if bytes.Contains(tape, []byte("planted")) || !bytes.Contains(tape, []byte("cannot reach http://[redacted:host].example/?api_key=[redacted:api_key]")) {
		t.Errorf("got\n%s", tape)
	}
}

// A value under several names has one placeholder, and the same in every recording.
func TestPlaceholdersAreTheSameEveryTime(t *testing.T) {
	for range 50 {
		header := http.Header{"X-Api-Key": {"planted"}, "Authorization": {"planted"}, "Cookie": {"planted"}, "X-Auth-Token": {"planted"}}
		redactor(nil).Interaction(&cassette.Interaction{Request: cassette.Request{Header: header}})
		for name, values := range header {
			if values[0] != "[redacted:authorization]" {
				t.Fatalf("%s: got %s", name, values[0])
			}
		}
	}
}

// Code sends back what it got in replay, in its own encoding.
func TestPlaceholdersThatAreSentBack(t *testing.T) {
	const held = "[redacted:access_token]"
	recorded := cassette.Request{Method: "GET", URL: "https://h/[redacted:access_token:3]/x?mine=[redacted:access_token]&key=[redacted:key]", Body: cassette.NewBody([]byte("a=[redacted:access_token]"))}
	recorded.Header = map[string][]string{"Content-Type": {ofForm}, "X-Own": {"it is " + held}}
	want := redactor(nil).Key(recorded, "x-own")
	for _, spelled := range []string{held, "%5Bredacted%3Aaccess_token%5D", "%5bredacted:access_token%5d"} {
		request := recorded
		request.URL = "https://h/" + spelled + "/x?mine=" + spelled + "&key=" + spelled
		request.Body = cassette.NewBody([]byte("a=" + spelled))
		got := redactor(nil).Key(request, "X-Own")
		if got.URL != want.URL || got.Body.String() != want.Body.String() || len(got.Header) != 1 || got.Header["X-Own"][0] != want.Header["X-Own"][0] {
			t.Errorf("%s: got %+v, want %+v", spelled, got, want)
		}
	}
	recorded.Body = cassette.NewBody([]byte("password=a+b&c=d"))
	if got := redactor(nil).Key(recorded, "x-own").Body.String(); got != "password=[redacted:password]&c=d" {
		t.Errorf("got %s", got)
	}
	// Nothing is learned from such a placeholder.
	r := redactor(nil)
	for _, scheme := range []string{"Bearer " + held, "Basic " + base64.StdEncoding.EncodeToString([]byte(held+":"))} {
		r.Key(cassette.Request{URL: "https://h/", Header: map[string][]string{"Authorization": {scheme}}})
	}
	if got := r.Text("so " + held + " stays, like access_token"); got != "so "+held+" stays, like access_token" {
		t.Errorf("got %s", got)
	}
}

// What is said about an exchange holds no secret either.
func TestTextForPeople(t *testing.T) {
	r := redactor(withPlanted)
	for text, want := range map[string]string{
		`Get "https://h/v1?api_key=abc&a=b": dial tcp: no route`: `Get "https://h/v1?api_key=[redacted:api_key]&a=b": dial tcp: no route`,
		"sent " + planted: "sent [redacted:service_key]",
		`{"password":"x","a":"{\"password\":\"y\"}"}`: `{"password":"[redacted:password]","a":"{\"password\":\"y\"}"}`,
		"nothing": "nothing",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What is learned from a later exchange is replaced in the earlier ones, in copies: the
// interactions themselves are shared.
func TestFinish(t *testing.T) {
	first, second, third := providers[0].exchange(), providers[0].exchange(), providers[0].exchange()
	secret := tenSecrets()[0].Value
	received(first, "text/plain", "your code is "+secret+" for now")
	first.Response.Chunks = []cassette.Chunk{{Size: 13}, {Size: len(secret)}}
	first.Response.Header["Content-Length"] = []string{"61"}
	second.Request.Header["Authorization"] = []string{"Bearer " + secret}
	r := redactor(nil)
	tape := []*cassette.Interaction{first, second, third}
	for _, i := range tape {
		r.Interaction(i)
	}
	r.Finish(tape)
	if got := joined(tape[0].Response); got != "your code is |[redacted:authorization] for now" {
		t.Errorf("got %s", got)
	}
	if got := tape[0].Response.Header.Get("Content-Length"); got != "45" {
		t.Errorf("length %s", got)
	}
	if tape[0] == first || !strings.Contains(first.Response.Body.String(), secret) || tape[1] != second || tape[2] != third {
		t.Error("what needed no change was changed, or what did was changed in place")
	}
}
