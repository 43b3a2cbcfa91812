package matching

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// mostAmended is how many bytes of recorded bodies are compared with one request.
const mostAmended = 32 << 20

// Amendable returns the index of the recording whose answer may be kept for a request that
// was edited: the nearest of those with the same method and path. It is -1 if that differs
// in more than a prompt, the tools or a schema, or if another one is equally near; why says
// which. placeOf names a recording by its index. The error is that of [Matcher.Key].
func (m *Matcher) Amendable(request cassette.Request, recordings []cassette.Request, placeOf func(index int) Place) (index int, why string, err error) {
	requested, err := m.of(request).view(request, mostExplained)
	if err != nil {
		return -1, "", err
	}
	var found []revision
	read := 0
	for n, recording := range recordings {
		if recording.Method != request.Method || addressOf(recording.URL).path != addressOf(request.URL).path {
			continue
		}
		if read += recording.Body.Len(); read > mostAmended {
			return -1, fmt.Sprintf("more than %d MiB of recordings of its path are left to compare", mostAmended>>20), nil
		}
		recorded, err := m.of(recording).view(recording, mostExplained)
		if err != nil {
			return -1, "", err
		}
		found = append(found, revisionOf(n, recorded, requested))
	}
	if len(found) == 0 {
		return -1, "no recording of its method and path is left", nil
	}
	nearest := slices.MinFunc(found, revision.compare)
	place := placeOf(nearest.index)
	for _, other := range found {
		if other.index != nearest.index && !nearest.isClearOf(other) {
			return -1, fmt.Sprintf("%s and %s are equally near", place, placeOf(other.index)), nil
		}
	}
	if first := nearest.beyond; first != nil {
		return -1, fmt.Sprintf("%s differs in more than a prompt, the tools or a schema: %s", place, strings.TrimSpace(string(first.Part)+" "+shortened(first.At))), nil
	}
	return nearest.index, "", nil
}

// A revision is what a request changes of a recording.
type revision struct {
	index        int
	said, beside edits       // in the conversation, and elsewhere
	beyond       *Difference // the first one that is no edit of a prompt, the tools or a schema
}

// Edits are replacements of values, with the number of bytes that each changes.
type edits map[edit]int

// An edit replaces one value by another.
type edit struct {
	spot
	recorded, request string
}

// A spot is where in a request.
type spot struct {
	part match.Part
	at   string
}

func revisionOf(index int, recorded, request view) revision {
	r := revision{index: index, said: edits{}, beside: edits{}}
	c := comparison{each: func(part match.Part, at, recorded, request string) {
		start := commonStart(recorded, request)
		same := start + commonEnd(recorded[start:], request[start:])
		into := r.beside
		if conversations[firstName(at)] {
			into = r.said
		}
		into[edit{spot{part, at}, recorded, request}] = max(1, max(len(recorded), len(request))-same)
	}}
	c.compare(recorded, request)
	if fixed := compareViews(recorded.fixed(), request.fixed(), 1); fixed.count > 0 {
		r.beyond = &fixed.differences[0]
	}
	return r
}

// firstName returns the name of the field of an object that a JSONPath leads into.
func firstName(at string) string {
	name, isPath := strings.CutPrefix(at, "$.")
	if end := strings.IndexAny(name, ".["); isPath && end >= 0 {
		name = name[:end]
	}
	return name
}

// compare puts the nearer of two first. What is said tells more than all else: tools are
// often the same in all requests.
func (r revision) compare(other revision) int {
	return cmp.Or(cmp.Compare(r.said.size(), other.said.size()), cmp.Compare(r.beside.size(), other.beside.size()))
}

// isClearOf reports whether the nearer of two is so beyond doubt, or both have the same
// request, so that the order of the tape decides.
func (r revision) isClearOf(other revision) bool {
	if len(r.said.without(other.said))+len(other.said.without(r.said)) > 0 {
		return r.said.areClearOf(other.said)
	}
	return r.beside.areClearOf(other.beside)
}

// areClearOf leaves out what is the same edit in both. Edits are clear of others if they
// change half as much, or if they change at no place more and leave one as it is.
func (e edits) areClearOf(others edits) bool {
	mine, its := e.without(others), others.without(e)
	if 2*mine.size() <= its.size() {
		return true
	}
	at, itsAt := mine.bySpot(), its.bySpot()
	for spot, size := range at {
		if size > itsAt[spot] {
			return false
		}
	}
	for spot := range itsAt {
		if at[spot] == 0 {
			return true
		}
	}
	return false
}

