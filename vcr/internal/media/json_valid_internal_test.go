package media

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// What is JSON is what encoding/json says.
func FuzzIsJSON(f *testing.F) {
	for _, text := range []string{
		``, ` `, `1`, ` -0.1e+20 `, `01`, `1.`, `.1`, `-`, `1e`, `1e+`, `+1`, `1E5`, `true`, `tru`, `truex`, `null `, `"a"`, `"a`, `"\"`, `"\u12aF"`, `"\u12g4"`, `"\u123`,
		`"\x"`, "\"\t\"", "\"\x7f\xff\"", `[]`, `[ ]`, `[1,]`, `[,1]`, `[1 2]`, `[1,2`, `{}`, `{ }`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a" : 1 , "b":[{}]}`, `{1:2}`, `{"a":1}{}`, `]`, `[}`,
		"{\"a\":\n1}\r\n", `["\/\b\f\n\r\t\\\""]`, strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		valid, compact := isJSON(text)
		if valid != json.Valid(text) {
			t.Fatalf("%q is JSON: %t", text, valid)
		}
		if valid {
			var without bytes.Buffer
			if err := json.Compact(&without, text); err != nil || compact != (without.String() == string(text)) {
				t.Fatalf("%q is compact: %t, error %v", text, compact, err)
			}
		}
	})
}
