package match

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

func (s *ruleSet) normalizedBody(body []byte) (normal []byte, err error) {
	if len(s.normalizeBody) == 0 {
		return body, nil
	}
	defer failed("NormalizeBody", &err)
	body = bytes.Clone(body) // it belongs to the tape, or to the request
	for _, normalize := range s.normalizeBody {
		body = normalize(body)
	}
	return body, nil
}

func (s *ruleSet) normalizedText(text string) (normal string, err error) {
	defer failed("NormalizeText", &err)
	for _, normalize := range s.normalizeText {
		text = normalize(text)
	}
	return text, nil
}

// failed makes an error of a panic in a user's function, a nil one included.
func failed(rule string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s: the function panicked: %v; mend it, or leave the rule out", rule, p)
	}
}

func (s *ruleSet) normalizedStrings(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case string:
		if !utf8.ValidString(v) {
			return v, nil // the bytes of a file
		}
		return s.normalizedText(v)
	case []any:
		for n := range v {
			if v[n], err = s.normalizedStrings(v[n]); err != nil {
				return v, err
			}
		}
	case map[string]any:
		for name := range v {
			if v[name], err = s.normalizedStrings(v[name]); err != nil {
				return v, err
			}
		}
	}
	return value, nil
}

// Text is what a normaliser takes and returns, so that each of the ready-made
// ones can be given to NormalizeText and to NormalizeBody.
type Text interface{ string | []byte }

// WhiteSpace makes every run of white space a single blank and removes it at
// both ends.
func WhiteSpace[T Text](text T) T { return T(strings.Join(strings.Fields(string(text)), " ")) }

// CRLF makes every CR LF a LF.
func CRLF[T Text](text T) T { return T(strings.ReplaceAll(string(text), "\r\n", "\n")) }

// UUIDs makes every UUID the one of zeros only.
func UUIDs[T Text](text T) T { return replaced(text, uuid, "00000000-0000-0000-0000-000000000000") }

// Timestamps makes every time in the form of RFC 3339, with seconds, that of the
// epoch. A blank may stand in the place of the T.
func Timestamps[T Text](text T) T { return replaced(text, timestamp, "1970-01-01T00:00:00Z") }

// UnixTimestamps makes every number 0 that counts seconds since the epoch, or
// milli-, micro- or nanoseconds, from 2001 to 2286: 10, 13, 16 or 19 digits, of
// which the first is not 0. In JSON most of these are numbers, which only
// NormalizeBody reaches.
func UnixTimestamps[T Text](text T) T { return replaced(text, unixTimestamp, "${1}0") }

// ToolCallIDs makes the ids of tool calls one for each form, as OpenAI (call_…),
// Anthropic (toolu_…), Bedrock (tooluse_…) and vLLM (chatcmpl-tool-…) draw them
// at random.
func ToolCallIDs[T Text](text T) T { return replaced(text, toolCallID, "${1}0") }

var (
	uuid          = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	timestamp     = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})`)
	unixTimestamp = regexp.MustCompile(`(^|[^\w.])[1-9](?:\d{9}|\d{12}|\d{15}|\d{18})(?:\.\d+)?\b`)
	toolCallID    = regexp.MustCompile(`\b(call_|toolu_|tooluse_|chatcmpl-tool-)[0-9A-Za-z_-]{8,}`)
)

func replaced[T Text](text T, pattern *regexp.Regexp, by string) T {
	return T(pattern.ReplaceAllString(string(text), by))
}