func (e edits) without(others edits) edits {
	left := edits{}
	for edit, size := range e {
		if others[edit] == 0 {
			left[edit] = size
		}
	}
	return left
}

func (e edits) size() (sum int) {
	for _, size := range e {
		sum += size
	}
	return sum
}

func (e edits) bySpot() map[spot]int {
	at := map[spot]int{}
	for edit, size := range e {
		at[edit.spot] += size
	}
	return at
}

// What may be edited of a body: the fields of vendors for the schema of an answer and for
// tools, also inside others, and those that hold a conversation.
var (
	editedFields = map[string]bool{
		"tools": true, "functions": true, "toolConfig": true, "tool_config": true,
		"response_format": true, "output_format": true, "schema": true,
	}
	editedInside = map[string][]string{
		"text": {"format"}, "output_config": {"format"},
		"generationConfig":  {"responseSchema", "responseJsonSchema"},
		"generation_config": {"response_schema", "response_json_schema"},
	}
	conversations = map[string]bool{
		"messages": true, "contents": true, "input": true, "prompt": true, "system": true, "instructions": true,
		"systemInstruction": true, "system_instruction": true, "message": true, "chat_history": true, "preamble": true, "inputText": true,
	}
	// In a conversation: what was said, and the arguments and results of tools.
	saidFields = map[string]bool{
		"content": true, "text": true, "parts": true, "thinking": true, "refusal": true, "arguments": true,
		"args": true, "input": true, "output": true, "response": true, "result": true, "role": true, "type": true, "cache_control": true,
	}
)

// fixed returns what must stay as it is in a request for its answer to be kept.
func (v view) fixed() view {
	bodies := slices.Clone(v.bodies)
	for n, body := range bodies {
		object, ok := body.value.(map[string]any)
		if !ok || body.fields != nil {
			continue
		}
		rest := map[string]any{}
		for name, value := range object {
			inner, isObject := value.(map[string]any)
			switch inside := editedInside[name]; {
			case editedFields[name], name == "format" && isObject: // a schema of Ollama
			case conversations[name]:
				if value = fixedIn(value); value != nil {
					rest[name] = value
				}
			case inside != nil && isObject:
				if inner = without(inner, inside); len(inner) > 0 {
					rest[name] = inner
				}
			default:
				rest[name] = value
			}
		}
		bodies[n].value = rest
	}
	return view{v.components, bodies}
}

func without(object map[string]any, names []string) map[string]any {
	rest := map[string]any{}
	for name, value := range object {
		if !slices.Contains(names, name) {
			rest[name] = value
		}
	}
	return rest
}

// fixedIn returns what must stay as it is in a conversation: all but what was said and in
// how many messages, such as images and the names of calls. Who spoke last stays too, since
// an answer to a question is none to the result of a tool. Of a list of texts, their number
// stays.
func fixedIn(conversation any) any {
	list, ok := conversation.([]any)
	if !ok {
		return fixedPart("", conversation)
	}
	var rest []any
	for _, message := range list {
		if part := fixedPart("", message); part != nil {
			rest = append(rest, part)
		}
	}
	texts := 0
	for _, message := range list {
		if _, isText := message.(string); isText {
			texts++
		}
	}
	if texts > 0 {
		rest = append(rest, map[string]any{"texts": json.Number(strconv.Itoa(texts))})
	}
	if len(list) > 0 {
		if last, ok := list[len(list)-1].(map[string]any); ok {
			rest = append(rest, map[string]any{"last": cmp.Or(textOf(last["role"]), textOf(last["type"]))})
		}
	}
	if rest == nil {
		return nil
	}
	return rest
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}

// fixedPart returns what must stay as it is in a value under a name; nil for nothing.
func fixedPart(name string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		if name == "args" || name == "input" || name == "output" || name == "response" || name == "result" || name == "cache_control" {
			return nil
		}
		rest := map[string]any{}
		for name, inner := range value {
			if part := fixedPart(name, inner); part != nil {
				rest[name] = part
			}
		}
		if len(rest) > 0 {
			return rest
		}
		return nil
	case []any:
		var rest []any
		for _, inner := range value {
			if part := fixedPart(name, inner); part != nil {
				rest = append(rest, part)
			}
		}
		if rest != nil {
			return rest
		}
		return nil
	}
	if name == "" || saidFields[name] {
		return nil
	}
	return value
}
