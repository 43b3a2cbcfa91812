package matching_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func withHeader(r cassette.Request, name string, values ...string) cassette.Request {
	r.Header = r.Header.Clone()
	r.Header[name] = values
	return r
}

func post(contentType, body string) cassette.Request {
	return request("POST", "https://h/v1/chat?b=2&a=1", contentType, body)
}

func TestRules(t *testing.T) {
	chat := func(prompt, id string) cassette.Request {
		return post(ofJSON, `{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"`+prompt+`","id":"`+id+`"}],"at":{"time":"`+id+`"}}`)
	}
	on := func(parts ...match.Part) matching.Rules { return matching.Rules{MatchOn: parts} }
	ignoring := func(paths ...string) matching.Rules { return matching.Rules{IgnoreBody: paths} }
	texts := func(f func(string) string) matching.Rules {
		return matching.Rules{NormalizeText: []func(string) string{f}}
	}
	bodies := func(f func([]byte) []byte) matching.Rules {
		return matching.Rules{NormalizeBody: []func([]byte) []byte{f}}
	}
	get := func(url string) cassette.Request { return request("GET", url, "", "") }
	plain := func(body string) cassette.Request { return post("text/plain", body) }
	cases := []struct {
		name    string
		rules   matching.Rules
		a, b    cassette.Request
		matches bool
	}{
		{"method", on(match.Method), get("http://h/a"), request("GET", "https://i/b?c", ofJSON, "{}"), true},
		{"another method", on(match.Method), get("http://h/"), request("HEAD", "http://h/", "", ""), false},
		{"scheme", on(match.Scheme), get("http://h/a"), get("HTTP://i:1/b"), true},
		{"another scheme", on(match.Scheme), get("http://h/"), get("https://h/"), false},
		{"host", on(match.Host), get("http://h/"), get("https://H:8080/a?b"), true},
		{"another host", on(match.Host), get("http://h/"), get("http://i/"), false},
		{"port", on(match.Port), get("https://h/"), get("http://i:443/"), true},
		{"another port", on(match.Port), get("http://h:1/"), get("http://h:2/"), false},
		{"all but the port", on(match.Method, match.Scheme, match.Host, match.Path, match.Query, match.Body), get("http://127.0.0.1:1/a?b=1"), get("http://127.0.0.1:2/a?b=1"), true},
		{"path", on(match.Path), get("http://h/a?b=1"), get("https://i/a"), true},
		{"another path", on(match.Path), get("http://h/a"), get("http://h/a/"), false},
		{"query", on(match.Query), get("http://h/a?x=1&y=2"), get("http://i/b?y=2&x=1"), true},
		{"another query", on(match.Query), get("http://h/?x=1"), get("http://h/?x=1&x=1"), false},
		{"URL", on(match.URL), get("http://h/a?x=1&y=2"), request("POST", "http://h:80/a?y=2&x=1", "", "body"), true},
		{"another URL", on(match.URL), get("http://h/a"), get("http://h/b"), false},
		{"order of parts", on(match.Path, match.Method, match.Path), get("http://h/a"), get("http://i/a"), true},

		{"body", on(match.Body), chat("hi", "1"), request("GET", "http://i", ofJSON+"; charset=utf-8", chat("hi", "1").Body.String()+"\n"), true},
		{"another body", on(match.Body), chat("hi", "1"), chat("ho", "1"), false},
		{"raw body", on(match.RawBody), post(ofJSON, `{"a":1}`), post("text/plain", `{"a":1}`), true},
		{"another raw body", on(match.RawBody), post(ofJSON, `{"a":1}`), post(ofJSON, `{"a": 1}`), false},
		{"a raw body that rules are about", on(match.RawBody).With(ignoring("$.a")), post(ofJSON, `{"a":1}`), post(ofJSON, `{"a":2}`), false},
		{"JSON body without its type", on(match.JSONBody), plain(`{"a":1}`), post("", `{ "a": 1.0 }`), true},
		{"another JSON body", on(match.JSONBody), plain(`{"a":1}`), plain(`{"a":2}`), false},
		{"JSON body that is not valid", on(match.JSONBody), plain(`{"a":`), plain(`{"a": `), false},
		{"form body without its type", on(match.FormBody), plain("a=1&b=2"), plain("b=2&a=1"), true},
		{"another form body", on(match.FormBody), plain("a=1"), plain("a=2"), false},
		{"form body that is not valid", on(match.FormBody), plain("a=%zz&b"), plain("b&a=%zz"), false},
		{"multipart body", on(match.MultipartBody), multipartOf("one", "hi"), multipartOf("two", "hi"), true},
		{"another multipart body", on(match.MultipartBody), multipartOf("one", "hi"), multipartOf("one", "ho"), false},
		{"multipart body that is not valid", on(match.MultipartBody), plain("x"), plain("y"), false},
		{"two readings of a body", on(match.JSONBody, match.RawBody), post(ofJSON, `{"a":1}`), post(ofJSON, `{"a": 1}`), false},

		{"header", on(match.Header("Accept")), withHeader(get("http://h/"), "accept", "a"), withHeader(get("http://i/"), "Accept", "a"), true},
		{"another header", on(match.Header("Accept")), withHeader(get("http://h/"), "Accept", "a"), withHeader(get("http://h/"), "Accept", "b"), false},
		{"a header and none", on(match.Header("Accept")), withHeader(get("http://h/"), "Accept", "a"), get("http://h/"), false},
		{"order of a header's values", on(match.Header("accept")), withHeader(get("http://h/"), "Accept", "a", "b"), withHeader(get("http://h/"), "Accept", "b", "a"), false},
		{"a header that was not named", on(match.Header("Accept"), match.Path), withHeader(get("http://h/"), "X-Other", "a"), get("http://h/"), true},
		{"all headers", on(match.Header()), withHeader(get("http://h/"), "X-Own", "a"), withHeader(get("http://h/"), "X-Own", "b"), false},
		{"all headers but one", on(match.Header()).With(matching.Rules{IgnoreHeaders: []string{"x-own"}}), withHeader(get("http://h/"), "X-Own", "a"), get("http://h/"), true},
		{"all headers but some", on(match.Header()).With(matching.Rules{IgnoreHeaders: []string{"X-Own-*"}}), withHeader(get("http://h/"), "x-own-id", "a"), get("http://h/"), true},
		{"one of the named headers is ignored", on(match.Header("A", "B")).With(matching.Rules{IgnoreHeaders: []string{"a"}}), withHeader(get("http://h/"), "A", "1"), withHeader(get("http://h/"), "A", "2"), true},

		{"ignored parameter", matching.Rules{IgnoreQuery: []string{"a"}}, get("http://h/?a=1&b=2"), get("http://h/?b=2"), true},
		{"another parameter", matching.Rules{IgnoreQuery: []string{"a"}}, get("http://h/?a=1&b=2"), get("http://h/?a=1&b=3"), false},
		{"letter case of a parameter", matching.Rules{IgnoreQuery: []string{"a"}}, get("http://h/?A=1"), get("http://h/?A=2"), false},

		{"ignored member", ignoring("$.at.time", "$.messages[1].id"), chat("hi", "1"), chat("hi", "2"), true},
		{"another member", ignoring("$.at.time", "$.messages[1].id"), chat("hi", "1"), chat("ho", "1"), false},
		{"ignored member that is not there", ignoring("$.user"), post(ofJSON, `{"a":1,"user":"x"}`), post(ofJSON, `{"a":1}`), true},
		{"wildcard", ignoring("$.messages[*].id", "$.at"), chat("hi", "1"), chat("hi", "2"), true},
		{"descendants", ignoring("$..time", "$..id"), chat("hi", "1"), chat("hi", "2"), true},
		{"filter", ignoring("$.messages[?@.role == 'user']", "$.at"), chat("hi", "1"), chat("ho", "2"), true},
		{"filter that does not hold", ignoring("$.messages[?@.role == 'tool']"), chat("hi", "1"), chat("ho", "1"), false},
		{"filter by a number", ignoring("$.list[?@.n > 1.5]"), post(ofJSON, `{"list":[{"n":1},{"n":2}]}`), post(ofJSON, `{"list":[{"n":1}]}`), true},
		{"indexes of one array", ignoring("$.list[0]", "$.list[1]", "$.list[-1]"), post(ofJSON, `{"list":[1,2,3,4]}`), post(ofJSON, `{"list":[5,6,3,7]}`), true},
		{"inside of what is ignored", ignoring("$.at", "$.at.time"), post(ofJSON, `{"at":{"time":1}}`), post(ofJSON, `{"at":2}`), true},
		{"the whole body", ignoring("$"), post(ofJSON, `{"a":1}`), post(ofJSON, `[2]`), true},
		{"in what claims to be JSON", ignoring("$.a"), post(ofJSON, `{"a":1`), post(ofJSON, `{"a":2`), false},
		{"in a field of a form", ignoring("$.meta.time"), post(ofForm, `q=1&meta={"time":1,"x":2}`), post(ofForm, `q=1&meta={"time":3,"x":2}`), true},
		{"a field of a form", ignoring("$.q"), post(ofForm, `q=1&a=2`), post(ofForm, `a=2`), true},
		{"another field of a form", ignoring("$.q"), post(ofForm, `q=1&a=2`), post(ofForm, `q=1&a=3`), false},
		{"one of a form's fields", ignoring("$.q[1]"), post(ofForm, `q=1&q=2`), post(ofForm, `q=1&q=3`), true},
		{"in a part", ignoring("$.meta.time"), partsOf("b", "q=1", `meta={"time":1}`), partsOf("c", "q=1", `meta={"time":2}`), true},
		{"in all parts", ignoring("$..time"), partsOf("b", `a={"time":1}`, `b=[{"time":1}]`), partsOf("c", `a={"time":2}`, `b=[{"time":2}]`), true},
		{"a part with its headers", ignoring("$.prompt"), multipartOf("b", "hi"), request("POST", "http://h/", "multipart/form-data; boundary=c", "--c\r\nContent-Disposition: form-data; name=prompt; filename=f\r\n\r\nho\r\n--c--"), true},
		{"the name of a file", matching.Rules{IgnorePartHeaders: []string{"content-disposition"}}, fileOf("a.wav", "audio/wav"), fileOf("b.wav", "audio/wav"), true},
		{"headers of a part by a star", matching.Rules{IgnorePartHeaders: []string{"Content-*"}}, fileOf("a.wav", "audio/wav"), fileOf("b.wav", "audio/mp3"), true},
		{"another header of a part", matching.Rules{IgnorePartHeaders: []string{"Content-Disposition"}}, fileOf("a.wav", "audio/wav"), fileOf("a.wav", "audio/mp3"), false},
		{"the name of a field", matching.Rules{IgnorePartHeaders: []string{"*"}}, partsOf("b", "a=1"), partsOf("b", "b=1"), false},
		{"in a compressed body", ignoring("$.a"), compressed(post(ofJSON, `{"a":1}`), 1), compressed(post(ofJSON, `{"a":2}`), 9), true},

		{"normalised body", bodies(bytes.ToLower), plain("Hi"), plain("hI"), true},
		{"normalised body before it is read", bodies(func(b []byte) []byte { return bytes.TrimPrefix(b, []byte(")]}',\n")) }), post(ofJSON, ")]}',\n{\"a\":1}"), post(ofJSON, `{ "a": 1.0 }`), true},
		{"normalised texts", texts(strings.ToLower), post(ofJSON, `{"A":["Hi",{"b":"HO"}]}`), post(ofJSON, `{"A":["hi",{"b":"ho"}]}`), true},
		{"names are not normalised", texts(strings.ToLower), post(ofJSON, `{"A":1}`), post(ofJSON, `{"a":1}`), false},
		{"texts of a form", texts(strings.ToLower), post(ofForm, "a=X"), post(ofForm, "a=x"), true},
		{"texts of multipart", texts(strings.ToLower), multipartOf("b", "HI"), multipartOf("c", "hi"), true},
		{"a normaliser of package match for texts", texts(match.UUIDs[string]), post(ofJSON, `["id 123e4567-e89b-12d3-a456-426614174000."]`), post(ofJSON, `["id FFFFFFFF-e89b-12d3-a456-426614174000."]`), true},
		{"a normaliser of package match for bodies", bodies(match.UnixTimestamps[[]byte]), post(ofJSON, `{"at":1732000000,"n":12}`), post(ofJSON, `{"at":1732000001.5,"n":12}`), true},

		{"rules for a host", matching.Rules{Hosts: []matching.HostRules{{Host: "H", Rules: ignoring("$.a")}}}, post(ofJSON, `{"a":1}`), post(ofJSON, `{"a":2}`), true},
		{"rules for a host and port", matching.Rules{Hosts: []matching.HostRules{{Host: "h:443", Rules: ignoring("$.a")}}}, request("POST", "https://h:443/", ofJSON, `{"a":1}`), request("POST", "https://h:443/", ofJSON, `{"a":2}`), true},
		{"rules for another host", matching.Rules{Hosts: []matching.HostRules{{Host: "i", Rules: ignoring("$.a")}}}, post(ofJSON, `{"a":1}`), post(ofJSON, `{"a":2}`), false},
		{"rules for a host add to the others", ignoring("$.b").With(matching.Rules{Hosts: []matching.HostRules{{Host: "h", Rules: ignoring("$.a")}, {Host: "h", Rules: ignoring("$.c")}}}), post(ofJSON, `{"a":1,"b":1,"c":1}`), post(ofJSON, `{"a":2,"b":2,"c":2}`), true},
		{"inner rules add to outer ones", matching.Rules{IgnoreQuery: []string{"a"}}.With(matching.Rules{IgnoreQuery: []string{"b"}}), get("http://h/?a=1&b=1"), get("http://h/?a=2&b=2"), true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := matcherOf(t, c.rules)
			before := c.a.Body.String() + c.b.Body.String()
			if got := keyOf(t, m, c.a) == keyOf(t, m, c.b); got != c.matches {
				t.Errorf("got %t", got)
			}
			differences, err := m.Differences(c.b, c.a, 10)
			if err != nil || (len(differences) == 0) != c.matches {
				t.Errorf("the differences are %q, %v", differences, err)
			}
			recorded := c.a // and read from the tape
			recorded.Body = cassette.NewBody([]byte(c.a.Body.String()))
			if m.Exact(c.a) != m.Exact(recorded) || !m.Same(c.a, recorded) || keyOf(t, m, c.a) != keyOf(t, m, recorded) {
				t.Error("a request does not match its own recording")
			}
			if after := c.a.Body.String() + c.b.Body.String(); after != before {
				t.Errorf("the bodies became %q", after)
			}
		})
	}
}

