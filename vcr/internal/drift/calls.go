package drift

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// maxArguments is how many bytes of the arguments of a call are read.
const maxArguments = 256 << 10

// A call is a model's call of a tool. Its name and the names of its arguments are shape.
type call struct {
	holder    *shape // of the object with its name
	name      string
	index     string
	arguments strings.Builder
	names     []string
	isWhole   bool // the arguments came at once
}

var toolName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./:-]*$`)

// enterIndex remembers which of several calls an object of a stream belongs to.
func (w *walker) enterIndex(object map[string]any) {
	for _, name := range []string{"index", "output_index", "contentBlockIndex"} {
		if n, ok := object[name].(json.Number); ok {
			w.index = n.String()
		}
	}
}

// findCall finds a call, or a part of the arguments of one that has begun.
func (w *walker) findCall(s *shape, object map[string]any) {
	name, _ := object["name"].(string)
	arguments, field := argumentsOf(object)
	if field != "" && len(name) <= maxWord && toolName.MatchString(name) {
		c := &call{holder: s, name: name, index: w.index}
		w.calls = append(w.calls, c)
		c.read(arguments)
		return
	}
	if part, ok := partOf(object, name); ok {
		for n := len(w.calls) - 1; n >= 0; n-- {
			if c := w.calls[n]; c.index == w.index && !c.isWhole {
				if c.arguments.Len()+len(part) <= maxArguments {
					c.arguments.WriteString(part)
				}
				return
			}
		}
	}
}

// argumentsOf returns the arguments of an object that may be a call, and in which field
// they are.
func argumentsOf(object map[string]any) (arguments any, field string) {
	for _, field := range []string{"arguments", "args"} {
		if arguments, ok := object[field]; ok {
			return arguments, field
		}
	}
	_, isConverse := object["toolUseId"]
	if kind, _ := object["type"].(string); isConverse || strings.HasSuffix(kind, "tool_use") {
		return object["input"], "input"
	}
	return nil, ""
}

// partOf returns a part of the arguments of a call in a stream.
func partOf(object map[string]any, name string) (part string, ok bool) {
	if part, ok = object["partial_json"].(string); ok { // Anthropic
		return part, true
	}
	if name != "" {
		return "", false
	}
	if part, ok = object["arguments"].(string); ok && len(object) == 1 { // OpenAI
		return part, true
	}
	part, ok = object["input"].(string) // Converse
	return part, ok && len(object) == 1
}

// read reads arguments that are an object, or its text, or the start of that.
func (c *call) read(arguments any) {
	switch v := arguments.(type) {
	case string:
		if len(v) <= maxArguments {
			c.arguments.WriteString(v)
		}
	case map[string]any:
		if len(v) > 0 {
			c.isWhole, c.names = true, keysOf(v)
		}
	}
}

func keysOf(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		if !isID(key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// finishCalls adds the calls to the shape, when all their parts are there.
func (w *walker) finishCalls() {
	for _, c := range w.calls {
		if !c.isWhole {
			if value, err := media.ParseJSON([]byte(c.arguments.String())); err == nil {
				object, ok := value.(map[string]any)
				c.isWhole, c.names = ok, keysOf(object)
			}
		}
		w.addVariant(c.holder, "name="+c.name, nil)
		if v := c.holder.variants["name="+c.name]; v != nil && c.isWhole {
			v.addNames(c.names)
		}
	}
}

// addNames adds the names of a call's arguments as members of what has no values.
func (s *shape) addNames(names []string) {
	s.objects++
	if s.members == nil {
		s.members = map[string]*shape{"arguments": {}}
	}
	arguments := s.members["arguments"]
	arguments.seen++
	arguments.objects++
	arguments.types |= objectType
	if arguments.members == nil {
		arguments.members = map[string]*shape{}
	}
	for _, name := range names {
		m := arguments.members[name]
		if m == nil {
			if len(arguments.members) >= maxMembers {
				arguments.isOver = true
				continue
			}
			m = &shape{}
			arguments.members[name] = m
		}
		m.seen++
		m.types |= textType
	}
}
