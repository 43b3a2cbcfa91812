package matching

import (
	"regexp"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A normalizer is a function of package match that a miss may propose, for texts or
// for bodies.
type normalizer struct {
	name, kind string // as in match.UUIDs, and what it lets differ
	text       func(string) string
	body       func([]byte) []byte
}

// normalizers are tried in this order, the narrowest first. Those for bodies reach
// what those for texts do not: numbers, names of members, and plain text.
var normalizers = []normalizer{
	{"UUIDs", "UUIDs", match.UUIDs[string], nil},
	{"ToolCallIDs", "ids of tool calls", match.ToolCallIDs[string], nil},
	{"Timestamps", "times", match.Timestamps[string], nil},
	{"Dates", "dates", match.Dates[string], nil},
	{"CRLF", "line ends", match.CRLF[string], nil},
	{"WhiteSpace", "white space", match.WhiteSpace[string], nil},
	{"UUIDs", "UUIDs", nil, match.UUIDs[[]byte]},
	{"ToolCallIDs", "ids of tool calls", nil, match.ToolCallIDs[[]byte]},
	{"Timestamps", "times", nil, match.Timestamps[[]byte]},
	{"Dates", "dates", nil, match.Dates[[]byte]},
	{"UnixTimestamps", "Unix times", nil, recentUnixTimestamps},
}

// plainNormalizers come after those for a body that is compared as it is. In another
// one, white space may hold the parts apart.
var plainNormalizers = []normalizer{
	{"CRLF", "line ends", nil, match.CRLF[[]byte]},
	{"WhiteSpace", "white space", nil, match.WhiteSpace[[]byte]},
}

var recentUnixTimestamp = regexp.MustCompile(`(^|[^\w.])1[4-9](?:\d{8}|\d{11}|\d{14}|\d{17})(?:\.\d+)?\b`)

// recentUnixTimestamps replaces less than match.UnixTimestamps does: the times of
// the years 2014 to 2033, so that no number of a telephone leads to that proposal.
func recentUnixTimestamps(body []byte) []byte {
	return recentUnixTimestamp.ReplaceAll(body, []byte("${1}0"))
}
