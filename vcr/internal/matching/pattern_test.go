package matching_test

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/matching"
)

func TestPatterns(t *testing.T) {
	const hidden = "[redacted:key]"
	get := func(url string) cassette.Request { return request("GET", url, "", "") }
	plain := func(body string) cassette.Request { return post("text/plain", body) }
	cases := []struct {
		name               string
		recorded, asked    cassette.Request
		isPattern, matches bool
	}{
		{"no placeholder", get("http://h/a"), get("http://h/a"), false, false},
		{"in a path", get("http://h/v1/" + hidden + "/x"), get("http://h/v1/test/x"), true, true},
		{"at the end of a path", get("http://h/v1/" + hidden), get("http://h/v1/test"), true, true},
		{"in a segment", get("http://h/bot" + hidden + ":send"), get("http://h/bottest:send"), true, true},
		{"another path", get("http://h/v1/" + hidden + "/x"), get("http://h/v1/test/y"), true, false},
		{"a segment more", get("http://h/v1/" + hidden + "/x"), get("http://h/v1/a/b/x"), true, false},
		{"nothing in its place", get("http://h/v1/" + hidden), get("http://h/v1/"), true, false},
		{"another method", get("http://h/" + hidden), request("PUT", "http://h/test", "", ""), true, false},
		{"twice", get("http://h/" + hidden + "/a/" + hidden), get("http://h/x/a/y"), true, true},
		{"twice in a segment", get("http://h/" + hidden + "-" + hidden), get("http://h/x-y-z"), true, true},
		{"twice, and something else between", get("http://h/" + hidden + "-" + hidden), get("http://h/x+y"), true, false},
		{"in the query", get("http://h/?a=" + hidden + "&b=1"), get("http://h/?b=1&a=test"), true, true},
		{"another parameter", get("http://h/?a=" + hidden + "&b=1"), get("http://h/?b=2&a=test"), true, false},
		{"in JSON", post(ofJSON, `{"a":["`+hidden+`","my key is `+hidden+`!"],"n":1}`), post(ofJSON, `{"n":1.0,"a":["test","my key is test!"]}`), true, true},
		{"in JSON of another value", post(ofJSON, `{"a":"`+hidden+`","n":1}`), post(ofJSON, `{"a":"test","n":2}`), true, false},
		{"a number in its place", post(ofJSON, `{"a":"`+hidden+`"}`), post(ofJSON, `{"a":1}`), true, false},
		{"in a form", post(ofForm, "a="+hidden), post(ofForm, "a=test"), true, true},
		{"in multipart", multipartOf("b", "my "+hidden), multipartOf("c", "my test"), true, true},
		{"in a text", plain("key " + hidden + "\n"), plain("key test\n"), true, true},
		{"a body of another kind", post(ofJSON, `"`+hidden+`"`), plain(`"test"`), true, false},
		{"an unclosed placeholder", plain("[redacted:key"), plain("[redacted:kez"), false, false},
	}
	m := matcherOf(t, matching.Rules{})
	for _, c := range cases {
		pattern, ok, err := m.Pattern(c.recorded)
		if ok != c.isPattern || err != nil {
			t.Errorf("%s: is a pattern: %t, %v", c.name, ok, err)
			continue
		}
		if !ok {
			continue
		}
		fits, err := m.Fits(c.asked, []matching.Pattern{pattern})
		if (len(fits) == 1) != c.matches || err != nil {
			t.Errorf("%s: fits %v, %v", c.name, fits, err)
		}
	}
	if _, ok, err := matcherOf(t, matching.Rules{IgnoreQuery: []string{"a"}}).Pattern(get("http://h/?a=" + hidden)); ok || err != nil {
		t.Errorf("what does not count makes a pattern: %t, %v", ok, err)
	}
}
