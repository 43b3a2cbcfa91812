package recorder_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// BenchmarkRerecording sends the requests of a tape again: mode all into a new cassette, and
// the modes that compare over an old one.
func BenchmarkRerecording(b *testing.B) {
	const count = 1000
	var n int
	text := strings.Repeat("The weather is fine in the north and better in the south. ", 60)
	answer := func(r *http.Request) (*http.Response, error) {
		n++
		body := fmt.Sprintf(`{"id":"chat_%d","created":%d,"choices":[{"index":0,"message":{"role":"assistant","content":%q},"finish_reason":"stop"}],"usage":{"total_tokens":%d}}`, n, n, text+fmt.Sprint(n), n)
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
	record := func(b *testing.B, dir string, mode recorder.Mode) {
		s, err := recorder.Open(recorder.Config{Dir: dir, Path: "chat.yaml", Mode: mode, Base: transport(answer)})
		if err != nil {
			b.Fatal(err)
		}
		for q := range count {
			resp, err := s.Client().Post("http://api.example.com/v1/chat", "application/json", strings.NewReader(fmt.Sprintf(`{"messages":[{"role":"user","content":"question %d"}]}`, q)))
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
		if _, err := s.Close(true); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			record(b, b.TempDir(), recorder.All)
		}
	})
	for _, mode := range []recorder.Mode{recorder.All, recorder.Refresh} {
		b.Run(string(mode), func(b *testing.B) {
			dir := b.TempDir()
			record(b, dir, recorder.Once)
			for b.Loop() {
				record(b, dir, mode)
			}
		})
	}
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }
