package match_test

import (
	"fmt"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

func TestNormalizers(t *testing.T) {
	const (
		noUUID = "00000000-0000-0000-0000-000000000000"
		epoch  = "1970-01-01T00:00:00Z"
	)
	cases := []struct {
		name        string
		ofText      func(string) string
		ofBytes     func([]byte) []byte
		input, want string
	}{
		{"white space", match.WhiteSpace[string], match.WhiteSpace[[]byte], " a  b\n\tc\r\n", "a b c"},
		{"white space alone", match.WhiteSpace[string], match.WhiteSpace[[]byte], " \n", ""},
		{"single spaces", match.WhiteSpace[string], match.WhiteSpace[[]byte], "a b", "a b"},

		{"CR LF", match.CRLF[string], match.CRLF[[]byte], "a\r\nb\r\n", "a\nb\n"},
		{"CR or LF", match.CRLF[string], match.CRLF[[]byte], "a\rb\nc", "a\rb\nc"},

		{"UUID", match.UUIDs[string], match.UUIDs[[]byte], "id 123e4567-e89b-12d3-a456-426614174000.", "id " + noUUID + "."},
		{"UUID in upper case", match.UUIDs[string], match.UUIDs[[]byte], "FFFFFFFF-E89B-12d3-a456-426614174000", noUUID},
		{"two UUIDs", match.UUIDs[string], match.UUIDs[[]byte], "123e4567-e89b-12d3-a456-426614174000,123e4567-e89b-12d3-a456-426614174001", noUUID + "," + noUUID},
		{"more digits than a UUID", match.UUIDs[string], match.UUIDs[[]byte], "0123e4567-e89b-12d3-a456-426614174000", "0123e4567-e89b-12d3-a456-426614174000"},

		{"timestamp", match.Timestamps[string], match.Timestamps[[]byte], "at 2026-11-27T01:02:03Z.", "at " + epoch + "."},
		{"timestamp with a fraction and a zone", match.Timestamps[string], match.Timestamps[[]byte], "2026-11-27T01:02:03.456+01:00", epoch},
		{"timestamp with a space", match.Timestamps[string], match.Timestamps[[]byte], "2001-01-01 00:00:00Z", epoch},
		{"timestamp in lower case", match.Timestamps[string], match.Timestamps[[]byte], "2001-01-01t00:00:00z", epoch},
		{"timestamp without a zone", match.Timestamps[string], match.Timestamps[[]byte], "2001-01-01T00:00:00", "2001-01-01T00:00:00"},
		{"date", match.Timestamps[string], match.Timestamps[[]byte], "2001-01-01", "2001-01-01"},

		{"dates in digits", match.Dates[string], match.Dates[[]byte], "2026-11-28 2026/01/02, (1999-12-31)", "1970-01-01 1970-01-01, (1970-01-01)"},
		{"date and month", match.Dates[string], match.Dates[[]byte], "Today is November 28, 2026.", "Today is 1970-01-01."},
		{"date with a day of the week", match.Dates[string], match.Dates[[]byte], "Saturday, November 28, 2026 Sat, 28 Nov 2026 10:00", "1970-01-01 1970-01-01 10:00"},
		{"date in other orders", match.Dates[string], match.Dates[[]byte], "28 November 2026; the 1st Sept 2026; Nov 28th 2026", "1970-01-01; the 1970-01-01; 1970-01-01"},
		{"date in a name", match.Dates[string], match.Dates[[]byte], "gpt-4o-2024-08-06 v.2024-08-06 20241022", "gpt-4o-2024-08-06 v.2024-08-06 20241022"},
		{"not a date", match.Dates[string], match.Dates[[]byte], "2026-13-01 2026-11-32 2026-11-281 May 2026 November 28", "2026-13-01 2026-11-32 2026-11-281 May 2026 November 28"},
		{"date of a timestamp", match.Dates[string], match.Dates[[]byte], "2026-11-28T01:02:03Z", "2026-11-28T01:02:03Z"},

		{"Unix time", match.UnixTimestamps[string], match.UnixTimestamps[[]byte], `{"at":1732000000,"n":12}`, `{"at":0,"n":12}`},
		{"Unix time with a fraction", match.UnixTimestamps[string], match.UnixTimestamps[[]byte], `{"at":1732000001.5,"n":12}`, `{"at":0,"n":12}`},
		{"Unix time in ms, µs and ns", match.UnixTimestamps[string], match.UnixTimestamps[[]byte], "1732000000000 1732000000000000 1732000000000000000", "0 0 0"},
		{"number of 12 digits", match.UnixTimestamps[string], match.UnixTimestamps[[]byte], `{"n":123456789012}`, `{"n":123456789012}`},
		{"number that starts with 0", match.UnixTimestamps[string], match.UnixTimestamps[[]byte], "0732000000", "0732000000"},
		{"digits in a word or after a point", match.UnixTimestamps[string], match.UnixTimestamps[[]byte], "v1732000000 0.1732000000", "v1732000000 0.1732000000"},

		{"ids of tool calls", match.ToolCallIDs[string], match.ToolCallIDs[[]byte], `["call_abcdefgh1","toolu_0123456789"]`, `["call_0","toolu_0"]`},
		{"ids of other services", match.ToolCallIDs[string], match.ToolCallIDs[[]byte], "tooluse_abcd-EFGH_1 chatcmpl-tool-0123456789abcdef", "tooluse_0 chatcmpl-tool-0"},
		{"short id", match.ToolCallIDs[string], match.ToolCallIDs[[]byte], "call_weather", "call_weather"},
		{"id in a word", match.ToolCallIDs[string], match.ToolCallIDs[[]byte], "recall_abcdefgh1", "recall_abcdefgh1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.ofText(c.input); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			body := []byte(c.input)
			if got := string(c.ofBytes(body)); got != c.want {
				t.Errorf("of bytes: got %q, want %q", got, c.want)
			}
			if string(body) != c.input {
				t.Errorf("the argument became %q", body)
			}
			if got := c.ofText(c.want); got != c.want {
				t.Errorf("a second time: got %q, want %q", got, c.want)
			}
		})
	}
}

func ExampleHeader() {
	fmt.Println(match.Header("Accept-Language", "Anthropic-Version"))
	// Output: header Accept-Language,Anthropic-Version
}

func ExampleWhiteSpace() {
	fmt.Println(match.WhiteSpace("  Be brief.\n\n  Be kind.\n"))
	// Output: Be brief. Be kind.
}

func ExampleCRLF() {
	fmt.Printf("%q\n", match.CRLF("one\r\ntwo\r\n"))
	// Output: "one\ntwo\n"
}

func ExampleUUIDs() {
	fmt.Println(match.UUIDs("order 123e4567-e89b-12d3-a456-426614174000"))
	// Output: order 00000000-0000-0000-0000-000000000000
}

func ExampleTimestamps() {
	fmt.Println(match.Timestamps("Today is 2026-11-27T01:02:03.456+01:00."))
	// Output: Today is 1970-01-01T00:00:00Z.
}

func ExampleDates() {
	fmt.Println(match.Dates("Today is Saturday, November 28, 2026."))
	// Output: Today is 1970-01-01.
}

func ExampleUnixTimestamps() {
	fmt.Println(string(match.UnixTimestamps([]byte(`{"since": 1732000000, "limit": 10}`))))
	// Output: {"since": 0, "limit": 10}
}

func ExampleToolCallIDs() {
	fmt.Println(match.ToolCallIDs(`{"tool_call_id": "call_dJ2Kx81mQz"}`))
	// Output: {"tool_call_id": "call_0"}
}
