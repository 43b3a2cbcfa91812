package match_test

import (
	"net/http"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func TestWrongRules(t *testing.T) {
	cases := []struct {
		name  string
		rules match.Rules
		want  string
	}{
		{"unknown part", match.Rules{MatchOn: []match.Part{match.Method, "bdy"}},
			`MatchOn("bdy"): unknown part of a request; known are method, scheme, host, port, path, query, URL, body, raw body, JSON body, form body, multipart body, and match.Header(names...)`},
		{"a header's name", match.Rules{MatchOn: []match.Part{match.Header("X Y")}}, `MatchOn(match.Header("X Y")): is no name of a header; give one such as Accept-Language`},
		{"an empty header", match.Rules{MatchOn: []match.Part{match.Header("A", "")}}, `MatchOn(match.Header("")): is no name of a header; give one such as Accept-Language`},
		{"JSONPath", match.Rules{IgnoreBody: []string{"$.a", "$.a["}}, `IgnoreBody("$.a["): is no JSONPath: unexpected eof at position 5; write one as RFC 9535 says, such as $.messages[*].id`},
		{"no path", match.Rules{IgnoreBody: []string{"messages.id"}}, `IgnoreBody("messages.id"): is no JSONPath: unexpected identifier at position 1; write one as RFC 9535 says, such as $.messages[*].id`},
		{"a normaliser of bodies that panics", match.Rules{NormalizeBody: []func([]byte) []byte{func(b []byte) []byte { return b[1:] }}},
			"NormalizeBody: the function panicked: runtime error: slice bounds out of range [1:0]; mend it, or leave the rule out"},
		{"a normaliser of texts that panics", match.Rules{NormalizeText: []func(string) string{func(string) string { panic("no") }}},
			"NormalizeText: the function panicked: no; mend it, or leave the rule out"},
		{"a nil normaliser", match.Rules{NormalizeText: []func(string) string{nil}},
			"NormalizeText: the function panicked: runtime error: invalid memory address or nil pointer dereference; mend it, or leave the rule out"},
		{"a nil function", match.Rules{Funcs: []func(*http.Request, cassette.Request) bool{nil}}, "MatchFunc: the function is nil; leave the rule out"},
		{"nothing counts", match.Rules{MatchOn: []match.Part{match.Header("X")}, IgnoreHeaders: []string{"x"}},
			"by these rules nothing of a request counts, and any recording would answer any request; name something with MatchOn, or ignore less"},
		{"nothing of the body counts", match.Rules{MatchOn: []match.Part{match.Body}, IgnoreBody: []string{"$"}},
			"by these rules nothing of a request counts, and any recording would answer any request; name something with MatchOn, or ignore less"},
		{"a host", match.Rules{Hosts: []match.HostRules{{Host: "https://h"}}}, `rules for the host "https://h": is no host; give a name such as api.example.com, with or without a port`},
		{"a host in a host", match.Rules{Hosts: []match.HostRules{{Host: "h", Rules: match.Rules{Hosts: []match.HostRules{{Host: "i"}}}}}},
			"rules for the host h: hold rules for another host, or a function that is asked for all; give those by themselves"},
		{"a JSONPath for a host", match.Rules{Hosts: []match.HostRules{{Host: "H", Rules: match.Rules{IgnoreBody: []string{"x"}}}}},
			`rules for the host h: IgnoreBody("x"): is no JSONPath: unexpected identifier at position 1; write one as RFC 9535 says, such as $.messages[*].id`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := match.New(c.rules); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// A function that panics only for some requests panics later, and not through
// the code under test.
func TestFunctionsThatPanicLater(t *testing.T) {
	picky := func(text string) string {
		if text == "boom" {
			panic(text)
		}
		return text
	}
	m := matcherOf(t, match.Rules{
		NormalizeText: []func(string) string{picky},
		Funcs:         []func(*http.Request, cassette.Request) bool{func(*http.Request, cassette.Request) bool { panic("ouch") }},
	})
	boom := post(ofJSON, `["boom"]`)
	const want = "NormalizeText: the function panicked: boom; mend it, or leave the rule out"
	for name, call := range map[string]func() error{
		"Key":         func() error { _, err := m.Key(boom); return err },
		"Nearest":     func() error { _, err := m.Nearest(boom, []cassette.Request{boom}); return err },
		"of the tape": func() error { _, err := m.Nearest(post(ofJSON, `[]`), []cassette.Request{boom}); return err },
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
