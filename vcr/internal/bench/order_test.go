package bench_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// BenchmarkW2 replays many distinct chats, each once, in the order in which they
// were recorded and in reverse. An operation is at least 1,000 of them, of as many
// tapes as that takes; the time of one is ns/interaction.
func BenchmarkW2(b *testing.B) {
	for _, count := range []int{10, 100, 1000, 10_000} {
		tape := shelf.Tape(fmt.Sprintf("chats-%d", count), exchange.Chats(count)...)
		for _, order := range []string{"forward", "reverse"} {
			run(b, fmt.Sprintf("chats-%d-%s", count, order), peer.Players(), func(b *testing.B, p peer.Player) {
				if reason := tooSlow(p, count, order); reason != "" {
					b.Skip(reason)
				}
				replayAll(b, p, tape, order)
			})
		}
	}
}

// atLeast is how many interactions an operation has, so that a short tape is
// measured as warm as a long one.
const atLeast = 1000

// tooSlow says why a peer is left out: it would take longer than all the rest.
func tooSlow(p peer.Player, count int, order string) string {
	name := p.Name()
	govcr := strings.HasPrefix(name, "go-vcr-")
	switch {
	case govcr && name != "go-vcr-4.0.6" && count == 1000 && order == "reverse":
		return "a pass takes about 14 seconds"
	case count <= 1000 || name == "ginkgo-vcr" || name == "stub" || name == "held":
		return ""
	case name == "loopback":
		return "its time does not depend on the number, and a pass takes a second"
	case govcr && (name != "go-vcr-4.0.6" || order == "reverse"):
		return "a pass would take a minute or more, since it grows with the square of the number"
	default:
		return "its tape takes longer to make and to open than the rest of the round"
	}
}

func replayAll(b *testing.B, p peer.Player, tape *peer.Tape, order string) {
	passes := max(1, atLeast/len(tape.Exchanges))
	decks := make([]*peer.Deck, passes)
	requests := make([][]exchange.Exchange, passes)
	buffer := newBuffer()
	for b.Loop() {
		b.StopTimer()
		for n := range passes {
			deck, err := p.Play(tape)
			must(b, err)
			decks[n], requests[n] = deck, deck.Requests(tape)
			if order == "reverse" {
				slices.Reverse(requests[n])
			}
		}
		runtime.GC() // or what opening a large tape left is collected while it is played
		b.StartTimer()
		for n, deck := range decks {
			if err := askAll(byClient(deck), requests[n], buffer); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		for _, deck := range decks {
			must(b, deck.Close())
		}
		b.StartTimer()
	}
	perInteraction(b, passes*len(tape.Exchanges))
}

// perInteraction reports the time of one of count interactions.
func perInteraction(b *testing.B, count int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*count), "ns/interaction")
}
