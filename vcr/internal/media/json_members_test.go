package media_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestMembers(t *testing.T) {
	for text, want := range map[string][]string{
		``:                            nil,
		`7`:                           nil,
		`"{}"`:                        nil,
		`{}`:                          nil,
		` [ ] `:                       nil,
		`[1,"a]",{"b":[2]},null]`:     {" 1", ` "a]"`, ` {"b":[2]}`, " null"},
		"{ \"a\" : 1 ,\n\"b\":[[]]}":  {"a 1", "b [[]]"},
		`{"a\"}":{"b":"}"},"c":true}`: {`a\"} {"b":"}"}`, "c true"},
		`{"a":1}{"b":2}`:              {"a 1"},
		`{"a":1,b:2}`:                 {"a 1"},
		`{"a":1,"b":{"c":[`:           {"a 1", `b {"c":[`},
		`{"a`:                         nil,
		`{"a":`:                       nil,
	} {
		var got []string
		for key, value := range media.Members([]byte(text)) {
			got = append(got, string(key)+" "+string(value))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	for range media.Members([]byte(`[1,2]`)) {
		break // ends it
	}
}

// Of valid JSON, Members has the members that a parser has.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"\"}"}],"a":null}`, `[[[]],"\\",-1e5]`, `{"a":}`, `{"a":"`, "[\"\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var keys, values [][]byte
		for key, value := range media.Members(text) {
			if len(value) == 0 {
				t.Fatal("an empty value")
			}
			keys, values = append(keys, key), append(values, value)
		}
		if !json.Valid(text) {
			return
		}
		switch start := bytes.TrimSpace(text); start[0] {
		case '[':
			var want []json.RawMessage
			if err := json.Unmarshal(text, &want); err != nil || len(want) != len(values) {
				t.Fatalf("%v: %d elements, not %d", err, len(values), len(want))
			}
			for n := range want {
				if !bytes.Equal(want[n], values[n]) {
					t.Errorf("got %s, want %s", values[n], want[n])
				}
			}
		case '{':
			var want map[string]json.RawMessage
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			got := map[string][]byte{}
			for n, key := range keys {
				var name string
				if err := json.Unmarshal(slices.Concat([]byte{'"'}, key, []byte{'"'}), &name); err != nil {
					t.Fatal(err)
				}
				got[name] = values[n]
			}
			for name, value := range want {
				if !bytes.Equal(got[name], value) {
					t.Errorf("%q: got %s, want %s", name, got[name], value)
				}
			}
		default:
			if len(values) > 0 {
				t.Error("members of a scalar")
			}
		}
	})
}
