package main

import (
	"fmt"
	"strconv"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/chat"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
)

// tokens are those of models, by kind.
type tokens map[string]map[string]int64

// tokensOf returns the tokens that the answers on a tape tell, and what they tell that is
// not a number of tokens.
func tokensOf(c *cassette.Cassette) (tokens, []string) {
	totals := usage.Totals{}
	var flaws []string
	for _, i := range c.Interactions {
		used := chat.UsageOf(i)
		totals.Add(used)
		for _, flaw := range used.Flaws {
			flaws = append(flaws, fmt.Sprintf("%d: tokens that are not counted: %s", i.Line(), redaction.Text(flaw)))
		}
	}
	if len(totals) == 0 {
		return nil, flaws
	}
	t := tokens{}
	for model, used := range totals {
		t[model] = map[string]int64{}
		used.Each(func(kind usage.Kind, n int64) { t[model][kind.String()] = n })
	}
	return t, flaws
}

func (t tokens) total() (total int64) {
	for _, kinds := range t {
		for _, n := range kinds {
			total += n
		}
	}
	return total
}

// shortened is a number as a table has it: 950, 12K, 3.4M; "-" for none.
func shortened(n int64) string {
	switch {
	case n == 0:
		return "-"
	case n < 10_000:
		return strconv.FormatInt(n, 10)
	case n < 1_000_000:
		return strconv.FormatInt(n/1000, 10) + "K"
	default:
		return fmt.Sprintf("%.1fM", float64(n)/1e6)
	}
}
