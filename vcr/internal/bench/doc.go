// Package bench measures how fast cassettes are loaded, replayed and recorded. It
// compares this library with peers that do the same job, and with limits that no
// library can beat.
//
// The benchmarks are named Benchmark<W>/data=<data>/peer=<peer>, so that
// benchstat pivots on the peer:
//
//	go test -run='^$' -bench=W1 -count=10 . >w1.txt
//	benchstat -col /peer w1.txt
//
// The workloads:
//
//	W1  one exchange, replayed again and again
//	W2  many distinct exchanges, replayed in order and in reverse
//	W3  a file, opened
//	W4  recording, and the save at its end
//	W5  the first byte of a stream, while it is recorded
//	W6  one cassette, replayed by eight goroutines
//	W7  a Ginkgo suite; it is in the folder suite
//	W8  what a user waits for: a tape opened, played once and closed
//	W11 one chat through a captured clone of the default transport
//
// The command compare runs them all in rounds and writes BENCHMARKS.md:
//
//	go run ./cmd/compare
//
// The command before compares two checkouts of this library:
//
//	go run ./cmd/before -base ../../../../other-checkout
//
// Everything stays on the loopback interface, and all data is made from fixed
// seeds.
package bench
