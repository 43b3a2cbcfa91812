package media

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// isJSON agrees with encoding/json.
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

// Every byte is tested at every place of a run, with every kind of byte after it.
func TestPlainEnd(t *testing.T) {
	for length := range 40 {
		for _, fill := range []byte{' ', 'a', '!', '#', '[', ']', 0x7F, 0x80, 0xFF} {
			run := bytes.Repeat([]byte{fill}, length)
			for at := range run {
				for c := range 256 {
					run[at] = byte(c)
					want := length
					if c < ' ' || c == '"' || c == '\\' {
						want = at
					}
					if got, text := plainEnd(run, 0), plainEnd(string(run), 0); got != want || text != want {
						t.Fatalf("%q: plain up to %d, as a string up to %d, want %d", run, got, text, want)
					}
				}
				run[at] = fill
			}
			for from := range length + 2 {
				if got := plainEnd(run, from); got != max(from, length) {
					t.Fatalf("%q from %d: plain up to %d", run, from, got)
				}
			}
		}
	}
}
