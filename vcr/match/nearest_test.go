package match_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// What is said about two requests must not contradict whether they match.
func TestDifferencesAgreeWithValue(t *testing.T) {
	for _, c := range pairs {
		if differences := match.Differences(c.a, c.b); (len(differences) == 0) != c.matches {
			t.Errorf("%s: got %q", c.name, differences)
		}
	}
}

func TestDifferences(t *testing.T) {
	long := strings.Repeat("x", 100)
	edge := strings.Repeat("x", 40)
	cases := []struct {
		name              string
		request, recorded cassette.Request
		want              []match.Difference
	}{
		{"none", request("GET", "http://h/?b=1&a=2", "", ""), request("GET", "http://h/?a=2&b=1", "", ""), nil},
		{"all parts", request("GET", "http://h/a?b=1", "", "new"), request("POST", "https://i:1/c?d=2", "", "old"), []match.Difference{
			{Part: "method", Recorded: "POST", Request: "GET"},
			{Part: "scheme", Recorded: "https", Request: "http"},
			{Part: "host", Recorded: "i:1", Request: "h"},
			{Part: "path", Recorded: "/c", Request: "/a"},
			{Part: "query", Recorded: "d=2", Request: "b=1"},
			{Part: "body", Recorded: "old", Request: "new"},
		}},
		{"a URL that does not parse", request("GET", "http://h/%zz", "", ""), request("GET", "http://h/", "", ""),
			[]match.Difference{{Part: "path", Recorded: "http://h/", Request: "http://h/%zz"}}},
		{"JSON by value", request("POST", "http://h/", ofJSON, `{"b":1, "a":2}`), request("POST", "http://h/", ofJSON, `{"a":1,"b":1}`),
			[]match.Difference{{Part: "body", Recorded: `{"a":1,"b":1}`, Request: `{"a":2,"b":1}`}}},
		{"in the middle", request("POST", "http://h/", "", long+"new"+long), request("POST", "http://h/", "", long+"old"+long),
			[]match.Difference{{Part: "body", Recorded: "…" + edge + "old" + edge[:37] + "…", Request: "…" + edge + "new" + edge[:37] + "…"}}},
		{"at the end", request("POST", "http://h/", "", long), request("POST", "http://h/", "", long+"more"),
			[]match.Difference{{Part: "body", Recorded: "…" + edge + "more", Request: "…" + edge}}},
		{"an empty body", request("POST", "http://h/", "", ""), request("POST", "http://h/", "", "old"),
			[]match.Difference{{Part: "body", Recorded: "old", Request: ""}}},
		{"inside a letter", request("POST", "http://h/", "", "è"), request("POST", "http://h/", "", "é"),
			[]match.Difference{{Part: "body", Recorded: "é", Request: "è"}}},
		{"control characters", request("POST", "http://h/", "", "a\x1b[31m\r\nb"), request("POST", "http://h/", "", "a"),
			[]match.Difference{{Part: "body", Recorded: "a", Request: "a [31m  b"}}},
		{"binary", request("POST", "http://h/", "", "a\xff\xfeb"), request("POST", "http://h/", "", "a"),
			[]match.Difference{{Part: "body", Recorded: "a", Request: "a\uFFFDb"}}},
	}
	for _, c := range cases {
		if got := match.Differences(c.request, c.recorded); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

// Wherever a text is cut, no letter is, and little is shown of much.
func TestDifferencesAreShort(t *testing.T) {
	for _, text := range []string{"x", "é", "€", "🎞", "a🎞€é", "\x80", "\xf0\x9f", "\n"} {
		for at := range 100 {
			same := strings.Repeat(text, at)
			rest := strings.Repeat(text, 1000)
			for _, d := range match.Differences(request("POST", "http://h/", "", same+"1"+rest), request("POST", "http://h/", "", same+"2"+rest)) {
				for _, shown := range []string{d.Recorded, d.Request} {
					if len(shown) > 260 || !utf8.ValidString(shown) {
						t.Fatalf("%q × %d: %d bytes: %q", text, at, len(shown), shown)
					}
					if utf8.ValidString(text) && strings.ContainsRune(shown, utf8.RuneError) {
						t.Fatalf("%q × %d: a letter was cut: %q", text, at, shown)
					}
				}
			}
		}
	}
}

func TestNearest(t *testing.T) {
	recordings := []cassette.Request{
		request("POST", "http://h/chat", "", "one"),
		request("POST", "http://h/chat", "", "two"),
		request("GET", "http://h/chat", "", ""),
		request("POST", "http://i/embed", "", "one"),
		request("POST", "https://h/embed?v=1", "", "one"),
	}
	cases := []struct {
		name    string
		request cassette.Request
		tape    []cassette.Request
		want    int
		parts   string
	}{
		{"an empty tape", recordings[0], nil, -1, ""},
		{"the same", recordings[1], recordings, 1, ""},
		{"the first of equals", request("POST", "http://h/chat", "", "three"), recordings, 0, "body"},
		{"the method before the body", request("GET", "http://h/chat", "", "one"), recordings, 2, "body"},
		{"the path before the host", request("POST", "http://h/embed", "", "one"), recordings[:4], 3, "host"},
		{"the scheme and query before the host", request("POST", "http://h/embed", "", "one"), recordings, 4, "scheme query"},
		{"only another one", recordings[2], recordings[3:4], 0, "method host path body"},
	}
	for _, c := range cases {
		index, differences := match.Nearest(c.request, c.tape)
		var parts []string
		for _, d := range differences {
			parts = append(parts, d.Part)
		}
		if got := strings.Join(parts, " "); index != c.want || got != c.parts {
			t.Errorf("%s: got %d, differing in %q; want %d and %q", c.name, index, got, c.want, c.parts)
		}
	}
}
