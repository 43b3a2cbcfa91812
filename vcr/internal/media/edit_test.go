package media_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// hide replaces the values of key and of names that contain "secret".
func hide(name, _ string) (string, bool) {
	return "<GONE>", name == "key" || strings.Contains(name, "secret")
}

func all(string, string) (string, bool) {
	return "&\"\n<", true
}

type rewrite func(name, value string) (replacement string, replace bool)

func rewriteJSON(body []byte, rewrite rewrite) []byte {
	var edits []media.Edit
	media.EachString(body, func(name, content []byte, start int) {
		if name == nil {
			return
		}
		value := media.Unquote(nil, content)
		if replacement, replace := rewrite(string(media.Unquote(nil, name)), string(value)); replace {
			edit := media.Edit{End: len(value), Text: replacement}
			if len(value) == 0 {
				escaped := media.Requote([]byte("-"), []media.Edit{{End: 1, Text: replacement}})[0].Text
				edits = append(edits, media.Edit{Start: start, End: start, Text: escaped})
				return
			}
			for _, e := range media.Requote(content, []media.Edit{edit}) {
				edits = append(edits, media.Edit{Start: start + e.Start, End: start + e.End, Text: e.Text})
			}
		}
	})
	return media.Apply(body, edits)
}

func TestRewriteJSON(t *testing.T) {
	for body, want := range map[string]string{
		`{"key":"a","b":[{"secret":"c"}]}`:                         `{"key":"<GONE>","b":[{"secret":"<GONE>"}]}`,
		"{\n  \"key\" :\t\"a\",\n  \"other\": \"key\"\n}":          "{\n  \"key\" :\t\"<GONE>\",\n  \"other\": \"key\"\n}",
		`{"key":1,"key":true,"key":null,"key":["a"],"key":{}}`:     `{"key":1,"key":true,"key":null,"key":["a"],"key":{}}`,
		`{"a":{"key":"\"b\\","\u006bey":"c"}}`:                     `{"a":{"key":"<GONE>","\u006bey":"<GONE>"}}`,
		`{"a":"\"key\":\"b\"","b":"key"}`:                          `{"a":"\"key\":\"b\"","b":"key"}`,
		"{\"key\":\"a\"}\n{\"b\":1}\n{\"key\":\"c\"}\n":            "{\"key\":\"<GONE>\"}\n{\"b\":1}\n{\"key\":\"<GONE>\"}\n",
		"event: key\ndata: {\"key\":\"a\"}\n\ndata: [DONE]\n\n":    "event: key\ndata: {\"key\":\"<GONE>\"}\n\ndata: [DONE]\n\n",
		"say \"key\ndata: {\"key\":\"a\"}":                         "say \"key\ndata: {\"key\":\"<GONE>\"}",
		`<a title='5"'><script>{"key":"a"}</script>`:               `<a title='5"'><script>{"key":"<GONE>"}</script>`,
		`"a" "b" {"key":"c"}`:                                      `"a" "b" {"key":"<GONE>"}`,
		"\"a\"\n{\"key\":\"c\"}":                                   "\"a\"\n{\"key\":\"<GONE>\"}",
		`["x",":"],{"key":"a"}`:                                    `["x",":"],{"key":"<GONE>"}`,
		`{"key":"cut o`:                                            `{"key":"<GONE>`,
		`{"key":"cut off\`:                                         `{"key":"<GONE>`,
		`{"key":"`:                                                 `{"key":"<GONE>`,
		`{"key":`:                                                  `{"key":`,
		`{"key`:                                                    `{"key`,
		"{\"key\":\"a\nb\"}":                                       "{\"key\":\"a\nb\"}",
		`{"key":"\q\u12","a":"` + "\xff" + `"}`:                    `{"key":"<GONE>","a":"` + "\xff" + `"}`,
		`{"id":12345678901234567890.10,"key":"a","e":"\u00e9\/"} `: `{"id":12345678901234567890.10,"key":"<GONE>","e":"\u00e9\/"} `,
	} {
		if got := string(rewriteJSON([]byte(body), hide)); got != want {
			t.Errorf("RewriteJSON(%s)\n   = %s\nwant %s", body, got, want)
		}
	}
}

func TestRewriteJSONDecodesNamesAndValues(t *testing.T) {
	var seen []string
	body := []byte(`{"\u00e9":"a\n\ud83d\ude00","b":{"c":"\/","d":["e"],"":""}}`)
	result := rewriteJSON(body, func(name, value string) (string, bool) {
		seen = append(seen, name+"="+value)
		return "", false
	})
	if want := []string{"é=a\n😀", "c=/", "="}; !slices.Equal(seen, want) {
		t.Errorf("visited %q, want %q", seen, want)
	}
	if &result[0] != &body[0] {
		t.Error("a body without replacements is copied")
	}
}

func TestRewriteJSONEncodesTheReplacement(t *testing.T) {
	got := rewriteJSON([]byte(`{"a":"b"}`), all)
	if want := `{"a":"&\"\u000a<"}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRewriteJSONWithoutNamedStrings(t *testing.T) {
	body := []byte(`[0.1,0.2,{"a":1,"b":["c","d"]},"e"]` + strings.Repeat("plain text \"", 100))
	if n := testing.AllocsPerRun(10, func() { rewriteJSON(body, hide) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzRewriteJSON(f *testing.F) {
	b := seeded(6)
	for range 50 {
		f.Add([]byte(b.body()))
	}
	f.Add([]byte(`["a", ":", "b"] {"k":":","l":"m"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		same := rewriteJSON(body, func(string, string) (string, bool) { return "", false })
		if string(same) != string(body) {
			t.Errorf("%q is changed to %q without an edit", body, same)
		}
		rewritten := rewriteJSON(body, all)
		if !json.Valid(body) {
			return
		}
		if !json.Valid(rewritten) {
			t.Errorf("%q is rewritten to %q, which is not JSON", body, rewritten)
		}
		var value any
		decoder := json.NewDecoder(bytes.NewReader(rewritten))
		decoder.UseNumber()
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
		if keptStrings(value) {
			t.Errorf("%q is rewritten to %q", body, rewritten)
		}
	})
}

// keptStrings tells whether value has a key with a string other than the replacement.
func keptStrings(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for _, member := range value {
			if text, ok := member.(string); ok && text != "&\"\n<" || keptStrings(member) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, keptStrings)
	}
	return false
}

// Translated edits keep the spelling of everything around them.
func TestEditsOfDecodedText(t *testing.T) {
	const raw = `a\u0062c\ud83d\ude00\/d\n`
	edits := media.Requote([]byte(raw), []media.Edit{{Start: 1, End: 2, Text: `"`}, {Start: 7, End: 8, Text: "", Note: "n"}})
	if got, want := string(media.Apply([]byte(raw), edits)), `a\"c\ud83d\ude00d\n`; got != want || edits[1].Note != "n" {
		t.Errorf("got %s, want %s", got, want)
	}
	const form = "a%62+%zz%2"
	edits = media.Reescape([]byte(form), []media.Edit{{Start: 1, End: 3, Text: "& "}})
	if got, want := string(media.Apply([]byte(form), edits)), "a%26+%zz%2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
