package redaction

import (
	"bytes"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// saidNames are the fields that hold what a model or a person said: prompts, answers,
// and the arguments of tools. Names decide nothing below them, because code and models
// read these values: {"password":"mellon"} may be the argument of a door.
var saidNames = newNameSet(strings.Fields(`
	messages message content contents prompt prompts choices candidates delta
	arguments args tools input_schema inputschema structuredcontent
	tool_call tool_calls toolcall toolcalls function_call functioncall tool_use tooluse tool_input toolinput action_input actioninput
	tool_result tool_results toolresult toolresults tool_output tool_outputs tooloutput tooloutputs function_response functionresponse
`))

// saidByModels are such fields in the bodies of models only. Elsewhere, they hold
// anything: the properties of a resource, the items of a list.
var saidByModels = newNameSet(strings.Fields("input inputs items response output outputs text parameters properties parts documents queries"))

// modelNames are the fields at the top of a body that only models have. A model and one
// of besideModel are as good.
var (
	modelNames  = newNameSet(strings.Fields("choices candidates contents messages delta jsonrpc generationconfig system_instruction systeminstruction"))
	besideModel = newNameSet(strings.Fields("input prompt output response usage documents query texts tools max_tokens temperature instructions"))
)

// A container is an object or array around a place in JSON.
type container struct {
	said    bool
	verdict verdict // of its name or of that of one around it
	name    []byte  // that name
	isArray bool
	// Of an object {"name": …, "value": …}: the name, and where the value is if it came
	// first.
	pairName   []byte
	pairValue  []byte
	valueStart int
}

// fieldEdits returns the edits of the JSON in a text: of strings under secret names,
// and in objects and arrays under secret names. It reads any text that holds JSON, as
// [media.EachString] does.
func (w *walk) fieldEdits(text []byte, depth int) []media.Edit {
	const deepestContainer = 1000
	open := append(w.containers[:0], container{})
	defer func() { w.containers = open[:0] }()
	tooDeep := 0
	code := oauthCode{text: text}
	var isRead, isModels bool // whether the body is that of a model's API is only read if needed
	var edits []media.Edit
	enter := func(key []byte, isArray bool) {
		if len(open) == deepestContainer {
			tooDeep++
			return
		}
		around := &open[len(open)-1]
		inside := container{said: around.said, verdict: around.verdict, name: around.name, isArray: isArray}
		if key != nil && !inside.said {
			key = unquoted(key)
			switch {
			case saidNames.has(key):
				inside.said = true
			case saidByModels.has(key):
				if !isRead {
					isRead, isModels = true, isModelBody(text)
				}
				inside.said = isModels
			}
			if v := w.r.names.containerVerdict(inBody, key); v != kept {
				inside.verdict, inside.name = v, key
			} else if w.r.names.keeps(inBody, key) {
				inside.verdict = kept
			}
		}
		open = append(open, inside)
	}
	for at := 0; at < len(text); {
		switch text[at] {
		case '{':
			enter(nil, false)
		case '[':
			enter(nil, true)
		case '}', ']':
			if tooDeep > 0 {
				tooDeep--
			} else if len(open) > 1 {
				open = open[:len(open)-1]
			}
		case 0:
			open, tooDeep = open[:1], 0 // a frame of its own
		case '"':
			end, closed := stringEnd(text, at)
			if !closed {
				at = end
				continue
			}
			content := text[at+1 : end-1]
			next := skipSpace(text, end)
			if next < len(text) && text[next] == ':' {
				at = skipSpace(text, next+1)
				if at == len(text) {
					continue
				}
				switch text[at] {
				case '{':
					enter(content, false)
					at++
				case '[':
					enter(content, true)
					at++
				case '"':
					valueEnd, closed := stringEnd(text, at)
					if closed || valueEnd == len(text) {
						value := text[at+1 : valueEnd]
						if closed {
							value = value[:len(value)-1]
						}
						edits = w.appendField(edits, &open[len(open)-1], content, value, at+1, depth)
						if !open[len(open)-1].said && code.isNamed(content) {
							edits = append(edits, w.codeEdits(value, at+1)...)
						}
					}
					at = valueEnd
				}
				continue
			}
			if next < len(text) && strings.IndexByte(",]}", text[next]) < 0 && text[next] != 0 {
				at = end - 1 // it was the gap between two strings
				continue
			}
			edits = w.appendField(edits, &open[len(open)-1], nil, content, at+1, depth)
			at = end
			continue
		}
		at++
	}
	return sorted(edits)
}

// appendField adds the edits of a string. Key is nil in an array. Both are as written.
func (w *walk) appendField(edits []media.Edit, around *container, key, content []byte, start, depth int) []media.Edit {
	name, v := key, kept
	if !around.said && len(content) > 0 && !w.isKept(start) {
		name = unquoted(key)
		switch {
		case key == nil:
			name, v = around.name, around.verdict
			if !around.isArray {
				v = kept
			}
		default:
			v = w.r.names.verdict(inBody, name)
			if v == kept && around.verdict != kept && !w.r.names.keeps(inBody, name) {
				name, v = leafVerdict(around, name)
			}
			if v == kept {
				var replaced []media.Edit
				if replaced = w.pairEdits(around, name, content, start); replaced != nil {
					return append(edits, replaced...)
				}
			}
		}
	}
	if v != kept {
		if replaced := w.jsonStringEdits(string(name), content, v); replaced != nil {
			return append(edits, moved(replaced, start)...)
		}
	}
	if depth < deepest && hidesWritten(content) {
		w.scratch[depth] = media.Unquote(w.scratch[depth][:0], content)
		if decoded := w.textEdits(w.scratch[depth], depth+1, said); decoded != nil {
			return append(edits, moved(media.Requote(content, decoded), start)...)
		}
	}
	return edits
}

// codeEdits returns the edit of a code of OAuth.
func (w *walk) codeEdits(content []byte, start int) []media.Edit {
	if w.isKept(start) || w.r.names.keeps(inBody, []byte("code")) {
		return nil
	}
	return moved(w.jsonStringEdits("code", content, ifDrawn), start)
}

// An oauthCode tells whether a field named code is that of OAuth, by the other names in
// its text. The text is read once.
type oauthCode struct {
	text            []byte
	isRead, isOAuth bool
}

func (c *oauthCode) isNamed(name []byte) bool {
	if string(name) != "code" {
		return false
	}
	if !c.isRead {
		c.isRead, c.isOAuth = true, slices.ContainsFunc(besideCodeInJSON, func(other []byte) bool { return bytes.Contains(c.text, other) })
	}
	return c.isOAuth
}

var besideCodeInJSON = [][]byte{[]byte(`"grant_type"`), []byte(`"redirect_uri"`), []byte(`"client_id"`), []byte(`"code_verifier"`)}

// leafVerdict judges a string in an object that has a secret name.
func leafVerdict(around *container, name []byte) ([]byte, verdict) {
	words := wordsOf(string(name))
	if len(words) == 0 {
		return name, kept
	}
	switch last := words[len(words)-1]; {
	case len(words) == 1 && valueWords[last]:
		return around.name, around.verdict
	case aboutWords[last]:
		return name, kept
	}
	return around.name, ifDrawn
}

// pairEdits returns the edit of a value in a pair such as {"name":"DB_PASSWORD","value":"…"}.
func (w *walk) pairEdits(around *container, name, content []byte, start int) []media.Edit {
	switch {
	case bytes.EqualFold(name, []byte("name")), bytes.EqualFold(name, []byte("key")):
		around.pairName = content
	case bytes.EqualFold(name, []byte("value")):
		around.pairValue, around.valueStart = content, start
	default:
		return nil
	}
	if around.pairName == nil || around.pairValue == nil {
		return nil
	}
	pairName, value, at := around.pairName, around.pairValue, around.valueStart
	around.pairName, around.pairValue = nil, nil
	if v := w.r.names.verdict(inBody, pairName); v != kept && len(value) > 0 {
		return moved(w.jsonStringEdits(string(pairName), value, v), at)
	}
	return nil
}

// jsonStringEdits returns the edit that replaces the content of a string in JSON.
func (w *walk) jsonStringEdits(name string, content []byte, v verdict) []media.Edit {
	value := media.Unquote(nil, content)
	replacement, ok := w.replacementFor(inBody, name, value, v)
	if !ok {
		return nil
	}
	return media.Requote(content, []media.Edit{{End: len(value), Text: replacement, Note: w.note(name)}})
}

// isModelBody reports whether a body is that of a model's API, by the names at the top
// of its JSON, or of each JSON in a stream.
func isModelBody(text []byte) bool {
	depth := 0
	var hasModel, hasMore bool
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '[':
			depth++
		case '}', ']':
			depth = max(depth-1, 0)
		case '"':
			end, closed := stringEnd(text, at)
			if !closed {
				at = end
				continue
			}
			name := text[at+1 : end-1]
			at = end - 1
			if depth != 1 || len(name) > longestName {
				continue
			}
			if next := skipSpace(text, end); next == len(text) || text[next] != ':' {
				continue
			}
			switch {
			case modelNames.has(name):
				return true
			case bytes.EqualFold(name, []byte("model")):
				hasModel = true
			case besideModel.has(name):
				hasMore = true
			}
			if hasModel && hasMore {
				return true
			}
		}
	}
	return false
}

