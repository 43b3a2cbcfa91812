package bench_test

import (
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// BenchmarkW11 replays one chat through a clone of the default transport, beside a client
// of the session and a server on loopback. All keep their connection. The first request of
// a clone is left out: it opens the connection, and the first one of a process loads the
// certificates of the system as well.
func BenchmarkW11(b *testing.B) {
	tape := shelf.Tape("chat", exchange.Chat(0))
	tape.Repeats = true
	run(b, "chat-do", []peer.Player{peer.Clone{}, peer.Ours{}, peer.Loopback{}}, func(b *testing.B, p peer.Player) {
		session, err := p.Play(tape)
		must(b, err)
		one, send, buffer := &session.Requests(tape)[0], byClient(session), newBuffer()
		must(b, ask(send, one, buffer))
		for b.Loop() {
			if err := ask(send, one, buffer); err != nil {
				b.Fatal(err)
			}
		}
		must(b, session.Close())
	})
}
