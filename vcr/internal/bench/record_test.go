package bench_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// BenchmarkW4 records exchanges from an origin on loopback and saves them. What
// one call takes its caller is caller-ns/call, and save-ns/op the save at the
// end, which writes save-MB/s. Peer loopback is the calls without a recorder.
func BenchmarkW4(b *testing.B) {
	for _, count := range []int{100, 1000, 10_000} {
		recordAll(b, fmt.Sprintf("chats-%d", count), exchange.Chats(count), false, peer.Recorders())
	}
	embedding := []exchange.Exchange{exchange.Embedding(2500 << 10)}
	recordAll(b, "embedding-2.5MB", embedding, false, peer.Recorders())
	recordAll(b, "embedding-2.5MB-beside", embedding, true, peer.Recorders()[:2])
}

func recordAll(b *testing.B, data string, exchanges []exchange.Exchange, beside bool, recorders []peer.Recorder) {
	run(b, data, recorders, func(b *testing.B, r peer.Recorder) {
		if name := r.Name(); len(exchanges) > 1000 && (name == "httpreplay" || strings.HasPrefix(name, "go-vcr-")) {
			b.Skip("it takes seconds, and 1,000 tell enough")
		}
		origin := httptest.NewServer(exchange.Handler(exchanges))
		defer origin.Close()
		requests, base := exchange.At(origin.URL, exchanges), origin.Client().Transport
		warm(b, base, requests)
		var calls, saves time.Duration
		var written int64
		for b.Loop() {
			folder := b.TempDir()
			deck, err := r.Record(folder, base, beside)
			must(b, err)
			send, buffer, started := byClient(deck), newBuffer(), time.Now()
			if err := askAll(send, requests, buffer); err != nil {
				b.Fatal(err)
			}
			recorded := time.Now()
			must(b, deck.Close())
			calls, saves = calls+recorded.Sub(started), saves+time.Since(recorded)
			written += weigh(b, folder)
		}
		b.ReportMetric(float64(calls.Nanoseconds())/float64(b.N*len(requests)), "caller-ns/call")
		if written > 0 {
			b.ReportMetric(float64(saves.Nanoseconds())/float64(b.N), "save-ns/op")
			b.ReportMetric(float64(written)/1e6/saves.Seconds(), "save-MB/s")
		}
	})
}

// warm opens the connection to the origin, which all peers then use.
func warm(b *testing.B, base http.RoundTripper, requests []exchange.Exchange) {
	must(b, ask(base.RoundTrip, &requests[0], newBuffer()))
}

// weigh returns the size of what a save left in a folder, in bytes, and removes it.
func weigh(b *testing.B, folder string) int64 {
	entries, err := os.ReadDir(folder)
	must(b, err)
	var size int64
	for _, entry := range entries {
		info, err := entry.Info()
		must(b, err)
		size += info.Size()
		must(b, os.Remove(filepath.Join(folder, entry.Name())))
	}
	return size
}
