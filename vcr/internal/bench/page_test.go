package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/reporters"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
)

// The page of a suite of 3,000 specs, with 150 MB of cassettes: how long it takes to write,
// how large it is, and how much the heap grows meanwhile.
func BenchmarkPage(b *testing.B) {
	const specs, size = 3000, 50 << 10
	root := b.TempDir()
	summary := reporters.Summary{Suites: []reporters.Suite{{Package: "example.com/shop", Started: time.Now()}}}
	chats := exchange.LongChats(200)
	for n := range specs {
		tape := &cassette.Cassette{Suite: "example.com/shop"}
		for held := 0; held < size; {
			e := chats[(n*7+len(tape.Interactions))%len(chats)]
			held += len(e.Body) + len(e.Response.Body)
			tape.Interactions = append(tape.Interactions, &cassette.Interaction{
				Request:  cassette.Request{Method: "POST", URL: e.URL, Header: e.Header, Body: cassette.NewBody([]byte(e.Body))},
				Response: cassette.Response{Status: 200, Header: e.Response.Header, Body: cassette.NewBody([]byte(e.Response.Body))},
				Recorded: time.Now(), Took: time.Second,
			})
		}
		file := fmt.Sprintf("cassettes/shop/answers_question_%d.yaml", n)
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, tape.Encode(), 0o600); err != nil { // without waiting for the disk
			b.Fatal(err)
		}
		summary.Specs = append(summary.Specs, reporters.Spec{
			Suite: "example.com/shop", Name: fmt.Sprintf("Shop / answers question %d", n), Cassette: file, Mode: "none", Attempt: 1, Passed: true,
			Loaded: len(tape.Interactions), Replayed: len(tape.Interactions), Saved: reporters.Tokens{"gpt-5.4-mini": {"input": 1200, "output": 300}},
		})
	}
	heap := watchHeap()
	written := &counter{}
	for b.Loop() {
		written.bytes = 0
		if err := summary.HTML(written, view.Tapes(root)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(heap())/1e6, "MB-heap")
	b.ReportMetric(float64(written.bytes)/1e6, "MB-page")
}

// A counter counts what is written.
type counter struct{ bytes int }

func (c *counter) Write(p []byte) (int, error) { c.bytes += len(p); return len(p), nil }

// watchHeap returns a function that says by how many bytes the heap has been larger, at
// most, than it is now.
func watchHeap() func() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	before, most, done := stats.HeapInuse, uint64(0), make(chan chan uint64)
	go func() {
		for {
			select {
			case reply := <-done:
				reply <- most
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&stats)
				if stats.HeapInuse > before {
					most = max(most, stats.HeapInuse-before)
				}
			}
		}
	}()
	return func() uint64 { reply := make(chan uint64); done <- reply; return <-reply }
}
