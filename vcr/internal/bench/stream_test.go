package bench_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// pause is how long the origin of W5 waits for its caller to have read the first
// event. Peers that hand out nothing before the end make it wait so long.
const pause = 20 * time.Millisecond

// BenchmarkW5 records a stream whose origin sends an event, then waits. The time
// from the request to the first byte is first-byte-ns.
func BenchmarkW5(b *testing.B) {
	run(b, "stream-40KB", peer.Recorders(), func(b *testing.B, r peer.Recorder) {
		stream := exchange.Stream(40 << 10)
		origin := newWaiting(stream)
		defer origin.server.Close()
		deck, err := r.Record(b.TempDir(), origin.server.Client().Transport, false)
		must(b, err)
		send, request := byClient(deck), &exchange.At(origin.server.URL, []exchange.Exchange{stream})[0]
		var first time.Duration
		for b.Loop() {
			waited, err := origin.firstByte(send, request)
			must(b, err)
			first += waited
		}
		b.ReportMetric(float64(first.Nanoseconds())/float64(b.N), "first-byte-ns")
		must(b, deck.Close())
	})
}

// A waiting origin sends the first event of a stream, and the rest when its
// caller has read that or the pause is over. It serves one caller.
type waiting struct {
	server *httptest.Server
	heard  chan struct{} // of the exchange that goes on
}

func newWaiting(e exchange.Exchange) *waiting {
	w := new(waiting)
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		heard := w.heard
		_, _ = io.Copy(io.Discard, r.Body)
		rw.Header().Set("Content-Type", e.Response.Header.Get("Content-Type"))
		first := e.Response.Chunks[0]
		_, _ = io.WriteString(rw, e.Response.Body[:first])
		_ = http.NewResponseController(rw).Flush()
		select {
		case <-heard:
		case <-time.After(pause):
		}
		_, _ = io.WriteString(rw, e.Response.Body[first:])
	}))
	return w
}

// firstByte asks for the stream, reads it to its end and returns how long the
// first byte took.
func (w *waiting) firstByte(send send, e *exchange.Exchange) (time.Duration, error) {
	w.heard = make(chan struct{})
	req, err := e.Request()
	if err != nil {
		return 0, err
	}
	started := time.Now()
	resp, err := send(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if _, err := io.ReadFull(resp.Body, make([]byte, 1)); err != nil {
		return 0, err
	}
	waited := time.Since(started)
	close(w.heard)
	_, err = io.Copy(io.Discard, resp.Body)
	return waited, err
}
