package usage_test

import (
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
)

func TestTotals(t *testing.T) {
	totals := usage.Totals{}
	for _, u := range []usage.Usage{
		{Model: "b", Tokens: usage.Tokens{usage.Input: 3, usage.Output: 2}},
		{Model: "a", Tokens: usage.Tokens{usage.Embedding: 4}},
		{Model: "b", Tokens: usage.Tokens{usage.Input: 1, usage.CachedInput: 5}},
		{Model: "c"},
	} {
		totals.Add(u)
	}
	if got := totals.Models(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got the models %q", got)
	}
	if got, want := totals["b"].String(), "4 input, 5 cached input, 2 output"; got != want || totals["b"].Total() != 11 {
		t.Errorf("got %q, %d", got, totals["b"].Total())
	}
	if got := totals["none"].String(); got != "" {
		t.Errorf("got %q", got)
	}
}
