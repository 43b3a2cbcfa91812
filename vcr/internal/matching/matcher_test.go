package matching_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

const (
	ofJSON = "application/json"
	ofForm = "application/x-www-form-urlencoded"
)

func request(method, url, contentType, body string) cassette.Request {
	return cassette.Request{Method: method, URL: url, Header: http.Header{"Content-Type": {contentType}}, Body: cassette.NewBody([]byte(body))}
}

func multipartOf(boundary, prompt string) cassette.Request {
	return request("POST", "http://h/", `multipart/form-data; boundary="`+boundary+`"`,
		"--"+boundary+"\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n"+prompt+"\r\n--"+boundary+"--\r\n")
}

// partsOf is a multipart body of fields such as "name=value".
func partsOf(boundary string, fields ...string) cassette.Request {
	var body strings.Builder
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		body.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
	}
	return request("POST", "http://h/", "multipart/form-data; boundary="+boundary, body.String()+"--"+boundary+"--\r\n")
}

// fileOf is a multipart body of one file.
func fileOf(name, contentType string) cassette.Request {
	return request("POST", "http://h/", "multipart/form-data; boundary=b",
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\""+name+"\"\r\nContent-Type: "+contentType+"\r\n\r\nRIFF\r\n--b--\r\n")
}

func inLowerCase(r cassette.Request) cassette.Request {
	header := http.Header{}
	for name, values := range r.Header {
		header[strings.ToLower(name)] = values
	}
	r.Header = header
	return r
}

func compressed(r cassette.Request, level int) cassette.Request {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, level)
	_, _ = z.Write(r.Body.Bytes())
	_ = z.Close()
	r.Header.Set("Content-Encoding", "gzip")
	r.Body = cassette.NewBody(b.Bytes())
	return r
}

