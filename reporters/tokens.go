package reporters

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// Tokens are numbers of tokens by model and kind. A kind is a word such as input,
// cached_input or output. Adding to it makes the map.
type Tokens map[string]map[string]int64

func (t *Tokens) add(others Tokens) {
	if *t == nil && len(others) > 0 {
		*t = Tokens{}
	}
	for model, kinds := range others {
		if (*t)[model] == nil {
			(*t)[model] = map[string]int64{}
		}
		for kind, n := range kinds {
			(*t)[model][kind] += n
		}
	}
}

func (t Tokens) clone() Tokens {
	var copied Tokens
	copied.add(t)
	return copied
}

// Total is the number of all tokens.
func (t Tokens) Total() (total int64) {
	for _, kinds := range t {
		for _, n := range kinds {
			total += n
		}
	}
	return total
}

// A tokenCount adds up what the answers of a session say they used.
type tokenCount struct {
	did    recorder.Snapshot
	totals usage.Totals
	flaws  []string
}

func (c *tokenCount) add(i *cassette.Interaction) {
	used := c.did.Usage(i)
	for _, flaw := range used.Flaws {
		c.flaws = append(c.flaws, c.did.Title(i)+": "+c.did.Shown(flaw))
	}
	if used.Tokens == (usage.Tokens{}) {
		return
	}
	if c.totals == nil {
		c.totals = usage.Totals{}
	}
	c.totals.Add(used)
}

func (c *tokenCount) tokens() Tokens {
	var tokens Tokens
	for model, counted := range c.totals {
		if tokens == nil {
			tokens = Tokens{}
		}
		byKind := map[string]int64{}
		counted.Each(func(kind usage.Kind, n int64) { byKind[kind.String()] = n })
		tokens[shownModel(c.did, model)] = byKind
	}
	return tokens
}

// shownModel returns the name of a model without secrets. A suite asks a few models, each
// very often, and the names are on tapes, whose secrets were redacted before.
func shownModel(did recorder.Snapshot, model string) string {
	if shown, known := shownModels.Load(model); known {
		return shown.(string)
	}
	shown := did.Shown(model)
	if modelsShown.Add(1) <= mostModels {
		shownModels.Store(model, shown)
	}
	return shown
}

var (
	shownModels sync.Map
	modelsShown atomic.Int64
)

const mostModels = 1000

// Price sets what the tokens of a summary cost. Models without a price become findings of
// the kind unpriced. It is not safe for concurrent use.
func (s *Summary) Price(table usage.Prices) {
	if table.IsZero() {
		return
	}
	all := s.Totals.Saved.clone()
	all.add(s.Totals.Spent)
	s.Prices = map[string]map[string]float64{}
	totals := usage.Totals{}
	for model, kinds := range all {
		s.Prices[model] = map[string]float64{}
		var counted usage.Tokens
		for kind := usage.Input; int(kind) < len(counted); kind++ {
			if counted[kind] = kinds[kind.String()]; counted[kind] == 0 {
				continue
			}
			var million usage.Tokens
			million[kind] = 1e6
			if cost := table.Cost(usage.Totals{model: million}); len(cost.Unpriced) == 0 {
				s.Prices[model][kind.String()] = cost.Amount
			}
		}
		totals[model] = counted
	}
	for _, model := range table.Cost(totals).Unpriced {
		f := Finding{Kind: "unpriced", Text: model}
		if len(s.Suites) == 1 {
			f.Suite = s.Suites[0].Package
		}
		if !slices.Contains(s.Findings, f) {
			s.Findings = append(s.Findings, f)
		}
	}
	s.complete()
}
