package match_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func TestLooseness(t *testing.T) {
	chat := request("POST", "https://api.example.com/v1/chat?user=7&trace=0aff", ofJSON, `{"model":"m","messages":[{"id":"123e4567-e89b-12d3-a456-426614174000","content":"hi"}],"n":1,"stream":true,"stop":null}`)
	cases := []struct {
		name  string
		rules match.Rules
		tape  []cassette.Request
		want  string
	}{
		{"the default", match.Rules{}, []cassette.Request{chat}, "0 of 26 changes are not seen"},
		{"what is ignored", match.Rules{IgnoreQuery: []string{"trace"}, IgnoreBody: []string{"$.messages[*].id"}}, []cassette.Request{chat}, `4 of 26 changes are not seen
recording 1: query trace changed
recording 1: query trace dropped
recording 1: body $.messages[0].id dropped
recording 1: body $.messages[0].id changed`},
		{"what is normalised", match.Rules{NormalizeText: []func(string) string{match.UUIDs[string]}}, []cassette.Request{chat}, `1 of 26 changes are not seen
recording 1: body $.messages[0].id changed`},
		{"what is not named", match.Rules{MatchOn: []match.Part{match.Method, match.Path}}, []cassette.Request{request("GET", "http://h/a?b=1", "", ""), request("GET", "http://h:1/", "", "")}, `8 of 12 changes are not seen
recording 1: scheme changed
recording 1: host changed
recording 1: port changed
recording 1: query b changed
recording 1: query b dropped
recording 2: scheme changed
recording 2: host changed
recording 2: port changed`},
		{"a form", match.Rules{IgnoreBody: []string{"$.a", "$.m.x"}}, []cassette.Request{request("POST", "http://h/a", ofForm, `a=1&b=2&m={"x":1,"y":2}`)}, `4 of 14 changes are not seen
recording 1: body $.a changed
recording 1: body $.a dropped
recording 1: body $.m.x dropped
recording 1: body $.m.x changed`},
		{"multipart", match.Rules{IgnoreBody: []string{"$.m.x"}}, []cassette.Request{partsOf("b", "a=1", `m={"x":1,"y":2}`)}, `2 of 10 changes are not seen
recording 1: body $.m.x dropped
recording 1: body $.m.x changed`},
		{"compressed", match.Rules{IgnoreBody: []string{"$.a"}}, []cassette.Request{compressed(post(ofJSON, `{"a":1}`), 1)}, `2 of 14 changes are not seen
recording 1: body $.a dropped
recording 1: body $.a changed`},
		{"a text", match.Rules{MatchOn: []match.Part{match.URL}}, []cassette.Request{request("POST", "http://h/a", "text/plain", "hi")}, `3 of 8 changes are not seen
recording 1: method changed
recording 1: body changed
recording 1: body dropped`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := c.tape[0].Body.String()
			got, err := matcherOf(t, c.rules).Looseness(c.tape)
			if err != nil || got.String() != c.want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.want)
			}
			if c.tape[0].Body.String() != before {
				t.Error("the recording was changed")
			}
		})
	}
}

// A large body is not changed as often as it has fields.
func TestLoosenessIsBounded(t *testing.T) {
	body := `{"input":["` + strings.Repeat(`x","`, 100_000) + `"]}`
	got, err := matcherOf(t, match.Rules{MatchOn: []match.Part{match.RawBody}}).Looseness([]cassette.Request{post(ofJSON, body)})
	if err != nil || got.Tried > 2000 {
		t.Errorf("tried %d, %v", got.Tried, err)
	}
}