func TestWrongRules(t *testing.T) {
	cases := []struct {
		name  string
		rules matching.Rules
		want  string
	}{
		{"unknown part", matching.Rules{MatchOn: []match.Part{match.Method, "bdy"}},
			`MatchOn("bdy"): unknown part of a request; known are method, scheme, host, port, path, query, URL, body, raw body, JSON body, form body, multipart body, and match.Header(names...)`},
		{"a header's name", matching.Rules{MatchOn: []match.Part{match.Header("X Y")}}, `MatchOn(match.Header("X Y")): not the name of a header; give one such as Accept-Language`},
		{"an empty header", matching.Rules{MatchOn: []match.Part{match.Header("A", "")}}, `MatchOn(match.Header("")): not the name of a header; give one such as Accept-Language`},
		{"JSONPath", matching.Rules{IgnoreBody: []string{"$.a", "$.a["}}, `IgnoreBody("$.a["): not a JSONPath: unexpected eof at position 5; write one as RFC 9535 says, such as $.messages[*].id`},
		{"no path", matching.Rules{IgnoreBody: []string{"messages.id"}}, `IgnoreBody("messages.id"): not a JSONPath: unexpected identifier at position 1; write one as RFC 9535 says, such as $.messages[*].id`},
		{"a normaliser of bodies that panics", matching.Rules{NormalizeBody: []func([]byte) []byte{func(b []byte) []byte { return b[1:] }}},
			"NormalizeBody: the function panicked: runtime error: slice bounds out of range [1:0]; mend it, or leave the rule out"},
		{"a normaliser of texts that panics", matching.Rules{NormalizeText: []func(string) string{func(string) string { panic("no") }}},
			"NormalizeText: the function panicked: no; mend it, or leave the rule out"},
		{"a nil normaliser", matching.Rules{NormalizeText: []func(string) string{nil}},
			"NormalizeText: the function panicked: runtime error: invalid memory address or nil pointer dereference; mend it, or leave the rule out"},
		{"a nil function", matching.Rules{Funcs: []func(*http.Request, cassette.Request) bool{nil}}, "MatchFunc: the function is nil; leave the rule out"},
		{"nothing counts", matching.Rules{MatchOn: []match.Part{match.Header("X")}, IgnoreHeaders: []string{"x"}},
			"by these rules nothing of a request counts, and any recording would answer any request; name something with MatchOn, or ignore less"},
		{"nothing of the body counts", matching.Rules{MatchOn: []match.Part{match.Body}, IgnoreBody: []string{"$"}},
			"by these rules nothing of a request counts, and any recording would answer any request; name something with MatchOn, or ignore less"},
		{"a host", matching.Rules{Hosts: []matching.HostRules{{Host: "https://h"}}}, `rules for the host "https://h": not a host; give a name such as api.example.com, with or without a port`},
		{"a host in a host", matching.Rules{Hosts: []matching.HostRules{{Host: "h", Rules: matching.Rules{Hosts: []matching.HostRules{{Host: "i"}}}}}},
			"rules for the host h: hold a MatchFunc or rules for another host; move those out"},
		{"a JSONPath for a host", matching.Rules{Hosts: []matching.HostRules{{Host: "H", Rules: matching.Rules{IgnoreBody: []string{"x"}}}}},
			`rules for the host h: IgnoreBody("x"): not a JSONPath: unexpected identifier at position 1; write one as RFC 9535 says, such as $.messages[*].id`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := matching.New(c.rules); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
