package bench_test

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// BenchmarkW1 replays one exchange again and again.
func BenchmarkW1(b *testing.B) {
	chat, embedding := exchange.Chat(0), exchange.Embedding(2500<<10)
	for _, data := range []struct {
		name   string
		of     exchange.Exchange
		beside bool
	}{
		{"chat", chat, false},
		{"embedding-2.5MB", embedding, false},
		{"embedding-2.5MB-beside", embedding, true},
	} {
		tape := shelf.Tape(data.name, data.of)
		tape.Beside, tape.Repeats = data.beside, true
		players := peer.Players()
		if data.beside { // which only we do; the rest has been measured
			players = players[:2]
		}
		run(b, data.name+"-do", players, func(b *testing.B, p peer.Player) { replayOne(b, p, tape, byClient) })
		run(b, data.name+"-roundtrip", players, func(b *testing.B, p peer.Player) { replayOne(b, p, tape, byTransport) })
	}
}

func replayOne(b *testing.B, p peer.Player, tape *peer.Tape, by func(*peer.Deck) send) {
	deck, err := p.Play(tape)
	must(b, err)
	one, send, buffer := &deck.Requests(tape)[0], by(deck), newBuffer()
	for played := 0; b.Loop(); played++ {
		if played == deck.Plays && played > 0 {
			b.StopTimer()
			must(b, deck.Close())
			deck, err = p.Play(tape)
			must(b, err)
			send, played = by(deck), 0
			b.StartTimer()
		}
		if err := ask(send, one, buffer); err != nil {
			b.Fatal(err)
		}
	}
	must(b, deck.Close())
}
