// Package match holds what rules of matching name: the parts of a request, and
// normalisers for values that change with every run.
//
//	vcr.Recorded(
//		vcr.MatchOn(match.Method, match.Path, match.JSONBody),
//		vcr.NormalizeText(match.UUIDs),
//	)
//
// In a plain go test, the fields of recorder.Config take the same values; there a
// normaliser is match.UUIDs[string].
//
// By default the method, the URL and the body count: the query by its parameters,
// in any order, and the body by its Content-Type. Headers do not count.
//
// Every normaliser takes and returns a string or a []byte, so it works with both
// NormalizeText and NormalizeBody. It does not change its argument, and is safe
// for concurrent use.
package match

import (
	"regexp"
	"strings"
)

// A Part is a part of a request that can count: one of the constants below, or
// what [Header] returns. Rules with any other word are an error.
type Part string

// The parts of a request. The default is [Method], [URL] and [Body].
const (
	Method Part = "method" // as it is written
	Scheme Part = "scheme" // http or https
	Host   Part = "host"   // the name or address, in lower case, without the port
	Port   Part = "port"   // the port, or the default port of the scheme
	Path   Part = "path"   // with its escapes; an empty path is /
	Query  Part = "query"  // the parameters by name, in any order; the values of one name in order
	URL    Part = "URL"    // scheme, host, port, path and query

	// Body is the body by its Content-Type: JSON by value, forms by field,
	// multipart by part, anything else by its bytes. The Content-Encoding is
	// removed first.
	Body Part = "body"
	// RawBody is the body as it was sent, to the byte. No rule about bodies
	// changes it.
	RawBody Part = "raw body"
	// JSONBody, FormBody and MultipartBody read the body as that type, whatever
	// its Content-Type says. A body that does not parse is compared by its bytes.
	JSONBody      Part = "JSON body"
	FormBody      Part = "form body"
	MultipartBody Part = "multipart body"
)

// Header is the values of the named headers, in order. Letter case of the names
// does not matter. Without names it is all headers but those that change by
// themselves: credentials, tracing, the version of the client and the like.
func Header(names ...string) Part { return Part("header " + strings.Join(names, ",")) }

// WhiteSpace replaces every run of white space by one space, and trims both ends.
func WhiteSpace[T string | []byte](text T) T {
	return T(strings.Join(strings.Fields(string(text)), " "))
}

// CRLF replaces every CR LF by LF.
func CRLF[T string | []byte](text T) T { return T(strings.ReplaceAll(string(text), "\r\n", "\n")) }

// UUIDs replaces every UUID by the nil UUID, which is all zeros.
func UUIDs[T string | []byte](text T) T {
	return replaceAll(text, uuid, "00000000-0000-0000-0000-000000000000")
}

// Timestamps replaces every RFC 3339 time by 1970-01-01T00:00:00Z. It also accepts
// a space for the T.
func Timestamps[T string | []byte](text T) T {
	return replaceAll(text, timestamp, "1970-01-01T00:00:00Z")
}

// Dates replaces every date by 1970-01-01: in digits, as in 2026-11-28 and
// 2026/11/28, and with the English name of its month, as in November 28, 2026 and
// Sat, 28 Nov 2026, where the day of the week goes as well. It leaves alone a date
// that a point, a hyphen or a letter leads up to, as in the name of a model.
func Dates[T string | []byte](text T) T {
	return replaceAll(replaceAll(text, dateInDigits, "${1}1970-01-01"), dateInWords, "1970-01-01")
}

// UnixTimestamps replaces every Unix time between 2001 and 2286 by 0, in seconds,
// milli-, micro- or nanoseconds: a number of 10, 13, 16 or 19 digits. In JSON most
// of them are numbers, which only NormalizeBody reaches.
func UnixTimestamps[T string | []byte](text T) T { return replaceAll(text, unixTimestamp, "${1}0") }

// ToolCallIDs replaces the random part in the ids of tool calls by 0: call_… of
// OpenAI, toolu_… of Anthropic, tooluse_… of Bedrock and chatcmpl-tool-… of vLLM.
func ToolCallIDs[T string | []byte](text T) T { return replaceAll(text, toolCallID, "${1}0") }

var (
	uuid          = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	timestamp     = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})`)
	dateInDigits  = regexp.MustCompile(`(^|[^\w.-])(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])-|/(?:0[1-9]|1[0-2])/)(?:0[1-9]|[12]\d|3[01])\b`)
	dateInWords   = regexp.MustCompile(`\b(?:(?:` + days + `),? )?(?:(?:` + months + `) \d{1,2}(?:st|nd|rd|th)?,? |\d{1,2}(?:st|nd|rd|th)? (?:` + months + `),? )(?:19|20)\d\d\b`)
	unixTimestamp = regexp.MustCompile(`(^|[^\w.])[1-9](?:\d{9}|\d{12}|\d{15}|\d{18})(?:\.\d+)?\b`)
	toolCallID    = regexp.MustCompile(`\b(call_|toolu_|tooluse_|chatcmpl-tool-)[0-9A-Za-z_-]{8,}`)
)

const (
	days   = `Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?`
	months = `Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?`
)

func replaceAll[T string | []byte](text T, pattern *regexp.Regexp, by string) T {
	return T(pattern.ReplaceAllString(string(text), by))
}
