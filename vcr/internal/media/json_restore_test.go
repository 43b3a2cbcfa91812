package media_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestRestoreJSON(t *testing.T) {
	for shown, want := range map[string]string{
		"{\r\n  \"a\": \"b\\n\r\n    |c\"\r\n}\r\n": `{"a":"b\nc"}`,
		"\n\n[ 1 ,\t2 ]\n":                          `[1,2]`,
		"[\"a\n  |b\n|c\"]":                         `["abc"]`,
		"[\"a \n  | b |\"]":                         `["a  b |"]`,
		"[\"\\\\\n|n\"]":                            `["\\n"]`,
		"[\"\\\"\n|, 1\"]":                          `["\", 1"]`,
		`"a scalar"`:                                `"a scalar"`,
	} {
		restored, err := media.RestoreJSON(nil, []byte(shown))
		if err != nil || string(restored) != want {
			t.Errorf("RestoreJSON(%q) = %s, %v, want %s", shown, restored, err, want)
		}
	}
}

// What encoding/json finds is told in its own words, which are not repeated here.
func TestRestoreJSONErrors(t *testing.T) {
	for shown, want := range map[string]string{
		"":                       "line 1: invalid JSON: ",
		"{\n\"a\": 1":            "line 2: invalid JSON: ",
		"{\n\"a\": 1,\n}\n\n":    "line 3: invalid JSON: ",
		"[\"a\n|b\",\n\nx]":      "line 4: invalid JSON: ",
		"[\n\"a\n  b\"]":         `line 2: line break inside a string: write \n, and go on after blanks and "|"`,
		"[\"a\n":                 `line 1: line break inside a string: write \n, and go on after blanks and "|"`,
		"[\"a\n\n|b\"]":          `line 1: line break inside a string: write \n, and go on after blanks and "|"`,
		"[\"a\\\n|n\"]":          `line 1: line break inside an escape: move it behind the escape`,
		"[\n1\n2]":               `line 3: white space inside a value: remove it, or put a comma in its place`,
		"[tr ue]":                `line 1: white space inside a value: remove it, or put a comma in its place`,
		"[\"a\" \"b\"]":          "line 1: invalid JSON: ",
		"[\"a\tb\"]":             "line 1: invalid JSON: ",
		"[\"a\rb\"]":             "line 1: invalid JSON: ",
		"[1]\n[2]":               "line 2: invalid JSON: ",
		strings.Repeat("[", 1e5): "line 1: invalid JSON: ",
	} {
		restored, err := media.RestoreJSON(nil, []byte(shown))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("RestoreJSON(%.40q) = %s, %v\nwant the error %s…", shown, restored, err, want)
		}
	}
}

func FuzzRestoreJSON(f *testing.F) {
	b := seeded(3)
	for range 50 {
		f.Add([]byte(b.edited(b.body())))
	}
	f.Add([]byte("[\"a\\\n|\"]"))
	f.Fuzz(func(t *testing.T, shown []byte) {
		body, err := media.RestoreJSON(nil, shown)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") {
				t.Errorf("the error names no line: %v", err)
			}
			return
		}
		if !json.Valid(body) {
			t.Errorf("restored to what is not JSON: %q", body)
		}
		if body[0] != '{' && body[0] != '[' {
			return
		}
		if _, ok := media.AppendLayoutJSON(nil, body); !ok {
			t.Errorf("what was restored cannot be laid out again: %q", body)
		}
	})
}
