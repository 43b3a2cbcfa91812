package media_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestLayoutJSON(t *testing.T) {
	eighty := `["` + strings.Repeat("é", 76) + `"]`
	numbers := "[" + strings.Repeat("0.25,", 100) + "-1e-3]"
	for name, c := range map[string]struct{ body, shown string }{
		"a chat": {
			`{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Rules:\n- Answer briefly.\n- Be kind."},` +
				`{"role":"user","content":"What is the capital of France?"}]}`,
			`{
  "model": "gpt-4o-mini",
  "messages": [
    {
      "role": "system",
      "content": "Rules:\n
        |- Answer briefly.\n
        |- Be kind."
    },
    {"role": "user", "content": "What is the capital of France?"}
  ]
}`,
		},
		"scalars on one line":   {`{"b":1.0,"a":null,"b":[1,-0,1e3]}`, "{\n  \"b\": 1.0,\n  \"a\": null,\n  \"b\": [1, -0, 1e3]\n}"},
		"empty containers":      {`[{},[],""]`, "[\n  {},\n  [],\n  \"\"\n]"},
		"an empty object":       {`{}`, `{}`},
		"a comma in a string":   {`{"a,b:c":"d,e:f"}`, `{"a,b:c": "d,e:f"}`},
		"80 columns":            {eighty, eighty},
		"81 columns":            {`["` + strings.Repeat("é", 77) + `"]`, "[\n  \"" + strings.Repeat("é", 77) + "\"\n]"},
		"80 columns, two items": {`["` + strings.Repeat("a", 72) + `",10]`, `["` + strings.Repeat("a", 72) + `", 10]`},
		"81 columns, two items": {`["` + strings.Repeat("a", 72) + `",100]`, "[\n  \"" + strings.Repeat("a", 72) + "\",\n  100\n]"},
		"an embedding":          {numbers, strings.ReplaceAll(numbers, ",", ", ")},
		"a newline at the end":  {`{"a":"b\n\n"}`, `{"a": "b\n\n"}`},
		"a run of newlines":     {`["a\n\nb\n"]`, "[\n  \"a\\n\\n\n    |b\\n\"\n]"},
		"an indented line":      {`["a\n  b|\r\nc"]`, "[\n  \"a\\n\n    |  b|\\r\\n\n    |c\"\n]"},
		"an escaped backslash":  {`["C:\\new","\\\n "]`, "[\n  \"C:\\\\new\",\n  \"\\\\\\n\n    | \"\n]"},
		"a broken key":          {`{"a\nb":1}`, "{\n  \"a\\n\n    |b\": 1\n}"},
		"a newline of its own":  {`["\u000aa"]`, `["\u000aa"]`},
		"below depth 32": {
			strings.Repeat("[", 33) + `{"a":"b\nc"},[1,2]` + strings.Repeat("]", 33),
			openedLines(32) + `[{"a":"b\nc"},[1,2]]` + closedLines(32),
		},
	} {
		t.Run(name, func(t *testing.T) {
			shown, ok := media.AppendLayoutJSON(nil, []byte(c.body))
			if !ok {
				t.Fatalf("AppendLayoutJSON(%s) is not ok", c.body)
			}
			if string(shown) != c.shown {
				t.Errorf("AppendLayoutJSON(%s) =\n%s\nwant\n%s", c.body, shown, c.shown)
			}
		})
	}
}

func openedLines(depth int) string {
	var text strings.Builder
	for i := range depth {
		text.WriteString("[\n" + strings.Repeat("  ", i+1))
	}
	return text.String()
}

func closedLines(depth int) string {
	var text strings.Builder
	for i := depth - 1; i >= 0; i-- {
		text.WriteString("\n" + strings.Repeat("  ", i) + "]")
	}
	return text.String()
}

func TestLayoutJSONRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":               ``,
		"a scalar":              `"a"`,
		"a number":              `1`,
		"white space":           `{"a": 1}`,
		"pretty JSON":           "{\n  \"a\": 1\n}",
		"space in front":        ` {}`,
		"a newline after it":    "{}\n",
		"a second value":        `{}{}`,
		"an unclosed container": `{"a":1`,
		"a raw newline":         "[\"a\n|b\"]",
		"not JSON":              `{a:1}`,
		"20,000 brackets":       strings.Repeat("[", 20_000),
		"20,000 levels":         strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
	} {
		if shown, ok := media.AppendLayoutJSON(nil, []byte(body)); ok || shown != nil {
			t.Errorf("%s: AppendLayoutJSON is %v, %q", name, ok, shown)
		}
	}
}