// pairs are requests that match, or do not.
var pairs = []struct {
	name    string
	a, b    cassette.Request
	matches bool
}{
	{"equal", request("GET", "http://h/", "", ""), request("GET", "http://h/", "", ""), true},
	{"method", request("GET", "http://h/", "", ""), request("PUT", "http://h/", "", ""), false},
	{"scheme", request("GET", "http://h/", "", ""), request("GET", "https://h/", "", ""), false},
	{"host", request("GET", "http://h/", "", ""), request("GET", "http://i/", "", ""), false},
	{"port", request("GET", "http://h:1/", "", ""), request("GET", "http://h:2/", "", ""), false},
	{"port that the scheme implies", request("GET", "http://h:80/", "", ""), request("GET", "http://H", "", ""), true},
	{"path", request("GET", "http://h/a", "", ""), request("GET", "http://h/b", "", ""), false},
	{"letter case of the path", request("GET", "http://h/a", "", ""), request("GET", "http://h/A", "", ""), false},
	{"slash in a path segment", request("GET", "http://h/a/b", "", ""), request("GET", "http://h/a%2Fb", "", ""), false},
	{"letter case of escapes in the path", request("GET", "http://h/%c3%bc%2f", "", ""), request("GET", "http://h/%C3%BC%2F", "", ""), true},
	{"an escape and its letter in the path", request("GET", "http://h/a%7Eb%2Dc%41%5f%2E%39", "", ""), request("GET", "http://h/a~b-cA_.9", "", ""), true},
	{"an escape and its reserved character", request("GET", "http://h/a%3Ab", "", ""), request("GET", "http://h/a:b", "", ""), false},
	{"a letter of the path and its escape", request("GET", "http://h/ü", "", ""), request("GET", "http://h/%c3%bc", "", ""), true},
	{"an escaped escape", request("GET", "http://h/%257E", "", ""), request("GET", "http://h/%7E", "", ""), false},
	{"an escaped space and plus in the path", request("GET", "http://h/a%20b", "", ""), request("GET", "http://h/a+b", "", ""), false},
	{"query", request("GET", "http://h/?a=1", "", ""), request("GET", "http://h/?a=2", "", ""), false},
	{"order of the query", request("GET", "http://h/?a=1&b=2", "", ""), request("GET", "http://h/?b=2&a=1", "", ""), true},
	{"order within a name", request("GET", "http://h/?a=1&a=2", "", ""), request("GET", "http://h/?a=2&a=1", "", ""), false},
	{"escapes of the query", request("GET", "http://h/?a=%7e+b", "", ""), request("GET", "http://h/?a=~%20b", "", ""), true},
	{"spacing and order of JSON", request("POST", "http://h/", ofJSON, `{"a":1,"b":"é"}`), request("POST", "http://h/", ofJSON+"; charset=utf-8", "{ \"b\": \"\\u00e9\",\n\"a\": 1.0 }\n"), true},
	{"value in JSON", request("POST", "http://h/", ofJSON, `{"a":1}`), request("POST", "http://h/", ofJSON, `{"a":2}`), false},
	{"order of a JSON array", request("POST", "http://h/", ofJSON, `[1,2]`), request("POST", "http://h/", ofJSON, `[2,1]`), false},
	{"spacing of what is no JSON", request("POST", "http://h/", ofJSON, `{"a":`), request("POST", "http://h/", ofJSON, `{"a" :`), false},
	{"spacing without a type", request("POST", "http://h/", "", `{"a":1}`), request("POST", "http://h/", "", `{"a": 1}`), false},
	{"body and none", request("POST", "http://h/", ofJSON, `{}`), request("POST", "http://h/", ofJSON, ``), false},
	{"order of a form", request("POST", "http://h/", ofForm, "a=1&b=+"), request("POST", "http://h/", ofForm, "b=%20&a=1"), true},
	{"value in a form", request("POST", "http://h/", ofForm, "a=1"), request("POST", "http://h/", ofForm, "a=2"), false},
	{"boundary", multipartOf("one", "hi"), multipartOf("another", "hi"), true},
	{"part", multipartOf("one", "hi"), multipartOf("one", "ho"), false},
	{"order of parts", partsOf("b", "x=1", "y=2"), partsOf("b", "y=2", "x=1"), true},
	{"order of parts with one name", partsOf("b", "x=1", "x=2"), partsOf("b", "x=2", "x=1"), false},
	{"JSON in a part", partsOf("b", `x={"a":1,"b":[2]}`), partsOf("c", `x={ "b": [2.0], "a": 1 }`), true},
	{"an array and a part that comes twice", partsOf("b", "x=1", "x=2"), partsOf("b", `x=["1","2"]`), false},
	{"an array and a field that comes twice", request("POST", "http://h/", ofForm, "a=x&a=y"), request("POST", "http://h/", ofForm, `a=["x","y"]`), false},
	{"JSON in a form", request("POST", "http://h/", ofForm, `a={"x":1}`), request("POST", "http://h/", ofForm, `a={"x":1.0}`), true},
	{"numbers by value", request("POST", "http://h/", ofJSON, `[1,10,9007199254740993]`), request("POST", "http://h/", ofJSON, `[1e0,1.0e1,9007199254740993.0]`), true},
	{"numbers that a float rounds", request("POST", "http://h/", ofJSON, `[9007199254740992]`), request("POST", "http://h/", ofJSON, `[9007199254740993]`), false},
	{"a number and its text", request("POST", "http://h/", ofJSON, `[1]`), request("POST", "http://h/", ofJSON, `["1"]`), false},
	{"duplicate keys", request("POST", "http://h/", ofJSON, `{"a":1,"a":2}`), request("POST", "http://h/", ofJSON, `{"a":2}`), true},
	{"code points", request("POST", "http://h/", ofJSON, `["é"]`), request("POST", "http://h/", ofJSON, `["e\u0301"]`), false},
	{"the time of an AWS signature in the URL", request("GET", "http://h/?X-Amz-Date=1", "", ""), request("GET", "http://h/?X-Amz-Date=2", "", ""), true},
	{"ts of Ollama's cloud", request("GET", "https://ollama.com/?ts=1", "", ""), request("GET", "https://ollama.com/?ts=2", "", ""), true},
	{"ts of others", request("GET", "http://h/?ts=1", "", ""), request("GET", "http://h/?ts=2", "", ""), false},
	{"a type in another spelling", inLowerCase(request("POST", "http://h/", ofJSON, `{"a":1}`)), request("POST", "http://h/", ofJSON, `{ "a": 1 }`), true},
	{"compression", compressed(request("POST", "http://h/", ofJSON, `{"a":1}`), gzip.BestSpeed), compressed(request("POST", "http://h/", ofJSON, `{ "a": 1 }`), gzip.NoCompression), true},
	{"compressed value", compressed(request("POST", "http://h/", ofJSON, `{"a":1}`), gzip.BestSpeed), compressed(request("POST", "http://h/", ofJSON, `{"a":2}`), gzip.BestSpeed), false},
	{"compression in another spelling", inLowerCase(compressed(request("POST", "http://h/", ofJSON, `{"a":1}`), gzip.BestSpeed)), request("POST", "http://h/", ofJSON, `{"a":1}`), true},
	{"bytes", request("POST", "http://h/", "application/octet-stream", "\x00"), request("POST", "http://h/", "application/octet-stream", "\x01"), false},
}