// looksLikeJSON reports whether a text is JSON, or a stream of it: server-sent events, or
// frames with their headers above.
func looksLikeJSON(text []byte) bool {
	text = trimStart(text)
	if len(text) == 0 {
		return false
	}
	switch text[0] {
	case '"':
		return true
	case '{':
		return startsJSONObject(text[1:])
	case '[':
		return startsJSONArray(text[1:])
	}
	for _, field := range [...]string{"data:", "event:", "id:", "retry:", ":"} {
		if bytes.HasPrefix(text, []byte(field)) {
			start := text[:min(len(text), 4096)]
			return bytes.Contains(start, []byte("data:")) || bytes.Contains(start, []byte("\n{"))
		}
	}
	return false
}

// startsJSONObject reports whether a text can follow the brace of an object. In Python and
// JavaScript, other quotes or none follow it, and in Ruby another sign than a colon.
func startsJSONObject(text []byte) bool {
	text = trimStart(text)
	if len(text) == 0 || text[0] != '"' {
		return len(text) == 0 || text[0] == '}'
	}
	end, closed := stringEnd(text, 0)
	next := skipSpace(text, end)
	return !closed || next == len(text) || text[next] == ':'
}

// startsJSONArray reports whether a text can follow the bracket of an array. A file of
// settings begins with a bracket too, as in [default].
func startsJSONArray(text []byte) bool {
	text = trimStart(text)
	if len(text) > 0 && text[0] == '{' {
		return startsJSONObject(text[1:])
	}
	if len(text) == 0 || strings.IndexByte("[\"]-", text[0]) >= 0 || isDigit(text[0]) {
		return true
	}
	for _, word := range [...]string{"true", "false", "null"} {
		rest, ok := bytes.CutPrefix(text, []byte(word))
		if rest = trimStart(rest); ok && (len(rest) == 0 || rest[0] == ',') {
			return true
		}
	}
	return false
}

