package match_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
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
func matcherOf(t testing.TB, rules match.Rules) *match.Matcher {
	t.Helper()
	m, err := match.New(rules)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func keyOf(t testing.TB, m *match.Matcher, r cassette.Request) match.Key {
	t.Helper()
	key, err := m.Key(r)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKey(t *testing.T) {
	m := matcherOf(t, match.Rules{})
	for _, c := range pairs {
		if got := keyOf(t, m, c.a) == keyOf(t, m, c.b); got != c.matches {
			t.Errorf("%s: got %t", c.name, got)
		}
	}
}

// Parts must not run together: what the path ends with is not what the body starts with.
func TestKeyKeepsPartsApart(t *testing.T) {
	m := matcherOf(t, match.Rules{})
	if keyOf(t, m, request("GET", "http://h/a", "", "b")) == keyOf(t, m, request("GET", "http://h/ab", "", "")) {
		t.Error("path and body run together")
	}
}

func TestExact(t *testing.T) {
	m := matcherOf(t, match.Rules{})
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
