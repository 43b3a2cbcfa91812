package matching

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
)

// Options returns a loosening as calls of the options of package vcr, such as
// vcr.IgnoreBody("$.created").
func (l Loosening) Options() []string {
	var calls []string
	for _, n := range l.normalizers {
		calls = append(calls, "vcr."+n.option()+"(match."+n.name+")")
	}
	for _, l := range l.Rules.lists() {
		calls = append(calls, "vcr."+l.name+"("+l.items+")")
	}
	return calls
}

// Fields returns a loosening as fields of recorder.Config, such as
// IgnoreBody: []string{"$.created"}.
func (l Loosening) Fields() []string {
	lists := []list{
		{"NormalizeText", "func(string) string", l.functions("NormalizeText", "[string]")},
		{"NormalizeBody", "func([]byte) []byte", l.functions("NormalizeBody", "[[]byte]")},
	}
	var fields []string
	for _, l := range append(withItems(lists), l.Rules.lists()...) {
		fields = append(fields, l.name+": []"+l.kind+"{"+l.items+"}")
	}
	return fields
}

func (l Loosening) functions(option, instance string) string {
	of := slices.DeleteFunc(slices.Clone(l.normalizers), func(n normalizer) bool { return n.option() != option })
	return items(of, func(n normalizer) string { return "match." + n.name + instance })
}

func (n normalizer) option() string {
	if n.text != nil {
		return "NormalizeText"
	}
	return "NormalizeBody"
}

// A list is a rule in Go code.
type list struct{ name, kind, items string }

// lists returns the rules that are set, without functions and hosts.
func (r Rules) lists() []list {
	return withItems([]list{
		{"MatchOn", "match.Part", items(r.MatchOn, partCode)},
		{"IgnoreQuery", "string", items(r.IgnoreQuery, strconv.Quote)},
		{"IgnoreHeaders", "string", items(r.IgnoreHeaders, strconv.Quote)},
		{"IgnorePartHeaders", "string", items(r.IgnorePartHeaders, strconv.Quote)},
		{"IgnoreBody", "string", items(r.IgnoreBody, strconv.Quote)},
	})
}

func withItems(lists []list) []list {
	return slices.DeleteFunc(lists, func(l list) bool { return l.items == "" })
}

func items[T any](list []T, code func(T) string) string {
	codes := make([]string, len(list))
	for n, item := range list {
		codes[n] = code(item)
	}
	return strings.Join(codes, ", ")
}

// partCode returns the code of a part, such as match.Path.
func partCode(p match.Part) string {
	if names, ok := strings.CutPrefix(string(p), headerPrefix); ok {
		if names == "" {
			return "match.Header()"
		}
		return "match.Header(" + items(strings.Split(names, ","), strconv.Quote) + ")"
	}
	words := strings.Fields(string(p))
	for n, word := range words {
		words[n] = strings.ToUpper(word[:1]) + word[1:]
	}
	return "match." + strings.Join(words, "")
}
