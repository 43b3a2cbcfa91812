package bench_test

import (
	"bytes"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/exchange"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/bench/peer"
)

// The tapes of the tests are those of the benchmarks, but smaller.
func tapes() []*peer.Tape {
	small := exchange.Embedding(300 << 10)
	repeats := shelf.Tape("smoke-repeats", exchange.Chat(0))
	repeats.Repeats = true
	beside := shelf.Tape("smoke-embedding", small)
	beside.Beside = true
	return []*peer.Tape{
		repeats, beside,
		shelf.Tape("smoke-chats", exchange.Chats(5)...),
		shelf.Tape("smoke-stream", exchange.Stream(4<<10)),
		shelf.Tape("smoke-embedding", small),
	}
}

func TestPlayersGiveTheRecordedBytes(t *testing.T) {
	for _, tape := range tapes() {
		for _, p := range peer.Players() {
			t.Run(tape.Name+"/"+p.Name(), func(t *testing.T) {
				session, err := p.Play(tape)
				if err != nil {
					t.Fatal(err)
				}
				requests := session.Requests(tape)
				if _, static := p.(peer.Stub); static {
					requests = requests[:1]
				}
				if tape.Repeats {
					requests = append(requests, requests[0])
				}
				for n := range requests {
					expectAnswer(t, byClient(session), &requests[n])
				}
				if err := session.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestReversed(t *testing.T) {
	tape := shelf.Tape("smoke-chats", exchange.Chats(5)...)
	for _, p := range peer.Players() {
		if _, static := p.(peer.Stub); static {
			continue
		}
		session, err := p.Play(tape)
		if err != nil {
			t.Fatal(err)
		}
		requests := session.Requests(tape)
		for n := len(requests) - 1; n >= 0; n-- {
			expectAnswer(t, byTransport(session), &requests[n])
		}
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestLoadersReadTheirFiles(t *testing.T) {
	for _, tape := range tapes() {
		for _, l := range peer.Loaders() {
			file, err := l.Prepare(tape)
			if err != nil {
				t.Fatalf("%s %s: %v", tape.Name, l.Name(), err)
			}
			if file.Size < int64(len(tape.Exchanges[0].Body)) {
				t.Errorf("%s %s: a file of %d bytes", tape.Name, l.Name(), file.Size)
			}
			if err := openAndClose(file); err != nil {
				t.Errorf("%s %s: %v", tape.Name, l.Name(), err)
			}
		}
	}
}

func TestRecordersKeepWhatWasSaid(t *testing.T) {
	exchanges := append(exchange.Chats(3), exchange.Embedding(300<<10))
	origin := httptest.NewServer(exchange.Handler(exchanges))
	defer origin.Close()
	requests := exchange.At(origin.URL, exchanges)
	for _, beside := range []bool{false, true} {
		for _, r := range peer.Recorders() {
			folder := t.TempDir()
			session, err := r.Record(folder, origin.Client().Transport, beside)
			if err != nil {
				t.Fatalf("%s: %v", r.Name(), err)
			}
			for n := range requests {
				expectAnswer(t, byClient(session), &requests[n])
			}
			if err := session.Close(); err != nil {
				t.Errorf("%s: %v", r.Name(), err)
			}
			var saved int64
			for _, size := range sizesIn(t, folder) {
				saved += size
			}
			if name := r.Name(); name != "loopback" && name != "held" && saved < int64(len(exchanges[3].Response.Body)) {
				t.Errorf("%s: saved %d bytes", r.Name(), saved)
			}
		}
	}
}

func sizesIn(t *testing.T, folder string) []int64 {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int64
	for _, entry := range entries {
		if entry.IsDir() { // of bodies
			sizes = append(sizes, sizesIn(t, filepath.Join(folder, entry.Name()))...)
			continue
		}
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
	}
	return sizes
}

func TestFirstByteOfARecordedStream(t *testing.T) {
	stream := exchange.Stream(4 << 10)
	for _, r := range peer.Recorders() {
		origin := newSlowOrigin(stream)
		session, err := r.Record(t.TempDir(), origin.server.Client().Transport, false)
		if err != nil {
			t.Fatalf("%s: %v", r.Name(), err)
		}
		request := exchange.At(origin.server.URL, []exchange.Exchange{stream})[0]
		if _, err := origin.firstByte(byClient(session), &request); err != nil {
			t.Errorf("%s: %v", r.Name(), err)
		}
		if err := session.Close(); err != nil {
			t.Errorf("%s: %v", r.Name(), err)
		}
		origin.server.Close()
	}
}

func TestSharedAmongGoroutines(t *testing.T) {
	tape := shelf.Tape("smoke-shared", exchange.Chats(20)...)
	session, err := peer.Ours{}.Play(tape)
	if err != nil {
		t.Fatal(err)
	}
	if err := share(session, session.Requests(tape), 8); err != nil {
		t.Error(err)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
}

func expectAnswer(t *testing.T, send send, e *exchange.Exchange) {
	t.Helper()
	req, err := e.Request()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := send(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if closing := resp.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || !bytes.Equal(body, []byte(e.Response.Body)) {
		t.Errorf("got status %d and %d bytes, want 200 and the %d that were recorded", resp.StatusCode, len(body), len(e.Response.Body))
	}
	for name := range e.Response.Header {
		if got, want := resp.Header.Get(name), e.Response.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// The modfiles differ in go-vcr and its decoder only. Otherwise the two programs would
// not be compared under the same conditions.
func TestModfilesDifferInGoVCROnly(t *testing.T) {
	older, newer := shared(t, "go.mod"), shared(t, "go-vcr-4.0.7.mod")
	if older != newer {
		t.Errorf("go-vcr-4.0.7.mod is not go.mod with another go-vcr; copy go.mod, change that version, and run go mod tidy -modfile=go-vcr-4.0.7.mod\n%s\n%s", older, newer)
	}
}

func shared(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(string(data)) {
		if !strings.Contains(line, "gopkg.in/dnaeon/go-vcr.v4 ") && !strings.Contains(line, "go.yaml.in/yaml/v4 ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func TestGoVCRTellsItsVersion(t *testing.T) {
	if name := (peer.GoVCR{}).Name(); !regexp.MustCompile(`^go-vcr-4\.0\.[67]$`).MatchString(name) {
		t.Errorf("got %s", name)
	}
}