// RestoreJSON undoes AppendLayoutJSON for every compact body, and the layout can be a
// YAML block.
func TestLayoutJSONRestores(t *testing.T) {
	b := seeded(1)
	for i := range 100_000 {
		body := b.body()
		shown, ok := media.AppendLayoutJSON(nil, []byte(body))
		if !ok {
			t.Fatalf("body %d: AppendLayoutJSON is not ok: %s", i, body)
		}
		restored, err := media.RestoreJSON(nil, shown)
		if err != nil || string(restored) != body {
			t.Fatalf("body %d: %s\nis shown as\n%s\nand restored to (%v)\n%s", i, body, shown, err, restored)
		}
		checkBlock(t, shown)
		if i%10 == 0 {
			edited := b.edited(body)
			restored, err := media.RestoreJSON(nil, []byte(edited))
			if err != nil || string(restored) != body {
				t.Fatalf("body %d: %s\nedited to\n%s\nis restored to (%v)\n%s", i, body, edited, err, restored)
			}
		}
	}
}

func checkBlock(t *testing.T, shown []byte) {
	t.Helper()
	text := string(shown)
	if text[0] != '{' && text[0] != '[' {
		t.Errorf("begins with %q", text[0])
	}
	if strings.ContainsAny(text, "\t\r") || strings.Contains(text, " \n") || strings.Contains(text, "\n\n") || strings.HasSuffix(text, "\n") {
		t.Errorf("holds a tab, a trailing blank or an empty line:\n%s", text)
	}
}

func TestLayoutJSONLargeBodies(t *testing.T) {
	for name, body := range map[string]string{
		"numbers":       "[" + strings.Repeat("-0.0123456789,", 180_000) + "0]",
		"numbers, then": "[" + strings.Repeat("0.5,", 180_000) + `"a"]`,
		"a string":      `{"a":"` + strings.Repeat(`line\n`, 180_000) + `"}`,
		"deep":          strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
		"many":          "[" + strings.Repeat("[[]],", 180_000) + "{}]",
	} {
		shown, ok := media.AppendLayoutJSON(nil, []byte(body))
		if !ok {
			t.Errorf("%s: AppendLayoutJSON is not ok", name)
			continue
		}
		restored, err := media.RestoreJSON(nil, shown)
		if err != nil || string(restored) != body {
			t.Errorf("%s: restored to other bytes, error %v", name, err)
		}
	}
}

func FuzzLayoutJSON(f *testing.F) {
	b := seeded(2)
	for range 50 {
		f.Add([]byte(b.body()))
	}
	f.Add([]byte(`{"a": 1}`))
	f.Add([]byte("[\"\xff\"]"))
	f.Fuzz(func(t *testing.T, body []byte) {
		shown, ok := media.AppendLayoutJSON(nil, body)
		if !ok {
			return
		}
		if !json.Valid(body) {
			t.Errorf("accepted a body that is not JSON: %q", body)
		}
		checkBlock(t, shown)
		restored, err := media.RestoreJSON(nil, shown)
		if err != nil || string(restored) != string(body) {
			t.Errorf("%q is restored to %q, %v", body, restored, err)
		}
	})
}

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

// The words of encoding/json after "invalid JSON: " are not repeated here.
func TestRestoreJSONErrors(t *testing.T) {
	for shown, want := range map[string]string{
		"":                       "line 1: invalid JSON: ",
		"{\n\"a\": 1":            "line 2: invalid JSON: ",
		"{\n\"a\": 1,\n}\n\n":    "line 3: invalid JSON: ",
		"[\"a\n|b\",\n\nx]":      "line 4: invalid JSON: ",
		"[\n\"a\n  b\"]":         `line 2: line break inside a string: write \n, and begin the next line with blanks and "|"`,
		"[\"a\n":                 `line 1: line break inside a string: write \n, and begin the next line with blanks and "|"`,
		"[\"a\n\n|b\"]":          `line 1: line break inside a string: write \n, and begin the next line with blanks and "|"`,
		"[\"a\\\n|n\"]":          `line 1: line break inside an escape: move it after the escape`,
		"[\n1\n2]":               `line 3: white space inside a value: remove it, or replace it with a comma`,
		"[tr ue]":                `line 1: white space inside a value: remove it, or replace it with a comma`,
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
			t.Errorf("the result is not JSON: %q", body)
		}
		if body[0] != '{' && body[0] != '[' {
			return
		}
		if _, ok := media.AppendLayoutJSON(nil, body); !ok {
			t.Errorf("the result cannot be laid out again: %q", body)
		}
	})
}

func BenchmarkLayoutJSONNumbers(b *testing.B) {
	body := []byte("[" + strings.Repeat("-0.0123456789,", 180_000) + "0]")
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		media.AppendLayoutJSON(nil, body)
	}
}
