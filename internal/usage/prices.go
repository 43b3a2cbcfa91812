package usage

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Prices are what a user's table says that tokens cost. The zero value has no prices.
type Prices struct{ models []prices }

// IsZero reports whether p has no prices.
func (p Prices) IsZero() bool { return len(p.models) == 0 }

// prices are those of the models that a pattern names.
type prices struct {
	pattern string
	known   [kinds]bool
	amount  [kinds]float64 // for a million tokens
}

// per is the number of tokens that a price is for.
const per = 1e6

// ParsePrices reads a table of prices, in any currency, for a million tokens of a kind:
//
//	# US dollars for a million tokens
//	gpt-5.4-mini*: {input: 0.25, cached_input: 0.025, output: 2}
//	text-embedding-3-small: {embedding: 0.02}
//	"*claude-haiku*": {input: 1, cache_write: 1.25, cached_input: 0.1, output: 5}
//
// A star in the name of a model stands for any text. The first line that names a model
// counts. The error names the file and the line.
func ParsePrices(path string, text []byte) (Prices, error) {
	fail := func(line int, format string, args ...any) (Prices, error) {
		return Prices{}, fmt.Errorf("%s:%d: %s", path, line, fmt.Sprintf(format, args...))
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		line, reason := syntaxOf(err, text)
		return fail(line, "is not YAML: %s", reason)
	}
	if len(document.Content) == 0 {
		return fail(1, "has no prices; write a line such as gpt-5.4-mini*: {input: 0.25, output: 2}")
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return fail(root.Line, "is not a list of models; write a line such as gpt-5.4-mini*: {input: 0.25, output: 2}")
	}
	var table Prices
	for n := 0; n+1 < len(root.Content); n += 2 {
		model, list := root.Content[n], root.Content[n+1]
		p := prices{pattern: model.Value}
		switch {
		case model.Kind != yaml.ScalarNode || model.Value == "":
			return fail(model.Line, "is not the name of a model; in quotes it may begin with a star")
		case slices.ContainsFunc(table.models, func(other prices) bool { return other.pattern == p.pattern }):
			return fail(model.Line, "%.80s stands here for the second time; keep one of its lines", p.pattern)
		case list.Kind != yaml.MappingNode || len(list.Content) == 0:
			return fail(list.Line, "%.80s has no prices; write them as in {input: 0.25, output: 2}", p.pattern)
		}
		for n := 0; n+1 < len(list.Content); n += 2 {
			name, price := list.Content[n], list.Content[n+1]
			kind := slices.Index(names[:], name.Value)
			amount, ok := amountOf(price)
			switch {
			case kind < 0:
				return fail(name.Line, "%.80s.%.80s: no such kind of token; there are %s", p.pattern, name.Value, strings.Join(names[:], ", "))
			case !ok:
				return fail(price.Line, "%.80s.%s is %.80q, not a price for a million tokens; write one such as 0.25", p.pattern, name.Value, price.Value)
			case p.known[kind]:
				return fail(name.Line, "%.80s.%s stands here for the second time; keep one price", p.pattern, name.Value)
			}
			p.known[kind], p.amount[kind] = true, amount
		}
		table.models = append(table.models, p)
	}
	return table, nil
}

// amountOf reads a price. No service asks for a million for it.
func amountOf(price *yaml.Node) (amount float64, ok bool) {
	if tag := price.ShortTag(); price.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" {
		return 0, false
	}
	amount, err := strconv.ParseFloat(price.Value, 64)
	return amount, err == nil && amount >= 0 && amount < 1e6
}

// syntaxOf takes the line out of an error of the YAML package, which tells none for a
// name with a star.
func syntaxOf(err error, text []byte) (line int, reason string) {
	reason = strings.TrimPrefix(err.Error(), "yaml: ")
	if name, ok := strings.CutPrefix(reason, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		before, _, _ := bytes.Cut(text, []byte("*"+name))
		return bytes.Count(before, []byte{'\n'}) + 1, "write *" + name + " in quotes"
	}
	if rest, ok := strings.CutPrefix(reason, "line "); ok {
		number, what, _ := strings.Cut(rest, ": ")
		if line, err := strconv.Atoi(number); err == nil {
			return line, what
		}
	}
	return 1, reason
}

// A Cost is what tokens cost, as far as their prices are known.
type Cost struct {
	Amount float64 // in the currency of the table
	// Unpriced names the models without a price, sorted, as in "gpt-5.4-mini", and those
	// that lack one of a kind, as in "gpt-5.4-mini (embedding)". Amount leaves out their
	// tokens.
	Unpriced []string
}

// Cost returns what tokens cost. A kind without a price has that of plain input or
// output.
func (p Prices) Cost(totals Totals) Cost {
	var cost Cost
	for _, model := range totals.Models() {
		prices, ok := p.of(model)
		if !ok {
			cost.Unpriced = append(cost.Unpriced, nameOf(model))
			continue
		}
		totals[model].Each(func(kind Kind, n int64) {
			amount, ok := prices.price(kind)
			if !ok {
				cost.Unpriced = append(cost.Unpriced, fmt.Sprintf("%s (%s)", nameOf(model), kind))
			}
			cost.Amount += float64(n) * amount / per
		})
	}
	return cost
}

func nameOf(model string) string {
	if model == "" {
		return "an answer that names no model"
	}
	return model
}

func (p Prices) of(model string) (prices, bool) {
	n := slices.IndexFunc(p.models, func(of prices) bool { return matches(of.pattern, model) })
	if n < 0 {
		return prices{}, false
	}
	return p.models[n], true
}

func (p prices) price(kind Kind) (amount float64, ok bool) {
	plain := Input
	if kind >= Output {
		plain = Output
	}
	if !p.known[kind] {
		kind = plain
	}
	return p.amount[kind], p.known[kind]
}

// matches reports whether a name is as a pattern says, in which a star stands for any
// text.
func matches(pattern, name string) bool {
	texts := strings.Split(pattern, "*")
	last := len(texts) - 1
	if last == 0 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, texts[0])
	for _, text := range texts[1:last] {
		_, after, found := strings.Cut(rest, text)
		rest, ok = after, ok && found
	}
	return ok && strings.HasSuffix(rest, texts[last])
}