// trimStart returns a text without white space and a byte order mark at its start.
func trimStart(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	return text[skipSpace(text, 0):]
}

// unquoted decodes a key of JSON.
func unquoted(key []byte) []byte {
	if bytes.IndexByte(key, '\\') >= 0 {
		return media.Unquote(nil, key)
	}
	return key
}

// stringEnd returns the index after the JSON string that opens at text[start]. A string
// without a closing quote ends with its line: closed is then false, and end is the index
// of the line break or the length of text.
func stringEnd(text []byte, start int) (end int, closed bool) {
	for at := start + 1; at < len(text); at++ {
		switch c := text[at]; {
		case c == '"':
			return at + 1, true
		case c == '\\':
			if at+1 < len(text) && (text[at+1] == '"' || text[at+1] == '\\') {
				at++
			}
		case c == '\n', c == '\r', c == 0:
			return at, false
		}
	}
	return len(text), false
}

// skipSpace returns where the next token starts. It also skips the field name at the
// start of a line of server-sent events.
func skipSpace(text []byte, start int) int {
	for start < len(text) {
		switch c := text[start]; {
		case c == ' ', c == '\t', c == '\n', c == '\r':
			start++
		case c == 'd' && start > 0 && (text[start-1] == '\n' || text[start-1] == '\r') && bytes.HasPrefix(text[start:], []byte("data:")):
			start += len("data:")
		default:
			return start
		}
	}
	return start
}
