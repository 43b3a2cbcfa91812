package usage_test

import (
	"math"
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

const table = `# US dollars for a million tokens
gpt-5.4-mini*: {input: 0.25, cached_input: 0.025, output: 2}
gpt-5*:
  input: 1.25
  output: 10
"*claude*haiku*": {input: 1, cache_write: 1.25, cached_input: 0.1, output: 5}
text-embedding-3-small: {embedding: 0.02}
llama3.2: {input: 0, output: 0}
`

func TestCost(t *testing.T) {
	prices, err := usage.ParsePrices("prices.yaml", []byte(table))
	if err != nil {
		t.Fatal(err)
	}
	const m = 1_000_000
	for name, c := range map[string]struct {
		totals   usage.Totals
		amount   float64
		unpriced []string
	}{
		"nothing":               {nil, 0, nil},
		"each kind":             {usage.Totals{"gpt-5.4-mini-2026-03-17": {usage.Input: m, usage.CachedInput: m, usage.Output: m}}, 2.275, nil},
		"the first line counts": {usage.Totals{"gpt-5.4": {usage.Input: m}}, 1.25, nil},
		"as plain input":        {usage.Totals{"gpt-5.4": {usage.CachedInput: m, usage.AudioInput: m, usage.CacheWrite: m, usage.Embedding: m}}, 5, nil},
		"as plain output":       {usage.Totals{"gpt-5.4": {usage.Reasoning: m, usage.ImageOutput: m}}, 20, nil},
		"stars":                 {usage.Totals{"us.anthropic.claude-3-haiku-20240307-v1:0": {usage.CacheWrite: 2 * m}}, 2.5, nil},
		"no star":               {usage.Totals{"text-embedding-3-small": {usage.Embedding: m}, "text-embedding-3-small-2": {usage.Embedding: m}}, 0.02, []string{"text-embedding-3-small-2"}},
		"for nothing":           {usage.Totals{"llama3.2": {usage.Input: m}}, 0, nil},
		"unknown models":        {usage.Totals{"zeta": {usage.Input: m}, "": {usage.Input: 1}, "alpha": {usage.Input: m}, "gpt-5": {usage.Input: m}}, 1.25, []string{"an answer that names no model", "alpha", "zeta"}},
		"a kind without one":    {usage.Totals{"text-embedding-3-small": {usage.Input: m, usage.Output: m, usage.Embedding: m}}, 0.02, []string{"text-embedding-3-small (input)", "text-embedding-3-small (output)"}},
	} {
		got := prices.Cost(c.totals)
		if math.Abs(got.Amount-c.amount) > 1e-9 || !slices.Equal(got.Unpriced, c.unpriced) {
			t.Errorf("%s: got %v %q", name, got.Amount, got.Unpriced)
		}
	}
	if got := (usage.Prices{}).Cost(usage.Totals{"m": {usage.Input: 1}}); !slices.Equal(got.Unpriced, []string{"m"}) {
		t.Errorf("no table: got %v", got)
	}
}

func TestParsePricesFails(t *testing.T) {
	const kinds = "input, cached_input, cache_write, audio_input, image_input, embedding, output, reasoning, audio_output, image_output"
	for text, want := range map[string]string{
		"":                                   "prices.yaml:1: has no prices; write a line such as gpt-5.4-mini*: {input: 0.25, output: 2}",
		"# nothing yet\n":                    "prices.yaml:1: has no prices; write a line such as gpt-5.4-mini*: {input: 0.25, output: 2}",
		"- gpt-5\n":                          "prices.yaml:1: is not a list of models; write a line such as gpt-5.4-mini*: {input: 0.25, output: 2}",
		"gpt-5: {input: 1}\n\tb: 1\n":        "prices.yaml:2: is not YAML: found character that cannot start any token",
		"a: {input: 1}\n*mini: {input: 1}\n": "prices.yaml:2: is not YAML: write *mini in quotes",
		"gpt-5: 3\n":                         "prices.yaml:1: gpt-5 has no prices; write them as in {input: 0.25, output: 2}",
		"a: {input: 1}\ngpt-5: {}\n":         "prices.yaml:2: gpt-5 has no prices; write them as in {input: 0.25, output: 2}",
		"? [a]\n: {input: 1}\n":              "prices.yaml:1: is not the name of a model; in quotes it may begin with a star",
		"a: {input: 1}\na: {input: 2}":       "prices.yaml:2: a stands here for the second time; keep one of its lines",
		"a:\n  input: 1\n  input: 2\n":       "prices.yaml:3: a.input stands here for the second time; keep one price",
		"a:\n  inputs: 1\n":                  "prices.yaml:2: a.inputs: no such kind of token; there are " + kinds,
		"a:\n  input: cheap\n":               `prices.yaml:2: a.input is "cheap", not a price for a million tokens; write one such as 0.25`,
		"a:\n  input: '1'\n":                 `prices.yaml:2: a.input is "1", not a price for a million tokens; write one such as 0.25`,
		"a:\n  input: -1\n":                  `prices.yaml:2: a.input is "-1", not a price for a million tokens; write one such as 0.25`,
		"a:\n  input: .inf\n":                `prices.yaml:2: a.input is ".inf", not a price for a million tokens; write one such as 0.25`,
		"a:\n  input: .nan\n":                `prices.yaml:2: a.input is ".nan", not a price for a million tokens; write one such as 0.25`,
		"a:\n  input: 1e9\n":                 `prices.yaml:2: a.input is "1e9", not a price for a million tokens; write one such as 0.25`,
		"a:\n  input:\n":                     `prices.yaml:2: a.input is "", not a price for a million tokens; write one such as 0.25`,
		"a: &x {input: 1}\nb: *x\n":          "prices.yaml:2: b has no prices; write them as in {input: 0.25, output: 2}",
	} {
		if _, err := usage.ParsePrices("prices.yaml", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v\nwant %s", text, err, want)
		}
	}
}

func FuzzParsePrices(f *testing.F) {
	f.Add([]byte(table))
	f.Add([]byte("a: &x {input: 1}\nb: *x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		prices, err := usage.ParsePrices("prices.yaml", text)
		if err != nil {
			return
		}
		if cost := prices.Cost(usage.Totals{"m": {usage.Input: 1 << 40}}); !(cost.Amount >= 0) {
			t.Errorf("got %v", cost.Amount)
		}
	})
}
