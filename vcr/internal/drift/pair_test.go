package drift_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

func asked(method, url, body string) *cassette.Interaction {
	return &cassette.Interaction{
		Request:  cassette.Request{Method: method, URL: url, Body: cassette.NewBody([]byte(body))},
		Response: cassette.Response{Status: 200},
	}
}

// tapesToPair returns made-up tapes: conversations that grow, loops that poll, calls of
// REST, and single questions with some asked twice.
func tapesToPair(rng *rand.Rand) [][]*cassette.Interaction {
	say := func() string {
		text := ""
		for range 6 + rng.IntN(10) {
			text += " " + pick(rng, nouns)
		}
		return text
	}
	var tapes [][]*cassette.Interaction
	for n := range 200 {
		var tape []*cassette.Interaction
		add := func(method, path, body string) {
			tape = append(tape, asked(method, "https://api.example.com"+path, body))
		}
		length := 3 + rng.IntN(8)
		switch n % 16 {
		default:
			talk := fmt.Sprintf("system:%s", say())
			for range length {
				talk += "|user:" + say()
				add("POST", "/v1/chat", talk)
				talk += "|assistant:" + say()
			}
		case 1:
			id := rng.IntN(1e6)
			add("POST", "/v1/runs", say())
			for done := range length {
				add("GET", fmt.Sprintf("/v1/runs/%d", id), "")
				tape[len(tape)-1].Response.Body = cassette.NewBody(fmt.Appendf(nil, `{"done":%d,"of":%d,"etag":"%x"}`, done, length, rng.Uint64()))
			}
			add("GET", fmt.Sprintf("/v1/runs/%d/result", id), "")
		case 2, 4, 6, 8:
			for range length {
				id := rng.IntN(1e6)
				add("POST", "/v1/"+pick(rng, nouns), say())
				add("PUT", fmt.Sprintf("/v1/%s/%d", pick(rng, nouns), id), say())
				add("GET", "/v1/"+pick(rng, nouns)+"?page=2", "")
			}
		case 3, 5, 7:
			for range length {
				add("POST", "/v1/"+pick(rng, nouns[:3]), say())
				if rng.IntN(8) == 0 {
					tape = append(tape, tape[rng.IntN(len(tape))])
				}
			}
		}
		tapes = append(tapes, tape)
	}
	return tapes
}

// TestPairUp edits tapes and counts how many interactions find their recording.
func TestPairUp(t *testing.T) {
	t.Parallel()
	reworded := func(i *cassette.Interaction) *cassette.Interaction {
		return asked(i.Request.Method, i.Request.URL, "Be brief. "+i.Request.Body.String()+" Thank you.")
	}
	type edited struct {
		new  []*cassette.Interaction
		from []int // of each new one; -1 for none
	}
	cases := []struct {
		name string
		edit func(rng *rand.Rand, tape []*cassette.Interaction, e *edited)
		want float64
	}{
		{"one dropped", func(rng *rand.Rand, tape []*cassette.Interaction, e *edited) {
			at := rng.IntN(len(tape))
			e.new, e.from = slices.Delete(e.new, at, at+1), slices.Delete(e.from, at, at+1)
		}, 97.1},
		{"one inserted", func(rng *rand.Rand, tape []*cassette.Interaction, e *edited) {
			at := rng.IntN(len(tape))
			like := tape[rng.IntN(len(tape))].Request
			e.new = slices.Insert(e.new, at, asked(like.Method, like.URL, "something else"))
			e.from = slices.Insert(e.from, at, -1)
		}, 99.9},
		{"one prompt changed", func(rng *rand.Rand, tape []*cassette.Interaction, e *edited) {
			at := rng.IntN(len(tape))
			e.new[at] = reworded(e.new[at])
		}, 95.9},
		{"two swapped", func(rng *rand.Rand, tape []*cassette.Interaction, e *edited) {
			a, b := rng.IntN(len(tape)), rng.IntN(len(tape))
			e.new[a], e.new[b] = e.new[b], e.new[a]
			e.from[a], e.from[b] = e.from[b], e.from[a]
			for m := range e.new { // equal requests are answered in order, whichever is sent first
				for n := range m {
					if x, y := e.new[n].Request, e.new[m].Request; x.Method == y.Method && x.URL == y.URL && x.Body.String() == y.Body.String() && e.from[n] > e.from[m] {
						e.from[n], e.from[m] = e.from[m], e.from[n]
					}
				}
			}
		}, 98.8},
		{"all changed and one dropped", func(rng *rand.Rand, tape []*cassette.Interaction, e *edited) {
			for n := range e.new {
				e.new[n] = reworded(e.new[n])
			}
			at := rng.IntN(len(tape))
			e.new, e.from = slices.Delete(e.new, at, at+1), slices.Delete(e.from, at, at+1)
		}, 87.1},
	}
	tapes := append(tapesToPair(rand.New(rand.NewPCG(3, 4))), longTapes(t)...)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			right, all := 0, 0
			for _, tape := range tapes {
				for range 5 {
					e := edited{new: slices.Clone(tape)}
					for n := range tape {
						e.from = append(e.from, n)
					}
					c.edit(rng, tape, &e)
					for n, i := range e.new { // so that each is itself
						e.new[n] = i.Clone()
					}
					for _, pair := range drift.PairUp(tape, e.new, nil) {
						if pair.New == nil {
							continue
						}
						all++
						from := e.from[slices.Index(e.new, pair.New)]
						if from < 0 && pair.Old == nil || from >= 0 && pair.Old == tape[from] {
							right++
						}
					}
				}
			}
			share := 100 * float64(right) / float64(all)
			t.Logf("%d of %d right: %.1f%%", right, all, share)
			if share < c.want {
				t.Errorf("%.1f%% right, want %.1f%%", share, c.want)
			}
		})
	}
}

// longTapes returns the tapes of the repository that have three interactions or more.
func longTapes(t *testing.T) [][]*cassette.Interaction {
	var long [][]*cassette.Interaction
	tapes := ownTapes(t)
	for _, name := range slices.Sorted(maps.Keys(tapes)) {
		if tape := tapes[name].Interactions; len(tape) >= 3 {
			long = append(long, tape)
		}
	}
	return long
}
