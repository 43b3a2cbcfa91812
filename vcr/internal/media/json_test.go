package media_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// canonicalJSON returns the canonical text of a JSON text.
func canonicalJSON(body []byte) ([]byte, error) {
	value, err := media.ParseJSON(body)
	if err != nil {
		return nil, err
	}
	return media.AppendJSON(nil, value), nil
}

func TestCanonicalJSON(t *testing.T) {
	for body, want := range map[string]string{
		` { "b" : 1 , "a" : [ true , null , { } ] } `:           `{"a":[true,null,{}],"b":1}`,
		`{"a":1,"b":{"x":1},"a":{"d":[3],"c":2},"b":[]}`:        `{"a":{"c":2,"d":[3]},"b":[]}`,
		`{"b":{"z":[{"y":1,"x":2}],"a":0},"a":[{"d":1,"c":2}]}`: `{"a":[{"c":2,"d":1}],"b":{"a":0,"z":[{"x":2,"y":1}]}}`,
		`{"\n":1,"A":2,"\"":3,"é":4,"z":5,"\ufffd":6,"😀":7}`:    `{"\u000a":1,"\"":3,"A":2,"z":5,"é":4,"�":6,"😀":7}`,
		`{"\ud800":1,"\ue000":2,"퟿":3}`:                         `{"퟿":3,"\ud800":1,"` + "\ue000" + `":2}`,
		`{"":1,"a":2,"\u0061":3}`:                               `{"":1,"a":3}`,
		`"\u00E9\u003c\/\b\f\n\r\t\"\\"`:                        `"é</\u0008\u000c\u000a\u000d\u0009\"\\"`,
		`"\ud83d\ude00"`:                                        `"😀"`,
		`"\uD800\uDBFF\ud83d\ude00\udfff\uD800"`:                `"\ud800\udbff😀\udfff\ud800"`,
		`"\ud800\n"`:                                            `"\ud800\u000a"`,
		`"\ufffd"`:                                              `"�"`,
		`[0,-0,0.0,0e5,-0.00e-9999999999999999999]`:             `[0,0,0,0,0]`,
		`[1,1.0,1e0,10e-1,0.1E+1,0.001e003]`:                    `[1,1,1,1,1,1]`,
		`[-1200,-12E2,-0.12e4]`:                                 `[-12e2,-12e2,-12e2]`,
		`[9007199254740993,9007199254740992]`:                   `[9007199254740993,9007199254740992]`,
		`[0.1,0.10000000000000000001]`:                          `[1e-1,10000000000000000001e-20]`,
		`[1e999999999,10e999999998]`:                            `[1e999999999,1e999999999]`,
		`[1e100000000000000000000,10e99999999999999999999]`:     `[1e100000000000000000000,1e100000000000000000000]`,
		`[0.1e-99999999999999999999]`:                           `[1e-100000000000000000000]`,
	} {
		canonical, err := canonicalJSON([]byte(body))
		if err != nil || string(canonical) != want {
			t.Errorf("canonicalJSON(%s)\n   = %s, %v\nwant %s", body, canonical, err, want)
		}
	}
}

func TestCanonicalJSONHugeExponent(t *testing.T) {
	body := `[1.0E+` + strings.Repeat("9", 1_000_000) + `]`
	canonical, err := canonicalJSON([]byte(body))
	if err != nil || string(canonical) != body {
		t.Errorf("a number with an exponent of a million digits has changed, error %v", err)
	}
}

func TestCanonicalJSONErrors(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":        ``,
		"a second value": `{"a":1}1`,
		"not JSON":       `{a:1}`,
		"not UTF-8":      "\"\xff\"",
		"unclosed":       strings.Repeat(`{"":`, 2_000),
		"too deep":       strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	} {
		canonical, err := canonicalJSON([]byte(body))
		if err == nil || !strings.HasPrefix(err.Error(), "invalid JSON: ") || canonical != nil {
			t.Errorf("%s: ParseJSON is %s, %v", name, canonical, err)
		}
	}
}

// A deep body with unsorted keys at every level would take minutes if each level copied
// or read its content again.
func TestCanonicalJSONDeepBody(t *testing.T) {
	const depth = 9_999
	inner := `"` + strings.Repeat("x", 1_000_000) + `"`
	body := strings.Repeat(`{"b":`, depth) + inner + strings.Repeat(`,"a":0}`, depth)
	want := strings.Repeat(`{"a":0,"b":`, depth) + inner + strings.Repeat(`}`, depth)
	canonical, err := canonicalJSON([]byte(body))
	if err != nil || string(canonical) != want {
		t.Errorf("a deep body is not sorted at every level, error %v", err)
	}
}

