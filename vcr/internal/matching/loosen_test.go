package matching_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func TestLoosened(t *testing.T) {
	header := matching.Rules{MatchOn: []match.Part{match.Host, match.Port, match.Header("x-own", "x-id")}}
	cases := []struct {
		name            string
		rules           matching.Rules
		differences     []matching.Difference
		options, fields string
	}{
		{"nothing", matching.Rules{}, nil, "", ""},
		{"body", matching.Rules{}, []matching.Difference{{Part: match.Body, At: "$.a"}, {Part: match.JSONBody, At: "$['b']"}},
			`vcr.IgnoreBody("$.a", "$['b']")`, `IgnoreBody: []string{"$.a", "$['b']"}`},
		{"query and header", matching.Rules{}, []matching.Difference{{Part: match.Query, At: "a"}, {Part: "header", At: "x-own"}},
			`vcr.IgnoreQuery("a"), vcr.IgnoreHeaders("x-own")`, `IgnoreQuery: []string{"a"}, IgnoreHeaders: []string{"x-own"}`},
		{"two values of a parameter", matching.Rules{}, []matching.Difference{{Part: match.Query, At: "a"}, {Part: match.Query, At: "a"}},
			`vcr.IgnoreQuery("a")`, `IgnoreQuery: []string{"a"}`},
		{"port", header, []matching.Difference{{Part: match.Port}},
			`vcr.MatchOn(match.Host, match.Header("x-id", "x-own"))`, `MatchOn: []match.Part{match.Host, match.Header("x-id", "x-own")}`},
		{"port beside all headers", matching.Rules{MatchOn: []match.Part{match.Header(), match.Port, match.RawBody, match.JSONBody}}, []matching.Difference{{Part: match.Port}},
			`vcr.MatchOn(match.RawBody, match.JSONBody, match.Header())`, `MatchOn: []match.Part{match.RawBody, match.JSONBody, match.Header()}`},
		{"port and more", matching.Rules{}, []matching.Difference{{Part: match.Port}, {Part: match.Query, At: "a"}}, "", ""},
		{"path", matching.Rules{}, []matching.Difference{{Part: match.Path}}, "", ""},
		{"the whole body", matching.Rules{}, []matching.Difference{{Part: match.Body, At: "$"}}, "", ""},
		{"a line", matching.Rules{}, []matching.Difference{{Part: match.Body, At: "line 2"}}, "", ""},
		{"too many", matching.Rules{}, make([]matching.Difference, 4), "", ""},
	}
	for _, c := range cases {
		loosened := matcherOf(t, c.rules).Loosened(request("GET", "http://h/", "", ""), c.differences)
		if got := strings.Join(loosened.Options(), ", "); got != c.options {
			t.Errorf("%s: got the options %s", c.name, got)
		}
		if got := strings.Join(loosened.Fields(), ", "); got != c.fields {
			t.Errorf("%s: got the fields %s", c.name, got)
		}
	}
}