// matcherOf returns the matcher for rules that are right.
func matcherOf(t testing.TB, rules matching.Rules) *matching.Matcher {
	t.Helper()
	m, err := matching.New(rules)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func keyOf(t testing.TB, m *matching.Matcher, r cassette.Request) matching.Key {
	t.Helper()
	key, err := m.Key(r)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKey(t *testing.T) {
	m := matcherOf(t, matching.Rules{})
	for _, c := range pairs {
		if got := keyOf(t, m, c.a) == keyOf(t, m, c.b); got != c.matches {
			t.Errorf("%s: got %t", c.name, got)
		}
	}
}

// The end of the path must not count as the start of the body.
func TestKeyKeepsPartsApart(t *testing.T) {
	m := matcherOf(t, matching.Rules{})
	if keyOf(t, m, request("GET", "http://h/a", "", "b")) == keyOf(t, m, request("GET", "http://h/ab", "", "")) {
		t.Error("path and body run together")
	}
}

func TestExact(t *testing.T) {
	m := matcherOf(t, matching.Rules{})
	a := request("POST", "http://h/", ofJSON, `{"a":1}`)
	cases := []struct {
		name string
		b    cassette.Request
		same bool
	}{
		{"equal", request("POST", "http://h/", "", `{"a":1}`), true},
		{"method", request("PUT", "http://h/", "", `{"a":1}`), false},
		{"URL", request("POST", "http://h", "", `{"a":1}`), false},
		{"body", request("POST", "http://h/", "", `{"a": 1}`), false},
		{"another cut", request("POST", "http://h/{", "", `"a":1}`), false},
	}
	for _, c := range cases {
		if got := m.Exact(a) == m.Exact(c.b); got != c.same {
			t.Errorf("%s: Exact: got %t", c.name, got)
		}
		if got := m.Same(a, c.b); got != c.same {
			t.Errorf("%s: Same: got %t", c.name, got)
		}
	}
}

// Headers that SDKs vary make no difference even if all headers count.
func TestVolatileHeaders(t *testing.T) {
	volatile := map[string]string{
		"User-Agent": "OpenAI/Go 3.96.0", "X-Stainless-Retry-Count": "1", "X-Stainless-Timeout": "600", "X-Fern-SDK-Version": "2.15.3",
		"x-goog-api-client": "gl-go/1.26", "X-Server-Timeout": "10", "Amz-Sdk-Invocation-Id": "one", "Amz-Sdk-Request": "attempt=1",
		"X-Amz-Date": "20261127T000000Z", "X-Amz-Content-Sha256": "0", "X-Amzn-Trace-Id": "Root=1", "Idempotency-Key": "stainless-go-retry-1",
		"traceparent": "00-1-1-00", "X-Ms-Client-Request-Id": "1", "Sec-Websocket-Key": "x", "Content-Length": "1", "Accept-Encoding": "gzip",
		"Authorization": "AWS4-HMAC-SHA256 Credential=x", "X-Amz-Security-Token": "token", "api-key": "one",
	}
	a := request("POST", "https://h/", ofJSON, `{"a":1,"b":"<>&"}`)
	b := request("POST", "https://h/", ofJSON, `{"b": "\u003c\u003e\u0026", "a": 1}`) // another client's spacing and escapes
	for name, value := range volatile {
		a.Header[name] = []string{value}
	}
	m := matcherOf(t, matching.Rules{MatchOn: []match.Part{match.Method, match.URL, match.Header(), match.Body}})
	if keyOf(t, m, a) != keyOf(t, m, b) {
		differences, _ := m.Differences(b, a, 30)
		t.Errorf("they differ in %q", differences)
	}
}

func TestFuncs(t *testing.T) {
	asked := 0
	m := matcherOf(t, matching.Rules{Funcs: []func(*http.Request, cassette.Request) bool{func(sent *http.Request, recorded cassette.Request) bool {
		asked++
		return sent.Method == recorded.Method
	}}})
	req, _ := http.NewRequest("GET", "http://h/", http.NoBody)
	for _, c := range []struct {
		method string
		want   bool
	}{{"GET", true}, {"PUT", false}} {
		if got, err := m.Agrees(req, cassette.Request{Method: c.method}); got != c.want || err != nil {
			t.Errorf("%s: got %t, %v", c.method, got, err)
		}
	}
	if asked != 2 || !m.HasFuncs() || matcherOf(t, matching.Rules{}).HasFuncs() {
		t.Errorf("asked %d times", asked)
	}
}

// A function that panics only for some requests returns an error then, and does
// not panic through the code under test.
func TestFunctionsThatPanicLater(t *testing.T) {
	picky := func(text string) string {
		if text == "boom" {
			panic(text)
		}
		return text
	}
	m := matcherOf(t, matching.Rules{
		NormalizeText: []func(string) string{picky},
		Funcs:         []func(*http.Request, cassette.Request) bool{func(*http.Request, cassette.Request) bool { panic("ouch") }},
	})
	boom := post(ofJSON, `["boom"]`)
	const want = "NormalizeText: the function panicked: boom; mend it, or leave the rule out"
	for name, call := range map[string]func() error{
		"Key":         func() error { _, err := m.Key(boom); return err },
		"Nearest":     func() error { _, err := m.Nearest(boom, []cassette.Request{boom}); return err },
		"of the tape": func() error { _, err := m.Nearest(post(ofJSON, `[]`), []cassette.Request{boom}); return err },
		"FindNearest": func() error { return new(matching.Explanation).FindNearest(m, boom, []cassette.Request{boom}, nil) },
		"Differences": func() error { _, err := m.Differences(boom, boom, 1); return err },
		"Looseness":   func() error { _, err := m.Looseness([]cassette.Request{boom}); return err },
	} {
		if err := call(); err == nil || err.Error() != want {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if agrees, err := m.Agrees(nil, boom); agrees || err == nil || err.Error() != "MatchFunc: the function panicked: ouch; mend it" {
		t.Errorf("got %t, %v", agrees, err)
	}
}

func TestNamesHost(t *testing.T) {
	for _, c := range []struct {
		named, address string
		want           bool
	}{
		{"api.example.com", "api.example.com:443", true},
		{"API.example.com:443", "api.example.com:443", true},
		{"api.example.com:80", "api.example.com:443", false},
		{"example.com", "api.example.com:443", false},
		{"localhost:8080", "127.0.0.1:8080", true},
		{"127.0.0.1", "[::1]:8080", true},
		{"::1", "localhost:80", true},
		{"[::1]:80", "localhost:80", true},
		{"localhost:8080", "127.0.0.1:8081", false},
		{"127.0.0.2", "127.0.0.1:80", false},
	} {
		if got := matching.NamesHost(c.named, c.address); got != c.want {
			t.Errorf("%s, %s: %v", c.named, c.address, got)
		}
	}
}
