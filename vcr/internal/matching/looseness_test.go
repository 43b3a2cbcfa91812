package matching_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func TestLooseness(t *testing.T) {
	chat := request("POST", "https://api.example.com/v1/chat?user=7&trace=0aff", ofJSON, `{"model":"m","messages":[{"id":"123e4567-e89b-12d3-a456-426614174000","content":"hi"}],"n":1,"stream":true,"stop":null}`)
	cases := []struct {
		name  string
		rules matching.Rules
		tape  []cassette.Request
		want  string
	}{
		{"the default", matching.Rules{}, []cassette.Request{chat}, ""},
		{"what is ignored", matching.Rules{IgnoreQuery: []string{"trace"}, IgnoreBody: []string{"$.messages[*].id"}}, []cassette.Request{chat}, `recording 1: query trace changed
recording 1: query trace dropped
recording 1: body $.messages[0].id dropped
recording 1: body $.messages[0].id changed`},
		{"what is normalised", matching.Rules{NormalizeText: []func(string) string{match.UUIDs[string]}}, []cassette.Request{chat}, `recording 1: body $.messages[0].id changed`},
		{"what is not named", matching.Rules{MatchOn: []match.Part{match.Method, match.Path}}, []cassette.Request{request("GET", "http://h/a?b=1", "", ""), request("GET", "http://h:1/", "", "")}, `recording 1: scheme changed
recording 1: host changed
recording 1: port changed
recording 1: query b changed
recording 1: query b dropped
recording 2: scheme changed
recording 2: host changed
recording 2: port changed`},
		{"a form", matching.Rules{IgnoreBody: []string{"$.a", "$.m.x"}}, []cassette.Request{request("POST", "http://h/a", ofForm, `a=1&b=2&m={"x":1,"y":2}`)}, `recording 1: body $.a changed
recording 1: body $.a dropped
recording 1: body $.m.x dropped
recording 1: body $.m.x changed`},
		{"multipart", matching.Rules{IgnoreBody: []string{"$.m.x"}}, []cassette.Request{partsOf("b", "a=1", `m={"x":1,"y":2}`)}, `recording 1: body $.m.x dropped
recording 1: body $.m.x changed`},
		{"compressed", matching.Rules{IgnoreBody: []string{"$.a"}}, []cassette.Request{compressed(post(ofJSON, `{"a":1}`), 1)}, `recording 1: body $.a dropped
recording 1: body $.a changed`},
		{"a text", matching.Rules{MatchOn: []match.Part{match.URL}}, []cassette.Request{request("POST", "http://h/a", "text/plain", "hi")}, `recording 1: method changed
recording 1: body changed
recording 1: body dropped`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := c.tape[0].Body.String()
			unseen, err := matcherOf(t, c.rules).Looseness(c.tape)
			if got := strings.Join(unseen, "\n"); err != nil || got != c.want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.want)
			}
			if c.tape[0].Body.String() != before {
				t.Error("the recording was changed")
			}
		})
	}
}

// A large body is not changed as often as it has fields. By these rules every
// change of a body is unseen, so the unseen ones tell how many were tried.
func TestLoosenessIsBounded(t *testing.T) {
	for _, fields := range []int{3000, 100_000} {
		body := `{"input":["` + strings.Repeat(`x","`, fields) + `"]}`
		unseen, err := matcherOf(t, matching.Rules{MatchOn: []match.Part{match.Method}}).Looseness([]cassette.Request{post(ofJSON, body)})
		if err != nil || len(unseen) == 0 || len(unseen) > 2000 {
			t.Errorf("%d fields: %d changes are unseen, %v", fields, len(unseen), err)
		}
	}
}
