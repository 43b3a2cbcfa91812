package matching_test

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// What is said about two requests must not contradict whether they match.
func TestDifferencesAgreeWithKeys(t *testing.T) {
	m := matcherOf(t, matching.Rules{})
	for _, c := range pairs {
		differences, err := m.Differences(c.a, c.b, 10)
		if err != nil || (len(differences) == 0) != c.matches {
			t.Errorf("%s: got %q, %v", c.name, differences, err)
		}
	}
}

func TestDifferences(t *testing.T) {
	cases := []struct {
		name              string
		recorded, request cassette.Request
		want              []matching.Difference
	}{
		{"all parts", request("POST", "https://i:1/c?d=2", "", "old"), request("GET", "http://h/a?b=1", "", "new"), []matching.Difference{
			{Part: match.Method, Recorded: "POST", Request: "GET"},
			{Part: match.Scheme, Recorded: "https", Request: "http"},
			{Part: match.Host, Recorded: "i", Request: "h"},
			{Part: match.Port, Recorded: "1", Request: "80"},
			{Part: match.Path, Recorded: "/c", Request: "/a"},
			{Part: match.Query, At: "d", Recorded: "2"},
			{Part: match.Query, At: "b", Request: "1"},
			{Part: match.Body, At: "line 1", Recorded: `"old"`, Request: `"new"`},
		}},
		{"values of one name", request("GET", "http://h/?a=1&a=2&a=3", "", ""), request("GET", "http://h/?a=1&a=4", "", ""), []matching.Difference{
			{Part: match.Query, At: "a", Recorded: "2", Request: "4"},
			{Part: match.Query, At: "a", Recorded: "3"},
		}},
		{"paths", post(ofJSON, `{"a b":{"it's":1},"l":[[1,{"x":null}]],"same":1}`), post(ofJSON, `{"a b":{"it's":2},"l":[[1,{"x":false}]],"same":1.0}`), []matching.Difference{
			{Part: match.Body, At: `$['a b']['it\'s']`, Recorded: "1", Request: "2"},
			{Part: match.Body, At: "$.l[0][1].x", Recorded: "null", Request: "false"},
		}},
		{"kinds", post(ofJSON, `{"a":{"b":1},"c":"1"}`), post(ofJSON, `{"a":[1],"c":1}`), []matching.Difference{
			{Part: match.Body, At: "$.a", Recorded: `{"b":1}`, Request: "[1]"},
			{Part: match.Body, At: "$.c", Recorded: `"1"`, Request: "1"},
		}},
		{"something inserted", post(ofJSON, `[1,2,3,4]`), post(ofJSON, `[1,5,2,3,4]`), []matching.Difference{{Part: match.Body, At: "$[1]", Request: "5"}}},
		{"something removed", post(ofJSON, `[1,5,2,3,4]`), post(ofJSON, `[1,2,3,4]`), []matching.Difference{{Part: match.Body, At: "$[1]", Recorded: "5"}}},
		{"the root", post(ofJSON, `1`), post(ofJSON, `2`), []matching.Difference{{Part: match.Body, At: "$", Recorded: "1", Request: "2"}}},
		{"lines", post("text/plain", "a\nb\nc\n"), post("text/plain", "a\nB\nc\nd"), []matching.Difference{
			{Part: match.Body, At: "line 2", Recorded: `"b\n"`, Request: `"B\n"`},
			{Part: match.Body, At: "line 4", Request: `"d"`},
		}},
		{"ends of lines", post("text/plain", "a\r\nb"), post("text/plain", "a\nb"), []matching.Difference{{Part: match.Body, At: "line 1", Recorded: `"a\r\n"`, Request: `"a\n"`}}},
		{"a body and none", post("text/plain", "a"), post("text/plain", ""), []matching.Difference{{Part: match.Body, Recorded: "a"}}},
		{"bytes", post("image/png", "\x89PNG\x00a"), post("image/png", "\x89PNG\x00b"), []matching.Difference{{Part: match.Body, At: "from byte 6", Recorded: `"a" of 6 bytes`, Request: `"b" of 6 bytes`}}},
		{"a file's name", multipartOf("b", "x"), request("POST", "http://h/", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"prompt\"; filename=\"p\"\r\n\r\nx\r\n--b--"), []matching.Difference{
			{Part: "part header", At: `Content-Disposition of "prompt"`, Recorded: "form-data", Request: "form-data; filename=p"},
		}},
	}
	for _, c := range cases {
		got, err := matcherOf(t, matching.Rules{}).Differences(c.request, c.recorded, 20)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\ngot  %q, %v\nwant %q", c.name, got, err, c.want)
		}
	}
}

