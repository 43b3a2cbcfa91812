package matching_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func TestText(t *testing.T) {
	const chat = "https://api.example.com/v1/chat"
	cases := []struct {
		name        string
		explanation matching.Explanation
		method, url string
		want        string
	}{
		{"an empty tape", matching.Explanation{}, "POST", chat, `no recording for POST https://api.example.com/v1/chat
  mode none; the cassette does not exist or is empty`},
		{"an empty tape in a folder that may be a wrong one", matching.Explanation{LookedIn: "looked in /elsewhere/cassettes; run it elsewhere", Included: []string{"cassettes/shared/login.yaml"}}, "POST", chat, `no recording for POST https://api.example.com/v1/chat
  mode none; the cassette does not exist or is empty; asked as well: cassettes/shared/login.yaml
  looked in /elsewhere/cassettes; run it elsewhere`},
		{"a placeholder", matching.Explanation{
			Recordings: 1, Unplayed: 1, Nearest: matching.Place{Recording: 1, Line: 3},
			Differences: []matching.Difference{{Part: match.Body, At: "$.arguments.password", Recorded: `"[redacted:password]"`, Request: `"mellon"`}},
		}, "POST", chat, `no recording for POST https://api.example.com/v1/chat
  mode none; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1 (line 3), which differs in
    body $.arguments.password
      recorded: "[redacted:password]"
      request:  "mellon"
  a placeholder on the tape replaced what was taken for a secret; if it was not one, keep it with KeepHeaders, KeepQuery or KeepBody, and record this again`},
		{"a renamed spec", matching.Explanation{RenamedFrom: "cassettes/chat/old.yaml"}, "POST", chat,
			`there is no cassette here, but cassettes/chat/old.yaml answers POST https://api.example.com/v1/chat, and no spec claims it; was this spec, or a container around it, renamed?`},
		{"out of order", matching.Explanation{Recordings: 3, Unplayed: 2, Later: matching.Place{Recording: 3, Line: 21}, Next: matching.Place{Recording: 2, Line: 12}}, "GET", "https://api.example.com/3",
			`a recording out of order for GET https://api.example.com/3
  mode none; the cassette holds 3 recordings, 2 not played yet
  recording 3 (line 21) matches, but recording 2 (line 12) is to be played before it`},
		{"used up", matching.Explanation{Recordings: 1, Used: []matching.Place{{Recording: 1, Line: 3}}}, "POST", chat, `no recording left for POST https://api.example.com/v1/chat
  mode none; the cassette holds 1 recording, 0 not played yet
  recording 1 (line 3) matches and was played already`},
		{"two used up", matching.Explanation{Recordings: 3, Unplayed: 1, Used: []matching.Place{{Recording: 1, Line: 3}, {Recording: 2, Line: 12}}}, "GET", "https://api.example.com/jobs/1",
			`no recording left for GET https://api.example.com/jobs/1
  mode none; the cassette holds 3 recordings, 1 not played yet
  recording 1 (line 3) and recording 2 (line 12) match and were played already`},
		{"many used up", matching.Explanation{Recordings: 7, Used: []matching.Place{{Recording: 1}, {Recording: 2}, {Recording: 3}, {Recording: 4}, {Recording: 5}, {Recording: 6}, {Recording: 7}}}, "GET", "https://api.example.com/jobs/1",
			`no recording left for GET https://api.example.com/jobs/1
  mode none; the cassette holds 7 recordings, 0 not played yet
  recording 1, recording 2, recording 3, recording 4, recording 5 and 2 more match and were played already`},
		{"used up in an included cassette", matching.Explanation{Included: []string{"cassettes/shared/login.yaml"}, Used: []matching.Place{{Cassette: "cassettes/shared/login.yaml", Recording: 1, Line: 3}}},
			"POST", "https://api.example.com/login", `no recording left for POST https://api.example.com/login
  mode none; the cassette does not exist or is empty; asked as well: cassettes/shared/login.yaml
  recording 1 (line 3) of cassettes/shared/login.yaml matches and was played already`},
		{"used up, and another one is near", matching.Explanation{Recordings: 2, Unplayed: 1, Used: []matching.Place{{Recording: 1, Line: 3}}, Nearest: matching.Place{Recording: 2, Line: 12},
			Differences: []matching.Difference{{Part: match.Body, At: "$.seed", Request: "7"}}}, "POST", chat,
			`no recording left for POST https://api.example.com/v1/chat
  mode none; the cassette holds 2 recordings, 1 not played yet
  recording 1 (line 3) matches and was played already
  the nearest not played yet is recording 2 (line 12), which differs in
    body $.seed
      recorded: (nothing)
      request:  7`},
		{"a function says no", matching.Explanation{Recordings: 1, Unplayed: 1, Nearest: matching.Place{Recording: 1, Line: 3}}, "POST", chat, `no recording for POST https://api.example.com/v1/chat
  mode none; the cassette holds 1 recording, 1 not played yet
  recording 1 (line 3) matches by all rules but MatchFunc, whose function says no`},
		{"many differences", matching.Explanation{Recordings: 1, Unplayed: 1, Nearest: matching.Place{Recording: 1, Line: 3}, Guess: true, More: 22,
			Differences: []matching.Difference{{Part: match.Path, Recorded: "/a", Request: "/b"}, {Part: match.Body, At: "$.input[0]", Recorded: `"text 0"`, Request: `"text 100"`}}}, "POST", chat,
			`no recording for POST https://api.example.com/v1/chat
  mode none; the cassette holds 1 recording, 1 not played yet
  the nearest, which is a guess, is recording 1 (line 3), which differs in
    path
      recorded: /a
      request:  /b
    body $.input[0]
      recorded: "text 0"
      request:  "text 100"
    and in 22 more`},
		{"the port and more", matching.Explanation{Recordings: 1, Unplayed: 1, Nearest: matching.Place{Recording: 1, Line: 3}, More: 1,
			Differences: []matching.Difference{{Part: match.Port, Recorded: "1", Request: "2"}}}, "POST", chat,
			`no recording for POST https://api.example.com/v1/chat
  mode none; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1 (line 3), which differs in
    port
      recorded: 1
      request:  2
    and in 1 more`},
		{"a long URL", matching.Explanation{}, "GET", "https://api.example.com/" + strings.Repeat("é", 500),
			"no recording for GET https://api.example.com/" + strings.Repeat("é", 138) + "…\n  mode none; the cassette does not exist or is empty"},
		{"a long path into a body", matching.Explanation{Recordings: 1, Unplayed: 1, Nearest: matching.Place{Recording: 1}, Differences: []matching.Difference{{Part: match.Body, At: "$." + strings.Repeat("x", 500), Recorded: "1", Request: "2"}}}, "POST", chat,
			`no recording for POST https://api.example.com/v1/chat
  mode none; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1, which differs in
    body $.` + strings.Repeat("x", 298) + `…
      recorded: 1
      request:  2`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.explanation.Text("none", c.method, c.url); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFindNearest(t *testing.T) {
	prompt := func(text string) cassette.Request {
		return request("POST", "https://api.example.com/v1/chat", ofJSON, `{"messages":[{"role":"user","content":"`+text+`"}]}`)
	}
	get := func(url string) cassette.Request { return request("GET", url, "", "") }
	health := get("http://127.0.0.1:8080/health?full=1")
	const onlyThePort = `no recording for GET http://127.0.0.1:43211/health?full=1
  mode once; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1 (line 3); only the port differs: 8080 on the tape, 43211 asked for`
	cases := []struct {
		name     string
		rules    matching.Rules
		used     []matching.Place
		tape     []cassette.Request
		request  cassette.Request
		want     string
		toIgnore string
		loosened string
	}{
		{"nothing", matching.Rules{}, nil, nil, prompt("Hi"), `no recording for POST https://api.example.com/v1/chat
  mode once; the cassette does not exist or is empty`, "", ""},
		{"another prompt", matching.Rules{}, nil, []cassette.Request{get("https://api.example.com/v1/models"), prompt("What is the capital of France?")}, prompt("What is the capital of Spain?"),
			`no recording for POST https://api.example.com/v1/chat
  mode once; the cassette holds 2 recordings, 2 not played yet
  the nearest is recording 2 (line 12), which differs in
    body $.messages[0].content
      recorded: "What is the capital of France?"
      request:  "What is the capital of Spain?"`, "", ""},
		{"parameters", matching.Rules{}, nil, []cassette.Request{get("https://api.example.com/v1/models?limit=5")}, get("https://api.example.com/v1/models?limit=10&after=m1"),
			`no recording for GET https://api.example.com/v1/models?limit=10&after=m1
  mode once; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1 (line 3), which differs in
    query limit
      recorded: 5
      request:  10
    query after
      recorded: (nothing)
      request:  m1`, "to ignore what differs; then any value of limit and after matches", `vcr.IgnoreQuery("limit", "after")`},
		{"a parameter without a value", matching.Rules{}, nil, []cassette.Request{get("https://api.example.com/v1/models?full&limit=")}, get("https://api.example.com/v1/models?limit=10"),
			`no recording for GET https://api.example.com/v1/models?limit=10
  mode once; the cassette holds 1 recording, 1 not played yet
  the nearest is recording 1 (line 3), which differs in
    query full
      recorded: (empty)
      request:  (nothing)
    query limit
      recorded: (empty)
      request:  10`, "to ignore what differs; then any value of full and limit matches", `vcr.IgnoreQuery("full", "limit")`},
		{"only the port", matching.Rules{}, nil, []cassette.Request{health}, get("http://127.0.0.1:43211/health?full=1"), onlyThePort,
			"to ignore the port", "vcr.MatchOn(match.Method, match.Scheme, match.Host, match.Path, match.Query, match.Body)"},
		{"only the port, under MatchOn", matching.Rules{MatchOn: []match.Part{match.Method, match.URL}}, nil, []cassette.Request{health}, get("http://127.0.0.1:43211/health?full=1"), onlyThePort,
			"to ignore the port, in the place of the MatchOn that holds now", "vcr.MatchOn(match.Method, match.Scheme, match.Host, match.Path, match.Query)"},
		{"only the port, under MatchOn for the host", matching.Rules{Hosts: []matching.HostRules{{Host: "127.0.0.1", Rules: matching.Rules{MatchOn: []match.Part{match.URL}}}}}, nil,
			[]cassette.Request{health}, get("http://127.0.0.1:43211/health?full=1"), onlyThePort,
			"to ignore the port, in the place of the MatchOn that holds now", "vcr.MatchOn(match.Scheme, match.Host, match.Path, match.Query)"},
		{"method, scheme and host", matching.Rules{}, nil, []cassette.Request{get("https://api.example.com/v1/models")}, request("HEAD", "http://api.example.org/v1/models", "", ""),
			`no recording for HEAD http://api.example.org/v1/models
  mode once; the cassette holds 1 recording, 1 not played yet
  the nearest, which is a guess, is recording 1 (line 3), which differs in
    method
      recorded: GET
      request:  HEAD
    scheme
      recorded: https
      request:  http
    host
      recorded: api.example.com
      request:  api.example.org
    port
      recorded: 443
      request:  80`, "", ""},
		{"a guess where one is used up", matching.Rules{}, []matching.Place{{Recording: 2}}, []cassette.Request{get("https://api.example.com/v1/models")}, prompt("Hi"),
			`no recording left for POST https://api.example.com/v1/chat
  mode once; the cassette holds 1 recording, 1 not played yet
  recording 2 matches and was played already`, "", ""},
		{"a function says no", matching.Rules{Funcs: []func(*http.Request, cassette.Request) bool{func(*http.Request, cassette.Request) bool { return false }}}, nil, []cassette.Request{prompt("Hi")}, prompt("Hi"),
			`no recording for POST https://api.example.com/v1/chat
  mode once; the cassette holds 1 recording, 1 not played yet
  recording 1 (line 3) matches by all rules but MatchFunc, whose function says no`, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := matching.Explanation{Recordings: len(c.tape), Unplayed: len(c.tape), Used: c.used}
			err := e.FindNearest(matcherOf(t, c.rules), c.request, c.tape, func(n int) matching.Place { return matching.Place{Recording: n + 1, Line: 3 + 9*n} })
			if err != nil {
				t.Fatal(err)
			}
			if got := e.Text("once", c.request.Method, c.request.URL); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := e.Loosened.Does; got != c.toIgnore {
				t.Errorf("got the title %q", got)
			}
			if got := strings.Join(e.Loosened.Options(), ", "); got != c.loosened {
				t.Errorf("got the rules %s", got)
			}
		})
	}
}
