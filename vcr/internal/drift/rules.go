package drift

import (
	"fmt"
	"slices"
	"strings"
)

// Rules are what a user says of single values. The zero value has none. Each path is a
// JSONPath of names, [*], ..name and filters such as [?@.type=='text']; in a stream it
// starts in the data of an event.
type Rules struct {
	Ignore   []string // values that are not compared, with all that they hold
	Exact    []string // values that must be equal: another one is breaking
	Enums    []string // strings of which a new one is a notice
	Variants []string // members by which the objects that hold them are told apart
}

// A ruleSet is Rules that were read.
type ruleSet struct{ ignore, exact, enums, variants []path }

// Check returns an error if one of the paths is not a path, with the remedy.
func (r Rules) Check() error {
	_, err := r.parse()
	return err
}

func (r Rules) parse() (ruleSet, error) {
	var set ruleSet
	for _, list := range []struct {
		name  string
		texts []string
		paths *[]path
	}{
		{"Ignore", r.Ignore, &set.ignore}, {"Exact", r.Exact, &set.exact},
		{"Enums", r.Enums, &set.enums}, {"Variants", r.Variants, &set.variants},
	} {
		for _, text := range list.texts {
			p, err := parsePath(text)
			if err != nil {
				return ruleSet{}, fmt.Errorf("drift: %s: %w", list.name, err)
			}
			*list.paths = append(*list.paths, p)
		}
	}
	return set, nil
}

func names(rules []path, at path) bool {
	return slices.ContainsFunc(rules, func(rule path) bool { return rule.matches(at) })
}

func (r *ruleSet) ignores(at path) bool {
	return slices.ContainsFunc(r.ignore, func(rule path) bool { return rule.covers(at) })
}

// discriminator returns the member by which an object of an array or stream is told from
// others, as "type=text", or "" if there is none. A value with digits is an id or a count.
func (r *ruleSet) discriminator(at path, object map[string]any) string {
	for _, rule := range r.variants {
		if len(rule) == 0 {
			continue
		}
		if last := rule[len(rule)-1]; last.kind == member || last.kind == anywhere {
			if value, ok := object[last.name].(string); ok && rule.matches(append(slices.Clone(at), step{member, last.name})) && len(value) <= maxWord {
				return last.name + "=" + value
			}
		}
	}
	for _, name := range []string{"type", "object", "kind"} {
		if value, ok := object[name].(string); ok && isWord(value) && !strings.ContainsAny(value, "0123456789") {
			return name + "=" + value
		}
	}
	return ""
}

// maxWord is the length of the longest value that is kept, in bytes.
const maxWord = 64

// isWord reports whether a value may be one of an enum, and not a text or an id.
func isWord(value string) bool {
	return value != "" && len(value) <= maxWord && !strings.ContainsAny(value, " \t\r\n") && !isID(value)
}

// isEnum reports whether a field has a fixed set of values by its name. That its values
// are few says nothing: the name of a model has few, and is no enum.
func isEnum(name string) bool {
	switch name {
	case "type", "object", "role", "status", "kind", "code", "phase", "service_tier",
		"finishReason", "stop_reason", "stopReason", "done_reason":
		return true
	}
	return strings.HasSuffix(name, "finish_reason")
}

// isOpaque reports whether a field holds what the user or the model made up.
func isOpaque(name string) bool {
	switch name {
	case "args", "arguments", "input", "parameters", "properties", "schema", "metadata", "labels":
		return true
	}
	return false
}

// isCounter reports whether a field counts or measures: such fields come and go.
func isCounter(name string) bool {
	switch name {
	case "usage", "usageMetadata", "usage_metadata", "timings", "metrics":
		return true
	}
	for _, end := range []string{"_usage", "Usage", "_tokens", "Tokens", "TokenCount", "_token_count", "_ms", "_duration", "_per_second", "_count"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// isID reports whether a key or a segment of a path names a single thing: it has many
// digits, is a hash, or is too long for a name.
func isID(text string) bool {
	if len(text) > 2*maxWord {
		return true
	}
	digits, hex := 0, 0
	for n := range len(text) {
		switch c := text[n]; {
		case c >= '0' && c <= '9':
			digits, hex = digits+1, hex+1
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == '-':
			hex++
		}
	}
	return digits >= 5 || digits > 0 && digits == len(text) || len(text) >= 16 && hex == len(text)
}
