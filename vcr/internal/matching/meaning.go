package matching

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// A class says what it would mean to ignore a difference. A higher one is stricter.
type class int

const (
	volatile class = iota // new in every run: nothing is lost
	plain                 // a setting: requests with another one match as well
	telling               // what is asked, or what: then any request would match
)

// classOf returns the class of a difference in a body that is JSON-RPC or not, and
// that has fields, as forms do, or not.
func classOf(d Difference, isRPC, hasFields bool) class {
	name := lastName(d.At)
	inBody := isPath(d.At)
	switch {
	case d.isAboutPlaceholder():
		return telling // to ignore it would hide why it differs
	case d.Part == partHeader && strings.HasPrefix(d.At, fileNames+" "):
		return volatile // the name of a file, whose content counts
	case d.Part == anyHeader, d.Part == partHeader, d.Part == match.Query && d.At != "":
	case !inBody:
		return telling
	}
	isField := hasFields && strings.Count(d.At, ".")+strings.Count(d.At, "[") == 1
	switch {
	case isRPC && (d.At == "$.id" || d.At == "$.method"):
		return telling
	case isVolatileName(name) && isScalar(d.Recorded) && isScalar(d.Request):
		return volatile
	case slices.Contains(tellingNames, flat(name)), strings.HasSuffix(flat(name), "version"), strings.HasSuffix(flat(name), "model"):
		return telling
	case isGenerated(d.Recorded) && isGenerated(d.Request):
		return volatile
	case inBody && (isField || isContent(d.Recorded) || isContent(d.Request)):
		return telling
	}
	return plain
}

var nameInPath = regexp.MustCompile(`\['((?:[^'\\]|\\.)*)'\]|\.([A-Za-z_][A-Za-z0-9_]*)`)

// lastName returns the name of the innermost member in a JSONPath, or the whole
// text if it is not a path.
func lastName(at string) string {
	if !isPath(at) {
		return at
	}
	names := nameInPath.FindAllStringSubmatch(at, -1)
	if len(names) == 0 {
		return ""
	}
	last := names[len(names)-1]
	return last[1] + last[2]
}

// flat returns a name in one spelling: requestid for X-Request-Id and request_id.
func flat(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}

// volatileNames are those of values that are new in every run, and volatileEnds
// what longer names of them end with.
var (
	volatileNames = strings.Fields("at ts time now created updated date datetime uuid guid ulid jti iat exp nbf session _")
	volatileEnds  = strings.Fields("timestamp nonce salt requestid traceid spanid correlationid sessionid messageid idempotencykey codeverifier codechallenge createdat updatedat expiresat startedat sentat")
)

func isVolatileName(name string) bool {
	flatName := flat(name)
	return slices.Contains(volatileNames, flatName) || name == "_" || strings.HasSuffix(name, "_at") ||
		slices.ContainsFunc(volatileEnds, func(end string) bool { return strings.HasSuffix(flatName, end) })
}

// tellingNames are those of values by which requests are told apart, and of what a
// person or a model said.
var tellingNames = strings.Fields("model method type role name action operation operationname kind object event command op " +
	"granttype scope function tool toolname toolchoice stream responseformat jsonrpc version " +
	"content text prompt input inputs query question message messages instructions system arguments parts documents contents q")

var (
	generatedText = regexp.MustCompile(`^(?:[a-z]+[_-])?[0-9A-Za-z]{16,}$`)
	uuidOrTime    = regexp.MustCompile(`^(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:19|20)\d\d-\d\d-\d\d(?:[T ][0-9:.]+(?:Z|[+-]\d\d:\d\d)?)?|1[4-9](?:\d{8}|\d{11}|\d{14}|\d{17})(?:\.\d+)?)$`)
)

// isGenerated reports whether a program made up a value: an id, a time or a token.
func isGenerated(value string) bool {
	text := strings.Trim(value, `"`)
	if uuidOrTime.MatchString(text) {
		return true
	}
	digits := 0
	for _, r := range text {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return digits >= 3 && generatedText.MatchString(text)
}

func isScalar(value string) bool {
	return !strings.HasPrefix(value, "{") && !strings.HasPrefix(value, "[")
}

// isContent reports whether a value may be what somebody said: a text of several
// words, or an object or array that may hold one. Differences are cut at "…".
func isContent(value string) bool { return !isScalar(value) || strings.ContainsAny(value, " …") }

// AsksForToken reports whether a request asks for a token that expires: it names a
// grant, as OAuth does, or posts to a path that ends in token or leads through oauth.
func AsksForToken(r cassette.Request) bool {
	body := r.Body.Bytes()
	if len(body) > mostOfGrant {
		return false
	}
	p := payload{part: match.Body, bytes: body}
	p.read(headerOf(r.Header, "Content-Type"), nil)
	if fields, ok := p.value.(map[string]any); ok && (fields["grant_type"] != nil || fields["grantType"] != nil) {
		return true
	}
	segments := strings.Split(strings.Trim(strings.ToLower(addressOf(r.URL).path), "/"), "/")
	last := segments[len(segments)-1]
	return last == "token" || last == "access_token" || r.Method == http.MethodPost && slices.ContainsFunc(segments, isOAuth)
}

const mostOfGrant = 64 << 10 // bytes of a body that is read

func isOAuth(segment string) bool { return strings.HasPrefix(segment, "oauth") }
