package bench_test

import (
	"fmt"
	"io"
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

// BenchmarkW4 records exchanges from an origin on loopback and saves them. A call
// takes its caller caller-ns/call, and the save at the end takes save-ns/op, at
// save-MB/s. The peer loopback makes the same calls without a recorder.
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
			b.Skip("it takes seconds, and 1,000 chats show enough")
		}
		origin := httptest.NewServer(exchange.Handler(exchanges))
		defer origin.Close()
		requests, base := exchange.At(origin.URL, exchanges), origin.Client().Transport
		warm(b, base, requests)
		var calls, saves time.Duration
		var written int64
		for b.Loop() {
			folder := b.TempDir()
			session, err := r.Record(folder, base, beside)
			must(b, err)
			send, buffer, started := byClient(session), newBuffer(), time.Now()
			if err := askAll(send, requests, buffer); err != nil {
				b.Fatal(err)
			}
			recorded := time.Now()
			must(b, session.Close())
			calls, saves = calls+recorded.Sub(started), saves+time.Since(recorded)
			written += removeSaved(b, folder)
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

// removeSaved removes what a save left in a folder, and returns its size in bytes.
func removeSaved(b *testing.B, folder string) int64 {
	entries, err := os.ReadDir(folder)
	must(b, err)
	var size int64
	for _, entry := range entries {
		if entry.IsDir() { // of bodies
			size += removeSaved(b, filepath.Join(folder, entry.Name()))
		} else {
			info, err := entry.Info()
			must(b, err)
			size += info.Size()
		}
		must(b, os.Remove(filepath.Join(folder, entry.Name())))
	}
	return size
}

// pause is the longest that the origin of W5 waits until its caller has read the
// first event. It waits that long for peers that return nothing before the end.
const pause = 20 * time.Millisecond

// BenchmarkW5 records a stream whose origin sends an event, then waits. The time
// from the request to the first byte is first-byte-ns.
func BenchmarkW5(b *testing.B) {
	run(b, "stream-40KB", peer.Recorders(), func(b *testing.B, r peer.Recorder) {
		stream := exchange.Stream(40 << 10)
		origin := newSlowOrigin(stream)
		defer origin.server.Close()
		session, err := r.Record(b.TempDir(), origin.server.Client().Transport, false)
		must(b, err)
		send, request := byClient(session), &exchange.At(origin.server.URL, []exchange.Exchange{stream})[0]
		var first time.Duration
		for b.Loop() {
			waited, err := origin.firstByte(send, request)
			must(b, err)
			first += waited
		}
		b.ReportMetric(float64(first.Nanoseconds())/float64(b.N), "first-byte-ns")
		must(b, session.Close())
	})
}

// A slowOrigin sends the first event of a stream. It sends the rest when its caller
// has read that, or when the pause is over. It serves one caller.
type slowOrigin struct {
	server *httptest.Server
	read   chan struct{} // closed when the caller has read the first event
}

func newSlowOrigin(e exchange.Exchange) *slowOrigin {
	o := new(slowOrigin)
	o.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		read := o.read
		_, _ = io.Copy(io.Discard, r.Body)
		rw.Header().Set("Content-Type", e.Response.Header.Get("Content-Type"))
		first := e.Response.Chunks[0]
		_, _ = io.WriteString(rw, e.Response.Body[:first])
		_ = http.NewResponseController(rw).Flush()
		select {
		case <-read:
		case <-time.After(pause):
		}
		_, _ = io.WriteString(rw, e.Response.Body[first:])
	}))
	return o
}

// firstByte requests the stream, reads it to its end and returns how long the first
// byte took.
func (o *slowOrigin) firstByte(send send, e *exchange.Exchange) (time.Duration, error) {
	o.read = make(chan struct{})
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
	close(o.read)
	_, err = io.Copy(io.Discard, resp.Body)
	return waited, err
}
