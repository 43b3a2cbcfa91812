// Package usage counts tokens by model and kind, and says what they cost by a table of
// the user's own.
package usage

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Kind is what services give a price of its own. Kinds do not overlap: a token counts
// as one of them.
type Kind int

const (
	Input       Kind = iota // what was asked, where no other kind says more
	CachedInput             // read from the cache of the service
	CacheWrite              // written to that cache
	AudioInput
	ImageInput
	Embedding // turned into a vector
	Output    // what was answered, where no other kind says more
	Reasoning // thought before the answer
	AudioOutput
	ImageOutput
	kinds
)

var names = [kinds]string{
	"input", "cached_input", "cache_write", "audio_input", "image_input", "embedding",
	"output", "reasoning", "audio_output", "image_output",
}

// String returns the name of a kind, as a table of prices has it.
func (k Kind) String() string { return names[k] }

// Tokens are numbers of tokens by kind. The zero value is none.
type Tokens [kinds]int64

// Total is the number of tokens of all kinds.
func (t Tokens) Total() (total int64) {
	for _, n := range t {
		total += n
	}
	return total
}

// Each calls visit for each kind of which there are tokens.
func (t Tokens) Each(visit func(Kind, int64)) {
	for kind, n := range t {
		if n != 0 {
			visit(Kind(kind), n)
		}
	}
}

// String lists the kinds, as in "14 input, 7 output".
func (t Tokens) String() string {
	var list []string
	t.Each(func(kind Kind, n int64) {
		list = append(list, fmt.Sprintf("%d %s", n, strings.ReplaceAll(kind.String(), "_", " ")))
	})
	return strings.Join(list, ", ")
}

// A Usage is what one answer says it used.
type Usage struct {
	Model  string // that answered, "" if nothing names it
	Tokens Tokens
	// IsMissing says that the answer should tell its tokens and does not.
	IsMissing bool
	// Flaws names what was not counted, as in `usage.prompt_tokens is "14", not a number
	// of tokens`. They quote the answer, and are to be redacted before people see them.
	Flaws []string
}

// Totals are tokens by model. Adding to Totals needs a map; reading does not.
type Totals map[string]Tokens

// Add adds the tokens of an answer, if it used any.
func (t Totals) Add(u Usage) {
	if u.Tokens == (Tokens{}) {
		return
	}
	sum := t[u.Model]
	for kind, n := range u.Tokens {
		sum[kind] += n
	}
	t[u.Model] = sum
}

// Models returns the names of the models, sorted.
func (t Totals) Models() []string { return slices.Sorted(maps.Keys(t)) }
