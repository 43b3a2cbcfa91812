package jsonrpc_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/jsonrpc"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

func TestCalls(t *testing.T) {
	for body, want := range map[string]string{
		`{"jsonrpc":"2.0","id":1,"method":"a"}`:                                                                            `[{1 }]`,
		`{"id":"x","method":"a","params":{"id":7},"jsonrpc":"2.0"}`:                                                        `[{"x" }]`,
		`{"jsonrpc":"2.0","id":null,"method":"a"}`:                                                                         `[{null }]`,
		`{"jsonrpc":"2.0","id":1.0,"method":"a"}`:                                                                          `[{1 }]`,
		`{"jsonrpc":"2.0","id":"\u0041","method":"a"}`:                                                                     `[{"A" }]`,
		`{"jsonrpc":"2.0","method":"a"}`:                                                                                   `[{ }]`,
		`{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"progressToken":"t"}}}`:                                   `[{1 "t"}]`,
		` [ {"jsonrpc":"2.0","id":1,"method":"a"}, {"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":2,"method":"c"} ]`: `[{1 } { } {2 }]`,
		`{"jsonrpc":"2.0","id":1,"result":{"method":"a"}}`:                                                                 `[]`,
		`{"jsonrpc":"1.0","id":1,"method":"a"}`:                                                                            `[]`,
		`{"id":1,"method":"a","params":{"jsonrpc":"2.0"}}`:                                                                 `[]`,
		`{"jsonrpc":"2.0","id":1,"method":"a`:                                                                              `[{1 }]`,
		`no JSON`:                                                                                                          `[]`,
		``:                                                                                                                 `[]`,
	} {
		got := []string{}
		for _, c := range jsonrpc.Calls([]byte(body)) {
			got = append(got, "{"+c.ID.Value+" "+c.Token.Value+"}")
		}
		if got := fmt.Sprint(got); got != want {
			t.Errorf("%s: the calls are %s, not %s", body, got, want)
		}
	}
}

func TestSpots(t *testing.T) {
	const (
		answer   = `{"jsonrpc":"2.0","id":3,"result":{"id":4,"_meta":{"id":5}}}`
		failure  = `{"error":{"code":1,"message":"no"},"id":"x","jsonrpc":"2.0"}`
		asked    = `{"jsonrpc":"2.0","id":3,"method":"elicitation/create","params":{"id":3}}`
		progress = `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":7}}`
		told     = `{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":2}}}`
		over     = `{"jsonrpc":"2.0","id":2,"result":{"_meta":{"io.modelcontextprotocol/subscriptionId":2}}}`
	)
	for _, c := range []struct {
		kind media.Kind
		body string
		want string
	}{
		{media.JSON, answer, "3"},
		{media.JSON, failure, `"x"`},
		{media.JSON, "[" + answer + "," + asked + "," + failure + "]", `3 "x"`},
		{media.JSON, asked, ""},
		{media.JSON, over, "2 2"},
		{media.NDJSON, answer + "\n" + asked + "\n" + failure + "\n", `3 "x"`},
		{media.SSE, "event: message\ndata: " + answer + "\n\ndata: " + asked + "\n\ndata: " + progress + "\n\n: {\n\nid: [1\ndata:" + failure + "\n\n", `3 token 7 "x"`},
		{media.SSE, "data: " + told + "\r\n\r\ndata: " + over + "\r\n\r\n", "2 2 2"},
		{media.SSE, "data: {\"jsonrpc\":\"2.0\",\ndata: \"id\":3,\ndata: \"result\":1}\n\n", "3"},
		{media.SSE, "data: " + answer, "3"},
		{media.SSE, "event: " + answer + "\n\n", ""},
		{media.JSON, `{"id":3,"result":1}`, ""},
	} {
		var got string
		before := 0
		for _, s := range jsonrpc.Spots(c.kind, []byte(c.body)) {
			if s.Start < before || s.End <= s.Start {
				t.Errorf("%s: %v is out of order", c.body, s)
			}
			before = s.End
			if got != "" {
				got += " "
			}
			if s.IsToken {
				got += "token "
			}
			got += c.body[s.Start:s.End]
			if s.Name.Text != c.body[s.Start:s.End] {
				t.Errorf("%s: the name is %v", c.body, s.Name)
			}
		}
		if got != c.want {
			t.Errorf("%s: the spots are %q, not %q", c.body, got, c.want)
		}
	}
}

func TestForget(t *testing.T) {
	for before, want := range map[string]string{
		`{"jsonrpc":"2.0","id":1,"method":"a","params":{"id":1}}`:                            `{"jsonrpc":"2.0","id":null,"method":"a","params":{"id":1}}`,
		`{"jsonrpc":"2.0","method":"a"}`:                                                     `{"jsonrpc":"2.0","method":"a"}`,
		`[{"jsonrpc":"2.0","id":1,"method":"a"},3]`:                                          `[{"jsonrpc":"2.0","id":null,"method":"a"},3]`,
		`{"jsonrpc":"2.0","id":1,"result":{}}`:                                               `{"jsonrpc":"2.0","id":1,"result":{}}`,
		`{"id":1,"method":"a"}`:                                                              `{"id":1,"method":"a"}`,
		`{"jsonrpc":"2.0","id":"x","method":"a","params":{"_meta":{"progressToken":1}}}`:     `{"jsonrpc":"2.0","id":null,"method":"a","params":{"_meta":{"progressToken":null}}}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`:      `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":null}}`,
		`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}`:                     `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}`,
		`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"s"}}`: `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"s"}}`,
		`"text"`: `"text"`,
	} {
		value, err := media.ParseJSON([]byte(before))
		if err != nil {
			t.Fatal(err)
		}
		jsonrpc.Forget(value)
		var got, wanted any
		_ = json.Unmarshal(media.AppendJSON(nil, value), &got)
		_ = json.Unmarshal([]byte(want), &wanted)
		if !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s becomes %s, not %s", before, media.AppendJSON(nil, value), want)
		}
	}
}

// Whatever an answer holds, its spots are inside, in order and apart.
func FuzzSpots(f *testing.F) {
	f.Add([]byte("data: {\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}\n\n"))
	f.Add([]byte(`[{"jsonrpc":"2.0","id":3,"error":1},{"jsonrpc":"2.0","method":"a","params":{"progressToken":1}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_ = jsonrpc.Calls(body)
		for _, kind := range []media.Kind{media.JSON, media.SSE, media.NDJSON} {
			before := 0
			for _, s := range jsonrpc.Spots(kind, body) {
				if s.Start < before || s.End <= s.Start || s.End > len(body) {
					t.Fatalf("%v: %v", kind, s)
				}
				before = s.End
			}
		}
	})
}
