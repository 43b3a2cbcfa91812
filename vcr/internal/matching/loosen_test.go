package matching_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func TestLoosened(t *testing.T) {
	const (
		one, two = "123e4567-e89b-12d3-a456-426614174000", "9b2e4567-e89b-12d3-a456-426614174fff"
		noRemedy = ""
		heals    = "heals: "
		last     = "last: "
	)
	post := func(contentType, body string) cassette.Request {
		return request("POST", "https://api.example.com/v1", contentType, body)
	}
	json := func(body string) cassette.Request { return post("application/json", body) }
	form := func(body string) cassette.Request { return post("application/x-www-form-urlencoded", body) }
	get := func(url string) cassette.Request { return request("GET", url, "", "") }
	header := func(name, value string) cassette.Request {
		r := get("http://h/")
		r.Header = map[string][]string{name: {value}}
		return r
	}
	ofHeaders := matching.Rules{MatchOn: []match.Part{match.Host, match.Header()}}
	cases := []struct {
		name              string
		rules             matching.Rules
		recorded, request cassette.Request
		does              string
		options, fields   string
	}{
		// What a normaliser removes.
		{"UUID", matching.Rules{}, json(`{"text":"order ` + one + `"}`), json(`{"text":"order ` + two + `"}`), heals + "to let UUIDs differ",
			`vcr.NormalizeText(match.UUIDs)`, `NormalizeText: []func(string) string{match.UUIDs[string]}`},
		{"date in a prompt", matching.Rules{}, json(`{"messages":[{"content":"Today is November 28, 2026. Hi"}]}`), json(`{"messages":[{"content":"Today is December 1, 2026. Hi"}]}`), heals + "to let dates differ",
			`vcr.NormalizeText(match.Dates)`, `NormalizeText: []func(string) string{match.Dates[string]}`},
		{"date and UUID in a prompt", matching.Rules{}, json(`{"content":"a 2026-11-28, ` + one + `, ` + one + `."}`), json(`{"content":"a 2026-11-29, ` + two + `, ` + one + `."}`), heals + "to let UUIDs and dates differ",
			`vcr.NormalizeText(match.UUIDs), vcr.NormalizeText(match.Dates)`, `NormalizeText: []func(string) string{match.UUIDs[string], match.Dates[string]}`},
		{"time", matching.Rules{}, json(`{"at":"2026-11-28T01:02:03Z"}`), json(`{"at":"2026-11-29T01:02:04Z"}`), heals + "to let times differ",
			`vcr.NormalizeText(match.Timestamps)`, `NormalizeText: []func(string) string{match.Timestamps[string]}`},
		{"number of a time", matching.Rules{}, json(`{"since":1732000000,"n":1}`), json(`{"since":1795887319,"n":1}`), heals + "to let Unix times differ",
			`vcr.NormalizeBody(match.UnixTimestamps)`, `NormalizeBody: []func([]byte) []byte{match.UnixTimestamps[[]byte]}`},
		{"ids of tool calls, in many messages", matching.Rules{}, json(`{"m":[` + strings.Repeat(`{"tool_call_id":"call_aaaaaaaa1","call":"call_aaaaaaaa1"},`, 20) + `0]}`), json(`{"m":[` + strings.Repeat(`{"tool_call_id":"call_zzzzzzzz2","call":"call_zzzzzzzz2"},`, 20) + `0]}`), heals + "to let ids of tool calls differ",
			`vcr.NormalizeText(match.ToolCallIDs)`, `NormalizeText: []func(string) string{match.ToolCallIDs[string]}`},
		{"white space in a text", matching.Rules{}, post("text/plain", "a b"), post("text/plain", "a\n b"), heals + "to let white space differ",
			`vcr.NormalizeBody(match.WhiteSpace)`, `NormalizeBody: []func([]byte) []byte{match.WhiteSpace[[]byte]}`},
		{"name of a member", matching.Rules{}, json(`{"` + one + `":1}`), json(`{"` + two + `":1}`), heals + "to let UUIDs differ",
			`vcr.NormalizeBody(match.UUIDs)`, `NormalizeBody: []func([]byte) []byte{match.UUIDs[[]byte]}`},
		{"field of a form", matching.Rules{}, form("q=a&nonce=" + one), form("q=a&nonce=" + two), heals + "to let UUIDs differ",
			`vcr.NormalizeText(match.UUIDs)`, `NormalizeText: []func(string) string{match.UUIDs[string]}`},
		{"number of a telephone", matching.Rules{}, json(`{"text":"call 2025550123"}`), json(`{"text":"call 2025550199"}`), noRemedy, "", ""},

		// What is new in every run.
		{"id of the request", matching.Rules{}, json(`{"request_id":"a1","text":"Hi"}`), json(`{"request_id":"b2","text":"Hi"}`), heals + "to ignore what is new in every run",
			`vcr.IgnoreBody("$.request_id")`, `IgnoreBody: []string{"$.request_id"}`},
		{"odd name", matching.Rules{}, json(`{"odd 'name'":[{"created_at":1}]}`), json(`{"odd 'name'":[{"created_at":2}]}`), heals + "to ignore what is new in every run",
			`vcr.IgnoreBody("$['odd \\'name\\''][0].created_at")`, `IgnoreBody: []string{"$['odd \\'name\\''][0].created_at"}`},
		{"id that a program made up", matching.Rules{}, json(`{"messages":[{"id":"msg_01AbCdEfGh23456789"},{"id":"msg_01ZzCdEfGh23456789"}]}`), json(`{"messages":[{"id":"msg_02AbCdEfGh23456789"},{"id":"msg_02ZzCdEfGh23456789"}]}`), heals + "to ignore what is new in every run",
			`vcr.IgnoreBody("$.messages[*].id")`, `IgnoreBody: []string{"$.messages[*].id"}`},
		{"id in one of several elements", matching.Rules{}, json(`{"messages":[{"id":"msg_01AbCdEfGh23456789"},{"id":"msg_01ZzCdEfGh23456789"}]}`), json(`{"messages":[{"id":"msg_01AbCdEfGh23456789"},{"id":"msg_02ZzCdEfGh23456789"}]}`), heals + "to ignore what is new in every run",
			`vcr.IgnoreBody("$.messages[1].id")`, `IgnoreBody: []string{"$.messages[1].id"}`},
		{"both", matching.Rules{}, json(`{"nonce":7,"text":"at 2026-11-28"}`), json(`{"nonce":8,"text":"at 2026-11-29"}`), heals + "to let dates differ, and ignore what else is new in every run",
			`vcr.NormalizeText(match.Dates), vcr.IgnoreBody("$.nonce")`, `NormalizeText: []func(string) string{match.Dates[string]}, IgnoreBody: []string{"$.nonce"}`},
		{"parameter", matching.Rules{}, get("http://h/?timestamp=1&q=a"), get("http://h/?timestamp=2&q=a"), heals + "to ignore what is new in every run",
			`vcr.IgnoreQuery("timestamp")`, `IgnoreQuery: []string{"timestamp"}`},
		{"header", ofHeaders, header("X-Request-Id", "1"), header("X-Request-Id", "2"), heals + "to ignore what is new in every run",
			`vcr.IgnoreHeaders("x-request-id")`, `IgnoreHeaders: []string{"x-request-id"}`},
		{"name of a file", matching.Rules{}, fileOf("a.wav", "audio/wav"), fileOf("b.wav", "audio/wav"), heals + "to let names of files differ",
			`vcr.IgnorePartHeaders("Content-Disposition")`, `IgnorePartHeaders: []string{"Content-Disposition"}`},

		// The port.
		{"port", matching.Rules{MatchOn: []match.Part{match.Host, match.Port, match.Header("x-own", "x-id")}}, get("http://h:1/"), get("http://h:2/"), heals + "to ignore the port, in the place of the MatchOn that holds now",
			`vcr.MatchOn(match.Host, match.Header("x-id", "x-own"))`, `MatchOn: []match.Part{match.Host, match.Header("x-id", "x-own")}`},
		{"port beside all headers", matching.Rules{MatchOn: []match.Part{match.Header(), match.Port, match.RawBody, match.JSONBody}}, get("http://h:1/"), get("http://h:2/"), heals + "to ignore the port, in the place of the MatchOn that holds now",
			`vcr.MatchOn(match.RawBody, match.JSONBody, match.Header())`, `MatchOn: []match.Part{match.RawBody, match.JSONBody, match.Header()}`},
		{"port alone", matching.Rules{MatchOn: []match.Part{match.Port}}, get("http://h:1/"), get("http://h:2/"), noRemedy, "", ""},
		{"port and more", matching.Rules{}, get("http://h:1/?ts=1"), get("http://h:2/?ts=2"), noRemedy, "", ""},

		// Settings, by which requests may be told apart.
		{"setting", matching.Rules{}, json(`{"temperature":0.1,"seed":7}`), json(`{"temperature":0.2}`), last + "to ignore what differs; then any value of $.seed and $.temperature matches",
			`vcr.IgnoreBody("$.seed", "$.temperature")`, `IgnoreBody: []string{"$.seed", "$.temperature"}`},
		{"parameter that says what", matching.Rules{}, get("http://h/?limit=1&limit=2"), get("http://h/?limit=3&limit=4"), last + "to ignore what differs; then any value of limit matches",
			`vcr.IgnoreQuery("limit")`, `IgnoreQuery: []string{"limit"}`},
		{"type of a part", matching.Rules{}, fileOf("a.wav", "audio/wav"), fileOf("a.wav", "audio/mp3"), last + "to ignore what differs; then any value of Content-Type matches",
			`vcr.IgnorePartHeaders("Content-Type")`, `IgnorePartHeaders: []string{"Content-Type"}`},
		{"header that says what", ofHeaders, header("Anthropic-Version", "1"), header("Anthropic-Version", "2"), noRemedy, "", ""},
		{"another header", ofHeaders, header("X-Tenant", "a"), header("X-Tenant", "b"), last + "to ignore what differs; then any value of x-tenant matches",
			`vcr.IgnoreHeaders("x-tenant")`, `IgnoreHeaders: []string{"x-tenant"}`},
		{"header that alone counts", matching.Rules{MatchOn: []match.Part{match.Header("X-Own")}}, header("X-Own", "1"), header("X-Own", "2"), noRemedy, "", ""},

		// What is asked.
		{"prompt", matching.Rules{}, json(`{"messages":[{"content":"What is the capital of France?"}]}`), json(`{"messages":[{"content":"What is the capital of Spain?"}]}`), noRemedy, "", ""},
		{"prompt of one word", matching.Rules{}, json(`{"input":"one"}`), json(`{"input":"two"}`), noRemedy, "", ""},
		{"prompt under an odd name", matching.Rules{}, json(`{"ask":"one word"}`), json(`{"ask":"two words"}`), noRemedy, "", ""},
		{"prompt that changed beside a date", matching.Rules{}, json(`{"p":"2026-11-28 Hi you"}`), json(`{"p":"2026-11-29 Bye you"}`), noRemedy, "", ""},
		{"message more", matching.Rules{}, json(`{"messages":["a","b"]}`), json(`{"messages":["a","c","b"]}`), noRemedy, "", ""},
		{"model", matching.Rules{}, json(`{"model":"gpt-4o-2024-08-06"}`), json(`{"model":"gpt-4o-2024-05-13"}`), noRemedy, "", ""},
		{"id of a call", matching.Rules{}, json(`{"jsonrpc":"2.0","id":"123e4567e89b12d3a456","method":"a"}`), json(`{"jsonrpc":"2.0","id":"223e4567e89b12d3a456","method":"a"}`), noRemedy, "", ""},
		{"method of a call", matching.Rules{}, json(`{"jsonrpc":"2.0","id":1,"method":"a"}`), json(`{"jsonrpc":"2.0","id":1,"method":"b"}`), noRemedy, "", ""},
		{"whole field of a form", matching.Rules{}, form("page=1"), form("page=2"), noRemedy, "", ""},
		{"path", matching.Rules{}, get("http://h/a"), get("http://h/b"), noRemedy, "", ""},
		{"line", matching.Rules{}, post("text/plain", "a"), post("text/plain", "b"), noRemedy, "", ""},
		{"placeholder", matching.Rules{}, json(`{"nonce":"[redacted:nonce]"}`), json(`{"nonce":["x"]}`), noRemedy, "", ""},
		{"many settings", matching.Rules{}, json(`{"a":1,"b":1,"c":1,"d":1}`), json(`{"a":2,"b":2,"c":2,"d":2}`), noRemedy, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			loosened, err := matcherOf(t, c.rules).Loosened(c.request, c.recorded)
			if err != nil {
				t.Fatal(err)
			}
			does := loosened.Does
			if does != "" {
				does = map[bool]string{true: heals, false: last}[loosened.Heals] + does
			}
			if does != c.does {
				t.Errorf("does %s", does)
			}
			if got := strings.Join(loosened.Options(), ", "); got != c.options {
				t.Errorf("got the options %s", got)
			}
			if got := strings.Join(loosened.Fields(), ", "); got != c.fields {
				t.Errorf("got the fields %s", got)
			}
		})
	}
}