// Both texts are shown around the first difference, and whole characters of them.
func TestCuts(t *testing.T) {
	m := matcherOf(t, matching.Rules{})
	for _, around := range []string{"", "x", strings.Repeat("x", 39), strings.Repeat("é", 100), strings.Repeat("\xff", 100), strings.Repeat("😀", 33)} {
		a, b := around+"1"+around, around+"2"+around
		got, err := m.Differences(request("GET", "http://h/?q="+strings.ReplaceAll(b, "\xff", "%FF"), "", ""), request("GET", "http://h/?q="+strings.ReplaceAll(a, "\xff", "%FF"), "", ""), 1)
		if err != nil || len(got) != 1 || !strings.Contains(got[0].Recorded, "1") || !strings.Contains(got[0].Request, "2") {
			t.Fatalf("got %q, %v", got, err)
		}
		if d := got[0]; !utf8.ValidString(d.Recorded+d.Request) || len(d.Recorded) > 300 || len(d.Request) > 300 {
			t.Errorf("got %q", d)
		}
	}
}

func TestNearest(t *testing.T) {
	prompt := func(text string) cassette.Request {
		return post(ofJSON, fmt.Sprintf(`{"prompt":%q,"model":"m"}`, text))
	}
	tape := []cassette.Request{
		request("GET", "https://h/v1/models", "", ""), prompt("What is the capital of France?"), prompt("Write a poem about trees."),
		request("POST", "https://h/v1/embeddings", ofJSON, `{"prompt":"What is the capital of Spain?","model":"m"}`),
	}
	cases := []struct {
		name    string
		request cassette.Request
		tape    []cassette.Request
		index   int
		guess   bool
	}{
		{"nothing", prompt("Hi"), nil, -1, false},
		{"the same path first", prompt("What is the capital of Spain?"), tape, 1, false},
		{"the likeliest text", prompt("Write a poem about bees."), tape, 2, false},
		{"another path", request("GET", "https://h/v1/model", "", ""), tape, 0, true},
		{"the first of equals", prompt("Hi"), []cassette.Request{prompt("Ho"), prompt("Ho")}, 0, false},
		{"much that differs", post(ofJSON, `{"a":1,"b":2,"c":3,"d":4}`), []cassette.Request{post(ofJSON, `{"a":9,"b":8,"c":7,"d":6}`)}, 0, true},
	}
	for _, c := range cases {
		got, err := matcherOf(t, matching.Rules{}).Nearest(c.request, c.tape)
		if err != nil || got.Index != c.index || got.Guess != c.guess {
			t.Errorf("%s: got %+v, %v", c.name, got, err)
		}
	}
}

// A great many large bodies are not all read, and that is told as a guess.
func TestNearestIsBounded(t *testing.T) {
	large := func(n int) cassette.Request {
		return post("text/plain", fmt.Sprint(n)+strings.Repeat("x", 1<<20))
	}
	var tape []cassette.Request
	for n := range 10 {
		tape = append(tape, large(n))
	}
	got, err := matcherOf(t, matching.Rules{}).Nearest(large(100), tape)
	if err != nil || !got.Guess || len(fmt.Sprint(got)) > 1000 {
		t.Errorf("got %.1000v, %v", got, err)
	}
}

// long is JSON of so many values, and a last one.
func long(values int, last string) cassette.Request {
	return post(ofJSON, "["+strings.Repeat("1,", values)+fmt.Sprintf("%q]", last))
}

// JSON of a great many values is compared by its bytes, and costs a few times its
// size; a long text in few values is not.
func TestLongJSONIsComparedByItsBytes(t *testing.T) {
	m := matcherOf(t, matching.Rules{})
	const values = 1_000_000
	recorded, request := long(values, "old"), long(values, "new")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := m.Nearest(request, []cassette.Request{recorded})
	runtime.ReadMemStats(&after)
	want := matching.Difference{Part: match.Body, At: "from byte 2000003, for the body has more than 50000 values",
		Recorded: "…" + strings.Repeat("1,", 20)[1:] + `"old"]`, Request: "…" + strings.Repeat("1,", 20)[1:] + `"new"]`}
	if err != nil || got.Guess || got.More != 0 || len(got.Differences) != 1 || got.Differences[0] != want {
		t.Errorf("got %+v, %v", got, err)
	}
	size := recorded.Body.Len() + request.Body.Len()
	if allocated := int(after.TotalAlloc - before.TotalAlloc); allocated > 8*size {
		t.Errorf("%d bytes are allocated for %d", allocated, size)
	}
	text := func(word string) cassette.Request {
		return post(ofJSON, `{"file":"`+strings.Repeat("x", 1<<20)+word+`"}`)
	}
	if got, err = m.Nearest(text("old"), []cassette.Request{text("new")}); err != nil || len(got.Differences) != 1 || got.Differences[0].At != "$.file" {
		t.Errorf("got %+v, %v", got, err)
	}
}
