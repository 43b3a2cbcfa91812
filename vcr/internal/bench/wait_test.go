package bench_test

import (
	"runtime"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// BenchmarkW8 is what a user waits for: it opens a tape of 1,000 chats, plays each
// once, and closes. recordings/op is their number, by which the report divides.
//
// The command before compiles this file against an earlier checkout, so it uses
// only names that the other workloads use as well.
func BenchmarkW8(b *testing.B) {
	tape := shelf.Tape("chats-1000", exchange.Chats(1000)...)
	run(b, "chats-1000", peer.Players(), func(b *testing.B, p peer.Player) {
		warm, err := p.Play(tape) // it makes the file, if it is not there
		must(b, err)
		must(b, warm.Close())
		runtime.GC()
		buffer := newBuffer()
		for b.Loop() {
			playOnce(b, p, tape, buffer)
		}
		b.ReportMetric(float64(len(tape.Exchanges)), "recordings/op")
	})
}

func playOnce(b *testing.B, p peer.Player, tape *peer.Tape, buffer []byte) {
	opened, err := p.Play(tape)
	if err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	requests := opened.Requests(tape) // a copy that no user makes
	b.StartTimer()
	if err := askAll(byClient(opened), requests, buffer); err != nil {
		b.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		b.Fatal(err)
	}
}
