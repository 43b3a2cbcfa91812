package bench_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// BenchmarkW6 replays 1,000 distinct chats, shared out among goroutines.
func BenchmarkW6(b *testing.B) {
	tape := shelf.Tape("chats-1000", exchange.Chats(1000)...)
	players := without(peer.Players(), peer.HTTPReplay{}.Name(), peer.Loopback{}.Name()) // servers, which have goroutines of their own
	for _, goroutines := range []int{1, 8} {
		run(b, fmt.Sprintf("goroutines-%d", goroutines), players, func(b *testing.B, p peer.Player) {
			if p.Name() == "go-vcr-4.0.7" {
				b.Skip("a pass takes seconds")
			}
			for b.Loop() {
				b.StopTimer()
				deck, err := p.Play(tape)
				must(b, err)
				requests := deck.Requests(tape)
				b.StartTimer()
				if err := share(deck, requests, goroutines); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				must(b, deck.Close())
				b.StartTimer()
			}
			perInteraction(b, len(tape.Exchanges))
		})
	}
}

// share asks for exchanges from several goroutines, each of which takes every
// so many of them.
func share(deck *peer.Deck, exchanges []exchange.Exchange, goroutines int) error {
	var wait sync.WaitGroup
	failed := make(chan error, goroutines)
	for first := range goroutines {
		wait.Go(func() {
			send, buffer := byClient(deck), newBuffer()
			for n := first; n < len(exchanges); n += goroutines {
				if err := ask(send, &exchanges[n], buffer); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wait.Wait()
	close(failed)
	return <-failed
}
