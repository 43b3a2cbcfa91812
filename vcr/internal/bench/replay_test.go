package bench_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
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
		if data.beside { // which only we do; the others were measured above
			players = players[:2]
		}
		run(b, data.name+"-do", players, func(b *testing.B, p peer.Player) { replayOne(b, p, tape, byClient) })
		run(b, data.name+"-roundtrip", players, func(b *testing.B, p peer.Player) { replayOne(b, p, tape, byTransport) })
	}
}

func replayOne(b *testing.B, p peer.Player, tape *peer.Tape, by func(*peer.Session) send) {
	session, err := p.Play(tape)
	must(b, err)
	one, send, buffer := &session.Requests(tape)[0], by(session), newBuffer()
	for played := 0; b.Loop(); played++ {
		if played == session.Plays && played > 0 {
			b.StopTimer()
			must(b, session.Close())
			session, err = p.Play(tape)
			must(b, err)
			send, played = by(session), 0
			b.StartTimer()
		}
		if err := ask(send, one, buffer); err != nil {
			b.Fatal(err)
		}
	}
	must(b, session.Close())
}

// BenchmarkW2 replays many distinct chats, each once, in the order in which they
// were recorded and in reverse. An operation plays at least 1,000 chats, from several
// tapes if they are short. The time of one chat is ns/interaction.
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

// atLeast is how many interactions an operation plays. With fewer, a short tape would
// be measured colder than a long one.
const atLeast = 1000

// tooSlow returns why a peer is left out, or "". A peer is left out when it would
// take longer than all the others together.
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
	sessions := make([]*peer.Session, passes)
	requests := make([][]exchange.Exchange, passes)
	buffer := newBuffer()
	for b.Loop() {
		b.StopTimer()
		for n := range passes {
			session, err := p.Play(tape)
			must(b, err)
			sessions[n], requests[n] = session, session.Requests(tape)
			if order == "reverse" {
				slices.Reverse(requests[n])
			}
		}
		runtime.GC() // or the garbage of opening is collected while the tape is played
		b.StartTimer()
		for n, session := range sessions {
			if err := askAll(byClient(session), requests[n], buffer); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		for _, session := range sessions {
			must(b, session.Close())
		}
		b.StartTimer()
	}
	perInteraction(b, passes*len(tape.Exchanges))
}

// perInteraction reports the time of one of count interactions.
func perInteraction(b *testing.B, count int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*count), "ns/interaction")
}

// BenchmarkW6 replays 1,000 distinct chats, divided among goroutines.
func BenchmarkW6(b *testing.B) {
	tape := shelf.Tape("chats-1000", exchange.Chats(1000)...)
	players := without(peer.Players(), peer.HTTPReplay{}.Name(), peer.Loopback{}.Name()) // both are servers with goroutines of their own
	for _, goroutines := range []int{1, 8} {
		run(b, fmt.Sprintf("goroutines-%d", goroutines), players, func(b *testing.B, p peer.Player) {
			if p.Name() == "go-vcr-4.0.7" {
				b.Skip("a pass takes seconds")
			}
			for b.Loop() {
				b.StopTimer()
				session, err := p.Play(tape)
				must(b, err)
				requests := session.Requests(tape)
				b.StartTimer()
				if err := share(session, requests, goroutines); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				must(b, session.Close())
				b.StartTimer()
			}
			perInteraction(b, len(tape.Exchanges))
		})
	}
}

// share sends the requests from several goroutines. With 8, each sends every eighth.
func share(session *peer.Session, exchanges []exchange.Exchange, goroutines int) error {
	var wait sync.WaitGroup
	failed := make(chan error, goroutines)
	for first := range goroutines {
		wait.Add(1)
		go func() {
			defer wait.Done()
			send, buffer := byClient(session), newBuffer()
			for n := first; n < len(exchanges); n += goroutines {
				if err := ask(send, &exchanges[n], buffer); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	wait.Wait()
	close(failed)
	return <-failed
}