func TestCanonicalJSONIsTheValue(t *testing.T) {
	b := seeded(4)
	for range 10_000 {
		checkCanonical(t, []byte(b.body()))
	}
}

func checkCanonical(t *testing.T, body []byte) {
	t.Helper()
	canonical, err := canonicalJSON(body)
	if err != nil {
		return
	}
	again, err := canonicalJSON(canonical)
	if err != nil || string(again) != string(canonical) {
		t.Fatalf("the canonical text of %q is %q, and that of the latter is %q, %v", body, canonical, again, err)
	}
	// encoding/json rounds numbers and turns lone surrogates into U+FFFD, so it cannot
	// check those.
	var before, after any
	if json.Unmarshal(body, &before) != nil || strings.ContainsRune(fmt.Sprint(before), utf8.RuneError) {
		return
	}
	if err := json.Unmarshal(canonical, &after); err != nil || !reflect.DeepEqual(before, after) {
		t.Fatalf("the canonical text of %q is %q, a different value, %v", body, canonical, err)
	}
}

func FuzzCanonicalJSON(f *testing.F) {
	b := seeded(5)
	for range 50 {
		f.Add([]byte(b.body()))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		checkCanonical(t, body)
	})
}

// bodies generates compact JSON texts with awkward content. Equal seeds give equal texts.
type bodies struct{ *rand.Rand }

func seeded(seed uint64) bodies {
	return bodies{rand.New(rand.NewPCG(seed, 1))}
}

func (b bodies) oneOf(texts ...string) string {
	return texts[b.IntN(len(texts))]
}

func (b bodies) body() string {
	if b.IntN(200) == 0 {
		depth := b.IntN(100)
		return strings.Repeat(`[{"a":`, depth) + b.container(3) + strings.Repeat(`}]`, depth)
	}
	return b.container(b.IntN(5))
}

func (b bodies) container(depth int) string {
	var text strings.Builder
	count := b.IntN(6)
	if b.IntN(50) == 0 {
		count = b.IntN(60)
	}
	object := b.IntN(2) == 0
	numbers := b.IntN(4) == 0
	for i := range count {
		if i > 0 {
			text.WriteByte(',')
		}
		if object {
			text.WriteString(b.string() + ":")
		}
		if numbers {
			text.WriteString(b.number())
		} else {
			text.WriteString(b.value(depth))
		}
	}
	if object {
		return "{" + text.String() + "}"
	}
	return "[" + text.String() + "]"
}

func (b bodies) value(depth int) string {
	switch b.IntN(6) {
	case 0:
		return b.oneOf("true", "false", "null")
	case 1:
		return b.number()
	case 2, 3:
		if depth > 0 {
			return b.container(depth - 1)
		}
	}
	return b.string()
}

func (b bodies) number() string {
	if b.IntN(2) == 0 {
		return fmt.Sprint(b.Float64())
	}
	return b.oneOf("0", "-0", "1", "1.0", "1e3", "1E+03", "10e-1", "-0.00120", "0e0", "9007199254740993", "1e999999999")
}

func (b bodies) string() string {
	var text strings.Builder
	text.WriteByte('"')
	count := b.IntN(5)
	if b.IntN(30) == 0 {
		count = b.IntN(40)
	}
	for range count {
		text.WriteString(b.oneOf(`\n`, `\n`, `\n\n`, `\\n`, `\\\n`, `\\`, `\"`, `\t`, `\r\n`, `\/`, `\u00e9`, `\u003c`, `\ud83d\ude00`, `\ud800`,
			`\udc00`, `\u000a`, "é", "日本", "😀", "\u2028", "\x7f", " ", "  ", "|", "- ", ": ", ", ", "{", "]", "#", "'", "a", "n", "Answer briefly."))
	}
	text.WriteByte('"')
	return text.String()
}

// edited lays out body as a person might, but AppendLayoutJSON never does.
func (b bodies) edited(body string) string {
	var text strings.Builder
	quoted, escaped := false, false
	for i := range len(body) {
		c := body[i]
		structure := !quoted && strings.IndexByte("{}[]:,", c) >= 0
		if structure {
			text.WriteString(b.oneOf("", "", " ", "\n", "\r\n\t"))
		}
		if quoted && !escaped && b.IntN(20) == 0 {
			text.WriteString(b.oneOf("\n|", "\n  |", "\r\n \t|"))
		}
		text.WriteByte(c)
		if structure {
			text.WriteString(b.oneOf("", "", " ", "\n\n  ", "\r\n\t"))
		}
		if c == '"' && !escaped {
			quoted = !quoted
		}
		escaped = quoted && c == '\\' && !escaped
	}
	return text.String()
}
