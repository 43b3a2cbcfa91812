package bench_test

import (
	"runtime"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// BenchmarkW3 opens a file. Each peer reads its own format: MB/s counts the bytes of
// that file, and file-B is its size.
func BenchmarkW3(b *testing.B) {
	for _, data := range []struct {
		name   string
		of     []exchange.Exchange
		beside bool
	}{
		{"chats-2", exchange.Chats(2), false},
		{"chats-1000", exchange.Chats(1000), false},
		{"stream-40KB", []exchange.Exchange{exchange.Stream(40 << 10)}, false},
		{"embedding-0.1MB", []exchange.Exchange{exchange.Embedding(100 << 10)}, false},
		{"embedding-1MB", []exchange.Exchange{exchange.Embedding(1 << 20)}, false},
		{"embedding-1MB-lines", []exchange.Exchange{exchange.Lines(exchange.Embedding(1 << 20))}, false},
		{"embedding-1MB-beside", []exchange.Exchange{exchange.Embedding(1 << 20)}, true},
		{"embedding-10MB", []exchange.Exchange{exchange.Embedding(10 << 20)}, false},
		{"embedding-10MB-beside", []exchange.Exchange{exchange.Embedding(10 << 20)}, true},
	} {
		tape := shelf.Tape(data.name, data.of...)
		tape.Beside = data.beside
		loaders := peer.Loaders()
		if data.beside { // which only we do; the others were measured above
			loaders = loaders[:3]
		}
		run(b, data.name, loaders, func(b *testing.B, l peer.Loader) { load(b, l, tape) })
	}
}

func load(b *testing.B, l peer.Loader, tape *peer.Tape) {
	file, err := l.Prepare(tape)
	must(b, err)
	// The first may make a certificate, and the system hands out memory for a large
	// file page by page. A round is too short to average that.
	for range 4 {
		must(b, openAndClose(file))
	}
	runtime.GC()
	b.SetBytes(file.Size)
	for b.Loop() {
		closeFile, err := file.Open()
		if err != nil {
			b.Fatal(err)
		}
		if closeFile != nil {
			b.StopTimer()
			must(b, closeFile())
			b.StartTimer()
		}
	}
	b.ReportMetric(float64(file.Size), "file-B")
}

func openAndClose(file *peer.File) error {
	closeFile, err := file.Open()
	if err != nil || closeFile == nil {
		return err
	}
	return closeFile()
}
