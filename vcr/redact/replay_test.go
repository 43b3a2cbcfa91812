package redact_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

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
	// And such a placeholder teaches nothing.
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
		`Get "https://h/v1?key=abc&a=b": dial tcp: no route`: `Get "https://h/v1?key=[redacted:key]&a=b": dial tcp: no route`,
		"sent " + planted: "sent [redacted:service_key]",
		`{"password":"x","a":"{\"password\":\"y\"}"}`: `{"password":"[redacted:password]","a":"{\"password\":\"[redacted:password]\"}"}`,
		"nothing": "nothing",
	} {
		if got := r.Text(text); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// What a later exchange teaches is replaced in the earlier ones, in copies: the
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
